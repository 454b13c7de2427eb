package dev.nextact.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventLog;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.data.PrepareData;
import dev.nextact.data.PrepareReport;
import dev.nextact.data.PreparedData;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.PredictEvents;
import dev.nextact.predict.PredictHorizon;
import dev.nextact.predict.PredictHorizon.Question;
import dev.nextact.predict.PredictNext;
import dev.nextact.predict.PredictionSummary;
import dev.nextact.predict.ShopperCluster;
import dev.nextact.predict.Shoppers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shoppers asked on Spark are answered as on one machine, to the bit. */
class SparkShoppersIT {

    private static final Clock NOW =
            Clock.fixed(Instant.parse("2020-01-01T00:00:00Z"), ZoneOffset.UTC);

    private static final int SHOPPERS = 300;

    @TempDir private static Path directory;
    private static ShopConfig shop;
    private static Bundle bundle;

    @BeforeAll
    static void prepareAShop() throws IOException {
        System.setProperty("spark.sql.codegen.wholeStage", "false");
        System.setProperty("spark.sql.codegen.factoryMode", "NO_CODEGEN");
        Files.writeString(directory.resolve("log.csv"), log());
        Path yaml =
                Files.writeString(
                        directory.resolve("shop.yaml"),
                        """
                        workspace: work
                        sources:
                          - path: log.csv
                            columns: {user: user, item: item, behaviour: act, time: time}
                        behaviours: {view: [view], buy: [buy]}
                        split: {valid: 2d, test: 2d}
                        """);
        shop = ShopConfigReader.read(yaml, Map.of());
        new PrepareData(NOW).run(shop, Progress.silent());
        // of 25 items the model knows 20
        List<String> known = IntStream.range(0, 20).mapToObj(i -> "i" + i).toList();
        bundle = AnsweringBundle.write(directory.resolve("models"), Catalog.of(known));
    }

    /** One shopper has a third of all events; some know nothing but items the model does not. */
    private static String log() {
        SplittableRandom random = new SplittableRandom(3);
        StringBuilder log = new StringBuilder("user,item,act,time\n");
        for (int user = 0; user < SHOPPERS; user++) {
            int events = user == 130 ? 1500 : 1 + random.nextInt(20);
            for (int e = 0; e < events; e++) {
                int item = user % 50 == 7 ? 20 + random.nextInt(5) : random.nextInt(25);
                log.append("u%04d,i%d,".formatted(user, item))
                        .append(random.nextInt(4) == 0 ? "buy," : "view,")
                        .append(Instant.parse("2019-10-01T00:00:00Z").plusSeconds(e * 1703L))
                        .append('\n');
            }
        }
        return log.toString();
    }

    private static EventLog prepared() {
        return PreparedData.openAsOfTheEnd(shop.preparedDirectory(), bundle.fields());
    }

    private static ShopperCluster cluster(Path out) {
        return ShopperCluster.spark(
                "local[2]", new ShopperCluster.Place(shop.preparedDirectory(), out.toString()));
    }

    /** Rows and their hash, in the order of the files. */
    private static PrepareReport.Table content(Path answers) throws IOException {
        return PreparedData.contentOf(parts(answers));
    }

    private static List<Path> parts(Path answers) throws IOException {
        try (Stream<Path> entries = Files.list(answers)) {
            return entries.filter(e -> e.getFileName().toString().startsWith("part-"))
                    .sorted()
                    .toList();
        }
    }

    private static void requireSame(Path one, Path many) throws IOException {
        assertThat(content(many)).isEqualTo(PreparedData.contentOf(List.of(one)));
        assertThat(parts(many)).hasSizeGreaterThan(2);
        assertThat(many.resolve("_SUCCESS")).exists();
    }

    @Test
    void theNextItemsAreThoseOfOneMachine() throws IOException {
        PredictNext.Request request =
                new PredictNext.Request(new Shoppers.All(), 5, Optional.empty());
        Path one = directory.resolve("next.parquet");
        Path many = directory.resolve("next answers [1]");
        PredictionSummary expected =
                new PredictNext()
                        .run(bundle, Optional.of(prepared()), request, one, Progress.silent());
        PredictionSummary found =
                new PredictNext().run(bundle, cluster(many), request, Progress.silent());

        assertThat(found).isEqualTo(expected);
        assertThat(found.byPopularity()).isPositive();
        assertThat(found.unknownEvents()).isPositive();
        assertThat(found.shoppers()).isEqualTo(SHOPPERS);
        requireSame(one, many);
    }

    @Test
    void theNextEventsAreThoseOfOneMachine() throws IOException {
        PredictEvents.Request request = new PredictEvents.Request(new Shoppers.All(), 2, 42);
        Path one = directory.resolve("events.parquet");
        Path many = directory.resolve("events");
        PredictEvents.Summary expected =
                new PredictEvents()
                        .run(bundle, Optional.of(prepared()), request, one, Progress.silent());

        assertThat(new PredictEvents().run(bundle, cluster(many), request, Progress.silent()))
                .isEqualTo(expected);
        assertThat(expected.leftOut()).isPositive();
        requireSame(one, many);
    }

