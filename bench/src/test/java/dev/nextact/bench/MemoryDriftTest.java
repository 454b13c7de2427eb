package dev.nextact.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MemoryDriftTest {

    @Test
    void aLeakOfOneInAThousandAnEpochIsSeenAmongNoise() {
        List<Long> resident =
                LongStream.range(0, 20)
                        .mapToObj(e -> 1_000_000 + 1_000 * e + (e % 3 == 0 ? 9_000 : 0))
                        .toList();

        assertThat(MemoryDrift.after(4, resident)).isCloseTo(0.015, within(0.003));
    }

    @Test
    void oneEpochThatStandsOutIsNoDrift() {
        List<Long> resident =
                LongStream.range(0, 20).mapToObj(e -> e == 15 ? 1_100_000L : 1_000_000L).toList();

        assertThat(MemoryDrift.after(4, resident)).isZero();
    }

    @Test
    void whatTheWarmUpTakesIsNoDrift() {
        List<Long> resident =
                LongStream.range(0, 10).mapToObj(e -> e < 4 ? 400_000L : 800_000L).toList();

        assertThat(MemoryDrift.after(4, resident)).isZero();
    }

    @Test
    void tooFewEpochsTellNothing() {
        assertThat(MemoryDrift.after(4, List.of(1L, 2L, 3L, 4L, 5L))).isZero();
    }
}
