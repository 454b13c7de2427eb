package dev.nextact.model.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.EventSequence;
import dev.nextact.core.Grain;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenBatchTest {

    private static final EventSequence HISTORY =
            EventSequence.of(
                    0,
                    new int[] {1, 2, 3, 0, 4, 5, 6},
                    new byte[] {0, 0, 0, 1, 0, 1, 1},
                    new long[] {10, 10, 5_000_010, 5_000_010, 5_000_010, 5_000_010, 9_000_010});

    private static TokenBatch of(int length) {
        return TokenBatch.of(List.of(HISTORY), new TokenShape(length, false, false, Grain.BASKET));
    }

    @Test
    void eventsOfOneTimeAndBehaviourAreOneToken() {
        TokenBatch batch = of(50);

        assertThat(batch.lengths()).containsExactly(4);
        assertThat(batch.items()).containsExactly(1, 3, 5, 6);
        assertThat(batch.behaviours()).containsExactly(0, 0, 1, 1);
        assertThat(batch.baskets().each()).isEqualTo(2);
        assertThat(batch.baskets().rows()).containsExactly(1, 2, 3, 4, 5, 0, 6, 0);
        float half = (float) Math.sqrt(0.5);
        assertThat(batch.baskets().weights()).containsExactly(half, half, half, half, 1, 0, 1, 0);
        assertThat(batch.clock().gaps())
                .containsExactly(
                        TimeTokens.UNKNOWN,
                        TimeTokens.gap(5e6),
                        TimeTokens.gap(0.0),
                        TimeTokens.gap(4e6));
    }

    @Test
    void lengthCountsBaskets() {
        TokenBatch batch = of(3);

        assertThat(batch.items()).containsExactly(3, 5, 6);
        assertThat(batch.baskets().rows()).containsExactly(3, 4, 5, 0, 6, 0);
        assertThat(batch.clock().gaps()[0]).isEqualTo(TimeTokens.UNKNOWN);
    }

    @Test
    void aHistoryHandedInWithoutTimesHasNoBaskets() {
        EventSequence items = EventSequence.of(0, new int[] {1, 2, 3}, new byte[3], new long[3]);

        TokenBatch batch =
                TokenBatch.of(List.of(items), new TokenShape(50, false, false, Grain.BASKET));

        assertThat(batch.baskets().rows()).containsExactly(1, 2, 3);
    }

    @Test
    void ofAHugeBasketTheFirstItemsAreRead() {
        int[] items = new int[40];
        long[] times = new long[40];
        Arrays.setAll(items, i -> 1 + i);
        Arrays.fill(times, 7);

        TokenBatch batch =
                TokenBatch.of(
                        List.of(EventSequence.of(0, items, new byte[40], times)),
                        new TokenShape(50, false, false, Grain.BASKET));

        assertThat(batch.lengths()).containsExactly(1);
        assertThat(batch.baskets().each()).isEqualTo(TokenShape.MOST_OF_BASKET);
        assertThat(batch.baskets().weights())
                .containsOnly((float) (1 / Math.sqrt(TokenShape.MOST_OF_BASKET)));
    }

    @Test
    void withoutBasketsThereAreNone() {
        TokenBatch batch = TokenBatch.of(List.of(HISTORY), new TokenShape(50, false, false));

        assertThat(batch.items()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(batch.baskets()).isEqualTo(TokenBatch.Fields.NONE);
    }
}
