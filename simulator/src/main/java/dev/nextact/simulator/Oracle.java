package dev.nextact.simulator;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.NextItemScorer;
import dev.nextact.core.survival.HazardCurve;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The simulated shop's truth: scores are the exact probabilities of each item being the item of the
 * shopper's next event, given that one comes before the log ends. It sees nothing but the history
 * (items, behaviours, times): segment, way and activity of the shopper are summed over by Bayes'
 * rule, so that on average no model can do better.
 *
 * <p>Give it whole histories. An event whose item the catalog does not know (0) is passed over as
 * if it had not been logged; probabilities of items outside the catalog are left out, so a row sums
 * to the probability that the next item is in the catalog. Immutable; thread-safe; about 0.2 ms a
 * history of 40 events.
 */
public final class Oracle implements NextItemScorer {

    private final ShoppingModel model;
    private final SessionCourses courses;
    private final int catalogSize;

    /** Index in the catalog → number in the assortment, or -1. */
    private final int[] itemOfIndex;

    /**
     * @param catalog of the histories and of the scores; ids the shop does not have get probability
     *     0
     */
    public Oracle(SimulationSettings settings, Catalog catalog) {
        this(new ShoppingModel(settings), catalog);
    }

    Oracle(ShoppingModel model, Catalog catalog) {
        this.model = model;
        this.courses = new SessionCourses(model);
        this.catalogSize = catalog.size();
        Map<String, Integer> numbers = new HashMap<>();
        for (Assortment.Item item : model.assortment().items()) {
            numbers.put(item.id(), numbers.size());
        }
        this.itemOfIndex = new int[catalogSize + 1];
        Arrays.fill(itemOfIndex, -1);
        for (int index = 1; index <= catalogSize; index++) {
            itemOfIndex[index] = numbers.getOrDefault(catalog.id(index), -1);
        }
    }

    @Override
    public String name() {
        return "oracle";
    }

    @Override
    public void score(List<EventSequence> histories, float[][] scores) {
        for (int row = 0; row < histories.size(); row++) {
            double[] probabilities = belief(histories.get(row)).nextItem();
            scores[row][0] = 0;
            for (int index = 1; index <= catalogSize; index++) {
                int item = itemOfIndex[index];
                scores[row][index] = item < 0 ? 0 : (float) probabilities[item];
            }
        }
    }

    /**
     * How long each behaviour stays away from a moment on: the probability given the history, and
     * given that nothing else came before the moment. At the edges it is exact but for the courses
     * of sessions, which are drawn often; between them the hazard is taken as even. What lies after
     * the log's end never comes.
     *
     * @param history up to the moment, with an event of an item the catalog knows
     * @param nowMicros since 1970-01-01 UTC
     * @param edgesSeconds ascending from 0
     * @return [C]
     */
    public List<HazardCurve> stays(EventSequence history, long nowMicros, double[] edgesSeconds) {
        Belief belief = belief(history);
        if (!belief.anythingSeen()) {
            throw new IllegalArgumentException(
                    "history: expected an event of an item the catalog knows, found none");
        }
        double[] times = Arrays.copyOfRange(edgesSeconds, 1, edgesSeconds.length);
        // of the history alone, so that the same one gets the same answer
        long seed = 31 * belief.lastSecond() + history.size();
        double now = (nowMicros - START_MICROS) / 1e6;
        double[][] came =
                new Stays(model, courses, belief, now, times, new SplittableRandom(seed)).came();
        List<HazardCurve> curves = new ArrayList<>();
        for (double[] ofOne : came) {
            double[] hazards = new double[times.length];
            double before = 1;
            for (int g = 0; g < times.length; g++) {
                double after = Math.max(0, 1 - ofOne[g]);
                hazards[g] = before > 0 ? Math.max(0, Math.min(1, 1 - after / before)) : 0;
                before = after;
            }
            curves.add(new HazardCurve(edgesSeconds, hazards));
        }
        return curves;
    }

    private static final long START_MICROS =
            ChronoUnit.MICROS.between(java.time.Instant.EPOCH, Calendar.START);

    private Belief belief(EventSequence history) {
        Belief belief = new Belief(model);
        for (int i = 0; i < history.size(); i++) {
            int item = itemOfIndex[history.item(i)];
            if (item >= 0) {
                long micros = history.timeMicros(i) - START_MICROS;
                belief.observe(
                        new Act(item, history.behaviour(i)), Math.floorDiv(micros, 1_000_000L));
            }
        }
        return belief;
    }
}
