package dev.nextact.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfigReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RandomMessIT {

    private static final Clock NOW =
            Clock.fixed(Instant.parse("2020-01-01T00:00:00Z"), ZoneOffset.UTC);

    private static final String HEADER = "user,item,act,time,price,quantity\n";

    private static PrepareReport prepare(Path shop, byte[] log) throws IOException {
        Files.write(shop.resolve("log.csv"), log);
        Path yaml =
                Files.writeString(
                        shop.resolve("shop.yaml"),
                        """
                        sources:
                          - path: log.csv
                            columns: {user: user, item: item, behaviour: act, time: time,
                                      price: price, quantity: quantity}
                        behaviours: {view: [pv], purchase: [buy]}
                        clean: {near_duplicates: drop, regular_users: drop, price_outliers: drop,
                                outliers: drop, clock_jumps: drop}
                        """);
        return new PrepareData(NOW).run(ShopConfigReader.read(yaml, Map.of()), Progress.silent());
    }

    private static void assertAccounted(PrepareReport report) {
        assertThat(report.kept() + report.repaired() + report.rejected()).isEqualTo(report.read());
        assertThat(report.kept() + report.repaired()).isEqualTo(report.events());
    }

    @Property(tries = 15, shrinking = ShrinkingMode.OFF)
    void anyBytesEndInAnAccountOrAClearError(@ForAll @Size(max = 2000) byte[] bytes)
            throws IOException {
        Path shop = Files.createTempDirectory("nextact-mess");
        try {
            byte[] good =
                    (HEADER + "ann,a,pv,2019-10-01 12:00:00,5,1\n")
                            .getBytes(StandardCharsets.UTF_8);
            byte[] log = Arrays.copyOf(good, good.length + bytes.length);
            System.arraycopy(bytes, 0, log, good.length, bytes.length);
            assertAccounted(prepare(shop, log));
            try {
                assertAccounted(prepare(shop, bytes));
            } catch (NextactException e) {
                assertThat(e.category()).isEqualTo(NextactException.Category.INPUT);
            }
        } finally {
            AtomicFiles.deleteTree(shop);
        }
    }

    @Test
    void tenThousandMutatedRowsAreAllAccountedFor(@TempDir Path shop) throws IOException {
        SplittableRandom random = new SplittableRandom(9);
        StringBuilder text = new StringBuilder(HEADER);
        for (int i = 0; i < 10_000; i++) {
            StringBuilder row =
                    new StringBuilder(
                            "u%d,i%d,%s,2019-10-%02d %02d:00:00,%d.50,%d"
                                    .formatted(
                                            random.nextInt(50),
                                            random.nextInt(50),
                                            random.nextInt(4) == 0 ? "buy" : "pv",
                                            1 + i * 28 / 10_000,
                                            random.nextInt(24),
                                            random.nextInt(100),
                                            random.nextInt(5) - 1));
            for (int m = random.nextInt(3); m > 0; m--) {
                int place = random.nextInt(row.length());
                switch (random.nextInt(4)) {
                    case 0 -> row.deleteCharAt(place);
                    case 1 -> row.insert(place, (char) random.nextInt(0x300));
                    case 2 -> row.insert(place, ",\"\n\t\u0000é\uD83D".charAt(random.nextInt(7)));
                    default -> row.setLength(place + 1);
                }
            }
            text.append(row).append('\n');
        }

        PrepareReport report = prepare(shop, text.toString().getBytes(StandardCharsets.UTF_8));

        assertAccounted(report);
        assertThat(report.rejected()).isGreaterThan(1000);
        assertThat(report.events()).isGreaterThan(1000);
    }
}
