package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DirectEventsLossTest {

    /** Two events of the one moment, by three slots. */
    private static final float[] COSTS = {
        1, 2, 9, //
        1, 5, 9,
    };

    private static FollowingEvents events(int count, float known) {
        return new FollowingEvents(
                new long[1], new int[] {count}, new float[2], new long[2], new float[] {known});
    }

    private static DirectEventsLoss.Matching pair(FollowingEvents events, float... times) {
        return DirectEventsLoss.pair(COSTS, times, events, 3, 2);
    }

    @Test
    void everyEventGetsASlotOfItsOwn() {
        DirectEventsLoss.Matching matching =
                pair(events(2, Float.POSITIVE_INFINITY), 0.1f, 0.2f, 0.3f);

        // 2 + 1 is less than 1 + 5
        assertThat(matching.slots()).containsExactly(1, 0);
        assertThat(matching.events()).containsExactly(0, 1);
        assertThat(matching.used()).containsExactly(1, 1, 0);
        assertThat(matching.counts()).containsExactly(1, 1, 1);
    }

    @Test
    void aSlotOfATimeNobodyKnowsIsNotTaughtToBeEmpty() {
        DirectEventsLoss.Matching matching = pair(events(1, 0.25f), 0.3f, 0.2f, 0.3f);

        assertThat(matching.slots()).containsExactly(0);
        assertThat(matching.used()).containsExactly(1, 0, 0);
        // the first has the event, the second would have been seen, the third not
        assertThat(matching.counts()).containsExactly(1, 1, 0);
    }

    @Test
    void aMomentWithoutEventsTeachesWhatDidNotCome() {
        DirectEventsLoss.Matching matching = pair(events(0, 0.25f), 0.1f, 0.2f, 0.3f);

        assertThat(matching.slots()).isEmpty();
        assertThat(matching.used()).containsOnly(0);
        assertThat(matching.counts()).containsExactly(1, 1, 0);
    }
}
