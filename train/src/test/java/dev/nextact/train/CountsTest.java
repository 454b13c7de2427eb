package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventSequences;
import dev.nextact.core.LearningData;
import dev.nextact.core.Split;
import dev.nextact.core.privacy.SecretNoise;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class CountsTest {

    /** Of each shopper item 1 ten times, then items 2, 3 and 4, the last of them bought. */
    private static LearningData data(int users) {
        EventSequences.Builder builder = new EventSequences.Builder();
        for (int user = 0; user < users; user++) {
            for (int t = 0; t < 10; t++) {
                builder.event(1, 0, t);
            }
            builder.event(2, 0, 10);
            builder.event(3, 0, 11);
            builder.event(4, 1, 12);
            builder.endUser();
        }
        EventSequences all = builder.build();
        return LearningData.of(
                Catalog.of(List.of("a", "b", "c", "d")),
                all,
                Split.byRole(all, Collections.nCopies(users, Split.Role.TRAINING)),
                1);
    }

    @Test
    void aShopperCountsOnceHoweverMuchTheyDid() {
        Counts counts = Counts.of(data(1000), 2, 0, SecretNoise.repeatable(1));

        // 1/√4 for each of four items: a vector of length 1
        assertThat(counts.ofItems()).containsExactly(0, 500, 500, 500, 500);
        assertThat(counts.ofBehaviours()).containsExactly(923_077L, 76_923L);
    }

    @Test
    void whatIsToldIsNotWhatWasCounted() {
        Counts first = Counts.of(data(1000), 2, 20);
        Counts second = Counts.of(data(1000), 2, 20);

        assertThat(first.ofItems()).isNotEqualTo(second.ofItems());
        assertThat(Arrays.stream(first.ofItems()).skip(1).average().orElseThrow())
                .isBetween(400.0, 600.0);
    }

    @Test
    void ofFewerThanKShoppersNoCountIsTold() {
        EventSequences.Builder builder = new EventSequences.Builder();
        for (int user = 0; user < 5; user++) {
            builder.event(1, 0, 0);
            builder.event(1, 0, 1);
            if (user == 0) {
                builder.event(2, 1, 2); // one shopper alone
                builder.event(2, 1, 3);
            }
            builder.endUser();
        }
        EventSequences all = builder.build();
        LearningData few =
                LearningData.of(
                        Catalog.of(List.of("a", "b")),
                        all,
                        Split.byRole(all, Collections.nCopies(5, Split.Role.TRAINING)),
                        1);

        Counts whole = Counts.ofAtLeast(few, 2, 1);
        assertThat(whole.ofItems()).containsExactly(0, 10, 2);
        assertThat(whole.ofBehaviours()).containsExactly(10L, 2L);
        Counts counts = Counts.ofAtLeast(few, 2, 5);
        assertThat(counts.ofItems()).containsExactly(0, 10, 0);
        assertThat(counts.ofBehaviours()).containsExactly(10L, 0L);
    }
}
