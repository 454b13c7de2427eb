package dev.nextact.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.offset;

import dev.nextact.core.Behaviours;
import dev.nextact.core.Catalog;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequences;
import dev.nextact.core.LearningData;
import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig.SeenItems;
import dev.nextact.core.Split;
import dev.nextact.core.ranking.NextItemRanking;
import dev.nextact.core.ranking.NextItemTargets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RankedListsTest {

    private static final List<String> ITEMS =
            IntStream.rangeClosed(1, 20).mapToObj(i -> "i" + i).toList();

    @TempDir private Path folder;

    /** Two shoppers: "ann" had i1, i2, then i3; "bob" i4, i5, then i6. */
    private static EventLog log() {
        EventSequences.Builder builder = new EventSequences.Builder();
        builder.event(1, 0, 0).event(2, 0, 1).event(3, 0, 2).endUser();
        builder.event(4, 0, 0).event(5, 0, 1).event(6, 0, 2).endUser();
        return new EventLog(
                Catalog.of(ITEMS),
                List.of("ann", "bob"),
                Behaviours.of(Map.of("event", List.of("event"))),
                builder.build(),
                "fingerprint");
    }

    private NextItemRanking rank(String lines) throws IOException {
        Path file = folder.resolve("test.tsv");
        Files.writeString(file, lines);
        EventLog log = log();
        LearningData data =
                new LearningData(
                        log.catalog(), log.sequences(), Split.leaveOneOut(log.sequences()));
        return NextItemRanking.of(
                RankedLists.read("peer", file, log, log.catalog()),
                NextItemTargets.of(data, NextItemTargets.Part.TEST, 100, 1),
                SeenItems.REMOVE,
                10,
                1);
    }

    private static String line(String user, int... items) {
        return user
                + "\t"
                + String.join(" ", IntStream.of(items).mapToObj(i -> "i" + i).toList())
                + "\n";
    }

    @Test
    void aPlaceInTheListIsTheRankAndWhatIsNotListedIsMissed() throws IOException {
        NextItemRanking ranking =
                rank(
                        line("bob", 11, 12, 13, 14, 15, 16, 17, 18, 19, 20)
                                + line("ann", 7, 3, 8, 9, 10, 11, 12, 13, 14, 15));

        assertThat(ranking.rank(0)).isEqualTo(2);
        assertThat(ranking.rank(1)).isGreaterThan(10);
        assertThat(ranking.ndcg()).isCloseTo(1 / (Math.log(3) / Math.log(2)) / 2, offset(1e-9));
        assertThat(ranking.recall()).isEqualTo(0.5);
    }

    @Test
    void everyShopperMustHaveALine() {
        assertThatExceptionOfType(NextactException.class)
                .isThrownBy(() -> rank(line("ann", 7, 3, 8, 9, 10, 11, 12, 13, 14, 15)))
                .withMessageContaining("no line for shopper number 1");
    }

    @Test
    void anItemOfTheHistoryMayNotBeListed() {
        assertThatExceptionOfType(NextactException.class)
                .isThrownBy(
                        () ->
                                rank(
                                        line("ann", 7, 2, 8, 9, 10, 11, 12, 13, 14, 15)
                                                + line(
                                                        "bob", 11, 12, 13, 14, 15, 16, 17, 18, 19,
                                                        20)))
                .withMessageContaining("ranks item number 2 for shopper number 0");
    }

    @Test
    void aLineThatIsNoneIsToldByItsNumber() {
        String good = line("ann", 7, 3, 8, 9, 10, 11, 12, 13, 14, 15);
        for (String bad :
                List.of(
                        line("eve", 7, 3, 8, 9, 10, 11, 12, 13, 14, 15),
                        line("bob", 7, 3, 8),
                        line("bob", 7, 7, 8, 9, 10, 11, 12, 13, 14, 15),
                        line("bob", 7, 99, 8, 9, 10, 11, 12, 13, 14, 15),
                        "\n")) {
            assertThatExceptionOfType(NextactException.class)
                    .isThrownBy(() -> rank(good + bad))
                    .withMessageContaining("test.tsv, line 2");
        }
    }
}
