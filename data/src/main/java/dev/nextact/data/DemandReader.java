package dev.nextact.data;

import dev.nextact.core.ItemFacts;
import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.TextEncoder;
import dev.nextact.core.demand.DemandContext;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandPeriod;
import dev.nextact.core.demand.DemandSeries;
import dev.nextact.core.demand.PlannedPrice;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Counts what sold, from the prepared log: units of each item in each period up to a cut-off.
 *
 * <p>Periods are counted back from the cut-off, so the newest is whole; what lies before the first
 * whole one is left out. The days (UTC) of the first and of the newest event count as whole. Units
 * are the quantities of purchases, 1 where the log tells none. A return takes off what was bought
 * in the same period and never more than that: a later one does not undo the demand there was. A
 * series begins where the item was first seen in any act.
 */
public final class DemandReader {

    private static final String CATEGORY = "category";
    private static final String PRICE = "price";
    private static final double MICROS = 1e6;

    /** What is seen of an item in the log. */
    private static final class Seen {
        private final int first;
        private final int[] units;
        private final float[] prices;
        private final int[][] signals;

        Seen(int first, int size, int signals) {
            this.first = first;
            this.units = new int[size];
            this.prices = new float[size];
            this.signals = new int[signals][size];
            Arrays.fill(prices, Float.NaN);
        }
    }

    private final Path prepared;
    private final DemandPeriod period;
    private final Map<String, List<PlannedPrice>> prices;
    private final List<String> texts;
    private final TextEncoder encoder;
    private final int k;

    /**
     * Of the log alone.
     *
     * @param prepared the directory of prepared data
     */
    public DemandReader(Path prepared, DemandPeriod period) {
        this(prepared, period, Map.of(), List.of(), TextEncoder.NONE, 1);
    }

    private DemandReader(
            Path prepared,
            DemandPeriod period,
            Map<String, List<PlannedPrice>> prices,
            List<String> texts,
            TextEncoder encoder,
            int k) {
        this.prepared = prepared;
        this.period = period;
        this.prices = prices;
        this.texts = texts;
        this.encoder = encoder;
        this.k = k;
    }

    /**
     * Of the log and of what a config tells beside it: planned prices, and texts of items. Items of
     * fewer shoppers than {@code privacy.k} are left out.
     *
     * @throws NextactException at a planned price that cannot be read, or where texts are asked for
     *     and no model of texts is on the class path
     */
    public static DemandReader of(ShopConfig shop, DemandPeriod period) {
        ShopConfig.Demand demand = shop.tasks().demand();
        return new DemandReader(
                shop.preparedDirectory(),
                period,
                demand.prices()
                        .map(table -> PlannedPrices.read(shop.directory(), table))
                        .orElse(Map.of()),
                demand.texts(),
                demand.texts().isEmpty()
                        ? TextEncoder.NONE
                        : TextEncoder.find(shop.textDirectory()),
                shop.privacy().k());
    }

