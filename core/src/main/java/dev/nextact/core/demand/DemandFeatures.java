package dev.nextact.core.demand;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model over all items knows at the end of a period of an item: a row of numbers that are
 * small, most of them logarithms, and the level its units are measured by. A row looks at its own
 * period and those before it alone, so what comes later never changes it. Each item has one row
 * more than periods: row 0 is before its first period, when it is known by category and price only
 * (a cold item), and row t is at the end of its t-th.
 *
 * <p>Immutable; thread-safe.
 */
public final class DemandFeatures {

    /** Periods back of the newest units that are told one by one. */
    private static final int LAGS = 4;

    /** Added before a logarithm of a mean, so that a level of nothing is finite. */
    static final double LEAST_LEVEL = 0.05;

    private static final String PLAN = "plan-";
    private static final String YEAR = "year-";
    private static final String LIKE = "like-";

    private final DemandPanel panel;
    private final Inputs inputs;
    private final List<String> names;
    private final int[] windows;
    private final double[] market; // [P + 1]
    private final long[] marketSums; // units of all items before each period
    private final Map<String, Category> categories;
    private final Likeness likeness;

    /**
     * Which numbers are read that not every shop can tell.
     *
     * @param plan prices told beforehand
     * @param year what sold a year before: it takes a log of more than one
     * @param like how items of like texts did
     */
    private record Inputs(boolean plan, boolean year, boolean like) {

        /** What a panel can tell. */
        static Inputs of(DemandPanel panel) {
            return new Inputs(
                    !panel.context().prices().isEmpty(),
                    panel.periods() > panel.period().year() + panel.period().window(),
                    !panel.context().meanings().isEmpty());
        }

        static Inputs of(List<String> names) {
            return new Inputs(has(names, PLAN), has(names, YEAR), has(names, LIKE));
        }

        private static boolean has(List<String> names, String start) {
            return names.stream().anyMatch(name -> name.startsWith(start));
        }
    }

    /**
     * What is known of a category at the end of each period.
     *
     * @param level ln of the mean units of an item on sale, over the window, [P + 1]
     * @param launch mean of ln(1 + units) in the first period of its items so far, [P + 1]
     * @param sums units of all its items before each period, [P + 1]
     */
    private record Category(double[] level, double[] launch, long[] sums) {}

    private DemandFeatures(DemandPanel panel, Inputs inputs, Map<String, Category> categories) {
        this.panel = panel;
        this.inputs = inputs;
        this.market = market(panel);
        this.marketSums = sums(panel.totals());
        this.categories = categories;
        this.likeness = Likeness.of(inputs.like() ? panel : panel.with(List.of()));
        int window = panel.period().window();
        this.windows = new int[] {2, window / 3, window, 4 * window};
        this.names = names(panel, inputs, windows);
    }

    /** Of all that the panel can tell. */
    public static DemandFeatures of(DemandPanel panel) {
        return of(panel, Inputs.of(panel));
    }

    /**
     * Of what a network learned to read, as far as the panel tells it.
     *
     * @param learned names of the numbers of its rows
     */
    public static DemandFeatures of(DemandPanel panel, List<String> learned) {
        return of(panel, Inputs.of(learned));
    }

    private static DemandFeatures of(DemandPanel panel, Inputs inputs) {
        Map<String, List<DemandSeries>> byCategory = new HashMap<>();
        for (DemandSeries one : panel.series()) {
            byCategory.computeIfAbsent(one.category(), c -> new ArrayList<>()).add(one);
        }
        Map<String, Category> categories = new HashMap<>();
        byCategory.forEach((name, series) -> categories.put(name, category(panel, series)));
        return new DemandFeatures(panel, inputs, categories);
    }

    private static List<String> names(DemandPanel panel, Inputs inputs, int[] windows) {
        List<String> names = new ArrayList<>();
        names.add("cold");
        names.add("level");
        for (int lag = 0; lag < LAGS; lag++) {
            names.add("units-" + lag);
        }
        for (int window : windows) {
            names.add("mean-" + window);
        }
        names.addAll(List.of("sold-share", "largest", "waited", "age"));
        names.addAll(List.of("price", "price-change", "price-known"));
        names.addAll(List.of("category-level", "category-launch", "market"));
        for (String signal : panel.signals()) {
            names.add(signal);
            names.add(signal + "-change");
        }
        if (panel.period() == DemandPeriod.DAY) {
            for (int day = 0; day < DemandPeriod.DAY.season(); day++) {
                names.add("weekday-" + day);
            }
            names.add("season");
        }
        if (inputs.plan()) {
            for (int step = 0; step <= panel.period().planned(); step++) {
                names.add(PLAN + step);
            }
        }
        if (inputs.year()) {
            List.of("sine", "cosine", "market", "category", "item")
                    .forEach(name -> names.add(YEAR + name));
        }
        if (inputs.like()) {
            List.of("launch", "level", "known").forEach(name -> names.add(LIKE + name));
        }
        return List.copyOf(names);
    }

