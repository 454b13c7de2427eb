package dev.nextact.predict;

import dev.nextact.core.demand.DemandClass;
import dev.nextact.core.demand.DemandForecast;
import dev.nextact.core.demand.DemandGroup;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandPeriod;
import dev.nextact.core.demand.DemandSeries;
import dev.nextact.core.demand.DemandSource;
import dev.nextact.core.demand.NegativeBinomial;
import dev.nextact.core.demand.StockAdvice;
import dev.nextact.model.bundle.DemandBundle;
import dev.nextact.model.network.DemandSettings.Calibration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What every item, every category and all together will sell from one cut-off on, ready to be
 * asked. Immutable; thread-safe.
 */
public final class DemandTable {

    /** Periods of the past that are kept beside, and that charts show. */
    public static final int PAST = 26;

    private final DemandBundle bundle;
    private final List<LocalDate> starts;
    private final Map<String, Row> items;
    private final List<Row> byExpected;
    private final List<Row> categories;
    private final Row total;
    private final Optional<ExplainDemand> reasons;

    /**
     * What will sell of an item, a category, or everything. Immutable.
     *
     * @param name the item's id, the category's name, or {@link DemandPanel#TOTAL}
     * @param category of an item; empty where it is not known
     * @param sold units of the newest periods, at most {@link #PAST}, the newest last
     * @param steps [H]
     * @param tail level of the lower end of the interval that holds 80 %
     * @param expected units over the horizon
     */
    public record Row(
            String name,
            String category,
            double[] sold,
            List<NegativeBinomial> steps,
            double tail,
            double expected) {

        private static Row of(
                String name,
                String category,
                double[] sold,
                List<NegativeBinomial> steps,
                double tail) {
            double expected = steps.stream().mapToDouble(NegativeBinomial::mean).sum();
            return new Row(name, category, sold, steps, tail, expected);
        }

        /** Step by step. */
        public DemandForecast forecast() {
            return DemandForecast.of(steps, tail);
        }

        /** Units over the newest periods. */
        public double soldLast(int periods) {
            return Arrays.stream(sold, Math.max(0, sold.length - periods), sold.length).sum();
        }
    }

    private DemandTable(
            DemandBundle bundle,
            List<LocalDate> starts,
            List<Row> items,
            List<Row> categories,
            Row total,
            Optional<ExplainDemand> reasons) {
        this.bundle = bundle;
        this.starts = List.copyOf(starts);
        this.items = new HashMap<>(items.size() * 2);
        items.forEach(row -> this.items.put(row.name(), row));
        this.byExpected = sorted(items);
        this.categories = sorted(categories);
        this.total = total;
        this.reasons = reasons;
    }

    private static List<Row> sorted(List<Row> rows) {
        return rows.stream()
                .sorted(
                        Comparator.comparingDouble((Row row) -> -row.expected())
                                .thenComparing(Row::name))
                .toList();
    }

    /**
     * @param past the log up to the cut-off, by the model's period
     * @param source the shoppers' model, where the bundle counts it
     */
    public static DemandTable of(
            DemandBundle bundle, DemandPanel past, Optional<DemandSource> source) {
        int horizon = bundle.settings().horizon();
        List<List<NegativeBinomial>> all;
        try (DemandModel model = DemandModel.open(bundle, source)) {
            all = model.distributions(past, horizon);
        }
        Calibration calibration = bundle.settings().calibration();
        List<Row> items = new ArrayList<>();
        Map<String, double[]> sold = new HashMap<>();
        for (int i = 0; i < all.size(); i++) {
            DemandSeries series = past.series().get(i);
            double[] newest = newest(series);
            add(sold.computeIfAbsent(DemandPanel.TOTAL, name -> new double[shown(past)]), newest);
            if (!series.category().isEmpty()) {
                add(sold.computeIfAbsent(of(series), name -> new double[shown(past)]), newest);
            }
            items.add(
                    Row.of(
                            series.item(),
                            series.category(),
                            newest,
                            all.get(i),
                            calibration.tail(DemandClass.of(series.units()))));
        }
        List<Row> groups = new ArrayList<>();
        for (DemandGroup group : DemandGroup.of(past, all, calibration.correlation())) {
            boolean isTotal = group.level() == DemandGroup.Level.TOTAL;
            double[] ofGroup =
                    sold.getOrDefault(
                            isTotal ? DemandPanel.TOTAL : CATEGORY + group.name(), new double[0]);
            groups.add(Row.of(group.name(), "", ofGroup, group.steps(), TAIL));
        }
        List<LocalDate> starts = new ArrayList<>();
        for (int h = 0; h < horizon; h++) {
            starts.add(PredictDemand.starts(past, h));
        }
        return new DemandTable(
                bundle,
                starts,
                items,
                groups.subList(0, groups.size() - 1),
                groups.get(groups.size() - 1),
                isSmall(past) ? Optional.of(new ExplainDemand(bundle, past)) : Optional.empty());
    }

