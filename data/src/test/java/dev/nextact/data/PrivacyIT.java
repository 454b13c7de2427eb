package dev.nextact.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.privacy.Pseudonyms;
import dev.nextact.core.privacy.Tombstones;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of shoppers enters the workspace, and how it leaves again. */
class PrivacyIT {

    private static final Clock NOW =
            Clock.fixed(Instant.parse("2020-01-01T00:00:00Z"), ZoneOffset.UTC);

    private static final String SHOP =
            """
            sources:
              - path: log.csv
                columns: {user: user, item: item, behaviour: act, time: time, note: note}
            users: [{path: users.csv, columns: {user: id, city: city}}]
            behaviours: {view: [pv], purchase: [buy]}
            """;

    @TempDir private Path shop;

    @BeforeEach
    void writeLog() throws IOException {
        StringBuilder text = new StringBuilder("user,item,act,time,note,diary\n");
        for (int i = 0; i < 300; i++) {
            String user = i % 3 == 0 ? "anneliese" : "user" + i % 20;
            text.append(user).append(",i").append(i % 7).append(i % 4 == 0 ? ",buy," : ",pv,");
            text.append("2019-%02d-01 10:00:%02d".formatted(1 + i % 12, i % 60));
            text.append(",mail me: ann")
                    .append(i)
                    .append("@example.org,unnamedcolumn")
                    .append('\n');
        }
        text.append("anneliese,i1,stare,2019-10-01 10:00:00,rejected row,unnamedcolumn\n");
        Files.writeString(shop.resolve("log.csv"), text);
        Files.writeString(shop.resolve("users.csv"), "id,city\nanneliese,Ulm\nuser1,Bonn\n");
    }

    private ShopConfig config(String more) throws IOException {
        Files.writeString(shop.resolve("keys"), "01".repeat(32) + "\n");
        Files.writeString(shop.resolve("shop.yaml"), SHOP + more);
        return ShopConfigReader.read(shop.resolve("shop.yaml"), Map.of());
    }