    /**
     * @param target the behaviour whose quantities are the units; those before it in the funnel are
     *     the signals
     * @param atMicros the cut-off; absent: the end (UTC) of the day of the newest event
     * @throws NextactException where nothing is prepared, or the log before the cut-off is shorter
     *     than a period
     */
    public DemandPanel read(String target, Optional<Long> atMicros) {
        List<String> behaviours = List.copyOf(PreparedData.behaviours(prepared).toMap().keySet());
        int purchase = behaviours.indexOf(target);
        if (purchase < 0) {
            throw NextactException.input(
                    "the data in %s know no behaviour %s, but %s. Run `nextact prepare` again",
                    prepared, target, String.join(", ", behaviours));
        }
        long end = atMicros.orElseGet(this::endOfNewestDay);
        try (DuckDb engine = DuckDb.open(prepared)) {
            long oldest = startOfOldestDay(engine);
            int periods = (int) Math.floorDiv(end - oldest, period.micros());
            if (periods < 1) {
                throw NextactException.input(
                        "the log in %s holds less than one %s before the cut-off; ask by a shorter"
                                + " period or a later moment",
                        prepared, period.title());
            }
            long start = end - periods * period.micros();
            List<String> signals = behaviours.subList(0, purchase);
            Map<String, Seen> seen = new TreeMap<>();
            String query =
                    SqlStep.load("duckdb/demand_series")
                            .with(
                                    "start", start,
                                    "period", period.micros(),
                                    "before", end,
                                    "purchase", purchase,
                                    "events", prepared.resolve(PreparedData.EVENTS),
                                    "returns", prepared.resolve(PreparedData.RETURNS),
                                    "items", prepared.resolve(PreparedData.ITEMS))
                            .statements()
                            .get(0);
            engine.read(query, row -> add(row, seen, periods, purchase));
            seen.keySet().removeAll(ofFew(engine, end));
            ItemFacts facts = PreparedData.itemFacts(prepared, Optional.of(end));
            List<DemandSeries> series = series(seen, facts, periods);
            return new DemandPanel(period, start, periods, signals, series, context(facts, series));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Items that fewer than k shoppers had to do with before the cut-off. */
    private Set<String> ofFew(DuckDb engine, long end) throws IOException {
        Set<String> few = new HashSet<>();
        if (k > 1) {
            engine.read(
                    "SELECT any_value(i.item_id) FROM read_parquet("
                            + DuckDb.quoted(prepared.resolve(PreparedData.EVENTS))
                            + ") AS e JOIN read_parquet("
                            + DuckDb.quoted(prepared.resolve(PreparedData.ITEMS))
                            + ") AS i USING (item_index) WHERE time_micros < "
                            + end
                            + " GROUP BY item_index HAVING count(DISTINCT user_index) < "
                            + k,
                    row -> few.add(row.getString(1)));
        }
        return few;
    }

    private static void add(ResultSet row, Map<String, Seen> seen, int periods, int purchase)
            throws SQLException {
        int at = row.getInt("period");
        int behaviour = row.getInt("behaviour");
        Seen item =
                seen.computeIfAbsent(
                        row.getString("item_id"), id -> new Seen(at, periods - at, purchase));
        int p = at - item.first;
        if (behaviour < purchase) {
            item.signals[behaviour][p] = row.getInt("acts");
        } else if (behaviour == purchase) {
            item.units[p] = (int) Math.min(Integer.MAX_VALUE, row.getLong("units"));
            double price = row.getDouble("price_micros") / MICROS;
            item.prices[p] = row.wasNull() ? Float.NaN : (float) price;
        }
    }

    /** Of the items of the log, and then of those that only tables of items know. */
    private List<DemandSeries> series(Map<String, Seen> seen, ItemFacts facts, int periods) {
        List<DemandSeries> list = new ArrayList<>();
        seen.forEach(
                (item, of) ->
                        list.add(
                                new DemandSeries(
                                        item,
                                        first(facts, CATEGORY, item).orElse(""),
                                        price(facts, item),
                                        of.first,
                                        of.units,
                                        of.prices,
                                        of.signals)));
        int signals = list.isEmpty() ? 0 : list.get(0).signals().length;
        for (String item : unseen(seen)) {
            list.add(
                    new DemandSeries(
                            item,
                            first(facts, CATEGORY, item).orElse(""),
                            price(facts, item),
                            periods,
                            new int[0],
                            new float[0],
                            new int[signals][0]));
        }
        return list;
    }

    private DemandContext context(ItemFacts facts, List<DemandSeries> series) {
        if (texts.isEmpty()) {
            return new DemandContext(prices, Map.of());
        }
        List<String> items = new ArrayList<>();
        List<String> said = new ArrayList<>();
        for (DemandSeries one : series) {
            String text =
                    texts.stream()
                            .flatMap(field -> first(facts, field, one.item()).stream())
                            .collect(Collectors.joining(". "));
            if (!text.isBlank()) {
                items.add(one.item());
                said.add(text);
            }
        }
        if (items.isEmpty()) {
            throw NextactException.input(
                    "tasks.demand.texts: no item has a text as %s; the prepared data have %s. Where"
                            + " sources or items name a column for it, run `nextact prepare` again",
                    String.join(", ", texts), facts.fields());
        }
        float[][] vectors = encoder.encode(said);
        Map<String, float[]> meanings = new HashMap<>();
        for (int i = 0; i < vectors.length; i++) {
            meanings.put(items.get(i), vectors[i]);
        }
        return new DemandContext(prices, meanings);
    }

    /** In tables of items, but without an act in the whole log. */
    private List<String> unseen(Map<String, Seen> seen) {
        List<String> items = new ArrayList<>();
        try (DuckDb engine = DuckDb.open(prepared)) {
            engine.read(
                    "SELECT DISTINCT item_id FROM read_parquet("
                            + DuckDb.quoted(prepared.resolve(PreparedData.UNSEEN_ITEMS))
                            + ") ORDER BY item_id",
                    row -> items.add(row.getString(1)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        items.removeIf(seen::containsKey);
        return items;
    }

    private static Optional<String> first(ItemFacts facts, String field, String item) {
        return facts.of(field).getOrDefault(item, List.of()).stream().findFirst();
    }

    private static float price(ItemFacts facts, String item) {
        return first(facts, PRICE, item).map(DemandReader::number).orElse(Float.NaN);
    }

    /** Tables of items hold texts; what is no price is none. */
    private static float number(String text) {
        try {
            float price = Float.parseFloat(text);
            return price >= 0 ? price : Float.NaN;
        } catch (NumberFormatException e) {
            return Float.NaN;
        }
    }

    private long endOfNewestDay() {
        long newest = PreparedData.newestMicros(prepared);
        return (Math.floorDiv(newest, DemandPeriod.DAY_MICROS) + 1) * DemandPeriod.DAY_MICROS;
    }

    private long startOfOldestDay(DuckDb engine) {
        long oldest =
                engine.count(
                        "SELECT coalesce(min(time_micros), 0) FROM read_parquet("
                                + DuckDb.quoted(prepared.resolve(PreparedData.EVENTS))
                                + ")");
        return Math.floorDiv(oldest, DemandPeriod.DAY_MICROS) * DemandPeriod.DAY_MICROS;
    }
}
