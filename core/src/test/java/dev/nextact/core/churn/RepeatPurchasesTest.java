package dev.nextact.core.churn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.EventSequence;
import org.junit.jupiter.api.Test;

class RepeatPurchasesTest {

    private static final byte VIEW = 0;
    private static final byte BUY = 1;

    /** 2026-01-01T00:00:00Z, in hours. */
    private static final long START = 490_896;

    private static EventSequence history(byte[] behaviours, long... hours) {
        long[] micros = new long[hours.length];
        for (int i = 0; i < hours.length; i++) {
            micros[i] = micros(hours[i]);
        }
        return EventSequence.of(-1, new int[hours.length], behaviours, micros);
    }

    private static long micros(long hour) {
        return (START + hour) * 3_600_000_000L;
    }

    @Test
    void allOfADayIsOnePurchaseAndWhatIsNoneDoesNotCount() {
        EventSequence history =
                history(new byte[] {VIEW, BUY, BUY, BUY, VIEW}, 1, 30, 47, 24 * 5 + 3, 24 * 8);

        // bought on the second day, twice, and on the sixth; asked at noon of the eleventh
        assertThat(RepeatPurchases.inDays(history, BUY, micros(24 * 10 + 12)))
                .contains(new RepeatPurchases(1, 4, 9.5));
    }

    @Test
    void daysBefore1970AreDaysToo() {
        long tenDaysBefore = -START - 240;
        EventSequence history =
                history(new byte[] {BUY, BUY}, tenDaysBefore + 6, tenDaysBefore + 30);

        assertThat(RepeatPurchases.inDays(history, BUY, micros(-START)))
                .contains(new RepeatPurchases(1, 1, 10));
        assertThat(RepeatPurchases.inDays(history.prefix(1), BUY, micros(-START)))
                .contains(new RepeatPurchases(0, 0, 10));
    }

    @Test
    void whoNeverBoughtIsNoCustomer() {
        assertThat(RepeatPurchases.inDays(history(new byte[] {VIEW}, 1), BUY, micros(48)))
                .isEmpty();
    }
}
