package dev.nextact.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nextact.evaluate.Bootstrap;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForecastScoresTest {

    private static final int SEQUENCES = 40;

    /** As if T-mAP were a mean over sequences, which its resamples may then be seen through. */
    private static ForecastScores scores(String name, double[] ofSequences) {
        return new ForecastScores(
                name,
                Arrays.stream(ofSequences).average().orElseThrow(),
                Bootstrap.of(
                        SEQUENCES,
                        400,
                        drawn ->
                                Arrays.stream(drawn).mapToDouble(i -> ofSequences[i]).sum()
                                        / SEQUENCES,
                        42),
                ofSequences);
    }

    /** A little better everywhere, and by one of two seeds far better or worse by turns. */
    private static double[] better(double little, double by) {
        double[] of = new double[SEQUENCES];
        Arrays.setAll(of, i -> little + (i % 2 == 0 ? by : -by));
        return of;
    }

    @Test
    void aSeedAloneMayNotTellWhatTheMeanOverSeedsTells() {
        ForecastScores other = scores("roll-out", better(0, 0));
        ForecastScores first = scores("direct", better(0.1, 1));
        ForecastScores second = scores("direct", better(0.1, -1));
        Bootstrap.Interval alone = first.tMaps().minus(other.tMaps()).interval();
        assertThat(alone.low()).isNegative();
        assertThat(alone.high()).isPositive();

        ForecastScores mean = ForecastScores.mean(List.of(first, second));

        // the same sequences are drawn for both seeds, so that what one gains the other loses
        Bootstrap.Interval together =
                mean.tMaps().minus(ForecastScores.mean(List.of(other, other)).tMaps()).interval();
        assertThat(together.low()).isCloseTo(0.1, within(1e-9));
        assertThat(together.high()).isCloseTo(0.1, within(1e-9));
        assertThat(mean.tMap()).isCloseTo(0.1, within(1e-9));
        assertThat(mean.distance()).isCloseTo(0.1, within(1e-9));
        assertThat(mean.less(other))
                .isEqualTo(
                        "direct less roll-out: t-map +0.1000 (+0.1000 to +0.1000), otd +0.100"
                                + " (+0.100 to +0.100)");
    }
}
