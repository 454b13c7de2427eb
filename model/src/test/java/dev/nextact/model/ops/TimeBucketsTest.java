package dev.nextact.model.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.model.FloatTensor;
import java.util.Arrays;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeBucketsTest {

    private static final long SECOND = 1_000_000;
    private static final long DAY = 86_400 * SECOND;

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 0",
        "1023, 0",
        "1024, 1",
        "2047, 1",
        "2048, 2",
        "4095, 2",
        "4096, 3",
        "-1, 0",
        "-9000000000, 0"
    })
    void underAMillisecondIsZeroAndFromThereEachDoublingIsABucket(long micros, int bucket) {
        assertThat(TimeBuckets.of(micros)).isEqualTo(bucket);
    }

    @Test
    void secondsDaysAndYearsAreToldApart() {
        assertThat(TimeBuckets.of(SECOND)).isEqualTo(10); // 977 ticks
        assertThat(TimeBuckets.of(60 * SECOND)).isEqualTo(16); // 58,594
        assertThat(TimeBuckets.of(DAY)).isEqualTo(27); // 84,375,000
        assertThat(TimeBuckets.of(365 * DAY)).isEqualTo(35);
        assertThat(TimeBuckets.of(17 * 365 * DAY)).isEqualTo(39);
        assertThat(TimeBuckets.of(18 * 365 * DAY)).isEqualTo(TimeBuckets.COUNT - 1);
        assertThat(TimeBuckets.of(Long.MAX_VALUE)).isEqualTo(TimeBuckets.COUNT - 1);
    }

    @Property
    void aBucketIsHowManyBoundsATimeReaches(@ForAll long micros) {
        assertThat(TimeBuckets.of(micros))
                .isEqualTo(
                        (int) Arrays.stream(TimeBuckets.bounds()).filter(b -> b <= micros).count());
    }

    @Test
    void bucketsAreByTheLaterStepAndTheOneItSees() {
        long start = 1_700_000_000_000_001L; // no float holds such a time
        long[] times = {start, start, start + 5_000, start, start + DAY, start + DAY + 1_024};

        FloatTensor buckets =
                new ArrayOps(Map.of()).timeBuckets(ArrayOps.times(times, 2, 3)); // [2, 3, 3]

        assertThat(buckets.shape()).containsExactly(2, 3, 3);
        assertThat(buckets.values())
                .containsExactly(0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 27, 0, 0, 27, 1, 0);
    }

    @Test
    void timesBefore1970AreHeldExactly() {
        long[] times = {-5_000_000_123L, -5_000_000_123L + 1_024};

        FloatTensor buckets = new ArrayOps(Map.of()).timeBuckets(ArrayOps.times(times, 1, 2));

        assertThat(buckets.values()).containsExactly(0, 0, 1, 0);
    }
}
