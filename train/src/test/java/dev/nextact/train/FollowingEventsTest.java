package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.nextact.core.EventSequence;
import dev.nextact.model.network.HeadSettings;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FollowingEventsTest {

    private static final long SECOND = 1_000_000L;
    private static final long START = 1_700_000_000L * SECOND;

    /** Three slots for the next two events; times are on the scale ln(1 + seconds). */
    private static final HeadSettings.Slots SLOTS = new HeadSettings.Slots(3, 2, 1, 0, 1);

    /** Of items 1, unknown, 1, 1. */
    private static final EventSequence TRAINING =
            EventSequence.of(
                    0,
                    new int[] {1, 0, 1, 1},
                    new byte[] {0, 1, 2, 0},
                    new long[] {
                        START, START + 3 * SECOND, START + 7 * SECOND, START + 15 * SECOND
                    });

    /** Its known events, watched for so many seconds. */
    private static Window window(long seconds) {
        TrainingSet.Known known = TrainingSet.Known.of(TRAINING);
        return new Window(
                known.events(),
                new Window.Future(TRAINING, known.places(), START + seconds * SECOND, 0));
    }

    private static FollowingEvents from(Window window, int... places) {
        FollowingEvents.Builder builder = new FollowingEvents.Builder(SLOTS, 10, 0);
        Arrays.stream(places).forEach(t -> builder.add(window, 2, t));
        return builder.build();
    }

    @Test
    void theNextEventsAreThoseOfUnknownItemsToo() {
        FollowingEvents events = from(window(60), 0);

        assertThat(events.places()).containsExactly(20);
        assertThat(events.counts()).containsExactly(2);
        assertThat(events.behaviours()).containsExactly(1, 2);
        assertThat(events.times())
                .containsExactly(
                        new float[] {(float) Math.log(4), (float) Math.log(8)}, offset(1e-6f));
        assertThat(events.known()).containsExactly(Float.POSITIVE_INFINITY);
    }

    @Test
    void whatLiesBehindTheEndIsNotAbsentButUnknown() {
        FollowingEvents events = from(window(60), 1, 2);

        // after 7 s: one more event, and nothing else for 53 s; after the last: nothing for 45 s
        assertThat(events.counts()).containsExactly(1, 0);
        assertThat(events.known())
                .containsExactly(
                        new float[] {(float) Math.log(54), (float) Math.log(46)}, offset(1e-5f));
    }

    @Test
    void whereNothingIsKnownNothingIsLearned() {
        assertThat(from(window(15), 2).size()).isZero();
    }
}
