package dev.nextact.predict.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.EventSequence;
import dev.nextact.core.Grain;
import dev.nextact.model.network.TokenShape;
import dev.nextact.predict.explain.Part.Kind;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartsTest {

    private static final long MINUTE = 60_000_000L;
    private static final long START = 1_740_000_000_000_000L;

    private static EventSequence history(int[] items, int[] behaviours, int... minutes) {
        byte[] acts = new byte[behaviours.length];
        for (int i = 0; i < acts.length; i++) {
            acts[i] = (byte) behaviours[i];
        }
        return EventSequence.of(
                0,
                items,
                acts,
                Arrays.stream(minutes).mapToLong(m -> START + m * MINUTE).toArray());
    }

    private static TokenShape shape(int length) {
        return new TokenShape(length, false, false, Grain.EVENT);
    }

    @Test
    void whatTheEncoderHasNoRoomForIsOnePart() {
        EventSequence history = history(new int[] {1, 0, 2, 3, 1}, new int[5], 0, 1, 2, 3, 4);

        List<Part> parts = Parts.events(history, shape(2));

        assertThat(parts)
                .extracting(Part::kind)
                .containsExactly(Kind.EARLIER, Kind.EVENT, Kind.EVENT);
        assertThat(parts.get(0).events()).containsExactly(0, 1, 2);
        assertThat(parts.get(1).events()).containsExactly(3);
    }

    @Test
    void sessionsEndWithAPauseAndHoldWhatIsAlike() {
        EventSequence history =
                history(new int[] {1, 2, 3, 1, 2}, new int[] {0, 0, 1, 0, 0}, 0, 5, 10, 100, 101);

        List<Part> groups = Parts.groups(history, shape(50), item -> item == 3 ? "cups" : "teas");

        assertThat(groups)
                .extracting(part -> part.kind() + " " + Arrays.toString(part.events()))
                .containsExactly("SESSION [0, 1, 2]", "ALIKE [0, 1]", "SESSION [3, 4]");
    }

    @Test
    void aHistoryOfOneSessionIsNoPart() {
        EventSequence history = history(new int[] {1, 2}, new int[] {0, 1}, 0, 5);

        assertThat(Parts.groups(history, shape(50), item -> "")).isEmpty();
    }
}
