package dev.nextact.evaluate.uplift;

import dev.nextact.core.Progress;
import dev.nextact.core.uplift.CouponTerms;
import dev.nextact.core.uplift.Estimate;
import dev.nextact.core.uplift.QiniCurve;
import java.util.ArrayList;
import java.util.List;

/**
 * Learns whom a coupon moves, and says how good that is without having looked.
 *
 * <p>Every learner on every base learner is a candidate. The one with the greatest Qini on shoppers
 * held out, fold by fold, is learned anew from all. What that way of choosing is worth is told by
 * the same folds: on each the candidate is valued that was the best on folds within the others, so
 * that nothing valued has helped to learn or to choose (nested cross-validation; Varma and Simon
 * 2006).
 */
public final class LearnUplift {

    /**
     * @param folds from 2
     * @param innerFolds of each part that is learned from, from 2
     * @param bases at least one
     */
    public record Settings(int folds, int innerFolds, List<BaseLearner> bases, long seed) {
        public Settings {
            bases = List.copyOf(bases);
            if (folds < 2 || innerFolds < 2 || bases.isEmpty()) {
                throw new IllegalArgumentException(
                        "folds, bases: expected at least 2 and at least 1, found "
                                + folds
                                + ", "
                                + innerFolds
                                + " and "
                                + bases.size());
            }
        }

        public static Settings of(List<BaseLearner> bases, long seed) {
            return new Settings(3, 2, bases, seed);
        }
    }

    /** A learner on a base. */
    public record Candidate(UpliftLearner learner, BaseLearner base) {
        @Override
        public String toString() {
            return learner + ", " + base;
        }
    }

    /**
     * @param qinis of each candidate on shoppers held out
     * @param model learned from all
     * @param policy of the choice, on shoppers held out
     */
    public record Learned(
            List<Candidate> candidates,
            List<Estimate> qinis,
            Candidate chosen,
            UpliftModel model,
            HeldOutPolicy policy) {}

    private final CouponTerms terms;
    private final Settings settings;
    private final List<Candidate> candidates = new ArrayList<>();

    public LearnUplift(CouponTerms terms, Settings settings) {
        this.terms = terms;
        this.settings = settings;
        for (BaseLearner base : settings.bases()) {
            for (UpliftLearner learner : UpliftLearner.values()) {
                candidates.add(new Candidate(learner, base));
            }
        }
    }

    /**
     * @param cases in both arms more than there are folds within folds
     * @param scope closes the model
     */
    public Learned run(UpliftCases cases, FittedModels scope, Progress progress) {
        int[] folds = Folds.of(cases.trial().treated(), settings.folds(), settings.seed());
        int size = cases.size();
        Crossed crossed = new Crossed(candidates.size(), size);
        double[] gains = new double[size];
        double[] with = new double[size];
        try (Progress.Task task = progress.start("learn", settings.folds() + 1L, "folds")) {
            for (int fold = 0; fold < settings.folds(); fold++) {
                int[] held = Folds.members(folds, fold);
                UpliftCases others = cases.select(Folds.others(folds, fold));
                int best = best(qinis(cross(others)));
                crossed.add(others, cases, held);
                for (int i : held) {
                    gains[i] = crossed.gains[best][i];
                    with[i] = crossed.with[best][i];
                }
                task.at(fold + 1L, candidates.get(best).toString());
            }
            List<Estimate> qinis = qinis(crossed);
            Candidate chosen = candidates.get(best(qinis));
            UpliftModel model = fit(scope, cases, chosen.base(), List.of(chosen.learner())).get(0);
            task.at(settings.folds() + 1L, chosen.toString());
            return new Learned(
                    List.copyOf(candidates),
                    qinis,
                    chosen,
                    model,
                    new HeldOutPolicy(terms, folds, gains, with, crossed.intent, crossed.scores));
        }
    }

    private Crossed cross(UpliftCases cases) {
        int[] folds = Folds.of(cases.trial().treated(), settings.innerFolds(), settings.seed() + 1);
        Crossed crossed = new Crossed(candidates.size(), cases.size());
        for (int fold = 0; fold < settings.innerFolds(); fold++) {
            int[] held = Folds.members(folds, fold);
            crossed.add(cases.select(Folds.others(folds, fold)), cases, held);
        }
        return crossed;
    }

    private static List<Estimate> qinis(Crossed crossed) {
        List<Estimate> qinis = new ArrayList<>();
        for (double[] gains : crossed.gains) {
            qinis.add(QiniCurve.of(gains, crossed.scores).qini());
        }
        return qinis;
    }

    private static int best(List<Estimate> qinis) {
        int best = 0;
        for (int c = 1; c < qinis.size(); c++) {
            best = qinis.get(c).value() > qinis.get(best).value() ? c : best;
        }
        return best;
    }

    private List<UpliftModel> fit(
            FittedModels scope, UpliftCases cases, BaseLearner base, List<UpliftLearner> learners) {
        OutcomeModels outcomes = OutcomeModels.fit(scope, cases, base, settings.seed());
        UpliftLearner.Setting setting =
                new UpliftLearner.Setting(scope, cases, terms, base, settings.seed());
        return learners.stream().map(learner -> learner.fit(setting, outcomes)).toList();
    }

    /** What is foretold of shoppers, fold by fold, by candidates that did not see them. */
    private final class Crossed {
        private final double[][] gains; // [candidate][N]
        private final double[][] with;
        private final double[] intent; // [N]
        private final double[] scores;

        Crossed(int candidates, int size) {
            gains = new double[candidates][size];
            with = new double[candidates][size];
            intent = new double[size];
            scores = new double[size];
        }

        /**
         * @param learned from these
         * @param held indices of those of whom it is foretold
         */
        void add(UpliftCases learned, UpliftCases cases, int[] held) {
            double[][] rows = cases.rows(held);
            List<double[]> allWith = new ArrayList<>();
            List<double[]> allWithout = new ArrayList<>();
            int next = 0;
            for (BaseLearner base : settings.bases()) {
                try (FittedModels scope = new FittedModels()) {
                    List<UpliftModel> models =
                            fit(scope, learned, base, List.of(UpliftLearner.values()));
                    for (UpliftModel model : models) {
                        UpliftModel.Foretold foretold = model.foretell(rows);
                        for (int i = 0; i < held.length; i++) {
                            gains[next][held[i]] = foretold.gains()[i];
                            with[next][held[i]] = foretold.with()[i];
                        }
                        next++;
                    }
                    allWith.add(models.get(0).outcomes().with(rows));
                    allWithout.add(models.get(0).outcomes().without(rows));
                }
            }
            double[] meanWith = OutcomeModels.mean(allWith.stream(), held.length);
            double[] meanWithout = OutcomeModels.mean(allWithout.stream(), held.length);
            double[] unbiased = cases.trial().select(held).gains(terms, meanWith, meanWithout);
            for (int i = 0; i < held.length; i++) {
                intent[held[i]] = meanWithout[i];
                scores[held[i]] = unbiased[i];
            }
        }
    }
}
