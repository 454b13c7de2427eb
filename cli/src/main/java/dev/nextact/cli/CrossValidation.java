package dev.nextact.cli;

import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfig.SplitRule;
import dev.nextact.core.Spread;
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
 * @param validation ndcg@10 of the models on their validation parts
 */
record CrossValidation(int folds, Map<String, Map<String, Spread>> metrics, Spread validation) {

    static CrossValidation run(ShopConfig config, int folds, boolean baselines, Progress progress) {
        Map<String, Map<String, List<Double>>> values = new LinkedHashMap<>();
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
                Map<String, List<Double>> ofModel =
                        values.computeIfAbsent(result.model(), m -> new LinkedHashMap<>());
                result.metrics()
                        .forEach(
                                (metric, value) ->
                                        ofModel.computeIfAbsent(metric, m -> new ArrayList<>())
                                                .add(value));
            }
        }
        Map<String, Map<String, Spread>> metrics = new LinkedHashMap<>();
        values.forEach(
                (model, lists) -> {
                    Map<String, Spread> ofModel = new LinkedHashMap<>();
                    lists.forEach((metric, list) -> ofModel.put(metric, Spread.of(list)));
                    metrics.put(model, ofModel);
                });
        return new CrossValidation(folds, metrics, Spread.of(validation));
    }

    /** For the terminal. */
    String toText() {
        StringBuilder out = new StringBuilder();
        out.append(
                String.format(
                        Locale.ROOT,
                        "%d folds by shopper, mean ± standard deviation over the folds; validation"
                                + " ndcg@10 %s%n",
                        folds,
                        validation.toText()));
        metrics.forEach(
                (model, ofModel) -> {
                    out.append(String.format(Locale.ROOT, "%-18s", model));
                    ofModel.forEach(
                            (metric, spread) ->
                                    out.append("  ")
                                            .append(metric)
                                            .append(' ')
                                            .append(spread.toText()));
                    out.append(System.lineSeparator());
                });
        return out.toString();
    }

    /** For {@code --json}. */
    Map<String, Object> toTree() {
        Map<String, Object> models = new LinkedHashMap<>();
        metrics.forEach(
                (model, ofModel) -> {
                    Map<String, Object> tree = new LinkedHashMap<>();
                    ofModel.forEach((metric, spread) -> tree.put(metric, spread.toTree()));
                    models.put(model, tree);
                });
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("folds", folds);
        tree.put("validation_ndcg@10", validation.toTree());
        tree.put("models", models);
        return tree;
    }
}
