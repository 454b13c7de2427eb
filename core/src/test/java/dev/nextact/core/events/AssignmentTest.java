package dev.nextact.core.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AssignmentTest {

    @Test
    void theCheapestColumnOfARowMayBeAnothers() {
        // by hand: 1 + 2 + 2 = 5; with the 0 it would be 0 + 2 + 4 or 0 + 2 + 5
        float[] costs = {
            1, 0, 5, //
            2, 3, 2, //
            4, 2, 5,
        };

        int[] columns = Assignment.of(costs, 0, 3, 3);

        assertThat(columns).containsExactly(0, 2, 1);
    }

    @Test
    void rowsLeftOverHaveNone() {
        float[] costs = {9, 8, 1, 9, 2, 2}; // three rows, two columns

        int[] columns = Assignment.of(costs, 0, 3, 2);

        assertThat(columns).containsExactly(Assignment.NONE, 0, 1);
    }

    @Test
    void columnsLeftOverHaveNoRow() {
        float[] costs = {0, 0, 7, 7, 5, 6, 1, 9}; // two rows of four, after two other numbers

        assertThat(Assignment.of(costs, 2, 2, 3)).containsExactly(2, 1);
    }

    @Test
    void nothingToAssignIsNoError() {
        assertThat(Assignment.of(new float[0], 0, 3, 0)).containsExactly(-1, -1, -1);
        assertThat(Assignment.of(new float[0], 0, 0, 3)).isEmpty();
    }

    @Test
    void itIsTheCheapestOfAllPermutations() {
        SplittableRandom random = new SplittableRandom(1);
        for (int trial = 0; trial < 300; trial++) {
            int rows = 1 + random.nextInt(6);
            int columns = 1 + random.nextInt(6);
            float[] costs = new float[rows * columns];
            for (int i = 0; i < costs.length; i++) {
                // ties and negative costs among them
                costs[i] = random.nextInt(8) - 2;
            }
            int[] assigned = Assignment.of(costs, 0, rows, columns);

            assertThat(Arrays.stream(assigned).filter(c -> c >= 0).distinct().count())
                    .isEqualTo(Math.min(rows, columns));
            assertThat(cost(costs, columns, assigned))
                    .isCloseTo(cheapest(costs, rows, columns, 0, 0), offset(1e-6));
        }
    }

    @Test
    void costsThatAreNoNumbersAreRefused() {
        assertThatThrownBy(() -> Assignment.of(new float[] {Float.NaN}, 0, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("finite");
    }

    private static double cost(float[] costs, int columns, int[] assigned) {
        double sum = 0;
        for (int row = 0; row < assigned.length; row++) {
            sum += assigned[row] < 0 ? 0 : costs[row * columns + assigned[row]];
        }
        return sum;
    }

    /** By trying all. */
    private static double cheapest(float[] costs, int rows, int columns, int row, int taken) {
        if (row == rows) {
            return Integer.bitCount(taken) == Math.min(rows, columns)
                    ? 0
                    : Double.POSITIVE_INFINITY;
        }
        double least =
                rows > columns
                        ? cheapest(costs, rows, columns, row + 1, taken)
                        : Double.POSITIVE_INFINITY;
        for (int column = 0; column < columns; column++) {
            if ((taken >> column & 1) == 0) {
                double rest = cheapest(costs, rows, columns, row + 1, taken | 1 << column);
                least = Math.min(least, costs[row * columns + column] + rest);
            }
        }
        return least;
    }
}
