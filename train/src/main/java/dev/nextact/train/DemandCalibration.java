package dev.nextact.train;

import dev.nextact.core.demand.DemandBlend;
import dev.nextact.core.demand.DemandClass;
import dev.nextact.core.demand.DemandErrors;
import dev.nextact.core.demand.DemandForecast;
import dev.nextact.core.demand.DemandGroup;
import dev.nextact.core.demand.DemandSeries;
import dev.nextact.core.demand.NegativeBinomial;
import dev.nextact.model.network.DemandSettings.Calibration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How forecasts are put right by what came after the cut-offs they were made at; the network stays
 * as it is.
 */
final class DemandCalibration {

    private static final double[] SPREADS = {0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.15, 1.3, 1.5, 1.8};
    private static final double LEAST_TAIL = 0.03;
    private static final double MOST_TAIL = 0.48;
    private static final double TAIL_STEP = 0.005;
    private static final double COVERED = 0.8;

    /** Steps of a class that tell a level of its own. */
    private static final int LEAST_STEPS = 100;

    /** Of more forecasts every n-th tells the spread. */
    private static final int MOST_FORECASTS = 5_000;

    private DemandCalibration() {}

    /**
     * An item from one cut-off.
     *
     * @param known up to the cut-off
     * @param steps what was foretold, [H]
     * @param actual what then sold, [H]
     */
    record Foretold(DemandSeries known, List<NegativeBinomial> steps, int[] actual) {

        Foretold spread(double by) {
            return new Foretold(
                    known,
                    steps.stream()
                            .map(step -> new NegativeBinomial(step.mean(), step.dispersion() * by))
                            .toList(),
                    actual);
        }

        /** How far it lay off, with the intervals that a calibration tells. */
        DemandErrors.OfSeries errors(Calibration calibration) {
            double tail = calibration.tail(DemandClass.of(known.units()));
            return DemandErrors.OfSeries.of(DemandForecast.of(steps, tail), known.units(), actual);
        }
    }

    /**
     * @param origins the forecasts of each cut-off, those of the shoppers blended in
     * @param blend how they were
     */
    static Calibration of(List<List<Foretold>> origins, DemandBlend blend) {
        List<Foretold> all = origins.stream().flatMap(List::stream).toList();
        double spread = spread(all);
        List<List<Foretold>> calibrated =
                origins.stream()
                        .map(origin -> origin.stream().map(one -> one.spread(spread)).toList())
                        .toList();
        Map<DemandClass, List<Foretold>> byClass = new EnumMap<>(DemandClass.class);
        List<Foretold> together = new ArrayList<>();
        for (List<Foretold> origin : calibrated) {
            for (Foretold one : origin) {
                together.add(one);
                byClass.computeIfAbsent(
                                DemandClass.of(one.known().units()), of -> new ArrayList<>())
                        .add(one);
            }
        }
        Map<DemandClass, Double> tails = new EnumMap<>(DemandClass.class);
        byClass.forEach(
                (of, those) -> {
                    if (those.stream().mapToInt(one -> one.actual().length).sum() >= LEAST_STEPS) {
                        tails.put(of, tail(those));
                    }
                });
        return new Calibration(
                spread, tail(together), tails, ofItems(calibrated), ofSteps(together), blend);
    }

    /** Of those tried the factor on the dispersions with the least pinball loss. */
    private static double spread(List<Foretold> all) {
        double best = 1;
        double least = Double.POSITIVE_INFINITY;
        int stride = Math.max(1, all.size() / MOST_FORECASTS);
        for (double tried : SPREADS) {
            double pinball = 0;
            for (int i = 0; i < all.size(); i += stride) {
                pinball += pinball(all.get(i).spread(tried));
            }
            if (pinball < least) {
                least = pinball;
                best = tried;
            }
        }
        return best;
    }

    private static double pinball(Foretold one) {
        double sum = 0;
        for (int h = 0; h < one.actual().length; h++) {
            for (double level : DemandForecast.LEVELS) {
                sum +=
                        DemandErrors.pinball(
                                level, one.steps().get(h).quantile(level), one.actual()[h]);
            }
        }
        return sum;
    }

    /**
     * Of those tried the level of the interval's lower end by which the interval, both ends
     * included, held nearest to 80 %; of equal ones the lowest. A count lies within where P(X ≤
     * count) reaches the level and P(X &lt; count) does not reach one less it.
     */
    private static double tail(List<Foretold> those) {
        List<double[]> places = new ArrayList<>(); // P(X <= count), P(X < count)
        for (Foretold one : those) {
            for (int h = 0; h < one.actual().length; h++) {
                NegativeBinomial step = one.steps().get(h);
                int came = one.actual()[h];
                places.add(new double[] {step.cumulative(came), step.cumulative(came - 1.0)});
            }
        }
        double best = Calibration.NONE.tail();
        double off = Double.POSITIVE_INFINITY;
        for (double tried = LEAST_TAIL; tried <= MOST_TAIL; tried += TAIL_STEP) {
            double tail = tried;
            double inside =
                    places.stream()
                            .filter(place -> place[0] >= tail && place[1] < 1 - tail)
                            .count();
            double covered = inside / places.size();
            if (Math.abs(covered - COVERED) < off) {
                off = Math.abs(covered - COVERED);
                best = tried;
            }
        }
        return best;
    }

    /** The correlation of the errors of two items, of the totals of each step of each cut-off. */
    private static double ofItems(List<List<Foretold>> origins) {
        Sums sums = new Sums();
        for (List<Foretold> origin : origins) {
            int steps = origin.isEmpty() ? 0 : origin.get(0).actual().length;
            for (int h = 0; h < steps; h++) {
                List<NegativeBinomial> counts = new ArrayList<>();
                long came = 0;
                for (Foretold one : origin) {
                    counts.add(one.steps().get(h));
                    came += one.actual()[h];
                }
                sums.add(counts, came, false);
            }
        }
        return sums.correlation();
    }

    /** That of two steps of an item, of the sums of each item's steps, each by its variance. */
    private static double ofSteps(List<Foretold> all) {
        Sums sums = new Sums();
        for (Foretold one : all) {
            sums.add(one.steps(), Arrays.stream(one.actual()).asLongStream().sum(), true);
        }
        return sums.correlation();
    }

    /** The ρ by which Var Σ = (1 − ρ) Σ σ² + ρ (Σ σ)² is the mean squared error of sums. */
    private static final class Sums {
        private double squared;
        private double apart;
        private double together;

        void add(List<NegativeBinomial> counts, long came, boolean byVariance) {
            NegativeBinomial independent = DemandGroup.sum(counts, 0);
            double variance = counts.stream().mapToDouble(NegativeBinomial::variance).sum();
            double deviation =
                    counts.stream().mapToDouble(count -> Math.sqrt(count.variance())).sum();
            double unit = byVariance ? variance : 1;
            if (unit > 0) {
                double error = independent.mean() - came;
                squared += error * error / unit;
                apart += variance / unit;
                together += deviation * deviation / unit;
            }
        }

        double correlation() {
            double range = together - apart;
            return range <= 0 ? 0 : Math.max(0, Math.min(1, (squared - apart) / range));
        }
    }
}
