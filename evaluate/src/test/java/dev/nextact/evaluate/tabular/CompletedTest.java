package dev.nextact.evaluate.tabular;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CompletedTest {

    private static final double MISSING = Double.NaN;

    @Test
    void theMeanStandsForWhatIsMissingAndAColumnSaysSo() {
        double[][] rows = {{Math.E - 1, 0}, {MISSING, 0}, {Math.exp(3) - 1, 0}};

        double[][] whole = Completed.of(rows).rows(rows);

        assertThat(whole[0]).containsExactly(new double[] {1, 0, 0, 0}, within(1e-12));
        assertThat(whole[1]).containsExactly(new double[] {2, 0, 1, 0}, within(1e-12));
        assertThat(whole[2]).containsExactly(new double[] {3, 0, 0, 0}, within(1e-12));
    }

    @Test
    void aColumnThatWasNeverKnownIsFinite() {
        double[][] rows = {{MISSING}, {MISSING}};

        assertThat(Completed.of(rows).rows(rows)[0]).containsExactly(0, 1);
    }

    @Test
    void theSignStays() {
        double[][] rows = {{1 - Math.E}};

        assertThat(Completed.of(rows).rows(rows)[0][0]).isCloseTo(-1, within(1e-12));
    }
}
