package dev.nextact.core.demand;

import java.util.List;

/**
 * One item's units over the steps of a horizon. Immutable.
 *
 * @param mean the expected units of each step, [H]: means of items add up to those of categories
 *     and of everything
 * @param quantiles of each step, at {@link #LEVELS}, [H][Q], ascending
 * @param interval that holds 80 % of what comes, of each step its ends, both included, [H][2]. Of
 *     counts the quantiles at 0.1 and 0.9 hold more than that, for their ends are likely counts
 *     themselves; who foretells may know a narrower one
 */
public record DemandForecast(double[] mean, double[][] quantiles, double[][] interval) {

    /** The levels of quantiles that every forecaster gives. */
    public static final List<Double> LEVELS = List.of(0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95);

    /** The place of the median among the levels. */
    public static final int MEDIAN = LEVELS.indexOf(0.5);

    /** The places of the ends of the interval that holds 80 % of what may come. */
    private static final int LOW = LEVELS.indexOf(0.1);

    private static final int HIGH = LEVELS.indexOf(0.9);

    public DemandForecast {
        if (quantiles.length != mean.length || interval.length != mean.length) {
            throw new IllegalArgumentException(
                    "quantiles: expected " + mean.length + " steps, found " + quantiles.length);
        }
        for (int h = 0; h < mean.length; h++) {
            if (!(mean[h] >= 0) || quantiles[h].length != LEVELS.size()) {
                throw new IllegalArgumentException(
                        "step "
                                + h
                                + ": expected a mean of 0 or more and "
                                + LEVELS.size()
                                + " quantiles, found "
                                + mean[h]
                                + " and "
                                + quantiles[h].length);
            }
            for (int q = 1; q < LEVELS.size(); q++) {
                if (quantiles[h][q] < quantiles[h][q - 1]) {
                    throw new IllegalArgumentException(
                            "step " + h + ": expected quantiles that ascend");
                }
            }
        }
    }

    /** The interval is that between the quantiles at 0.1 and 0.9. */
    public DemandForecast(double[] mean, double[][] quantiles) {
        this(mean, quantiles, ends(quantiles));
    }

    private static double[][] ends(double[][] quantiles) {
        double[][] ends = new double[quantiles.length][];
        for (int h = 0; h < ends.length; h++) {
            ends[h] = new double[] {quantiles[h][LOW], quantiles[h][HIGH]};
        }
        return ends;
    }

    /** Of one distribution a step. */
    public static DemandForecast of(List<NegativeBinomial> steps) {
        return of(steps, LEVELS.get(LOW));
    }

    /**
     * @param tail level of the interval's lower end; its upper end is at one less it
     */
    public static DemandForecast of(List<NegativeBinomial> steps, double tail) {
        double[] mean = new double[steps.size()];
        double[][] quantiles = new double[steps.size()][];
        double[][] interval = new double[steps.size()][];
        for (int h = 0; h < mean.length; h++) {
            NegativeBinomial step = steps.get(h);
            mean[h] = step.mean();
            quantiles[h] = LEVELS.stream().mapToDouble(step::quantile).toArray();
            interval[h] = new double[] {step.quantile(tail), step.quantile(1 - tail)};
        }
        return new DemandForecast(mean, quantiles, interval);
    }

    /** How many steps. */
    public int horizon() {
        return mean.length;
    }
}
