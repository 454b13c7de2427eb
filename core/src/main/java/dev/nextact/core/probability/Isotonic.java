package dev.nextact.core.probability;

import dev.nextact.core.Orders;
import java.util.Arrays;

/**
 * The never-decreasing function nearest to the outcomes (Zadrozny and Elkan 2002), by pooling
 * adjacent violators (Ayer et al. 1955). Between its knots it runs straight; outside it is level.
 *
 * @param probabilities knots, ascending
 * @param values what they become, never decreasing, strictly between 0 and 1
 */
public record Isotonic(double[] probabilities, double[] values) implements Calibration {

    public Isotonic {
        if (probabilities.length != values.length || values.length == 0) {
            throw new IllegalArgumentException(
                    "values: expected as many as probabilities and at least one, found "
                            + values.length
                            + " and "
                            + probabilities.length);
        }
        probabilities = probabilities.clone();
        values = values.clone();
        for (int i = 0; i < values.length; i++) {
            boolean ascends =
                    i == 0
                            || (probabilities[i] > probabilities[i - 1]
                                    && values[i] >= values[i - 1]);
            if (!ascends || !(values[i] > 0 && values[i] < 1)) {
                throw new IllegalArgumentException(
                        "knot "
                                + i
                                + ": expected ascending probabilities with values between 0 and 1"
                                + " that do not fall, found "
                                + probabilities[i]
                                + " to "
                                + values[i]);
            }
        }
    }

    /**
     * The best fit. A pool of n cases of which none or all happened says 1/(n+2) or (n+1)/(n+2) and
     * not 0 or 1, which no number of cases can show; it is moved no further than the next pool.
     *
     * @param probabilities N of a model on cases it was not trained on
     * @param happened N
     */
    public static Isotonic fit(double[] probabilities, boolean[] happened) {
        BinaryOutcomes.of(probabilities, happened); // checks both
        int[] order = Orders.descending(probabilities);
        int n = order.length;
        double[] low = new double[n];
        double[] high = new double[n];
        double[] count = new double[n];
        double[] yes = new double[n];
        int pools = 0;
        int i = n - 1;
        while (i >= 0) {
            double p = probabilities[order[i]];
            low[pools] = p;
            high[pools] = p;
            count[pools] = 0;
            yes[pools] = 0;
            while (i >= 0 && probabilities[order[i]] == p) {
                count[pools]++;
                yes[pools] += happened[order[i--]] ? 1 : 0;
            }
            pools++;
            while (pools > 1
                    && yes[pools - 2] * count[pools - 1] >= yes[pools - 1] * count[pools - 2]) {
                high[pools - 2] = high[pools - 1];
                count[pools - 2] += count[pools - 1];
                yes[pools - 2] += yes[pools - 1];
                pools--;
            }
        }
        double[] x = new double[2 * pools];
        double[] y = new double[2 * pools];
        int knots = 0;
        for (int pool = 0; pool < pools; pool++) {
            double value = value(yes, count, pool, pools);
            x[knots] = low[pool];
            y[knots++] = value;
            if (high[pool] > low[pool]) {
                x[knots] = high[pool];
                y[knots++] = value;
            }
        }
        return new Isotonic(Arrays.copyOf(x, knots), Arrays.copyOf(y, knots));
    }

    private static double value(double[] yes, double[] count, int pool, int pools) {
        double n = count[pool];
        if (yes[pool] == 0) { // only the lowest pool
            double next = pools > 1 ? yes[1] / count[1] : 1;
            return Math.min(1 / (n + 2), next < 1 ? next : 1 / 2.0);
        }
        if (yes[pool] == n) { // only the highest one
            double next = pools > 1 ? yes[pools - 2] / count[pools - 2] : 0;
            return Math.max((n + 1) / (n + 2), next > 0 ? next : 1 / 2.0);
        }
        return yes[pool] / n;
    }

    @Override
    public double calibrate(double probability) {
        int place = Arrays.binarySearch(probabilities, probability);
        if (place >= 0) {
            return values[place];
        }
        int right = -place - 1;
        if (right == 0) {
            return values[0];
        }
        if (right == values.length) {
            return values[right - 1];
        }
        double share =
                (probability - probabilities[right - 1])
                        / (probabilities[right] - probabilities[right - 1]);
        return values[right - 1] + share * (values[right] - values[right - 1]);
    }
}
