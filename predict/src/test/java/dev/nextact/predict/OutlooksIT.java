package dev.nextact.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.nextact.core.Behaviours;
import dev.nextact.core.Catalog;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.EventWay;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandPeriod;
import dev.nextact.core.demand.DemandSeries;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.PredictHorizon.Question;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a bundle with heads foretells; its weights are those before training. */
class OutlooksIT {

    private static final long START = 1_740_000_000_000_000L;
    private static final long HOUR = 3_600_000_000L;

    @TempDir private Path directory;
    private Bundle bundle;

    @BeforeEach
    void makeABundle() {
        bundle = OutlookBundle.write(directory, true, true);
    }

    /** Of the three shoppers eve had only an item the model does not know. */
    private static EventLog log() {
        EventSequences sequences =
                new EventSequences.Builder()
                        .event(1, 0, START)
                        .event(2, 1, START + 2 * HOUR)
                        .endUser()
                        .event(2, 0, START + HOUR)
                        .endUser()
                        .event(3, 0, START + 5 * HOUR)
                        .endUser()
                        .build();
        return new EventLog(
                Catalog.of(List.of("pot", "tea", "hat")),
                List.of("ann", "bob", "eve"),
                Behaviours.of(Map.of("view", List.of("view"), "buy", List.of("buy"))),
                sequences,
                "f");
    }

    private List<HorizonAnswer> ask(Question question, Duration horizon) {
        return ask(question, horizon, Optional.empty());
    }

    private List<HorizonAnswer> ask(Question question, Duration horizon, Optional<Long> at) {
        List<HorizonAnswer> answers = new ArrayList<>();
        new PredictHorizon()
                .run(
                        bundle,
                        Optional.of(log()),
                        new PredictHorizon.Request(
                                question, new Shoppers.All(), "buy", horizon, at),
                        answers::add,
                        Progress.silent());
        return answers;
    }

    @Test
    void whoBuysAndWhoStaysAwayAreAllThereIs() {
        List<HorizonAnswer> intent = ask(Question.INTENT, Duration.ofDays(3));
        List<HorizonAnswer> churn = ask(Question.CHURN, Duration.ofDays(3));

        assertThat(intent).extracting(HorizonAnswer::user).containsExactly("ann", "bob");
        for (int i = 0; i < 2; i++) {
            assertThat(intent.get(i).probability() + churn.get(i).probability())
                    .isCloseTo(1, offset(1e-12));
            assertThat(intent.get(i).probability()).isStrictlyBetween(0.0, 1.0);
        }
    }

    /** Of one day up to a cut-off. */
    private static DemandPanel day(long cutOff, List<String> items) {
        return new DemandPanel(
                DemandPeriod.DAY,
                cutOff - DemandPeriod.DAY_MICROS,
                1,
                List.of(),
                items.stream().map(item -> DemandSeries.of(item, 0, 1)).toList());
    }

    private ShopperDemand shoppers(EventLog log) {
        ShopConfig.SplitRule split =
                new ShopConfig.SplitRule(
                        "time", Duration.ofHours(1), Duration.ofHours(1), 2, 1, 0.2, 42);
        return ShopperDemand.open(bundle, log, split, "buy", 2 * 86_400.0);
    }

    @Test
    void whatItemsSellAddsUpToTheShoppersHazards() {
        long cutOff = START + 3 * HOUR;
        double hazards =
                ask(Question.INTENT, Duration.ofDays(1), Optional.of(cutOff)).stream()
                        .mapToDouble(answer -> -Math.log1p(-answer.probability()))
                        .sum();
        try (ShopperDemand shoppers = shoppers(log())) {
            double[][] expected =
                    shoppers.expected(day(cutOff, List.of("cup", "hat", "pot", "tea")), 2);
            assertThat(expected[1]).containsOnly(Double.NaN); // the bundle knows no hat
            assertThat(expected[0][0] + expected[2][0] + expected[3][0])
                    .isCloseTo(hazards, offset(1e-6));
            assertThat(expected[0][1]).isPositive();
            assertThat(shoppers.learnedUntilMicros()).isEqualTo(START + 4 * HOUR + 1);
        }
    }

