package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventSequences;
import dev.nextact.core.Grain;
import dev.nextact.core.LearningData;
import dev.nextact.core.Split;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrainingSetTest {

    private static LearningData data(int[]... histories) {
        EventSequences.Builder builder = new EventSequences.Builder();
        for (int[] history : histories) {
            for (int t = 0; t < history.length; t++) {
                builder.event(history[t], 0, t);
            }
            builder.endUser();
        }
        List<String> ids = IntStream.rangeClosed(1, 9).mapToObj(Integer::toString).toList();
        EventSequences all = builder.build();
        return LearningData.of(Catalog.of(ids), all, Split.leaveOneOut(all), 1);
    }

    @Test
    void theEventsOfValidationAndTestAreNoTargets() {
        TrainingSet set = TrainingSet.of(data(new int[] {1, 2, 3, 4, 5}), 50);

        assertThat(set.size()).isEqualTo(1);
        assertThat(set.window(0).events().items()).containsExactly(1, 2, 3);
    }

    @Test
    void longHistoriesAreCutFromTheNewestBackwards() {
        TrainingSet set = TrainingSet.of(data(new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9}), 3);

        assertThat(set.window(0).events().items()).containsExactly(4, 5, 6, 7);
        assertThat(set.window(1).events().items()).containsExactly(1, 2, 3, 4);
        assertThat(set.size()).isEqualTo(2);
        assertThat(set.targets()).isEqualTo(6);
    }

    /** A network counts its tokens: where they are cut must not tell how many are still to come. */
    @Test
    void whatComesLaterDoesNotChangeWhereAnEventIsLearnedFrom() {
        List<String> longest = learnedFrom(40, 6);

        assertThat(longest).hasSize(40).doesNotHaveDuplicates();
        for (int events = 1; events < 40; events++) {
            assertThat(learnedFrom(events, 6)).isEqualTo(longest.subList(0, events));
        }
    }

    @Test
    void aWindowOwnsTheTimeUntilTheNextOneBegins() {
        TrainingSet set = TrainingSet.withFuture(training(14), 6);

        assertThat(IntStream.range(0, set.size()).mapToObj(set::window))
                .extracting(
                        w -> w.events().timeMicros(0),
                        w -> w.future().firstOwned(),
                        Window::targets,
                        w -> w.future().ownedUntilMicros())
                .containsExactly(
                        tuple(0L, 0, 5, 60L),
                        tuple(30L, 3, 3, 90L),
                        tuple(60L, 3, 3, 120L),
                        tuple(90L, 3, 2, 1000L));
    }

    /** Of each event the place in its window, and where that begins. */
    private static List<String> learnedFrom(int events, int length) {
        TrainingSet set = TrainingSet.withFuture(training(events), length);
        List<String> places = new ArrayList<>();
        for (int i = 0; i < set.size(); i++) {
            Window window = set.window(i);
            for (int t = window.future().firstOwned(); t < window.events().size(); t++) {
                places.add(
                        "%d: place %d from %d"
                                .formatted(
                                        window.events().timeMicros(t),
                                        t,
                                        window.events().timeMicros(0)));
            }
        }
        return places;
    }

    /** One shopper, an event every 10 microseconds; all of them may be learned from. */
    private static LearningData training(int events) {
        EventSequences.Builder builder = new EventSequences.Builder();
        for (int t = 0; t < events; t++) {
            builder.event(1 + t % 9, 0, 10L * t);
        }
        EventSequences all = builder.endUser().build();
        List<String> ids = IntStream.rangeClosed(1, 9).mapToObj(Integer::toString).toList();
        return LearningData.of(Catalog.of(ids), all, Split.at(all, 1000, 1001), 1);
    }

    @Test
    void aSingleTrainingEventTeachesNothing() {
        assertThat(TrainingSet.of(data(new int[] {1}, new int[] {1, 2, 3}), 50).size()).isZero();
    }

    @Test
    void anEpochTakesEveryWindowOnce() {
        List<int[]> histories = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            histories.add(IntStream.range(0, 4 + i % 7).map(t -> 1 + t % 9).toArray());
        }
        TrainingSet set = TrainingSet.of(data(histories.toArray(new int[0][])), 50);

        List<int[]> batches = set.epoch(8, 1);

        assertThat(batches.stream().flatMapToInt(Arrays::stream).sorted())
                .containsExactlyElementsOf(IntStream.range(0, 100).boxed().toList());
    }

    @Test
    void batchesHoldLikeNumbersOfTargetsWhateverTheLengths() {
        List<int[]> histories = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            histories.add(IntStream.range(0, 4 + (i % 40 == 0 ? 40 : i % 3)).toArray());
        }
        histories.forEach(h -> Arrays.setAll(h, t -> 1 + t % 9));
        TrainingSet set = TrainingSet.of(data(histories.toArray(new int[0][])), 50);
        double mean = 32.0 * set.targets() / set.size();

        for (int[] batch : set.epoch(32, 3)) {
            int targets = Arrays.stream(batch).map(w -> set.window(w).targets()).sum();
            assertThat((double) targets).isBetween(mean - 45, mean + 45); // the longest window
        }
    }

    @Test
    void aBatchHoldsWindowsOfLikeLength() {
        List<int[]> histories = new ArrayList<>();
        for (int i = 0; i < 640; i++) {
            histories.add(IntStream.range(0, 4 + i % 40).map(t -> 1 + t % 9).toArray());
        }
        TrainingSet set = TrainingSet.of(data(histories.toArray(new int[0][])), 50);

        long padded = 0;
        for (int[] batch : set.epoch(16, 3)) {
            int longest = Arrays.stream(batch).map(w -> set.window(w).targets()).max().orElse(0);
            padded += (long) longest * batch.length;
        }

        assertThat(padded).isLessThan((long) (set.targets() * 1.1));
    }

    @Test
    void sameSeedSameEpoch() {
        TrainingSet set = TrainingSet.of(data(new int[] {1, 2, 3, 4}, new int[] {5, 6, 7, 8}), 50);

        assertThat(set.epoch(1, 5).toArray(new int[0][]))
                .isDeepEqualTo(set.epoch(1, 5).toArray(new int[0][]));
    }

    @Test
    void lengthCountsBaskets() {
        EventSequences.Builder builder = new EventSequences.Builder();
        for (int t = 0; t < 9; t++) {
            builder.event(1 + t, 0, 1 + t / 2); // 1 2, 3 4, 5 6, 7 8, 9
        }
        EventSequences all = builder.endUser().event(1, 0, 1).event(2, 0, 1).endUser().build();
        List<String> ids = IntStream.rangeClosed(1, 9).mapToObj(Integer::toString).toList();
        LearningData data = LearningData.of(Catalog.of(ids), all, Split.at(all, 100, 100), 1);

        TrainingSet set = TrainingSet.of(data, 2, Grain.BASKET);

        assertThat(set.size()).isEqualTo(2); // one basket alone teaches nothing
        assertThat(set.window(0).events().items()).containsExactly(5, 6, 7, 8, 9);
        assertThat(set.window(0).tokens()).isEqualTo(2);
        assertThat(set.window(0).targets()).isEqualTo(3);
        assertThat(set.window(1).events().items()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(set.targets()).isEqualTo(7);
        assertThat(set.targetsOf(9).ofItem()).containsExactly(0, 0, 0, 1, 1, 1, 1, 1, 1, 1);
    }
}
