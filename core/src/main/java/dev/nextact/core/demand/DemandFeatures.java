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
    private static final double LEAST_LEVEL = 0.05;

    private final DemandPanel panel;
    private final List<String> names;
    private final int[] windows;
    private final double[] market; // [P + 1]
    private final Map<String, Category> categories;

    /**
     * What is known of a category at the end of each period.
     *
     * @param level ln of the mean units of an item on sale, over the window, [P + 1]
     * @param launch mean of ln(1 + units) in the first period of its items so far, [P + 1]
     */
    private record Category(double[] level, double[] launch) {}

    private DemandFeatures(DemandPanel panel, double[] market, Map<String, Category> categories) {
        this.panel = panel;
        this.market = market;
        this.categories = categories;
        int window = panel.period().window();
        this.windows = new int[] {2, window / 3, window, 4 * window};
        this.names = names(panel, windows);
    }

    public static DemandFeatures of(DemandPanel panel) {
        Map<String, List<DemandSeries>> byCategory = new HashMap<>();
        for (DemandSeries one : panel.series()) {
            byCategory.computeIfAbsent(one.category(), c -> new ArrayList<>()).add(one);
        }
        Map<String, Category> categories = new HashMap<>();
        byCategory.forEach((name, series) -> categories.put(name, category(panel, series)));
        return new DemandFeatures(panel, market(panel), categories);
    }

    private static List<String> names(DemandPanel panel, int[] windows) {
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
        return new Category(level, launch);
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
        private final boolean hasListPrice;
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
                                    new double[panel.periods() + 1]));
            this.sums = sums(series.units());
            this.signalSums =
                    Arrays.stream(series.signals()).map(Walk::sums).toArray(long[][]::new);
            this.hasListPrice = Float.isFinite(series.listPrice());
            this.price = hasListPrice ? series.listPrice() : Double.NaN;
        }

        private static long[] sums(int[] values) {
            long[] sums = new long[values.length + 1];
            for (int p = 0; p < values.length; p++) {
                sums[p + 1] = sums[p] + values[p];
            }
            return sums;
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
                row[f] = season(t, level);
            }
            return row;
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
