package dev.nextact.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GrainTest {

    private static EventSequence events(int[] items, int[] behaviours, long... times) {
        byte[] acts = new byte[behaviours.length];
        for (int i = 0; i < acts.length; i++) {
            acts[i] = (byte) behaviours[i];
        }
        return EventSequence.of(0, items, acts, times);
    }

    private static int[] begins(EventSequence events, Grain grain) {
        int[] begins = new int[events.size()];
        for (int i = 0; i < begins.length; i++) {
            begins[i] = grain.begin(events, i);
        }
        return begins;
    }

    @Test
    void eventsOfOneTimeAndBehaviourAreABasket() {
        EventSequence events =
                events(new int[] {1, 2, 3, 4, 5}, new int[] {0, 0, 1, 1, 1}, 7, 7, 7, 7, 8);

        assertThat(begins(events, Grain.BASKET)).containsExactly(0, 0, 2, 2, 4);
        assertThat(begins(events, Grain.EVENT)).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void anotherBehaviourBetweenThemEndsABasket() {
        EventSequence events = events(new int[] {1, 2, 3}, new int[] {0, 1, 0}, 7, 7, 7);

        assertThat(begins(events, Grain.BASKET)).containsExactly(0, 1, 2);
    }

    @Test
    void anUnknownItemBetweenThemDoesNot() {
        EventSequence events =
                events(new int[] {1, 0, 2, 0, 0}, new int[] {0, 1, 0, 0, 1}, 7, 7, 7, 7, 7);

        assertThat(begins(events, Grain.BASKET)).containsExactly(0, 1, 0, 0, 4);
    }

    @Test
    void tokensBeginWithEventsOfKnownItems() {
        EventSequence events =
                events(
                        new int[] {0, 1, 0, 2, 3, 0},
                        new int[] {0, 0, 1, 0, 0, 0},
                        7,
                        7,
                        7,
                        7,
                        8,
                        9);

        assertThat(Grain.BASKET.begins(events)).containsExactly(1, 4);
        assertThat(Grain.EVENT.begins(events)).containsExactly(1, 3, 4);
        assertThat(Grain.BASKET.begins(events.prefix(1))).isEmpty();
    }

    @Test
    void eventsWithoutATimeAreNoBasket() {
        EventSequence events = events(new int[] {1, 2}, new int[] {0, 0}, 0, 0);

        assertThat(begins(events, Grain.BASKET)).containsExactly(0, 1);
    }
}
