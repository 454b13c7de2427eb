package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;

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
