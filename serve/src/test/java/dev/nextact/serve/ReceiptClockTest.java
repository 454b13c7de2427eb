package dev.nextact.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class ReceiptClockTest {

    /** A clock that is set by hand. */
    private static final class SetClock extends Clock {

        private Instant now = Instant.parse("2026-01-31T12:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    @Test
    void aClockThatIsSetBackPutsNoEventBeforeAnOlderOne() {
        SetClock clock = new SetClock();
        ReceiptClock receipt = new ReceiptClock(clock);
        long before = receipt.getAsLong();
        assertThat(before).isEqualTo(clock.now.toEpochMilli() * 1000);

        clock.now = clock.now.minusSeconds(3600);
        assertThat(receipt.getAsLong()).isEqualTo(before + 1);
        assertThat(receipt.getAsLong()).isEqualTo(before + 2);

        clock.now = clock.now.plusSeconds(3601);
        assertThat(receipt.getAsLong()).isEqualTo(before + 1_000_000);
    }
}
