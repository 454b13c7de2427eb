package dev.nextact.model.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.EventSequence;
import dev.nextact.core.FieldEncoding;
import dev.nextact.core.FieldVocabulary;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class TimeTokensTest {

    private static final double YEAR_MICROS = 365 * 86_400e6;

    @Test
    void noGapAndAMillisecondAndYearsAreToldApart() {
        assertThat(TimeTokens.gap(0.0)).isEqualTo(1);
        assertThat(TimeTokens.gap(999.0)).isEqualTo(1);
        assertThat(TimeTokens.gap(1_000.0)).isEqualTo(2);
        assertThat(TimeTokens.gap(2_000.0)).isEqualTo(4); // a doubling is two tokens
        assertThat(TimeTokens.gap(25 * YEAR_MICROS)).isEqualTo(TimeTokens.GAPS - 1);
        assertThat(TimeTokens.gap(1e30)).isEqualTo(TimeTokens.GAPS - 1);
    }

    @Test
    void aClockThatRunsBackwardsIsNoGap() {
        assertThat(TimeTokens.gap(-5e9)).isEqualTo(1);
    }

    @Property
    void longerGapsHaveNoSmallerTokens(
            @ForAll @DoubleRange(min = 0, max = 1e16) double a,
            @ForAll @DoubleRange(min = 0, max = 1e16) double b) {
        assertThat(TimeTokens.gap(Math.min(a, b)))
                .isBetween(1, TimeTokens.GAPS - 1)
                .isLessThanOrEqualTo(TimeTokens.gap(Math.max(a, b)));
    }

    @Test
    void hoursAndWeekdaysAreThoseOfUtc() {
        long thursday = micros("1970-01-01T05:30:00Z");
        long sunday = micros("2024-02-25T23:59:59Z");

        assertThat(TimeTokens.hour(thursday)).isEqualTo(1 + 5);
        assertThat(TimeTokens.weekday(thursday)).isEqualTo(4);
        assertThat(TimeTokens.hour(sunday)).isEqualTo(1 + 23);
        assertThat(TimeTokens.weekday(sunday)).isEqualTo(7);
        assertThat(TimeTokens.hour(0)).isEqualTo(TimeTokens.UNKNOWN);
        assertThat(TimeTokens.weekday(0)).isEqualTo(TimeTokens.UNKNOWN);
    }

    @Test
    void theFirstEventReadHasNoGapWhateverCameBefore() {
        long start = micros("2024-02-25T12:00:00Z");
        EventSequence history =
                EventSequence.of(
                        0,
                        new int[] {1, 2, 3},
                        new byte[3],
                        new long[] {start, start + 1_000, start + 5_000});

        TokenBatch all = TokenBatch.of(List.of(history), new TokenShape(3, false, false));
        TokenBatch newest = TokenBatch.of(List.of(history), new TokenShape(2, false, false));

        assertThat(all.clock().gaps()).containsExactly(0, 2, 6);
        assertThat(newest.clock().gaps()).containsExactly(0, 6);
    }

    @Test
    void aHistoryWithoutTimesHasNone() {
        EventSequence history = EventSequence.of(0, new int[] {1, 2}, new byte[2], new long[2]);

        TokenBatch batch = TokenBatch.of(List.of(history), new TokenShape(2, false, false));

        assertThat(batch.clock().gaps()).containsExactly(0, 0);
        assertThat(batch.clock().hours()).containsExactly(0, 0);
    }

    @Test
    void theShopperAndWhatHasNoTimeAreOfTheTimeOfTheNextEvent() {
        long start = micros("2024-02-25T12:00:00Z");
        long[] times = {0, 0, start, start + 7, start - 5};
        EventSequence history =
                EventSequence.of(
                        0,
                        new int[] {1, 2, 3, 4, 5},
                        new byte[5],
                        times,
                        FIELDS.describe(
                                List.of(Map.of(), Map.of(), Map.of(), Map.of(), Map.of()),
                                Map.of("club", "a")));

        TokenBatch all =
                TokenBatch.of(List.of(history, history.prefix(1)), new TokenShape(9, true, true));
        TokenBatch newest = TokenBatch.of(List.of(history), new TokenShape(2, true, true));

        assertThat(all.clock().times())
                .containsExactly(
                        start, start, start, start, start + 7, start - 5, 0, 0, 0, 0, 0, 0);
        assertThat(newest.clock().times()).containsExactly(start + 7, start + 7, start - 5);
    }

    private static final FieldVocabulary FIELDS =
            new FieldVocabulary(
                    List.of(),
                    List.of(
                            new FieldVocabulary.Field(
                                    "club",
                                    List.of("club"),
                                    new FieldEncoding.Categories(List.of("a", "b"), ""))));

    private static long micros(String time) {
        return Instant.parse(time).toEpochMilli() * 1000;
    }
}