    @Test
    void whoBuysAndWhoStaysAwayIsWhatOneMachineSays() throws IOException {
        for (Question question : Question.values()) {
            PredictHorizon.Request request =
                    new PredictHorizon.Request(
                            question,
                            new Shoppers.All(),
                            "buy",
                            Duration.ofDays(3),
                            Optional.empty());
            Path one = directory.resolve(question + ".parquet");
            Path many = directory.resolve(question.toString());
            PredictHorizon.Summary expected =
                    new PredictHorizon()
                            .run(bundle, Optional.of(prepared()), request, one, Progress.silent());
            PredictHorizon.Summary found =
                    new PredictHorizon().run(bundle, cluster(many), request, Progress.silent());

            assertThat(found.shoppers()).isEqualTo(expected.shoppers());
            assertThat(found.leftOut()).isEqualTo(expected.leftOut()).isPositive();
            assertThat(found.meanProbability())
                    .isCloseTo(expected.meanProbability(), offset(1e-12));
            requireSame(one, many);
        }
    }

    @Test
    void eachEventsAnswersAreThoseOfOneMachine() throws IOException {
        PredictHorizon.Request request =
                new PredictHorizon.Request(
                        Question.INTENT,
                        new Shoppers.All(),
                        "buy",
                        Duration.ofHours(12),
                        Optional.of(Instant.parse("2019-10-01T02:00:00Z").toEpochMilli() * 1000));
        Path one = directory.resolve("steps.parquet");
        Path many = directory.resolve("steps");
        new PredictHorizon()
                .runSteps(bundle, Optional.of(prepared()), request, one, Progress.silent());
        new PredictHorizon().runSteps(bundle, cluster(many), request, Progress.silent());

        requireSame(one, many);
    }

    /** Of each task the first attempt fails after some rows, as with an executor that is lost. */
    @Test
    void aTaskThatIsRepeatedNeitherLosesNorDoublesARow() throws IOException {
        Path one = directory.resolve("once.parquet");
        Path many = directory.resolve("again");
        PredictNext.Request request =
                new PredictNext.Request(new Shoppers.All(), 3, Optional.empty());
        PredictionSummary expected =
                new PredictNext()
                        .run(bundle, Optional.of(prepared()), request, one, Progress.silent());
        ShopperCluster cluster =
                new SparkShoppers(
                        "local[2,2]",
                        new ShopperCluster.Place(shop.preparedDirectory(), many.toString()),
                        rows -> rows.mapPartitions(SparkShoppersIT::failingAtFirst));

        assertThat(new PredictNext().run(bundle, cluster, request, Progress.silent()))
                .isEqualTo(expected);
        requireSame(one, many);
    }

    private static Iterator<Row> failingAtFirst(Iterator<Row> rows) {
        int attempt = TaskContext.get().attemptNumber();
        return new Iterator<>() {
            private int taken;

            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public Row next() {
                if (attempt == 0 && taken++ == 200) {
                    throw new IllegalStateException("lost");
                }
                return rows.next();
            }
        };
    }

    @Test
    void whatTheModelCannotAnswerIsRefusedBeforeTheClusterIsAsked() {
        PredictHorizon.Request request =
                new PredictHorizon.Request(
                        Question.CHURN,
                        new Shoppers.All(),
                        "buy",
                        Duration.ofDays(90),
                        Optional.empty());
        ShopperCluster nowhere =
                ShopperCluster.spark(
                        "spark://127.0.0.1:1",
                        new ShopperCluster.Place(shop.preparedDirectory(), "out"));

        assertThatThrownBy(
                        () -> new PredictHorizon().run(bundle, nowhere, request, Progress.silent()))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("the horizon is 90.0 days");
    }

    @Test
    void answersReplaceNothingButAnswers() throws IOException {
        Path other = Files.createDirectories(directory.resolve("other"));
        Files.writeString(other.resolve("shop.yaml"), "dear to somebody");
        PredictNext.Request request =
                new PredictNext.Request(new Shoppers.All(), 3, Optional.empty());

        assertThatThrownBy(
                        () ->
                                new PredictNext()
                                        .run(bundle, cluster(other), request, Progress.silent()))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("is no directory of answers alone (it holds shop.yaml)");
        assertThat(other.resolve("shop.yaml")).exists();
    }

    @Test
    void anExecutorWithOtherDataSaysSo() {
        OpenOnExecutor.Place other =
                new OpenOnExecutor.Place(
                        bundle.directory().toString(),
                        shop.preparedDirectory().toString(),
                        "another");

        assertThatThrownBy(() -> OpenOnExecutor.of(other))
                .hasMessageContaining("an executor finds other prepared data")
                .hasMessageContaining("the workspace at the same path");
    }
}
