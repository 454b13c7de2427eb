package dev.nextact.evaluate.uplift;

import dev.nextact.core.uplift.CouponTerms;
import dev.nextact.core.uplift.Trial;
import dev.nextact.evaluate.uplift.FittedModels.Fitted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A way to learn what a contact gains; all of them stand on a {@link BaseLearner}. */
public enum UpliftLearner {

    /** Two models, of those contacted and of the others, and the difference of what they say. */
    T("t-learner") {
        @Override
        UpliftModel fit(Setting setting, OutcomeModels outcomes) {
            return new UpliftModel(
                    outcomes,
                    (rows, with, without) -> {
                        double[] gains = new double[with.length];
                        Arrays.setAll(gains, i -> setting.terms().gain(with[i], without[i]));
                        return gains;
                    });
        }
    },

    /**
     * What each shopper's outcome gained over what the model of the other arm foretold, learned in
     * each arm; the two are weighted by the share contacted (Künzel et al. 2019).
     */
    X("x-learner") {
        @Override
        UpliftModel fit(Setting setting, OutcomeModels outcomes) {
            UpliftCases cases = setting.cases();
            Trial trial = cases.trial();
            int[] treated = trial.arm(true);
            int[] others = trial.arm(false);
            double[][] rowsOfTreated = cases.rows(treated);
            double[][] rowsOfOthers = cases.rows(others);
            double[] without = outcomes.without(rowsOfTreated);
            double[] with = outcomes.with(rowsOfOthers);
            double[] ofTreated = new double[treated.length];
            Arrays.setAll(
                    ofTreated, i -> setting.terms().gain(trial.outcomes()[treated[i]], without[i]));
            double[] ofOthers = new double[others.length];
            Arrays.setAll(
                    ofOthers, i -> setting.terms().gain(with[i], trial.outcomes()[others[i]]));
            Fitted first = setting.fit(rowsOfTreated, ofTreated);
            Fitted second = setting.fit(rowsOfOthers, ofOthers);
            double share = treated.length / (double) trial.size();
            return new UpliftModel(
                    outcomes,
                    (rows, ignoredWith, ignoredWithout) -> {
                        double[] gains = first.predict(rows);
                        double[] other = second.predict(rows);
                        Arrays.setAll(gains, i -> (1 - share) * gains[i] + share * other[i]);
                        return gains;
                    });
        }
    },

    /**
     * A model of doubly robust scores, each half's made with models of the other half (Kennedy
     * 2023). Right where the propensities are, whatever those models are worth.
     */
    DR("dr-learner") {
        @Override
        UpliftModel fit(Setting setting, OutcomeModels outcomes) {
            UpliftCases cases = setting.cases();
            int[] half = Folds.of(cases.trial().treated(), 2, setting.seed());
            double[] scores = new double[cases.size()];
            List<OutcomeModels> halves = new ArrayList<>();
            for (int held = 0; held < 2; held++) {
                int[] learned = Folds.others(half, held);
                int[] scored = Folds.members(half, held);
                OutcomeModels models =
                        OutcomeModels.fit(
                                setting.scope(),
                                cases.select(learned),
                                setting.base(),
                                setting.seed());
                double[][] rows = cases.rows(scored);
                double[] gains =
                        cases.trial()
                                .select(scored)
                                .gains(setting.terms(), models.with(rows), models.without(rows));
                for (int i = 0; i < scored.length; i++) {
                    scores[scored[i]] = gains[i];
                }
                halves.add(models);
            }
            Fitted effect = setting.fit(cases.rows(), scores);
            return new UpliftModel(
                    OutcomeModels.mean(halves), (rows, with, without) -> effect.predict(rows));
        }
    };

    /**
     * What a learner works with.
     *
     * @param scope closes what is fitted
     */
    record Setting(
            FittedModels scope, UpliftCases cases, CouponTerms terms, BaseLearner base, long seed) {

        Fitted fit(double[][] rows, double[] targets) {
            return base.fit(scope, rows, targets, seed);
        }
    }

    private final String title;

    UpliftLearner(String title) {
        this.title = title;
    }

    /**
     * @param outcomes learned from all the cases
     */
    abstract UpliftModel fit(Setting setting, OutcomeModels outcomes);

    @Override
    public String toString() {
        return title;
    }
}