    @Test
    void theShoppersDemandSeesNothingAtOrAfterTheCutOff() {
        long cutOff = START + 2 * HOUR; // ann's second event is at it
        EventSequences fewer =
                new EventSequences.Builder()
                        .event(1, 0, START)
                        .endUser()
                        .event(2, 0, START + HOUR)
                        .endUser()
                        .event(3, 0, START + 5 * HOUR)
                        .endUser()
                        .build();
        EventLog without =
                new EventLog(
                        log().catalog(),
                        List.of("ann", "bob", "eve"),
                        log().behaviours(),
                        fewer,
                        "f");
        DemandPanel panel = day(cutOff, List.of("pot", "tea"));
        ShopConfig.SplitRule early = // the training part ends before the cut-off in both
                new ShopConfig.SplitRule(
                        "time", Duration.ofHours(3), Duration.ofHours(1), 2, 1, 0.2, 42);
        try (ShopperDemand whole = ShopperDemand.open(bundle, log(), early, "buy", 86_400);
                ShopperDemand known = ShopperDemand.open(bundle, without, early, "buy", 86_400)) {
            assertThat(whole.expected(panel, 1)).isDeepEqualTo(known.expected(panel, 1));
        }
    }

    @Test
    void aLongerHorizonIsNoLessLikely() {
        double hour = ask(Question.INTENT, Duration.ofHours(1)).get(0).probability();
        double day = ask(Question.INTENT, Duration.ofDays(1)).get(0).probability();
        double week = ask(Question.INTENT, Duration.ofDays(7)).get(0).probability();

        assertThat(hour).isLessThan(day);
        assertThat(day).isLessThan(week);
    }

    @Test
    void whatCameAfterTheMomentIsNotSeen() {
        List<HorizonAnswer> before = new ArrayList<>();
        PredictHorizon.Summary summary =
                new PredictHorizon()
                        .run(
                                bundle,
                                Optional.of(log()),
                                new PredictHorizon.Request(
                                        Question.INTENT,
                                        new Shoppers.Chosen(List.of("ann", "bob")),
                                        "buy",
                                        Duration.ofDays(1),
                                        Optional.of(START + HOUR)),
                                before::add,
                                Progress.silent());

        // at that moment bob had not come yet
        assertThat(before).extracting(HorizonAnswer::user).containsExactly("ann");
        assertThat(summary.leftOut()).isEqualTo(1);
    }

    @Test
    void aHistoryWithoutTimesIsAskedAboutAtNoHour() {
        List<HorizonAnswer> answers = new ArrayList<>();
        new PredictHorizon()
                .run(
                        bundle,
                        Optional.empty(),
                        new PredictHorizon.Request(
                                Question.INTENT,
                                new Shoppers.Unseen(List.of("tea", "cup:buy")),
                                "buy",
                                Duration.ofDays(1),
                                Optional.empty()),
                        answers::add,
                        Progress.silent());
        EventSequence history =
                EventSequence.of(-1, new int[] {1, 2}, new byte[] {0, 1}, new long[2]);

        assertThat(answers).hasSize(1);
        assertThat(answers.get(0).now()).isEqualTo("-");
        try (OutlookModel model = OutlookModel.open(bundle)) {
            assertThat(answers.get(0).probability())
                    .isEqualTo(came(model, new Moment(history, 0)))
                    .isNotEqualTo(came(model, new Moment(history, 1)));
        }
        // a moment may be named all the same; how long ago the history was is not known
        assertThat(new Moment(history, START).elapsedMicros()).isZero();
    }

    private static double came(OutlookModel model, Moment moment) {
        return model.stays(List.of(moment)).get(0).get(1).came(86_400);
    }

    @Test
    void theFileHoldsARowForEachShopper() throws IOException {
        Path out = directory.resolve("churn.csv");
        new PredictHorizon()
                .run(
                        bundle,
                        Optional.of(log()),
                        new PredictHorizon.Request(
                                Question.CHURN,
                                new Shoppers.All(),
                                "buy",
                                Duration.ofDays(2),
                                Optional.empty()),
                        out,
                        Progress.silent());

        assertThat(Files.readAllLines(out))
                .hasSize(3)
                .first()
                .isEqualTo(
                        "user,behaviour,now,horizon_seconds,probability,median_seconds,expected_count");
    }

