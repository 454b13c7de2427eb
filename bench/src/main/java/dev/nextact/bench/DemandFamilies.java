package dev.nextact.bench;

import dev.nextact.cli.Terminal;
import dev.nextact.core.demand.DemandErrors.OfSeries;
import dev.nextact.evaluate.demand.RollingOrigins;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.predict.DemandModel;
import dev.nextact.train.TrainDemand;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the family of the network's encoder is worth: each learns alike before the test, the
 * validation says which is best, and the test what that was worth.
 */
final class DemandFamilies {

    private final Terminal terminal;
    private final DemandFigures figures;

    DemandFamilies(Terminal terminal) {
        this.terminal = terminal;
        this.figures = new DemandFigures(terminal);
    }

    /**
     * How one family did.
     *
     * @param validation figures of the periods before the test, by which a family may be chosen
     * @param test figures of the test
     */
    record Judged(
            Family family,
            int epochs,
            double seconds,
            Map<String, Double> validation,
            RollingOrigins.Result test) {

        Map<String, Object> toTree() {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("epochs", epochs);
            tree.put("seconds", seconds);
            tree.put("validation", validation);
            tree.put("test", test.metrics());
            return tree;
        }
    }

    List<Judged> judge(RollingOrigins origins, List<Family> families, long seed) {
        List<Judged> all = new ArrayList<>();
        for (Family family : families) {
            TrainDemand.Learned learned =
                    new TrainDemand()
                            .run(
                                    origins.panel().before(origins.firstCut()),
                                    origins.horizon(),
                                    seed,
                                    TrainDemand.Plan.of(family),
                                    Optional.empty(),
                                    terminal.progress());
            figures.learned(learned);
            try (DemandModel model = DemandFigures.open(learned, Optional.empty())) {
                all.add(
                        new Judged(
                                family,
                                learned.epochs(),
                                learned.seconds(),
                                learned.tried().getOrDefault(family, Map.of()),
                                figures.judge(family.title(), origins, model)));
            }
        }
        return all;
    }

    /** The differences of the others' tests to the first's. */
    Map<String, Object> compare(List<RollingOrigins.Result> tests) {
        Map<String, Object> tree = new LinkedHashMap<>();
        RollingOrigins.Result first = tests.get(0);
        for (RollingOrigins.Result other : tests.subList(1, tests.size())) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("wape-less", figures.less(other, first, "wape", OfSeries::absolute));
            row.put(
                    "wape-median-less",
                    figures.less(other, first, "median's wape", OfSeries::ofMedian));
            row.put("pinball-less", figures.less(other, first, "pinball", OfSeries::pinball));
            tree.put(other.name() + " less " + first.name(), row);
        }
        return tree;
    }

    /** A line a family: its validation, its test; and all figures of each, for programs. */
    Map<String, Object> table(List<Judged> all) {
        Map<String, Object> tree = new LinkedHashMap<>();
        for (Judged one : all) {
            tree.put(one.family().title(), one.toTree());
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "%-12s %2d epochs %4.0f s; validation wape %.4f pinball %.4f; test wape"
                                    + " %.4f pinball %.4f%n",
                            one.family().title(),
                            one.epochs(),
                            one.seconds(),
                            of(one.validation(), "wape"),
                            of(one.validation(), "pinball"),
                            of(one.test().metrics(), "wape"),
                            of(one.test().metrics(), "pinball"));
        }
        return tree;
    }

    private static double of(Map<String, Double> metrics, String name) {
        return metrics.getOrDefault(name, Double.NaN);
    }
}
