package dev.nextact.serve.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.serve.history.ShopperEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShopActivityTest {

    private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");

    /** Stands still until it is put forward. */
    private static final class Hand extends Clock {
        private Instant now = START;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private final Hand clock = new Hand();
    private final ShopActivity activity = new ShopActivity(clock, List.of("view", "purchase"));

    private static ShopperEvent event(String user, String behaviour) {
        return new ShopperEvent(user + behaviour, user, "item", behaviour, 1);
    }

    @Test
    void theFunnelCountsEventsAndShoppersOfEachBehaviour() {
        activity.kept(
                List.of(
                        event("ann", "view"),
                        event("ann", "view"),
                        event("bob", "view"),
                        event("ann", "purchase")));

        assertThat(activity.summary().funnel())
                .containsExactly(
                        new ShopActivity.Stage("view", 3, 2),
                        new ShopActivity.Stage("purchase", 1, 1));
        assertThat(activity.summary().shoppers()).isEqualTo(2);
    }

    @Test
    void whatIsADayAgoIsCountedNoLonger() {
        activity.kept(List.of(event("ann", "view")));
        clock.now = START.plus(Duration.ofHours(23));
        activity.kept(List.of(event("bob", "view")));
        assertThat(activity.summary().ofDay()).isEqualTo(2);

        clock.now = START.plus(Duration.ofHours(25));

        assertThat(activity.summary().ofDay()).isEqualTo(1);
        assertThat(activity.summary().events()).isEqualTo(2);
    }

    @Test
    void theNewestEventsComeFirstAndAreBounded() {
        IntStream.range(0, ShopActivity.NEWEST + 50)
                .forEach(i -> activity.kept(List.of(event("u" + i, "view"))));

        assertThat(activity.newest()).hasSize(ShopActivity.NEWEST);
        assertThat(activity.newest().get(0).user()).isEqualTo("u" + (ShopActivity.NEWEST + 49));
    }
}