    @Test
    void aHorizonBeyondTheLogIsAClearError() {
        assertThatThrownBy(() -> ask(Question.INTENT, Duration.ofDays(30)))
                .hasMessageContaining("30.0 days")
                .hasMessageContaining("no more than 10.0 days");
    }

    @Test
    void aModelThatDidNotLearnItSaysWhatToDo() {
        bundle = OutlookBundle.write(directory, true, false);
        assertThatThrownBy(() -> ask(Question.INTENT, Duration.ofDays(1)))
                .hasMessageContaining("tasks.learn");
    }

    private List<PredictedEvent> events(int k) {
        return events(k, Optional.empty());
    }

    private List<PredictedEvent> events(int k, Optional<EventWay> way) {
        List<PredictedEvent> events = new ArrayList<>();
        PredictEvents.Summary summary =
                new PredictEvents()
                        .run(
                                bundle,
                                Optional.of(log()),
                                new PredictEvents.Request(new Shoppers.All(), k, way, 42),
                                events::add,
                                Progress.silent());
        assertThat(summary).isEqualTo(new PredictEvents.Summary(2, 1));
        return events;
    }

    @ParameterizedTest
    @EnumSource
    void theNextEventsComeOneAfterTheOther(EventWay way) {
        List<PredictedEvent> events = events(4, Optional.of(way));

        assertThat(events).hasSize(8);
        for (int i = 0; i < 8; i++) {
            PredictedEvent event = events.get(i);
            assertThat(event.rank()).isEqualTo(1 + i % 4);
            assertThat(event.lowSeconds()).isLessThanOrEqualTo(event.seconds());
            assertThat(event.seconds()).isLessThanOrEqualTo(event.highSeconds());
            if (way == EventWay.ROLL_OUT) {
                assertThat(event.probability()).isBetween(0.5, 1.0); // the likelier of two
            }
            assertThat(event.probability()).isBetween(0.0, 1.0);
            if (i % 4 > 0) {
                assertThat(event.seconds()).isGreaterThanOrEqualTo(events.get(i - 1).seconds());
            }
        }
    }

    @Test
    void moreEventsThanAreForetoldAtOnceAreAClearError() {
        assertThatThrownBy(() -> events(6, Optional.of(EventWay.DIRECT)))
                .hasMessageContaining("5 events at once")
                .hasMessageContaining("tasks.next_events.k: 6");
    }

    @Test
    void allOfThemAreNoError() {
        assertThat(events(5, Optional.of(EventWay.DIRECT))).hasSize(10);
    }

    @Test
    void theSameSeedLivesTheSameFutures() {
        assertThat(events(3)).isEqualTo(events(3));
    }

    @Test
    void aBatchAnswersAsOneByOne() {
        try (OutlookModel model = OutlookModel.open(bundle)) {
            EventSequences sequences = log().sequences().renumberItems(new int[] {0, 3, 1, 0});
            Moment ann = new Moment(sequences.get(0), START + 9 * HOUR);
            Moment bob = new Moment(sequences.get(1), START + 3 * HOUR);

            List<Outlook> together = model.at(List.of(ann, bob));

            for (int i = 0; i < 2; i++) {
                Outlook alone = model.at(List.of(i == 0 ? ann : bob)).get(0);
                assertThat(together.get(i).behaviours())
                        .containsExactly(alone.behaviours(), offset(1e-6));
                assertThat(together.get(i).stays().get(1).hazards())
                        .containsExactly(alone.stays().get(1).hazards(), offset(1e-6));
                assertThat(together.get(i).gap().orElseThrow().quantile(0.5))
                        .isCloseTo(alone.gap().orElseThrow().quantile(0.5), offset(1e-2));
            }
            assertThat(together.get(0).behaviours()[0] + together.get(0).behaviours()[1])
                    .isCloseTo(1, offset(1e-9));
        }
    }
}
