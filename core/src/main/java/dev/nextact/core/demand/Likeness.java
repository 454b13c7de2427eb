package dev.nextact.core.demand;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How items whose texts mean alike did before an item came: the mean over the {@value #NEAREST}
 * nearest that were there before it, nearer ones counting more. Nothing after the item's first
 * period begins is looked at.
 */
final class Likeness {

    private static final int NEAREST = 10;

    /** Of the items there before, so many of the newest are compared: fashions change. */
    private static final int MOST_COMPARED = 2_000;

    /** By how much less the cosine must be for a weight of 1/e. */
    private static final double COSINE_SCALE = 0.1;

    /**
     * @param launch ln(1 + units) of their first periods; 0 where no launch was seen
     * @param level ln of their mean units over the window before the item came
     * @param isKnown 0 where there is nothing to compare with
     */
    record Like(float launch, float level, float isKnown) {
        static final Like NOTHING = new Like(0, 0, 0);
    }

    private record Compared(DemandSeries series, double cosine) {}

    private final DemandPanel panel;
    private final Map<String, Like> byItem = new HashMap<>();

    private Likeness(DemandPanel panel) {
        this.panel = panel;
    }

    static Likeness of(DemandPanel panel) {
        Likeness likeness = new Likeness(panel);
        List<DemandSeries> byFirst =
                panel.series().stream()
                        .filter(one -> panel.context().meaningOf(one.item()).isPresent())
                        .sorted(Comparator.comparingInt(DemandSeries::first))
                        .toList();
        int before = 0; // how many came in earlier periods
        for (int i = 0; i < byFirst.size(); i++) {
            while (byFirst.get(before).first() < byFirst.get(i).first()) {
                before++;
            }
            likeness.add(
                    byFirst.get(i), byFirst.subList(Math.max(0, before - MOST_COMPARED), before));
        }
        return likeness;
    }

    Like of(String item) {
        return byItem.getOrDefault(item, Like.NOTHING);
    }

    private void add(DemandSeries item, List<DemandSeries> earlier) {
        if (earlier.isEmpty()) {
            return;
        }
        float[] meaning = meaning(item);
        List<Compared> compared = new ArrayList<>(earlier.size());
        for (DemandSeries one : earlier) {
            compared.add(new Compared(one, cosine(meaning, meaning(one))));
        }
        compared.sort(
                Comparator.comparingDouble((Compared c) -> -c.cosine())
                        .thenComparing(c -> c.series().item()));
        double nearest = compared.get(0).cosine();
        int window = panel.period().window();
        double level = 0;
        double weights = 0;
        double launch = 0;
        double launchWeights = 0;
        for (Compared c : compared.subList(0, Math.min(NEAREST, compared.size()))) {
            DemandSeries one = c.series();
            double weight = Math.exp((c.cosine() - nearest) / COSINE_SCALE);
            level +=
                    weight
                            * Math.log(
                                    DemandFeatures.LEAST_LEVEL
                                            + one.meanBefore(item.first(), window));
            weights += weight;
            if (one.first() > 0) { // others were there before the log began
                launch += weight * Math.log1p(one.units()[0]);
                launchWeights += weight;
            }
        }
        byItem.put(
                item.item(),
                new Like(
                        launchWeights == 0 ? 0 : (float) (launch / launchWeights),
                        (float) (level / weights),
                        1));
    }

    private float[] meaning(DemandSeries item) {
        return panel.context().meaningOf(item.item()).orElseThrow();
    }

    private static double cosine(float[] a, float[] b) {
        float sum = 0;
        for (int f = 0; f < a.length; f++) {
            sum += a[f] * b[f];
        }
        return sum;
    }
}
