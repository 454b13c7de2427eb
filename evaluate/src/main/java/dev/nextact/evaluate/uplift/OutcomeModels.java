package dev.nextact.evaluate.uplift;

import dev.nextact.evaluate.uplift.FittedModels.Fitted;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Foretells the outcome of a shopper with a contact, and without one.
 *
 * @param with models learned from those contacted; of several the mean counts
 * @param without models learned from the others
 */
record OutcomeModels(List<Fitted> with, List<Fitted> without) {

    OutcomeModels {
        with = List.copyOf(with);
        without = List.copyOf(without);
    }

    static OutcomeModels fit(FittedModels scope, UpliftCases cases, BaseLearner base, long seed) {
        return new OutcomeModels(
                List.of(ofArm(scope, cases, true, base, seed)),
                List.of(ofArm(scope, cases, false, base, seed)));
    }

    private static Fitted ofArm(
            FittedModels scope, UpliftCases cases, boolean treated, BaseLearner base, long seed) {
        int[] arm = cases.trial().arm(treated);
        double[] outcomes = cases.trial().select(arm).outcomes();
        return base.fit(scope, cases.rows(arm), outcomes, seed);
    }

    /** The mean of this and others. */
    static OutcomeModels mean(List<OutcomeModels> models) {
        return new OutcomeModels(
                models.stream().flatMap(m -> m.with().stream()).toList(),
                models.stream().flatMap(m -> m.without().stream()).toList());
    }

    double[] with(double[][] rows) {
        return mean(with.stream().map(model -> model.predict(rows)), rows.length);
    }

    double[] without(double[][] rows) {
        return mean(without.stream().map(model -> model.predict(rows)), rows.length);
    }

    static double[] mean(Stream<double[]> predictions, int size) {
        double[] mean = new double[size];
        List<double[]> all = predictions.toList();
        for (double[] one : all) {
            Arrays.setAll(mean, i -> mean[i] + one[i] / all.size());
        }
        return mean;
    }
}
