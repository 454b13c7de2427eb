package dev.nextact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.EventLog;
import dev.nextact.core.EventWay;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.data.PrepareData;
import dev.nextact.data.PreparedData;
import dev.nextact.evaluate.EvaluateModel;
import dev.nextact.evaluate.EvaluationReport;
import dev.nextact.evaluate.TaskReport;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.HorizonAnswer;
import dev.nextact.predict.PredictEvents;
import dev.nextact.predict.PredictHorizon;
import dev.nextact.predict.PredictHorizon.Question;
import dev.nextact.predict.PredictedEvent;
import dev.nextact.predict.Shoppers;
import dev.nextact.train.TrainModel;
import dev.nextact.train.TrainReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A log that has everything a log should not: gaps from a millisecond to years, none at all, lone
 * events, shoppers without a purchase, rows out of the order of time.
 */
class OddLogsIT {

    private static final long START = 1_500_000_000_000L; // milliseconds
    private static final long DAY = 86_400_000L;
    private static final int YEARS = 6;
    private static final int USERS = 80;

    @TempDir private static Path shop;
    private static ShopConfig config;
    private static TrainReport trained;
    private static EventLog log;

    @BeforeAll
    static void train() throws IOException {
        List<String> rows = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(5);
        for (int user = 0; user < USERS; user++) {
            write(rows, user, random);
        }
        // the clocks of several machines: rows stand in no order
        for (int i = rows.size() - 1; i > 0; i--) {
            int place = random.nextInt(i + 1);
            String row = rows.get(i);
            rows.set(i, rows.get(place));
            rows.set(place, row);
        }
        rows.add(0, "user,item,act,time");
        Files.write(shop.resolve("log.csv"), rows);
        Path file =
                Files.writeString(
                        shop.resolve("shop.yaml"),
                        """
                        sources:
                          - path: log.csv
                            columns: {user: user, item: item, behaviour: act, time: time}
                            time: {format: epoch-millis}
                        behaviours: {view: [view], buy: [buy]}
                        clean: {min_item_events: 1, duplicates: keep, outliers: keep}
                        split: {protocol: time, valid: 100d, test: 100d}
                        model: {family: gru, width: 16, layers: 1, length: 20, time_fields: [gap, hour]}
                        train: {epochs: 3, workers: 1, batch: 16, loss: full-softmax}
                        tasks:
                          learn: [next-items, next-events, intent, churn]
                          next_events: {k: 4}
                          intent: {horizon: 1h}
                          churn: {horizon: 90d}
                        """);
        config = ShopConfigReader.read(file, Map.of());
        new PrepareData(Clock.systemUTC()).run(config, Progress.silent());
        trained = new TrainModel().run(config, new TrainModel.Options(false), Progress.silent());
        log = PreparedData.open(config.preparedDirectory());
    }

    private static void write(List<String> rows, int user, SplittableRandom random) {
        long time = START + random.nextLong(YEARS * 365L * DAY);
        boolean buys = user % 3 != 0;
        int events = user % 5 == 0 ? 1 : 12;
        for (int i = 0; i < events; i++) {
            String act = buys && i % 4 == 3 ? "buy" : "view";
            rows.add("u%02d,i%d,%s,%d".formatted(user, (user + i) % 7, act, time));
            long gap =
                    switch (user % 4) {
                        case 0 -> 0;
                        case 1 -> 1;
                        case 2 -> (long) Math.pow(10, random.nextInt(11));
                        default -> random.nextLong(60 * DAY);
                    };
            time = Math.min(START + YEARS * 365L * DAY, time + gap);
        }
        // so that nobody is there in the test alone, and the log ends where it should
        rows.add("u%02d,i0,view,%d".formatted(user, START + user));
        rows.add("u%02d,i1,view,%d".formatted(user, START + YEARS * 365L * DAY - user));
    }