    /** The names of the numbers of a row, [F]. */
    public List<String> names() {
        return names;
    }

    /** F, how many numbers a row has. */
    public int size() {
        return names.size();
    }

    /** The level of all units over the newest periods, against the window: growth of the shop. */
    private static double[] market(DemandPanel panel) {
        long[] totals = panel.totals();
        double[] market = new double[totals.length + 1];
        int window = panel.period().window();
        for (int p = 1; p <= totals.length; p++) {
            double newest = mean(totals, p, Math.max(1, window / 6));
            double usual = mean(totals, p, window);
            market[p] = Math.log((newest + 1) / (usual + 1));
        }
        return market;
    }

    private static double mean(long[] values, int end, int window) {
        int from = Math.max(0, end - window);
        double sum = 0;
        for (int p = from; p < end; p++) {
            sum += values[p];
        }
        return end == from ? 0 : sum / (end - from);
    }

    private static Category category(DemandPanel panel, List<DemandSeries> series) {
        int periods = panel.periods();
        double[] units = new double[periods];
        double[] onSale = new double[periods];
        double[] launched = new double[periods];
        double[] launches = new double[periods];
        for (DemandSeries one : series) {
            for (int p = 0; p < one.size(); p++) {
                units[one.first() + p] += one.units()[p];
                onSale[one.first() + p]++;
            }
            if (one.size() > 0) {
                launched[one.first()] += Math.log1p(one.units()[0]);
                launches[one.first()]++;
            }
        }
        double[] level = new double[periods + 1];
        double[] launch = new double[periods + 1];
        int window = panel.period().window();
        double sumUnits = 0;
        double sumOnSale = 0;
        double sumLaunched = 0;
        double sumLaunches = 0;
        for (int p = 0; p <= periods; p++) {
            level[p] = Math.log(LEAST_LEVEL + (sumOnSale == 0 ? 0 : sumUnits / sumOnSale));
            launch[p] = sumLaunches == 0 ? 0 : sumLaunched / sumLaunches;
            if (p < periods) {
                sumUnits += units[p] - (p >= window ? units[p - window] : 0);
                sumOnSale += onSale[p] - (p >= window ? onSale[p - window] : 0);
                // items of the first period were launched before the log began
                sumLaunched += p == 0 ? 0 : launched[p];
                sumLaunches += p == 0 ? 0 : launches[p];
            }
        }
        long[] whole = new long[periods];
        Arrays.setAll(whole, p -> (long) units[p]);
        return new Category(level, launch, sums(whole));
    }

    private static long[] sums(long[] values) {
        long[] sums = new long[values.length + 1];
        for (int p = 0; p < values.length; p++) {
            sums[p + 1] = sums[p] + values[p];
        }
        return sums;
    }

    /**
     * The rows of an item of the panel.
     *
     * @return [size + 1][F]
     */
    public float[][] rows(DemandSeries series) {
        float[][] rows = new float[series.size() + 1][];
        Walk walk = new Walk(series);
        for (int t = 0; t < rows.length; t++) {
            rows[t] = walk.row(t);
        }
        return rows;
    }

    /**
     * What units of the item are measured by at the end of its t-th period: their mean over the
     * window, shrunk a little towards one unit; 1 before the first.
     */
    public double level(DemandSeries series, int t) {
        int from = Math.max(0, t - panel.period().window());
        double sum = 0;
        for (int p = from; p < t; p++) {
            sum += series.units()[p];
        }
        return (sum + 0.5) / (t - from + 0.5);
    }

    /** Goes along one series. */
    private final class Walk {
        private final DemandSeries series;
        private final long[] sums; // of units before each period
        private final long[][] signalSums;
        private final Category category;
        private final List<PlannedPrice> plan;
        private final Likeness.Like like;
        private double price;
        private double priceSum;
        private int prices;
        private int waited;

        Walk(DemandSeries series) {
            this.series = series;
            this.category =
                    categories.getOrDefault(
                            series.category(),
                            new Category(
                                    new double[panel.periods() + 1],
                                    new double[panel.periods() + 1],
                                    new long[panel.periods() + 1]));
            this.sums = sumsOf(series.units());
            this.signalSums =
                    Arrays.stream(series.signals()).map(Walk::sumsOf).toArray(long[][]::new);
            this.plan = panel.context().pricesOf(series.item());
            this.like = likeness.of(series.item());
            this.price = Float.isFinite(series.listPrice()) ? series.listPrice() : Double.NaN;
        }

        private static long[] sumsOf(int[] values) {
            return sums(Arrays.stream(values).asLongStream().toArray());
        }

        private static double mean(long[] sums, int t, int window) {
            int from = Math.max(0, t - window);
            return t == from ? 0 : (sums[t] - sums[from]) / (double) (t - from);
        }

