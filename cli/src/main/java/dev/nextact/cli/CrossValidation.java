package dev.nextact.cli;

import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfig.SplitRule;
import dev.nextact.core.Spread;
import dev.nextact.core.SpreadTable;
import dev.nextact.evaluate.EvaluateModel;
import dev.nextact.evaluate.EvaluationReport;
import dev.nextact.train.TrainModel;
import dev.nextact.train.TrainReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * k-fold cross-validation by shopper: each fold is the test once, with a model trained on the
 * others. The models of the folds are kept as {@code models/<name>-fold-<i>}.
 *
 * @param folds k
 * @param metrics by model and metric, over the folds
 * @param measure what the epochs were chosen by on the validation parts
 * @param validation that measure of the models
 */
record CrossValidation(int folds, SpreadTable metrics, String measure, Spread validation) {

    static CrossValidation run(ShopConfig config, int folds, boolean baselines, Progress progress) {
        SpreadTable metrics = new SpreadTable();
        List<Double> validation = new ArrayList<>();
        for (int fold = 0; fold < folds; fold++) {
            SplitRule split =
                    new SplitRule(
                            "k-fold",
                            config.split().valid(),
                            config.split().test(),
                            folds,
                            fold,
                            config.split().share(),
                            config.split().seed());
            ShopConfig ofFold =
                    config.with(
                            split,
                            config.model().named(config.model().name() + "-fold-" + fold),
                            config.train());
            progress.say("fold " + (fold + 1) + " of " + folds);
            TrainReport trained =
                    new TrainModel().run(ofFold, new TrainModel.Options(false), progress);
            EvaluationReport evaluated =
                    new EvaluateModel()
                            .run(
                                    ofFold,
                                    new EvaluateModel.Request(
                                            Optional.of(trained.bundle()), baselines, List.of()),
                                    progress);
            validation.add(trained.validScore());
            for (EvaluationReport.Result result : evaluated.results()) {
                metrics.add(result.model(), result.metrics());
            }
        }
        return new CrossValidation(folds, metrics, config.tasks().measure(), Spread.of(validation));
    }

    /** For the terminal. */
    String toText() {
        return String.format(
                        Locale.ROOT,
                        "%d folds by shopper, mean ± standard deviation over the folds; validation"
                                + " %s %s%n",
                        folds,
                        measure,
                        validation.toText())
                + metrics.toText();
    }

    /** For {@code --json}. */
    Map<String, Object> toTree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("folds", folds);
        tree.put("validation_" + measure, validation.toTree());
        tree.put("models", metrics.toTree());
        return tree;
    }
}
