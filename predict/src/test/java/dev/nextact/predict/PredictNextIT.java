package dev.nextact.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.Behaviours;
import dev.nextact.core.Catalog;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig.SeenItems;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.bundle.BundleContent;
import dev.nextact.model.bundle.BundleWriter;
import dev.nextact.model.bundle.Manifest;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.NetworkSettings;
import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.network.NetworkSettings.Positions;
import dev.nextact.model.onnx.NextItemGraph;
import dev.nextact.predict.PredictNext.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictNextIT {

    private static final List<String> ITEMS = List.of("tea", "cup", "pot", "spoon", "c:1");

    @TempDir private Path directory;
    private Bundle bundle;

    @BeforeEach
    void makeABundle() {
        Network network =
                Network.of(
                        new NetworkSettings(
                                Family.GRU,
                                Block.PRE_NORM,
                                Positions.ABSOLUTE,
                                ITEMS.size(),
                                2,
                                8,
                                1,
                                1,
                                10,
                                0,
                                List.of()));
        Map<String, FloatTensor> weights = network.initialWeights(5);
        Path path =
                new BundleWriter(Clock.systemUTC())
                        .write(
                                directory,
                                new BundleContent(
                                        "shop",
                                        "gru",
                                        10,
                                        List.of("view", "buy"),
                                        "keep",
                                        5,
                                        new Manifest.Data("f", 3, ITEMS.size(), 9, 6, "time"),
                                        Map.of(),
                                        Map.of(),
                                        Catalog.of(ITEMS),
                                        new int[] {0, 5, 9, 1, 3, 2},
                                        weights,
                                        NextItemGraph.write(network, weights)));
        bundle = Bundle.open(path);
    }

    /** A log whose catalog has another order, and an item the model does not know. */
    private static EventLog log() {
        EventSequences sequences =
                new EventSequences.Builder()
                        .event(1, 0, 1)
                        .event(3, 1, 2)
                        .endUser()
                        .event(2, 0, 1)
                        .endUser()
                        .event(3, 0, 1)
                        .event(2, 0, 2)
                        .endUser()
                        .build();
        return new EventLog(
                Catalog.of(List.of("pot", "hat", "tea")),
                List.of("ann", "bob", "eve"),
                Behaviours.of(Map.of("view", List.of("view"))),
                sequences,
                "f");
    }

    private List<Prediction> predict(Shoppers shoppers, SeenItems seen) {
        List<Prediction> list = new ArrayList<>();
        new PredictNext()
                .run(
                        bundle,
                        Optional.of(log()),
                        new Request(shoppers, 3, Optional.of(seen)),
                        list::add,
                        Progress.silent());
        return list;
    }

    @Test
    void everyShopperGetsKItemsInOrderOfTheirScores() {
        List<Prediction> all = predict(new Shoppers.All(), SeenItems.KEEP);

        assertThat(all).hasSize(9);
        assertThat(all.subList(0, 3)).extracting(Prediction::user).containsOnly("ann");
        assertThat(all.subList(0, 3)).extracting(Prediction::rank).containsExactly(1, 2, 3);
        assertThat(all.get(0).score()).isGreaterThanOrEqualTo(all.get(1).score());
    }

    @Test
    void aHistoryOfUnknownItemsGetsThePopularOnes() {
        List<Prediction> bob = predict(new Shoppers.Chosen(List.of("bob")), SeenItems.KEEP);

        assertThat(bob).extracting(Prediction::item).containsExactly("cup", "tea", "spoon");
        assertThat(bob).extracting(Prediction::basis).containsOnly("popularity");
    }

    @Test
    void unknownItemsAreReportedAndChangeNothing() {
        List<Prediction> list = new ArrayList<>();
        PredictionSummary summary =
                new PredictNext()
                        .run(
                                bundle,
                                Optional.of(log()),
                                new Request(
                                        new Shoppers.Chosen(List.of("eve")), 3, Optional.empty()),
                                list::add,
                                Progress.silent());

        assertThat(summary.unknownEvents()).isEqualTo(1);
        assertThat(summary.unknownExamples()).containsExactly("hat");
        assertThat(summary.toText()).contains("(such as hat)");
        List<Prediction> tea = predict(new Shoppers.Unseen(List.of("tea:view")), SeenItems.KEEP);
        assertThat(list)
                .extracting(Prediction::item)
                .isEqualTo(tea.stream().map(Prediction::item).toList());
    }

    @Test
    void seenItemsAreLeftOutWhereTheRuleSaysSo() {
        List<Prediction> ann = predict(new Shoppers.Chosen(List.of("ann")), SeenItems.REMOVE);

        assertThat(ann).extracting(Prediction::item).doesNotContain("pot", "tea");
    }

    @Test
    void aHandedInHistoryReadsBehavioursAndIdsWithColons() {
        List<Prediction> list =
                predict(new Shoppers.Unseen(List.of("tea:buy", "c:1", " cup ")), SeenItems.REMOVE);

        assertThat(list).extracting(Prediction::item).containsExactlyInAnyOrder("pot", "spoon");
        assertThatThrownBy(() -> predict(new Shoppers.Unseen(List.of("tea:steal")), SeenItems.KEEP))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("event 1 'tea:steal'")
                .hasMessageContaining("view, buy");
    }

    @Test
    void anUnknownShopperIsAClearError() {
        assertThatThrownBy(() -> predict(new Shoppers.Chosen(List.of("zoe")), SeenItems.KEEP))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("'zoe' is not in the prepared log")
                .hasMessageContaining("--history");
    }

    private void write(Path out) {
        new PredictNext()
                .run(
                        bundle,
                        Optional.of(log()),
                        new Request(new Shoppers.All(), 2, Optional.empty()),
                        out,
                        Progress.silent());
    }

    @Test
    void writesCsvJsonLinesAndParquet() throws Exception {
        Path out = directory.resolve("out dir");
        write(out.resolve("p.csv"));
        write(out.resolve("p.jsonl"));
        write(out.resolve("p.parquet"));

        assertThat(Files.readAllLines(out.resolve("p.csv")))
                .hasSize(7)
                .startsWith("user,rank,item,score,basis");
        assertThat(Files.readAllLines(out.resolve("p.jsonl")))
                .hasSize(6)
                .first()
                .asString()
                .startsWith("{\"user\":\"ann\",\"rank\":1,\"item\":");
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                ResultSet rows =
                        connection
                                .createStatement()
                                .executeQuery(
                                        "SELECT count(*), min(user), max(rank) FROM read_parquet('"
                                                + out.resolve("p.parquet")
                                                + "')")) {
            rows.next();
            assertThat(rows.getInt(1)).isEqualTo(6);
            assertThat(rows.getInt(3)).isEqualTo(2);
        }
        assertThat(out.toFile().list()).hasSize(3);
    }

    @Test
    void anotherEndingIsRefused() {
        assertThatThrownBy(() -> write(directory.resolve("p.xlsx")))
                .hasMessageContaining("expected .csv, .jsonl or .parquet");
    }

    @Test
    void aPlaceThatCannotBeWrittenIsAClearError() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");

        assertThatThrownBy(() -> write(file.resolve("p.csv")))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("cannot write");
    }

    @Test
    void aLongHistoryIsReadFromItsEnd() {
        List<String> history = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            history.add(i % 2 == 0 ? "tea" : "cup");
        }
        assertThat(predict(new Shoppers.Unseen(history), SeenItems.KEEP))
                .isEqualTo(
                        predict(
                                new Shoppers.Unseen(history.subList(9_990, 10_000)),
                                SeenItems.KEEP));
    }

    @Test
    void manyThreadsGetTheSameAnswer() throws Exception {
        EventSequence history = EventSequence.of(-1, new int[] {1, 2, 3}, new byte[3], new long[3]);
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try (OnnxScorer scorer = OnnxScorer.open(bundle)) {
            float[][] expected = new float[1][ITEMS.size() + 1];
            scorer.score(List.of(history), expected);
            List<Future<float[]>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                answers.add(
                        pool.submit(
                                () -> {
                                    float[][] scores = new float[1][ITEMS.size() + 1];
                                    scorer.score(List.of(history), scores);
                                    return scores[0];
                                }));
            }
            for (Future<float[]> answer : answers) {
                assertThat(answer.get()).isEqualTo(expected[0]);
            }
        } finally {
            pool.shutdown();
        }
    }
}