        /** Rows are asked for in their order. */
        float[] row(int t) {
            advance(t);
            int at = series.first() + t; // periods of the panel that are over
            double level = Math.log(level(series, t));
            float[] row = new float[names.size()];
            int f = 0;
            row[f++] = t == 0 ? 1 : 0;
            row[f++] = (float) level;
            for (int lag = 0; lag < LAGS; lag++) {
                row[f++] = t > lag ? relative(series.units()[t - 1 - lag], level) : 0;
            }
            for (int window : windows) {
                row[f++] =
                        t == 0
                                ? 0
                                : (float) (Math.log(LEAST_LEVEL + mean(sums, t, window)) - level);
            }
            int from = Math.max(0, t - panel.period().window());
            int sold = 0;
            int largest = 0;
            for (int p = from; p < t; p++) {
                sold += series.units()[p] > 0 ? 1 : 0;
                largest = Math.max(largest, series.units()[p]);
            }
            row[f++] = t == 0 ? 0 : sold / (float) (t - from);
            row[f++] = t == 0 ? 0 : relative(largest, level);
            row[f++] = (float) Math.log1p(waited);
            row[f++] = (float) Math.log1p(t);
            double usual = prices == 0 ? price : priceSum / prices;
            boolean known = Double.isFinite(price);
            row[f++] = known ? (float) Math.log1p(price) : 0;
            row[f++] = known ? (float) Math.log((price + 0.01) / (usual + 0.01)) : 0;
            row[f++] = known ? 1 : 0;
            row[f++] = (float) category.level()[at];
            row[f++] = (float) category.launch()[at];
            row[f++] = (float) market[at];
            for (long[] signal : signalSums) {
                double newest = t == 0 ? 0 : signal[t] - signal[t - 1];
                double mean = mean(signal, t, panel.period().window());
                row[f++] = (float) Math.log1p(newest);
                row[f++] = (float) (Math.log1p(newest) - Math.log1p(mean));
            }
            if (panel.period() == DemandPeriod.DAY) {
                long day = Math.floorDiv(panel.startMicros(), DemandPeriod.DAY_MICROS) + at;
                row[f + (int) Math.floorMod(day, 7L)] = 1; // of the first day to come
                f += DemandPeriod.DAY.season();
                row[f++] = season(t, level);
            }
            if (inputs.plan()) {
                for (int step = 0; step <= panel.period().planned(); step++) {
                    row[f++] = planned(at, step, usual);
                }
            }
            if (inputs.year()) {
                double turn = 2 * Math.PI * at / panel.period().year();
                row[f++] = (float) Math.sin(turn);
                row[f++] = (float) Math.cos(turn);
                row[f++] = yearAgo(marketSums, at);
                row[f++] = yearAgo(category.sums(), at);
                row[f++] = yearAgo(sums, t);
            }
            if (inputs.like()) {
                row[f++] = like.launch();
                row[f++] = like.level();
                row[f] = like.isKnown();
            }
            return row;
        }

        /**
         * By how much the price will lie below or above the usual one, in logarithms, the mean over
         * the days of a period, as it was told before the end of period {@code at}. Of several
         * prices of a day the lowest counts.
         *
         * @param step 0: the period that is over; 1: the first to come
         */
        private float planned(int at, int step, double usual) {
            if (plan.isEmpty() || !Double.isFinite(usual)) {
                return 0;
            }
            long now = panel.startMicros() + at * panel.period().micros();
            long start = now + (step - 1) * panel.period().micros();
            double sum = 0;
            for (int day = 0; day < panel.period().days(); day++) {
                long noon = start + day * DemandPeriod.DAY_MICROS + DemandPeriod.DAY_MICROS / 2;
                double lowest = Double.POSITIVE_INFINITY;
                for (PlannedPrice price : plan) {
                    if (price.isKnown(now) && price.holds(noon)) {
                        lowest = Math.min(lowest, price.price());
                    }
                }
                if (Double.isFinite(lowest)) {
                    sum += Math.log((lowest + 0.01) / (usual + 0.01));
                }
            }
            return (float) (sum / panel.period().days());
        }

        /** How a year ago sales went on from here, against how they had come here. */
        private float yearAgo(long[] soldBefore, int t) {
            int then = t - panel.period().year();
            int span = panel.period().window() / 3;
            if (then < span) {
                return 0;
            }
            double came = soldBefore[then] - soldBefore[then - span];
            double went = soldBefore[then + span] - soldBefore[then];
            return (float) Math.log((went + 1) / (came + 1));
        }

        private void advance(int t) {
            if (t == 0) {
                return;
            }
            waited = series.units()[t - 1] > 0 ? 0 : waited + 1;
            if (Float.isFinite(series.prices()[t - 1])) {
                price = series.prices()[t - 1];
                priceSum += price;
                prices++;
            }
        }

        /** What sold a season before the first period to come. */
        private float season(int t, double level) {
            int before = t - panel.period().season();
            return before >= 0 ? relative(series.units()[before], level) : 0;
        }

        private static float relative(int units, double level) {
            return (float) (Math.log1p(units) - Math.log1p(Math.exp(level)));
        }
    }
}