    /** Numbers of a past that is kept: some 16 bytes each. */
    private static final long MOST_KEPT = 4_000_000;

    private static boolean isSmall(DemandPanel past) {
        return (long) past.series().size() * past.periods() <= MOST_KEPT;
    }

    /** Before a category's name, which may be that of everything. */
    private static final String CATEGORY = "category ";

    /** Of groups, whose quantiles are not put right. */
    private static final double TAIL = 0.1;

    private static String of(DemandSeries series) {
        return CATEGORY + series.category();
    }

    private static int shown(DemandPanel past) {
        return Math.min(PAST, past.periods());
    }

    private static double[] newest(DemandSeries series) {
        int[] units = series.units();
        return Arrays.stream(units, Math.max(0, units.length - PAST), units.length)
                .asDoubleStream()
                .toArray();
    }

    /** Both end with the newest period. */
    private static void add(double[] sum, double[] more) {
        int by = sum.length - more.length;
        for (int p = 0; p < more.length; p++) {
            sum[by + p] += more[p];
        }
    }

    /** How many items there are. */
    public int size() {
        return items.size();
    }

    public DemandPeriod period() {
        return bundle.settings().period();
    }

    /** The version of the model that answers. */
    public int version() {
        return bundle.manifest().version();
    }

    /** How many steps it sees ahead. */
    public int horizon() {
        return starts.size();
    }

    /** The first day (UTC) of each step. */
    public List<LocalDate> starts() {
        return starts;
    }

    /** Empty for an item that neither the log nor a table of items knows. */
    public Optional<DemandForecast> of(String item) {
        return item(item).map(Row::forecast);
    }

    /**
     * What moved what is foretold of an item; empty in a shop so large that its past is not kept.
     *
     * @param item one of the table
     */
    public Optional<DemandReasons> reasons(String item) {
        return reasons.map(explain -> explain.run(item));
    }

    /** Empty likewise. */
    public Optional<Row> item(String item) {
        return Optional.ofNullable(items.get(item));
    }

    /** Those that are expected to sell the most first. */
    public List<Row> items() {
        return byExpected;
    }

    /** Likewise; items without a category are in none. */
    public List<Row> categories() {
        return categories;
    }

    /** Everything. */
    public Row total() {
        return total;
    }

    /**
     * The interval of the units over the whole horizon that holds 80 %: both ends included. It is
     * wider than the sum's own where that of the steps is; narrower it is not, for steps of few
     * units ask for that, most of which are 0 and within any interval, and the sum is no such step.
     */
    public double[] over(Row row) {
        NegativeBinomial sum =
                DemandGroup.sum(row.steps(), bundle.settings().calibration().stepCorrelation());
        double tail = Math.min(row.tail(), Calibration.NONE.tail());
        return new double[] {sum.quantile(tail), sum.quantile(1 - tail)};
    }

    /**
     * How much of an item to have.
     *
     * @param periods that the stock must last, 1 to {@link #horizon}
     * @param serviceLevel within (0, 1)
     */
    public StockAdvice stock(Row row, int periods, double serviceLevel) {
        if (periods < 1 || periods > horizon()) {
            throw new IllegalArgumentException(
                    "periods: expected 1 to " + horizon() + ", found " + periods);
        }
        return StockAdvice.of(
                row.name(),
                row.steps().subList(0, periods),
                bundle.settings().calibration().stepCorrelation(),
                serviceLevel);
    }
}
