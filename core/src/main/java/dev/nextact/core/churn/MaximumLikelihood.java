package dev.nextact.core.churn;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.hipparchus.optim.InitialGuess;
import org.hipparchus.optim.MaxEval;
import org.hipparchus.optim.PointValuePair;
import org.hipparchus.optim.SimpleValueChecker;
import org.hipparchus.optim.nonlinear.scalar.GoalType;
import org.hipparchus.optim.nonlinear.scalar.ObjectiveFunction;
import org.hipparchus.optim.nonlinear.scalar.noderiv.NelderMeadSimplex;
import org.hipparchus.optim.nonlinear.scalar.noderiv.SimplexOptimizer;

/**
 * Finds the positive parameters of the greatest likelihood, from wherever it starts: over the
 * logarithms, by the simplex of Nelder and Mead (1965), which is set up anew at what it found until
 * that gains nothing. A collapsed simplex is what stops it too early, and a fresh one goes on.
 */
final class MaximumLikelihood {

    /** e^±15, a span of 10^13, holds every parameter that data can tell from zero or infinity. */
    private static final double WIDEST_LOG = 15;

    /** Side of a fresh simplex: a factor of e^0.5. */
    private static final double SIDE = 0.5;

    /** Gain in mean log-likelihood a customer below which a fresh simplex gained nothing. */
    private static final double LEAST_GAIN = 1e-10;

    private static final int MOST_RESTARTS = 60;

    /** A simplex that still moves after so many steps is on a ridge: a fresh one goes faster. */
    private static final int MOST_STEPS = 1_000;

    private MaximumLikelihood() {}

    /**
     * @param mean log-likelihood a customer, at positive parameters
     * @param start positive parameters
     */
    static double[] fit(ToDoubleFunction<double[]> mean, double[] start) {
        double[] best = Arrays.stream(start).map(Math::log).toArray();
        for (double log : best) {
            if (!(Math.abs(log) <= WIDEST_LOG)) {
                throw new IllegalArgumentException(
                        "start: expected positive parameters from e^-15 to e^15, found "
                                + Arrays.toString(start));
            }
        }
        double value = value(mean, best);
        for (int restart = 0; restart < MOST_RESTARTS; restart++) {
            PointValuePair found =
                    new SimplexOptimizer(new SimpleValueChecker(-1, LEAST_GAIN / 10, MOST_STEPS))
                            .optimize(
                                    MaxEval.unlimited(),
                                    new ObjectiveFunction(logs -> value(mean, logs)),
                                    GoalType.MAXIMIZE,
                                    new InitialGuess(best),
                                    new NelderMeadSimplex(
                                            best.length, restart % 2 == 0 ? SIDE : -SIDE));
            double gain = found.getValue() - value;
            if (gain > 0) {
                best = found.getPoint();
                value = found.getValue();
            }
            if (gain < LEAST_GAIN && restart > 0) {
                break;
            }
        }
        return parameters(best);
    }

    /** ln(1 + e^x), which e^x alone would overflow. */
    static double logOnePlusExp(double x) {
        return Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    private static double value(ToDoubleFunction<double[]> mean, double[] logs) {
        double outside = 0;
        for (double log : logs) {
            outside += Math.max(0, Math.abs(log) - WIDEST_LOG);
        }
        double value = mean.applyAsDouble(parameters(logs)) - outside;
        return Double.isNaN(value) ? Double.NEGATIVE_INFINITY : value;
    }

    private static double[] parameters(double[] logs) {
        return Arrays.stream(logs)
                .map(log -> Math.exp(Math.max(-WIDEST_LOG, Math.min(WIDEST_LOG, log))))
                .toArray();
    }
}
