package dev.nextact.core.demand;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Items together: a category's, or all. The expected units are the sums of the items', so that
 * items add up to categories and these to the total (bottom-up; Hyndman and Athanasopoulos 2021,
 * §11.2). The distribution is the negative binomial with the sum's mean and variance.
 *
 * @param level what the items have in common
 * @param name the category's, or {@link DemandPanel#TOTAL}
 * @param steps of the horizon, [H]
 */
public record DemandGroup(Level level, String name, List<NegativeBinomial> steps) {

    /** What is summed. */
    public enum Level {
        CATEGORY,
        TOTAL
    }

    public DemandGroup {
        steps = List.copyOf(steps);
    }

    /**
     * The categories in the order of their names, and then the total. Items without a category
     * count in the total alone.
     *
     * @param items for each series of the panel its steps
     * @param correlation ρ of the errors of two items
     */
    public static List<DemandGroup> of(
            DemandPanel panel, List<List<NegativeBinomial>> items, double correlation) {
        if (items.size() != panel.series().size()) {
            throw new IllegalArgumentException(
                    "items: expected " + panel.series().size() + ", found " + items.size());
        }
        Map<String, List<List<NegativeBinomial>>> categories = new TreeMap<>();
        for (int i = 0; i < items.size(); i++) {
            String category = panel.series().get(i).category();
            if (!category.isEmpty()) {
                categories.computeIfAbsent(category, c -> new ArrayList<>()).add(items.get(i));
            }
        }
        List<DemandGroup> groups = new ArrayList<>();
        categories.forEach(
                (name, of) ->
                        groups.add(new DemandGroup(Level.CATEGORY, name, sums(of, correlation))));
        groups.add(new DemandGroup(Level.TOTAL, DemandPanel.TOTAL, sums(items, correlation)));
        return groups;
    }

    /** Step by step over items. */
    private static List<NegativeBinomial> sums(
            List<List<NegativeBinomial>> items, double correlation) {
        int horizon = items.isEmpty() ? 0 : items.get(0).size();
        List<NegativeBinomial> sums = new ArrayList<>();
        for (int h = 0; h < horizon; h++) {
            int step = h;
            sums.add(sum(items.stream().map(item -> item.get(step)).toList(), correlation));
        }
        return sums;
    }

    /**
     * The sum of counts whose errors are correlated alike: Var Σ = (1 − ρ) Σ σ² + ρ (Σ σ)².
     *
     * @param correlation ρ, from 0 to 1
     */
    public static NegativeBinomial sum(List<NegativeBinomial> counts, double correlation) {
        double mean = 0;
        double variances = 0;
        double deviations = 0;
        for (NegativeBinomial count : counts) {
            mean += count.mean();
            variances += count.variance();
            deviations += Math.sqrt(count.variance());
        }
        return NegativeBinomial.ofMoments(
                mean, (1 - correlation) * variances + correlation * deviations * deviations);
    }
}
