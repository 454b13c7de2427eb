package dev.nextact.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.Bag;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.FieldEncoding;
import dev.nextact.core.FieldVocabulary;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Slices of shoppers are read as the whole is. */
class PreparedShoppersIT {

    private static final int SHOPPERS = 200;
    private static final int BUSY = 70;

    private static final FieldVocabulary FIELDS =
            new FieldVocabulary(
                    List.of(
                            values("device", "phone", "desk"),
                            values("category", "c0", "c1", "c2"),
                            values("friends", "i0", "i1", "i2", "i3")),
                    List.of(values("club", "gold", "silver")));

    @TempDir private Path directory;

    private static FieldVocabulary.Field values(String name, String... values) {
        return new FieldVocabulary.Field(
                name, List.of(name), new FieldEncoding.Categories(List.of(values), "|"));
    }

    /** One shopper has a quarter of all events. */
    private Path prepare() throws IOException {
        SplittableRandom random = new SplittableRandom(5);
        StringBuilder log = new StringBuilder("who,what,device,category,at\n");
        StringBuilder people = new StringBuilder("id,club\n");
        StringBuilder follows = new StringBuilder("a,b\n");
        for (int user = 0; user < SHOPPERS; user++) {
            String id = "u%03d".formatted(user);
            if (random.nextInt(3) == 0) {
                people.append(id).append(random.nextBoolean() ? ",gold\n" : ",silver\n");
            }
            follows.append(id).append(",u%03d%n".formatted(random.nextInt(SHOPPERS)));
            int events = user == BUSY ? 600 : 1 + random.nextInt(20);
            for (int e = 0; e < events; e++) {
                int item = random.nextInt(40);
                log.append(id)
                        .append(",i")
                        .append(item)
                        .append(random.nextInt(3) == 0 ? "," : ",phone")
                        .append(",c")
                        .append(item % 3)
                        .append(',')
                        .append(Instant.parse("2019-10-01T00:00:00Z").plusSeconds(e * 1000L))
                        .append('\n');
            }
        }
        Files.writeString(directory.resolve("log.csv"), log);
        Files.writeString(directory.resolve("people.csv"), people);
        Files.writeString(directory.resolve("follows.csv"), follows);
        Path yaml =
                Files.writeString(
                        directory.resolve("shop.yaml"),
                        """
                        sources:
                          - path: log.csv
                            columns: {user: who, item: what, time: at, device: device,
                                      category: category}
                        users: [{path: people.csv, columns: {user: id, club: club}}]
                        links:
                          - {path: follows.csv, columns: {from: a, to: b}, name: friends, acts: 3}
                        """);
        ShopConfig config = ShopConfigReader.read(yaml, Map.of());
        new PrepareData(Clock.fixed(Instant.parse("2020-01-01T00:00:00Z"), ZoneOffset.UTC))
                .run(config, Progress.silent());
        return config.preparedDirectory();
    }

    /** Everything that is known of each shopper, a line for each event. */
    private static List<String> lines(EventLog log) {
        List<String> names = FIELDS.rowNames();
        List<String> lines = new ArrayList<>();
        for (int user = 0; user < log.sequences().size(); user++) {
            EventSequence events = log.sequences(FIELDS).get(user);
            for (int i = 0; i < events.size(); i++) {
                Bag bag = new Bag();
                events.forEventFields(i, (field, number) -> field.addTo(bag, number));
                events.forShopperFields((field, number) -> field.addTo(bag, number));
                StringBuilder line = new StringBuilder(log.userId(user));
                line.append(' ').append(log.catalog().id(events.item(i)));
                line.append(' ').append(events.timeMicros(i));
                for (int k = 0; k < bag.size(); k++) {
                    line.append(", ").append(names.get(bag.row(k)));
                }
                lines.add(line.toString());
            }
        }
        return lines;
    }

    @Test
    void slicesTogetherAreTheWholeAndCutNoBlock() throws IOException {
        Path prepared = prepare();
        EventLog whole = PreparedData.openAsOfTheEnd(prepared, FIELDS);
        PreparedShoppers shoppers = PreparedShoppers.openAsOfTheEnd(prepared, FIELDS);
        List<Slice> slices = shoppers.slices(16, 1, 6, Long.MAX_VALUE);

        assertThat(slices).hasSizeBetween(4, 8);
        assertThat(slices).allMatch(slice -> slice.first() % 16 == 0);
        // no more than what must stay together lies beside the one with very many events
        assertThat(slices).contains(new Slice(BUSY / 16 * 16, BUSY / 16 * 16 + 15));
        List<String> lines = new ArrayList<>();
        for (Slice slice : slices) {
            EventLog part = shoppers.read(slice);
            assertThat(part.fingerprint()).isEqualTo(whole.fingerprint());
            lines.addAll(lines(part));
        }
        assertThat(lines).isEqualTo(lines(whole));
        assertThat(lines).anyMatch(line -> line.contains("club =gold"));
        assertThat(lines).anyMatch(line -> line.contains("friends =i1"));
    }

    @Test
    void aSliceCostsNoMoreThanItMayIfMoreOfThemHelp() throws IOException {
        PreparedShoppers shoppers = PreparedShoppers.openAsOfTheEnd(prepare(), FIELDS);

        assertThat(shoppers.slices(16, 1, 1, Long.MAX_VALUE))
                .containsExactly(new Slice(0, Integer.MAX_VALUE));
        assertThat(shoppers.slices(16, 100, 1, 1)).hasSize((SHOPPERS + 15) / 16);
    }
}