    @Test
    void theTrainingStaysFinite() {
        assertThat(trained.validScore()).isBetween(0.0, 1.0);
        assertThat(Bundle.open(trained.bundle()).weights().values())
                .allSatisfy(
                        tensor -> {
                            for (float value : tensor.values()) {
                                assertThat(Float.isFinite(value)).isTrue();
                            }
                        });
    }

    @ParameterizedTest
    @EnumSource(EventWay.class)
    void everyShopperGetsEventsInOrder(EventWay way) {
        List<PredictedEvent> events = new ArrayList<>();
        PredictEvents.Summary summary =
                new PredictEvents()
                        .run(
                                Bundle.open(trained.bundle()),
                                Optional.of(log),
                                new PredictEvents.Request(
                                        new Shoppers.All(), 4, Optional.of(way), 42),
                                events::add,
                                Progress.silent());

        assertThat(summary).isEqualTo(new PredictEvents.Summary(USERS, 0));
        assertThat(events).hasSize(4 * USERS);
        // of two behaviours a future has one for sure, a slot may stay empty
        double least = way == EventWay.ROLL_OUT ? 0.5 : Double.MIN_VALUE;
        for (int i = 0; i < events.size(); i++) {
            PredictedEvent event = events.get(i);
            assertThat(event.lowSeconds()).isBetween(0.0, event.seconds());
            assertThat(event.highSeconds())
                    .isBetween(event.seconds(), 4 * 10 * 365 * 86_400.0); // ten years each
            assertThat(event.probability()).isBetween(least, 1.0);
            if (event.rank() > 1) {
                assertThat(event.seconds()).isGreaterThanOrEqualTo(events.get(i - 1).seconds());
            }
        }
    }

    @Test
    void everyShopperGetsProbabilities() {
        for (Question question : Question.values()) {
            for (Duration horizon :
                    List.of(Duration.ofMillis(1), Duration.ofHours(1), Duration.ofDays(700))) {
                List<HorizonAnswer> answers = ask(question, horizon, Optional.empty());
                assertThat(answers).hasSize(USERS);
                for (HorizonAnswer answer : answers) {
                    assertThat(answer.probability()).isBetween(0.0, 1.0);
                    assertThat(answer.medianSeconds() == -1 || answer.medianSeconds() > 0).isTrue();
                }
            }
        }
    }

    @Test
    void aMomentLongAfterTheLogIsAnswered() {
        long inTenYears = (START + 16 * 365L * DAY) * 1000;

        assertThat(ask(Question.INTENT, Duration.ofDays(1), Optional.of(inTenYears)))
                .hasSize(USERS)
                .allSatisfy(answer -> assertThat(answer.probability()).isBetween(0.0, 1.0));
    }

    private static List<HorizonAnswer> ask(
            Question question, Duration horizon, Optional<Long> atMicros) {
        List<HorizonAnswer> answers = new ArrayList<>();
        new PredictHorizon()
                .run(
                        Bundle.open(trained.bundle()),
                        Optional.of(log),
                        new PredictHorizon.Request(
                                question, new Shoppers.All(), "buy", horizon, atMicros),
                        answers::add,
                        Progress.silent());
        return answers;
    }

    @Test
    void everyFigureOfTheEvaluationIsANumber() {
        EvaluationReport report =
                new EvaluateModel()
                        .run(
                                config,
                                new EvaluateModel.Request(
                                        Optional.of(trained.bundle()), true, List.of()),
                                Progress.silent());
        Set<String> judged = new HashSet<>();
        for (TaskReport task : report.others()) {
            for (EvaluationReport.Result result : task.results()) {
                judged.add(result.task());
                assertThat(result.metrics().values())
                        .as(result.task() + " by " + result.model())
                        .allSatisfy(value -> assertThat(Double.isFinite(value)).isTrue());
            }
        }
        assertThat(judged).containsExactlyInAnyOrder("next-events", "intent", "churn");
    }
}
