package dev.nextact.evaluate;

import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.data.BuildFeatures;
import dev.nextact.data.FeatureTable;
import dev.nextact.evaluate.tabular.BoostedTrees;
import dev.nextact.evaluate.tabular.Completed;
import dev.nextact.evaluate.tabular.LogisticRegression;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What shoppers' features say of a horizon ({@code nextact features}), by logistic regression and
 * boosted trees. They learn from the features at an earlier cut-off and what came within the
 * horizon from there on: a validation part before the test, or a horizon where that is longer.
 * Nothing at or after the start of the test is seen. Confined to one thread.
 */
public final class FeatureBaselines {

    /** Fewer that came, or that did not, tell nothing. */
    private static final int LEAST_CASES = 5;

    private final ShopConfig config;
    private final HorizonCases cases;
    private final Progress progress;
    private final Map<Long, FeatureTable> tables = new HashMap<>();

    public FeatureBaselines(ShopConfig config, HorizonCases cases, Progress progress) {
        this.config = config;
        this.cases = cases;
        this.progress = progress;
    }

    /**
     * The probability that a behaviour comes within the horizon, [N] of the cases, by the name of
     * the baseline; none where there is too little to learn from.
     */
    public Map<String, double[]> came(int behaviour, double seconds) {
        long horizon = Math.round(seconds * 1e6);
        long early = Math.min(cases.cutOffs().trainUntil(), cases.nowMicros() - horizon);
        List<double[]> rows = new ArrayList<>();
        List<Boolean> came = new ArrayList<>();
        FeatureTable then = table(early);
        then.rows()
                .forEach(
                        (user, row) -> {
                            rows.add(row);
                            came.add(cases.comes(user, behaviour, early, seconds));
                        });
        boolean[] labels = new boolean[came.size()];
        int positives = 0;
        for (int i = 0; i < labels.length; i++) {
            labels[i] = came.get(i);
            positives += labels[i] ? 1 : 0;
        }
        if (Math.min(positives, labels.length - positives) < LEAST_CASES) {
            return Map.of();
        }
        double[][] learned = rows.toArray(new double[0][]);
        double[] nothing = new double[then.columns().size()];
        Arrays.fill(nothing, Double.NaN);
        FeatureTable now = table(cases.nowMicros());
        double[][] asked =
                cases.moments().stream()
                        .map(m -> now.rows().getOrDefault(m.history().user(), nothing))
                        .toArray(double[][]::new);
        Map<String, double[]> probabilities = new LinkedHashMap<>();
        Completed completed = Completed.of(learned);
        LogisticRegression logistic = LogisticRegression.fit(completed.rows(learned), labels);
        probabilities.put(logistic.name(), logistic.probabilities(completed.rows(asked)));
        try (BoostedTrees trees =
                BoostedTrees.fit(
                        learned, labels, BoostedTrees.Settings.defaults(), config.train().seed())) {
            probabilities.put(trees.name(), trees.probabilities(asked));
        }
        return probabilities;
    }

    private FeatureTable table(long cutOff) {
        return tables.computeIfAbsent(
                cutOff,
                at -> FeatureTable.ofShoppers(new BuildFeatures().run(config, at, progress)));
    }
}