    /** As bytes, and of Parquet files as the values they hold. */
    private boolean holds(ShopConfig config, String text) throws IOException {
        Path workspace = config.preparedDirectory().resolveSibling(".").normalize();
        try (Stream<Path> files = Files.walk(workspace);
                DuckDb engine = DuckDb.open(shop.resolve("spill"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                boolean[] found = {
                    Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)
                };
                if (file.toString().endsWith(".parquet")) {
                    engine.read(
                            "SELECT * FROM read_parquet(" + DuckDb.quoted(file) + ")",
                            row -> {
                                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                                    String value = row.getString(i);
                                    found[0] |= value != null && value.contains(text);
                                }
                            });
                }
                if (found[0]) {
                    return true;
                }
            }
        }
        return false;
    }

    private static PrepareReport prepare(ShopConfig config) {
        return new PrepareData(NOW).run(config, Progress.silent());
    }

    @Test
    void withPseudonymsNoIdNorUnnamedColumnEntersTheWorkspace() throws IOException {
        ShopConfig plain = config("");
        prepare(plain);
        assertThat(holds(plain, "anneliese")).isTrue();
        assertThat(holds(plain, "example.org")).isTrue();

        ShopConfig config =
                config(
                        "privacy: {pseudonyms: {key: {file: keys}}, scrub: [note]}\nworkspace: w2\n");
        PrepareReport report = prepare(config);

        for (String text : List.of("anneliese", "user1", "example.org", "unnamedcolumn")) {
            assertThat(holds(config, text)).as(text).isFalse();
        }
        assertThat(holds(config, Pseudonyms.of(config).ofUser("anneliese"))).isTrue();
        assertThat(holds(config, "Ulm")).isTrue();
        assertThat(report.users()).isEqualTo(21);
        assertThat(PreparedData.open(config).sequences().events())
                .isEqualTo(PreparedData.open(plain).sequences().events());
    }

    @Test
    void whoIsErasedIsGoneAndDoesNotComeBackWithTheSameFile() throws IOException {
        ShopConfig config = config("");
        PrepareReport before = prepare(config);
        assertThat(holds(config, "anneliese")).isTrue();
        assertThat(new ExportShopper().run(config, "anneliese").get("staged")).hasSize(100);

        Tombstones.open(config).add(List.of("anneliese"));
        EraseShoppers.Result erased =
                new EraseShoppers(NOW).run(config, List.of("anneliese"), Progress.silent());

        assertThat(erased.staged()).isEqualTo(100);
        assertThat(erased.texts()).isEqualTo(1);
        assertThat(erased.isPreparedAnew()).isTrue();
        assertThat(holds(config, "anneliese")).isFalse();
        assertThat(holds(config, "user1")).isTrue();
        assertThat(PreparedData.open(config).sequences().size()).isEqualTo(before.users() - 1);

        Files.writeString(
                shop.resolve("log.csv"),
                Files.readString(shop.resolve("log.csv"))
                        + "anneliese,i1,pv,2019-10-01 11:00:00,,\n");
        PrepareReport again = prepare(config);

        assertThat(holds(config, "anneliese")).isFalse();
        assertThat(again.users()).isEqualTo(before.users() - 1);
        assertThat(again.files().get(0).rejected()).containsEntry("shopper forgotten", 102L);
        assertThat(new ExportShopper().run(config, "anneliese").get("staged")).isEmpty();
    }

    /** As a server does, which leaves the files to the next prepare. */
    @Test
    void whoHasATombstoneIsTakenOutOfWhatWasStagedBefore() throws IOException {
        ShopConfig config = config("");
        PrepareReport before = prepare(config);
        Tombstones.open(config).add(List.of("user1"));

        PrepareReport after = prepare(config);

        assertThat(after.users()).isEqualTo(before.users() - 1);
        assertThat(new ExportShopper().run(config, "user1").get("staged")).isEmpty();
        assertThat(after.files().get(0).rejected())
                .containsEntry(EventLoader.ERASED, 10L)
                .doesNotContainKey(EventLoader.FORGOTTEN);
    }

    /** 20 shoppers; three bought, two did very much, and these on the last day alone. */
    @Test
    void ofFewerThanKShoppersNothingIsReported() throws IOException {
        StringBuilder text = new StringBuilder("user,item,act,time,note\n");
        for (int user = 0; user < 20; user++) {
            for (int i = 0; i < (user < 2 ? 40 : 2); i++) {
                text.append(
                        "u%d,i1,pv,2019-05-%02d 10:00:%02d,\n".formatted(user, i < 2 ? 1 : 2, i));
            }
            text.append("u%d,i1,ct,2019-05-01 11:00:00,\n".formatted(user));
            if (user > 16) {
                text.append("u%d,i1,buy,2019-05-01 12:00:00,\n".formatted(user));
            }
        }
        Files.writeString(shop.resolve("log.csv"), text);
        Files.writeString(shop.resolve("users.csv"), "id,city\nu1,Bonn\n");
        String shopOfThree = SHOP.replace("{view: [pv], ", "{view: [pv], cart: [ct], ");
        Files.writeString(shop.resolve("shop.yaml"), shopOfThree + "privacy: {k: 5}\n");
        ShopConfig config = ShopConfigReader.read(shop.resolve("shop.yaml"), Map.of());

        PrepareReport report = prepare(config);

        // of all events less those of views and purchases carts would follow, less views both
        assertThat(report.behaviours().values()).contains(0L);
        assertThat(report.behaviours()).containsEntry("purchase", 0L);
        assertThat(report.behaviours().values().stream().filter(n -> n == 0)).hasSize(2);
        PrepareFigures figures = report.figures();
        assertThat(figures.funnel())
                .extracting(PrepareFigures.Point::label)
                .containsExactly("view", "cart");
        assertThat(figures.activity())
                .containsExactly(new PrepareFigures.Point("2–3", List.of(15.0)));
        assertThat(figures.byDay().get(0).values()).containsExactly(40.0, 20.0, 0.0);
        assertThat(figures.byDay()).hasSize(1);
        assertThat(report.toText())
                .contains("numbers of fewer than 5 shoppers (privacy.k) are left out")
                .contains("events a user: quartiles 3 3 3")
                .doesNotContain("least 3");
        assertThat(Files.readString(config.preparedDirectory().resolve("report.json")))
                .contains("\"k\" : 5")
                .doesNotContain("events_per_user\"");
        assertThat(PreparedData.open(config).sequences().events()).isEqualTo(139);
    }

    @Test
    void whatIsOlderThanTheRetentionIsNotKept() throws IOException {
        prepare(config(""));
        ShopConfig config = config("privacy: {retention: 100d}\n");
        // what was staged before has become too old
        EraseShoppers.Result erased =
                new EraseShoppers(NOW).run(config, List.of(), Progress.silent());

        assertThat(erased.staged()).isEqualTo(225); // nine months of twelve
        assertThat(PreparedData.open(config).sequences().events()).isLessThanOrEqualTo(75);
        Files.setLastModifiedTime(
                shop.resolve("log.csv"), java.nio.file.attribute.FileTime.fromMillis(1));
        assertThat(prepare(config).files().get(0).rejected())
                .containsEntry("older than privacy.retention", 225L);
    }
}
