package dev.nextact.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.Bag;
import dev.nextact.core.EventLog;
import dev.nextact.core.FieldEncoding;
import dev.nextact.core.FieldVocabulary;
import dev.nextact.core.NextactException;
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

class AddLinkedActsIT {

    private static final Clock NOW =
            Clock.fixed(Instant.parse("2020-01-01T00:00:00Z"), ZoneOffset.UTC);

    @TempDir private Path site;

    private Path prepare(String name, String log, String follows, String more) throws IOException {
        Path directory = Files.createDirectories(site.resolve(name));
        Files.writeString(directory.resolve("log.csv"), "who,what,act,time\n" + log);
        Files.writeString(directory.resolve("follows.csv"), "a,b,since\n" + follows);
        Path yaml =
                Files.writeString(
                        directory.resolve("shop.yaml"),
                        """
                        sources:
                          - {path: log.csv, columns: {user: who, item: what, behaviour: act, time: time}}
                        links:
                          - path: follows.csv
                            columns: {from: a, to: b, time: since}
                            name: friends
                            acts: 3
                            %s
                        behaviours: {like: [like], post: [post]}
                        """
                                .formatted(more));
        ShopConfig config = ShopConfigReader.read(yaml, Map.of());
        new PrepareData(NOW).run(config, Progress.silent());
        return config.preparedDirectory();
    }

    private static List<String> column(Path prepared) throws IOException {
        List<String> values = new ArrayList<>();
        try (DuckDb engine = DuckDb.open(prepared)) {
            engine.read(
                    "SELECT user_id, time_micros, coalesce(field_friends, '') FROM read_parquet("
                            + DuckDb.quoted(prepared.resolve(PreparedData.EVENTS))
                            + ") AS e JOIN read_parquet("
                            + DuckDb.quoted(prepared.resolve(PreparedData.USERS))
                            + ") AS u USING (user_index) ORDER BY user_index, time_micros",
                    row ->
                            values.add(
                                    row.getString(1)
                                            + " "
                                            + Instant.ofEpochMilli(row.getLong(2) / 1000)
                                                    .toString()
                                                    .substring(8, 13)
                                            + " "
                                            + row.getString(3)));
        }
        return values;
    }

    private static final String LOG =
            """
            ann,tea,like,2019-10-01T10:00:00Z
            bob,cup,post,2019-10-02T10:00:00Z
            bob,pot,like,2019-10-03T10:00:00Z
            ann,tea,like,2019-10-03T10:00:00Z
            cid,mug,post,2019-10-04T10:00:00Z
            ann,tea,like,2019-10-05T10:00:00Z
            """;

    @Test
    void anEventHasWhatThoseFollowedDidBeforeIt() throws IOException {
        Path prepared =
                prepare(
                        "all",
                        LOG,
                        "ann,bob,2019-09-01T00:00:00Z\nann,cid,2019-10-04T12:00:00Z\nann,zoe,\n",
                        "");

        assertThat(column(prepared))
                .containsExactly(
                        "ann 01T10 ",
                        "ann 03T10 cup",
                        "ann 05T10 mug|pot|cup",
                        "bob 02T10 ",
                        "bob 03T10 ",
                        "cid 04T10 ");
    }

    @Test
    void actsOfTheBehavioursNamedCountAlone() throws IOException {
        Path prepared = prepare("posts", LOG, "ann,bob,\n", "behaviours: [post]");

        assertThat(column(prepared)).contains("ann 05T10 cup");
    }

    @Test
    void whoAsksAtTheEndOfTheLogIsToldWhatTheyDidUntilThen() throws IOException {
        String log = LOG + "bob,jar,post,2019-10-06T10:00:00Z\n";
        Path prepared = prepare("end", log, "ann,bob,\nann,cid,\n", "");
        FieldVocabulary friends =
                new FieldVocabulary(
                        List.of(
                                new FieldVocabulary.Field(
                                        "friends",
                                        List.of("friends"),
                                        new FieldEncoding.Categories(
                                                List.of("cup", "jar", "mug", "pot", "tea"), "|"))),
                        List.of());

        assertThat(ofAnn(PreparedData.open(prepared, friends), friends, 2))
                .containsExactly("=mug", "=pot", "=cup");
        EventLog asOfTheEnd = PreparedData.openAsOfTheEnd(prepared, friends);
        assertThat(ofAnn(asOfTheEnd, friends, 2)).containsExactly("=jar", "=mug", "=pot");
        assertThat(ofAnn(asOfTheEnd, friends, 1)).containsExactly("=cup");
    }

    private static List<String> ofAnn(EventLog log, FieldVocabulary fields, int event) {
        Bag bag = new Bag();
        log.sequences(fields)
                .get(log.userIndex("ann"))
                .forEventFields(event, (field, number) -> field.addTo(bag, number));
        List<String> names = new ArrayList<>();
        for (int i = 0; i < bag.size(); i++) {
            names.add(fields.rowNames().get(bag.row(i)).replace("event friends ", ""));
        }
        return names;
    }

    @Test
    void whatComesAtOrAfterATimeChangesNothingBeforeIt() throws IOException {
        SplittableRandom random = new SplittableRandom(5);
        List<String> log = new ArrayList<>();
        StringBuilder follows = new StringBuilder();
        for (int i = 0; i < 400; i++) {
            log.add(
                    String.format(
                            "u%d,i%d,post,2019-10-%02dT%02d:00:00Z%n",
                            random.nextInt(9), random.nextInt(20), 1 + i / 20, random.nextInt(24)));
        }
        for (int i = 0; i < 30; i++) {
            follows.append(
                    String.format(
                            "u%d,u%d,2019-10-%02dT00:00:00Z%n",
                            random.nextInt(9), random.nextInt(9), 1 + random.nextInt(20)));
        }
        String cutOff = "2019-10-12T10:00:00Z";
        StringBuilder whole = new StringBuilder();
        StringBuilder changed = new StringBuilder();
        for (String row : log) {
            boolean isLater =
                    row.strip().substring(row.lastIndexOf(',') + 1).compareTo(cutOff) >= 0;
            whole.append(row);
            changed.append(isLater ? row.replaceAll(",i\\d+,", ",other,") : row);
        }

        List<String> before = until(column(prepare("whole", whole.toString(), follows + "", "")));
        assertThat(before).hasSizeGreaterThan(100).anyMatch(row -> row.contains("|"));
        assertThat(until(column(prepare("changed", changed.toString(), follows + "", ""))))
                .isEqualTo(before);
    }

    private static List<String> until(List<String> rows) {
        return rows.stream().filter(row -> row.substring(3, 8).compareTo("12T10") <= 0).toList();
    }

    @Test
    void aTimeThatIsNoneIsRefusedWithItsPlace() {
        String follows = "ann,bob,2019-09-01T00:00:00Z\n".repeat(20) + "ann,bob,yesterday\n";
        assertThatThrownBy(() -> prepare("bad", LOG, follows, ""))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("follows.csv, line 22")
                .hasMessageContaining("yesterday");
    }

    @Test
    void linksNeedTheirOwnNameAndKnownBehaviours() {
        assertThatThrownBy(() -> prepare("name", LOG, "", "behaviours: [bark]"))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("bark")
                .hasMessageContaining("like, post");
    }

    @Test
    void aTableWithoutLinksLeavesTheColumnEmpty() throws IOException {
        assertThat(column(prepare("none", LOG, "", ""))).allMatch(row -> row.endsWith(" "));
    }
}
