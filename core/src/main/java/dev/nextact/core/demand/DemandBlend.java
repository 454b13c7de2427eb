package dev.nextact.core.demand;

import java.util.ArrayList;
import java.util.List;

/**
 * How much a second opinion on the expected units counts: the mean becomes {@code (1 − weight) ·
 * mean + weight · factor · other}, the dispersion stays.
 *
 * @param weight from 0, where the other opinion is not heard, to 1
 * @param factor on the other's units: 1 more where it misses some of those that sell
 */
public record DemandBlend(double weight, double factor) {

    /** The other opinion is not heard. */
    public static final DemandBlend NONE = new DemandBlend(0, 1);

    private static final int WEIGHTS = 20;

    public DemandBlend {
        if (!(weight >= 0 && weight <= 1) || !(factor >= 0) || Double.isInfinite(factor)) {
            throw new IllegalArgumentException(
                    "blend: expected a weight from 0 to 1 and a factor of 0 or more, found "
                            + weight
                            + " and "
                            + factor);
        }
    }

    /**
     * What is known of one item after a cut-off.
     *
     * @param steps the first opinion
     * @param other expected units by the second, [H]; NaN where it says nothing
     * @param actual what then sold, [H]
     */
    public record Outcome(List<NegativeBinomial> steps, double[] other, int[] actual) {}

    /**
     * The factor makes the other's units as many as were sold; of the weights tried the one under
     * which what was sold was likeliest is taken, the lowest of equal ones.
     */
    public static DemandBlend fit(List<Outcome> outcomes) {
        double sold = 0;
        double said = 0;
        for (Outcome outcome : outcomes) {
            for (int h = 0; h < outcome.other().length; h++) {
                if (!Double.isNaN(outcome.other()[h])) {
                    sold += outcome.actual()[h];
                    said += outcome.other()[h];
                }
            }
        }
        if (!(said > 0)) {
            return NONE;
        }
        DemandBlend best = NONE;
        double most = Double.NEGATIVE_INFINITY;
        for (int w = 0; w <= WEIGHTS; w++) {
            DemandBlend tried = new DemandBlend(w / (double) WEIGHTS, sold / said);
            double likelihood = tried.logLikelihood(outcomes);
            if (likelihood > most) {
                most = likelihood;
                best = tried;
            }
        }
        return best;
    }

    private double logLikelihood(List<Outcome> outcomes) {
        double sum = 0;
        for (Outcome outcome : outcomes) {
            List<NegativeBinomial> blended = of(outcome.steps(), outcome.other());
            for (int h = 0; h < blended.size(); h++) {
                sum += blended.get(h).logProbability(outcome.actual()[h]);
            }
        }
        return sum;
    }

    /**
     * @param other expected units, [H]; NaN where nothing is said
     */
    public List<NegativeBinomial> of(List<NegativeBinomial> steps, double[] other) {
        if (weight == 0) {
            return steps;
        }
        List<NegativeBinomial> blended = new ArrayList<>(steps.size());
        for (int h = 0; h < steps.size(); h++) {
            NegativeBinomial step = steps.get(h);
            blended.add(
                    Double.isNaN(other[h])
                            ? step
                            : new NegativeBinomial(
                                    (1 - weight) * step.mean() + weight * factor * other[h],
                                    step.dispersion()));
        }
        return blended;
    }
}
