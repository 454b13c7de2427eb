package dev.nextact.evaluate.uplift;

import dev.nextact.core.uplift.Trial;
import java.util.Arrays;

/**
 * What was known of shoppers at the moment of a campaign, and what came of it.
 *
 * @param rows [N][F], NaN = missing; nothing in them is later than the campaign
 * @param trial N of them
 */
public record UpliftCases(double[][] rows, Trial trial) {

    public UpliftCases {
        if (rows.length != trial.size()) {
            throw new IllegalArgumentException(
                    "rows: expected " + trial.size() + ", found " + rows.length);
        }
    }

    public int size() {
        return rows.length;
    }

    UpliftCases select(int[] indices) {
        return new UpliftCases(rows(indices), trial.select(indices));
    }

    double[][] rows(int[] indices) {
        return Arrays.stream(indices).mapToObj(i -> rows[i]).toArray(double[][]::new);
    }
}
