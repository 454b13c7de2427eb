package dev.nextact.predict.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nextact.core.EventSequence;
import dev.nextact.core.Messages;
import dev.nextact.core.NextactException;
import dev.nextact.core.timing.LogNormalMixture;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.network.TimeTokens;
import dev.nextact.model.network.TokenBatch;
import dev.nextact.predict.ItemAttributes;
import dev.nextact.predict.Moment;
import dev.nextact.predict.NextItemRanker;
import dev.nextact.predict.OnnxScorer;
import dev.nextact.predict.OutlookBundle;
import dev.nextact.predict.OutlookModel;
import dev.nextact.predict.explain.Explanation.Effect;
import dev.nextact.predict.explain.Outcome.NextItem;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainerIT {

    private static final long START = 1_740_000_000_000_000L;
    private static final long HOUR = 3_600_000_000L;
    private static final long NOW = START + 40 * HOUR;

    /** Of the item 0 the model knows nothing. */
    private static final EventSequence HISTORY =
            EventSequence.of(
                    -1,
                    new int[] {1, 2, 0, 3, 2},
                    new byte[] {0, 1, 0, 0, 1},
                    new long[] {
                        START,
                        START + 2 * HOUR,
                        START + 3 * HOUR,
                        START + 9 * HOUR,
                        START + 30 * HOUR
                    });

    @TempDir private Path directory;
    private Bundle bundle;
    private NextItemRanker ranker;
    private OutlookModel outlook;
    private Explainer explainer;

    @BeforeEach
    void open() {
        bundle = OutlookBundle.write(directory, true, true);
        ranker = NextItemRanker.open(bundle, 1, 64);
        outlook = OutlookModel.open(bundle);
        explainer = new Explainer(ranker, Optional.of(outlook), ItemAttributes.of(bundle));
    }

    @AfterEach
    void close() {
        outlook.close();
        ranker.close();
    }

    private static Outcome first() {
        return new NextItem(0, item -> true);
    }

    private Explanation explain(Outcome outcome) {
        return explainer.explain(
                new Explainer.Question(new Moment(HISTORY, NOW), outcome, 8, true, 0.5, 1));
    }

    /** Written anew, event by event, and scored on the way that predictions go. */
    private double logShare(int item, int... without) {
        List<Integer> out = Arrays.stream(without).boxed().toList();
        int[] kept =
                IntStream.range(0, HISTORY.size()).filter(event -> !out.contains(event)).toArray();
        int[] items = Arrays.stream(kept).map(HISTORY::item).toArray();
        byte[] acts = new byte[kept.length];
        for (int i = 0; i < kept.length; i++) {
            acts[i] = (byte) HISTORY.behaviour(kept[i]);
        }
        long[] times = Arrays.stream(kept).mapToLong(HISTORY::timeMicros).toArray();
        float[][] scores = new float[1][bundle.catalog().size() + 1];
        try (OnnxScorer scorer = OnnxScorer.open(bundle)) {
            scorer.score(List.of(EventSequence.of(-1, items, acts, times)), scores);
        }
        double sum = 0;
        for (int other = 1; other < scores[0].length; other++) {
            sum += Math.exp(scores[0][other]);
        }
        return scores[0][item] - Math.log(sum);
    }

    @Test
    void anEffectIsWhatIsToldLessWhatIsToldOfTheHistoryWithoutTheEvent() {
        Explanation explanation = explain(new NextItem(2, item -> true));

        double full = logShare(2);
        assertThat(explanation.full().value()).isCloseTo(full, within(1e-5));
        assertThat(explanation.events()).hasSize(5);
        for (Effect effect : explanation.events()) {
            int event = effect.part().first();
            assertThat(explanation.effect(effect))
                    .isCloseTo(full - logShare(2, event), within(1e-5));
        }
        assertThat(explanation.effect(explanation.events().get(2))).isCloseTo(0, within(1e-6));
        assertThat(explanation.effect(explanation.events().get(4))).isNotZero();
    }

    @Test
    void theGapAfterAnEventLeftOutGrows() {
        TokenBatch whole = TokenBatch.of(List.of(HISTORY), bundle.shape());
        TokenBatch without =
                TokenBatch.of(List.of(HISTORY.select(new int[] {0, 2, 3, 4})), bundle.shape());

        // tea, cup, pot, cup: without the first cup, from tea to pot are nine hours, not seven
        assertThat(whole.clock().gaps()[2]).isEqualTo(TimeTokens.gap(7.0 * HOUR));
        assertThat(without.clock().gaps()[1]).isEqualTo(TimeTokens.gap(9.0 * HOUR));
    }

    @Test
    void shapleyValuesOfEveryTaskAddUpToTheDifference() {
        for (Outcome outcome :
                List.of(
                        first(),
                        new Outcome.NextBehaviour(1),
                        new Outcome.NextTime(),
                        new Outcome.Comes(1, 86_400),
                        new Outcome.StaysAway(1, 86_400))) {
            Explanation explanation = explain(outcome);
            double sum = Arrays.stream(explanation.shapley().orElseThrow().values()).sum();

            assertThat(sum)
                    .as("%s", outcome.task())
                    .isCloseTo(explanation.full().value() - explanation.newcomer(), within(1e-9));
            assertThat(
                            Arrays.stream(explanation.shapley().orElseThrow().standardErrors())
                                    .max()
                                    .orElseThrow())
                    .isPositive();
        }
    }

    @Test
    void whoComesAndWhoStaysAwayAreMovedByTheSameAndTheOtherWay() {
        Explanation comes = explain(new Outcome.Comes(1, 86_400));
        Explanation stays = explain(new Outcome.StaysAway(1, 86_400));

        assertThat(comes.full().value())
                .isCloseTo(
                        outlook.stays(List.of(new Moment(HISTORY, NOW))).get(0).get(1).came(86_400),
                        within(1e-9));
        for (int i = 0; i < comes.events().size(); i++) {
            assertThat(comes.effect(comes.events().get(i)))
                    .isCloseTo(-stays.effect(stays.events().get(i)), within(1e-9));
        }
    }

    @Test
    void howSoonTheNextEventComesIsSeenFromTheMomentAskedAbout() {
        Moment moment = new Moment(HISTORY, NOW);
        Explanation explanation = explain(new Outcome.NextTime());
        double seconds = explanation.outcome().plain(explanation.full().value());
        LogNormalMixture gap = outlook.at(List.of(moment)).get(0).gap().orElseThrow();
        double waited = (NOW - HISTORY.timeMicros(HISTORY.size() - 1)) / 1e6;

        double before = gap.cumulative(waited);
        assertThat((gap.cumulative(waited + seconds) - before) / (1 - before))
                .isCloseTo(0.5, within(1e-6));
        assertThat(explanation.flip()).isEmpty();
        String told =
                ExplainPrediction.text(bundle, ItemAttributes.of(bundle), Locale.ENGLISH)
                        .sentences(moment, explanation)
                        .get(0);
        assertThat(told)
                .startsWith(
                        "The next event comes within "
                                + ExplanationText.span(Locale.ENGLISH, seconds));
    }

    @Test
    void withoutTheEventsNamedTheItemIsFirstNoLonger() {
        Explanation explanation = explain(first());
        assertThat(explanation.full().rank()).isEqualTo(1);
        Explanation.Flip flip = explanation.flip().orElseThrow();

        if (flip.after().isPresent()) {
            int item = ((NextItem) explanation.outcome()).item();
            int[] removed = flip.removed().stream().mapToInt(event -> event).toArray();
            double own = logShare(item, removed);
            long above =
                    IntStream.rangeClosed(1, 3)
                            .filter(other -> logShare(other, removed) > own)
                            .count();
            assertThat(above).isPositive();
            assertThat(flip.after().get().rank()).isEqualTo(above + 1);
        } else {
            assertThat(flip.removed()).isEmpty();
        }
    }

    @Test
    void eventsNamedTogetherAreToldWithoutThemAndThoseBeforeThem() {
        int[] items = new int[30];
        long[] times = new long[30];
        for (int event = 0; event < items.length; event++) {
            items[event] = 1 + event * event % 3;
            times[event] = START + event * HOUR;
        }
        Moment moment =
                new Moment(EventSequence.of(-1, items, new byte[30], times), times[29] + HOUR);
        Explanation explanation = explainer.explain(Explainer.Question.of(moment, first()));

        List<Integer> named = explanation.together().stream().map(Explanation.Step::event).toList();
        // the encoder reads the newest ten, and what is older counts as one
        assertThat(named).hasSize(1).doesNotHaveDuplicates();
        Explanation.Step step = explanation.together().get(0);
        assertThat(
                        explainer
                                .deletions(moment, explanation.outcome(), new int[] {step.event()})
                                .get(0)
                                .value())
                .isCloseTo(step.without().value(), within(1e-6));
        assertThat(explanation.events())
                .allSatisfy(
                        effect ->
                                assertThat(
                                                effect.part().kind() == Part.Kind.EARLIER
                                                        || effect.without().value()
                                                                >= step.without().value() - 1e-6)
                                        .isTrue());
        assertThat(Explainer.named(explanation)[0]).isEqualTo(step.event());
        assertThat(Explainer.named(explanation)).hasSize(10).doesNotHaveDuplicates();
    }

    @Test
    void runsOfOneHistoryTellTheSameAsOneOfAll() {
        Explanation together = explain(first());
        try (NextItemRanker single = NextItemRanker.open(bundle, 1, 1)) {
            Explanation alone =
                    new Explainer(single, Optional.empty(), ItemAttributes.of(bundle))
                            .explain(Explainer.Question.of(new Moment(HISTORY, NOW), first()));
            for (int i = 0; i < alone.events().size(); i++) {
                assertThat(alone.events().get(i).without().value())
                        .isCloseTo(together.events().get(i).without().value(), within(1e-5));
            }
        }
    }

    @Test
    void theOnlyEventIsWhatMakesAShopperNoNewcomer() {
        Moment one = new Moment(HISTORY.prefix(1), NOW);
        Explanation explanation = explainer.explain(Explainer.Question.of(one, first()));

        assertThat(explanation.events().get(0).without().value()).isEqualTo(explanation.newcomer());
    }

    @Test
    void anItemThatMayNotBeAnsweredIsRefused() {
        assertThatThrownBy(() -> explain(new NextItem(2, item -> item != 2)))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("item 'cup' is not among those that may be answered");
    }

    @Test
    void whatTheModelHasNotLearnedIsRefused() {
        assertThatThrownBy(() -> explainer.refuse(new Outcome.StaysAway(1, 60)))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("has not learned churn");
    }

    @Test
    void sentencesNameWhatMovedItInBothLanguages() {
        Explanation explanation = explain(new Outcome.Comes(1, 86_400));
        Moment moment = new Moment(HISTORY, NOW);
        for (Locale language : Messages.LANGUAGES) {
            List<String> sentences =
                    ExplainPrediction.text(bundle, ItemAttributes.of(bundle), language)
                            .sentences(moment, explanation);

            assertThat(sentences.get(0))
                    .contains("buy")
                    .contains(ExplanationText.percent(explanation.full().value()));
            assertThat(sentences).hasSizeGreaterThan(3);
            assertThat(String.join(" ", sentences)).doesNotContain("{").doesNotContain("null");
        }
    }

    @Test
    void bothLanguagesHaveTheSameTexts() {
        assertThat(
                        Messages.of(ExplanationText.class, "sentences", Locale.SIMPLIFIED_CHINESE)
                                .keys())
                .containsExactlyInAnyOrderElementsOf(
                        Messages.of(ExplanationText.class, "sentences", Locale.ENGLISH).keys());
    }
}
