package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.LearningData;
import dev.nextact.core.Split;
import dev.nextact.model.network.HeadSettings;
import dev.nextact.model.network.HistoryTotals;
import dev.nextact.model.network.NetworkSettings;
import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.network.NetworkSettings.FeedForward;
import dev.nextact.model.network.NetworkSettings.Positions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeadTargetsTest {

    private static final long SECOND = 1_000_000L;
    private static final long START = 1_700_000_000L * SECOND;

    /** Two behaviours; steps of 10, 20 and 70 seconds. */
    private static final NetworkSettings SETTINGS =
            new NetworkSettings(
                    Family.GRU,
                    Block.PRE_NORM,
                    FeedForward.GELU,
                    Positions.ABSOLUTE,
                    9,
                    2,
                    8,
                    1,
                    1,
                    50,
                    0,
                    List.of(),
                    List.of(),
                    Optional.of(
                            new HeadSettings(
                                    true,
                                    true,
                                    2,
                                    new HeadSettings.GapScale(1, 0, 1),
                                    List.of(0.0, 10.0, 30.0, 100.0),
                                    HeadSettings.TotalsScale.same(HistoryTotals.size(2)),
                                    HeadSettings.Calendar.even(2))));

    /** Behaviour 0 at 0 and 4 s, behaviour 1 at 25 s. */
    private static final EventSequence SHOPPER =
            EventSequence.of(
                    0,
                    new int[] {1, 2, 3},
                    new byte[] {0, 0, 1},
                    new long[] {START, START + 4 * SECOND, START + 25 * SECOND});

    private static Window window(EventSequence events, EventSequence training, long until) {
        int[] places = {0, 1, 2};
        return new Window(
                events,
                new Window.Future(training, Arrays.copyOf(places, events.size()), until, 0));
    }

    private static HeadTargets at(Window window, long now) {
        int[] judged = {1};
        return HeadTargets.ofValidation(SETTINGS, List.of(window), 3, judged, new long[] {now});
    }

    @Test
    void gapsAndBehavioursAreThoseOfTheNextEvents() {
        HeadTargets targets =
                at(window(SHOPPER, SHOPPER, START + 60 * SECOND), START + 30 * SECOND);

        assertThat(targets.gaps())
                .containsExactly(
                        new float[] {(float) Math.log(4), (float) Math.log(21)}, offset(1e-6f));
        assertThat(targets.behaviours()).containsExactly(0, 1);
    }

    @Test
    void aBehaviourThatCameEndsItsCurveAndOneThatDidNotIsWatchedToTheEnd() {
        // after the first event, watched for 24 s more
        Window window = window(SHOPPER.prefix(1), SHOPPER.prefix(2), START + 25 * SECOND);

        HeadTargets targets = at(window, START + SECOND);

        // behaviour 0 after 3 s, in the first step; behaviour 1 not within 24 s
        assertThat(targets.came()).containsExactly(1, 0, 0, 0, 0, 0);
        assertThat(targets.survived())
                .containsExactly(new float[] {0, 0, 0, 1, 14 / 20f, 0}, offset(1e-6f));
    }

    @Test
    void anEventAtTheMomentItselfIsPast() {
        Window window = window(SHOPPER.prefix(2), SHOPPER, START + 60 * SECOND);

        HeadTargets targets = at(window, START + 4 * SECOND);

        assertThat(targets.elapsed()).containsExactly(1); // no gap
        // behaviour 0 does not come again within 56 s; behaviour 1 after 21 s
        assertThat(targets.came()).containsExactly(0, 0, 0, 0, 1, 0);
        assertThat(targets.survived())
                .containsExactly(new float[] {1, 1, 26 / 70f, 1, 0, 0}, offset(1e-6f));
    }

    @Test
    void totalsAreOfWhatCameUpToTheMoment() {
        Window window = window(SHOPPER, SHOPPER, START + 60 * SECOND);

        float[] totals = at(window, START + 30 * SECOND).totals();

        double[] expected = HistoryTotals.at(SHOPPER, 3, START + 30 * SECOND, 2);
        for (int f = 0; f < totals.length; f++) {
            assertThat(totals[f]).isCloseTo((float) expected[f], offset(1e-6f));
        }
        float[] early =
                at(window(SHOPPER.prefix(2), SHOPPER, START + 60 * SECOND), START + 5 * SECOND)
                        .totals();
        double[] ofTwo = HistoryTotals.at(SHOPPER.prefix(2), 2, START + 5 * SECOND, 2);
        for (int f = 0; f < early.length; f++) {
            assertThat(early[f]).isCloseTo((float) ofTwo[f], offset(1e-6f));
        }
    }

    @Test
    void nothingAfterTheTrainingPartIsLearned() {
        EventSequences.Builder builder = new EventSequences.Builder();
        for (int user = 0; user < 20; user++) {
            for (int t = 0; t < 12; t++) {
                builder.event(1 + t % 3, t % 2, START + (user * 7L + t * 40L) * SECOND);
            }
            builder.endUser();
        }
        EventSequences all = builder.build();
        long cutOff = START + 300 * SECOND;
        Split split = Split.at(all, cutOff, cutOff + 100 * SECOND);
        EventSequences.Builder changed = new EventSequences.Builder();
        for (int user = 0; user < 20; user++) {
            EventSequence events = all.get(user);
            for (int t = 0; t < split.trainEnd(user); t++) {
                changed.event(events.item(t), events.behaviour(t), events.timeMicros(t));
            }
            // another future
            changed.event(3, 1, cutOff + user * SECOND).endUser();
        }
        EventSequences other = changed.build();

        HeadTargets one = targets(all, split);
        HeadTargets two = targets(other, Split.at(other, cutOff, cutOff + 100 * SECOND));

        assertThat(one.moments()).isPositive();
        assertThat(two.survived()).containsExactly(one.survived());
        assertThat(two.came()).containsExactly(one.came());
        assertThat(two.gaps()).containsExactly(one.gaps());
        assertThat(two.totals()).containsExactly(one.totals());
    }

    private static HeadTargets targets(EventSequences sequences, Split split) {
        TrainingSet set =
                TrainingSet.withFuture(
                        LearningData.of(Catalog.of(List.of("a", "b", "c")), sequences, split, 1),
                        50);
        List<Window> windows = IntStream.range(0, set.size()).mapToObj(set::window).toList();
        return HeadTargets.of(SETTINGS, windows, 50, new SplittableRandom(1));
    }

    @Test
    void aShopperWithOneEventIsLearnedFrom() {
        EventSequences one =
                new EventSequences.Builder()
                        .event(1, 0, START)
                        .endUser()
                        .event(2, 1, START)
                        .endUser()
                        .build();
        Split split = Split.at(one, START + 50 * SECOND, START + 60 * SECOND);

        HeadTargets targets = targets(one, split);

        assertThat(targets.gaps()).isEmpty();
        assertThat(targets.moments()).isPositive();
        for (float value : targets.survived()) {
            assertThat(value).isBetween(0f, 1f);
        }
    }
}
