package dev.nextact.predict.explain;

import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.NextactException;
import dev.nextact.core.Orders;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig.SplitRule;
import dev.nextact.core.Split;
import dev.nextact.core.probability.Softmax;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.ItemAttributes;
import dev.nextact.predict.Moment;
import dev.nextact.predict.OnnxScorer;
import dev.nextact.predict.OutlookModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * {@code nextact explain --global}: what matters on the whole. Of each field, how much less the
 * model makes of what came next on the validation part where the field's values are those of other
 * events, drawn without putting back (permutation importance; Breiman 2001, §10). Fields that go
 * together stand in for each other, so that both may seem to matter little. And what a pause and an
 * item's price do.
 */
public final class GlobalImportance {

    private static final int BATCH = 64;

    /** Days without an event that are asked about. */
    private static final List<Double> PAUSE_DAYS = List.of(0.0, 0.25, 1.0, 3.0, 7.0, 14.0);

    private static final int PRICE_PARTS = 5;

    private static final long WEEK_MICROS = 7L * 86_400 * 1_000_000;

    /**
     * @param split by which the model was trained
     * @param target index of the behaviour whose probability a pause changes
     * @param horizonSeconds of that
     * @param shoppers at most, each before one event of the validation part
     */
    public record Request(
            SplitRule split, int target, double horizonSeconds, int shoppers, long seed) {
        public Request {
            if (shoppers < 2) {
                throw new IllegalArgumentException(
                        "shoppers: expected 2 or more, found " + shoppers);
            }
        }
    }

    /**
     * @param field {@code item}, {@code behaviour}, {@code gap}, {@code clock}, {@code shopper}, or
     *     a field of events
     * @param loss nats by which the log-share of what came falls without it, the mean over shoppers
     * @param error of that, the standard error
     */
    public record Importance(String field, double loss, double error) {}

    /**
     * @param days without an event
     * @param probability that the target comes within the horizon, the mean over shoppers
     */
    public record Pause(double days, double probability) {}

    /**
     * A part of the items by their price, each as many.
     *
     * @param ranked of the ranking, the mean over shoppers
     * @param came of what came next
     */
    public record PricePart(double from, double to, double ranked, double came) {}

    /**
     * @param logShare of what came next, with all fields, the mean over shoppers
     * @param fields the most important first
     * @param pauses empty where the model learned no horizons
     * @param prices empty where items have none
     */
    public record Answer(
            int version,
            int shoppers,
            double logShare,
            List<Importance> fields,
            List<Pause> pauses,
            List<PricePart> prices) {

        /** For programs, and for the console. */
        public Map<String, Object> toTree() {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("version", version);
            tree.put("shoppers", shoppers);
            tree.put("log_share", logShare);
            tree.put(
                    "fields",
                    fields.stream()
                            .map(
                                    of ->
                                            Map.of(
                                                    "field",
                                                    of.field(),
                                                    "loss",
                                                    of.loss(),
                                                    "standard_error",
                                                    of.error()))
                            .toList());
            tree.put(
                    "pauses",
                    pauses.stream()
                            .map(of -> Map.of("days", of.days(), "probability", of.probability()))
                            .toList());
            tree.put(
                    "prices",
                    prices.stream()
                            .map(
                                    of ->
                                            Map.of(
                                                    "from",
                                                    of.from(),
                                                    "to",
                                                    of.to(),
                                                    "ranked",
                                                    of.ranked(),
                                                    "came",
                                                    of.came()))
                            .toList());
            return tree;
        }
    }

    /** Shoppers before an event of the validation part, and its items. */
    private record Cases(List<EventSequence> histories, int[] next) {}

    /**
     * @throws NextactException where no shopper has an event in the validation part, or the model
     *     has not learned the next item
     */
    public Answer run(Bundle bundle, EventLog log, Request request, Progress progress) {
        if (!bundle.manifest().tasks().contains("next-items")) {
            throw NextactException.bundle("%s has not learned next-items", bundle.directory());
        }
        Cases cases = cases(bundle, log, request);
        if (cases.histories().size() < 2) {
            throw NextactException.input(
                    "no shopper has an event of a known item in the validation part");
        }
        Map<String, List<EventSequence>> changed = changed(bundle, cases.histories(), request);
        try (OnnxScorer scorer = OnnxScorer.open(bundle);
                Progress.Task task = progress.start("explain", changed.size() + 1L, "fields")) {
            double[] whole = logShares(scorer, bundle, cases, cases.histories());
            task.at(1, "");
            List<Importance> fields = new ArrayList<>();
            changed.forEach(
                    (field, histories) -> {
                        double[] without = logShares(scorer, bundle, cases, histories);
                        double[] losses =
                                IntStream.range(0, whole.length)
                                        .mapToDouble(i -> whole[i] - without[i])
                                        .toArray();
                        fields.add(new Importance(field, mean(losses), error(losses)));
                        task.at(fields.size() + 1L, "");
                    });
            fields.sort((a, b) -> Double.compare(b.loss(), a.loss()));
            return new Answer(
                    bundle.manifest().version(),
                    whole.length,
                    mean(whole),
                    fields,
                    pauses(bundle, cases, request),
                    prices(scorer, bundle, cases));
        }
    }

    /** Histories as the encoder reads them, of known items. */
    private static Cases cases(Bundle bundle, EventLog log, Request request) {
        EventSequences sequences =
                log.sequences(bundle.fields())
                        .renumberItems(log.catalog().indexesIn(bundle.catalog()));
        Split split = Split.of(request.split(), sequences);
        SplittableRandom random = new SplittableRandom(request.seed());
        List<EventSequence> histories = new ArrayList<>();
        List<Integer> next = new ArrayList<>();
        for (int user : Orders.shuffled(sequences.size(), random)) {
            int from = split.trainEnd(user);
            int to = split.validEnd(user);
            if (histories.size() >= request.shoppers() || from >= to) {
                continue;
            }
            EventSequence all = sequences.get(user);
            int event = from + random.nextInt(to - from);
            EventSequence history = known(all.prefix(event)).last(bundle.manifest().length());
            if (!history.isEmpty() && all.item(event) != 0) {
                histories.add(history);
                next.add(all.item(event));
            }
        }
        return new Cases(histories, next.stream().mapToInt(item -> item).toArray());
    }

    private static EventSequence known(EventSequence events) {
        return events.select(
                IntStream.range(0, events.size()).filter(e -> events.item(e) != 0).toArray());
    }

    /** For each field the histories with its values as they are of other events. */
    private static Map<String, List<EventSequence>> changed(
            Bundle bundle, List<EventSequence> histories, Request request) {
        SplittableRandom random = new SplittableRandom(request.seed() + 1);
        int events = histories.stream().mapToInt(EventSequence::size).sum();
        Map<String, List<EventSequence>> changed = new LinkedHashMap<>();
        Pool items = Pool.of(histories, EventSequence::item, events, random);
        changed.put(
                "item", each(histories, h -> rebuilt(h, items.next(h.size()), acts(h), times(h))));
        if (bundle.manifest().behaviours().size() > 1) {
            Pool acts = Pool.of(histories, EventSequence::behaviour, events, random);
            changed.put(
                    "behaviour",
                    each(
                            histories,
                            h -> rebuilt(h, h.items(), bytes(acts.next(h.size())), times(h))));
        }
        boolean hasTimes = histories.stream().anyMatch(h -> h.timeMicros(h.size() - 1) > 0);
        if (hasTimes) {
            changed.put("gap", gaps(histories, random));
            changed.put("clock", clocks(histories, random));
        }
        int fields = bundle.fields().ofEvents().size();
        for (int f = 0; f < fields; f++) {
            int field = f;
            Pool values = Pool.of(histories, (h, e) -> h.eventField(field, e), events, random);
            changed.put(
                    bundle.fields().ofEvents().get(f).name(),
                    each(histories, h -> h.withEventField(field, values.next(h.size()))));
        }
        if (!bundle.fields().ofShoppers().isEmpty()) {
            int[] order = Orders.shuffled(histories.size(), random);
            changed.put(
                    "shopper",
                    IntStream.range(0, order.length)
                            .mapToObj(i -> histories.get(i).by(histories.get(order[i]).user()))
                            .toList());
        }
        return changed;
    }

    /** A number of an event. */
    @FunctionalInterface
    private interface OfEvent {
        int of(EventSequence history, int event);
    }

    /** Numbers of all events, in an order drawn. Confined to one thread. */
    private static final class Pool {
        private final int[] values;
        private int at;

        private Pool(int[] values) {
            this.values = values;
        }

        static Pool of(
                List<EventSequence> histories, OfEvent number, int size, SplittableRandom random) {
            int[] all = new int[size];
            int next = 0;
            for (EventSequence history : histories) {
                for (int event = 0; event < history.size(); event++) {
                    all[next++] = number.of(history, event);
                }
            }
            return new Pool(
                    Arrays.stream(Orders.shuffled(size, random)).map(i -> all[i]).toArray());
        }

        int[] next(int count) {
            at += count;
            return Arrays.copyOfRange(values, at - count, at);
        }
    }

    private static List<EventSequence> each(
            List<EventSequence> histories, UnaryOperator<EventSequence> change) {
        return histories.stream().map(change).toList();
    }

    private static EventSequence rebuilt(
            EventSequence history, int[] items, byte[] acts, long[] times) {
        return EventSequence.of(history.user(), items, acts, times, history.side(0));
    }

    private static byte[] acts(EventSequence history) {
        return bytes(IntStream.range(0, history.size()).map(history::behaviour).toArray());
    }

    private static byte[] bytes(int[] values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static long[] times(EventSequence history) {
        return IntStream.range(0, history.size()).mapToLong(history::timeMicros).toArray();
    }

    /** The pauses between events are those between others; the newest event stays where it is. */
    private static List<EventSequence> gaps(
            List<EventSequence> histories, SplittableRandom random) {
        List<Long> all = new ArrayList<>();
        for (EventSequence history : histories) {
            for (int event = 1; event < history.size(); event++) {
                all.add(history.timeMicros(event) - history.timeMicros(event - 1));
            }
        }
        int[] order = Orders.shuffled(all.size(), random);
        int next = 0;
        List<EventSequence> changed = new ArrayList<>();
        for (EventSequence history : histories) {
            long[] times = times(history);
            for (int event = times.length - 1; event > 0; event--) {
                times[event - 1] = times[event] - all.get(order[next++]);
            }
            changed.add(rebuilt(history, history.items(), acts(history), times));
        }
        return changed;
    }

    /** Hours and weekdays are those of others; pauses stay. */
    private static List<EventSequence> clocks(
            List<EventSequence> histories, SplittableRandom random) {
        int[] order = Orders.shuffled(histories.size(), random);
        List<EventSequence> changed = new ArrayList<>();
        for (int i = 0; i < order.length; i++) {
            EventSequence history = histories.get(i);
            long by = ofWeek(histories.get(order[i])) - ofWeek(history);
            long[] times = Arrays.stream(times(history)).map(time -> time + by).toArray();
            changed.add(rebuilt(history, history.items(), acts(history), times));
        }
        return changed;
    }

    private static long ofWeek(EventSequence history) {
        return Math.floorMod(history.timeMicros(history.size() - 1), WEEK_MICROS);
    }

    private static double[] logShares(
            OnnxScorer scorer, Bundle bundle, Cases cases, List<EventSequence> histories) {
        double[] logShares = new double[histories.size()];
        forShares(
                scorer,
                bundle,
                histories,
                (i, shares) -> logShares[i] = Math.log(shares[cases.next()[i] - 1]));
        return logShares;
    }

    /** Takes the shares of all items, [V], after a history. */
    @FunctionalInterface
    private interface OfShares {
        void take(int history, double[] shares);
    }

    private static void forShares(
            OnnxScorer scorer, Bundle bundle, List<EventSequence> histories, OfShares taker) {
        int items = bundle.catalog().size();
        for (int from = 0; from < histories.size(); from += BATCH) {
            List<EventSequence> batch =
                    histories.subList(from, Math.min(histories.size(), from + BATCH));
            float[][] scores = new float[batch.size()][items + 1];
            scorer.score(batch, scores);
            for (int b = 0; b < scores.length; b++) {
                taker.take(from + b, Softmax.of(scores[b], 1, items));
            }
        }
    }

    private static List<Pause> pauses(Bundle bundle, Cases cases, Request request) {
        boolean knowsHorizons =
                bundle.heads().map(heads -> heads.hazards()).orElse(false)
                        && cases.histories().get(0).timeMicros(0) > 0;
        if (!knowsHorizons) {
            return List.of();
        }
        List<Pause> pauses = new ArrayList<>();
        try (OutlookModel model = OutlookModel.open(bundle)) {
            model.refuseBeyond(request.target(), request.horizonSeconds());
            for (double days : PAUSE_DAYS) {
                List<Moment> moments =
                        cases.histories().stream().map(history -> after(history, days)).toList();
                double sum = 0;
                for (int from = 0; from < moments.size(); from += BATCH) {
                    sum +=
                            model
                                    .stays(
                                            moments.subList(
                                                    from, Math.min(moments.size(), from + BATCH)))
                                    .stream()
                                    .mapToDouble(
                                            curves ->
                                                    curves.get(request.target())
                                                            .came(request.horizonSeconds()))
                                    .sum();
                }
                pauses.add(new Pause(days, sum / moments.size()));
            }
        }
        return pauses;
    }

    private static Moment after(EventSequence history, double days) {
        long last = history.timeMicros(history.size() - 1);
        return new Moment(history, last + 1 + Math.round(days * 86_400e6));
    }

    /** By item, [V + 1], NaN where it is not known; empty where no item has one. */
    private static double[] ofPrices(Bundle bundle) {
        ItemAttributes facts = ItemAttributes.of(bundle);
        if (!facts.fields().contains("price") || !facts.isNumber("price")) {
            return new double[0];
        }
        double[] prices = new double[bundle.catalog().size() + 1];
        for (int item = 0; item < prices.length; item++) {
            String text = item == 0 ? "" : facts.text("price", item);
            prices[item] = text.isEmpty() ? Double.NaN : Double.parseDouble(text);
        }
        return prices;
    }

    private static List<PricePart> prices(OnnxScorer scorer, Bundle bundle, Cases cases) {
        double[] prices = ofPrices(bundle);
        double[] sorted = Arrays.stream(prices).filter(p -> !Double.isNaN(p)).sorted().toArray();
        if (sorted.length < PRICE_PARTS) {
            return List.of();
        }
        double[] edges = new double[PRICE_PARTS + 1];
        for (int part = 0; part < PRICE_PARTS; part++) {
            edges[part] = sorted[sorted.length * part / PRICE_PARTS];
        }
        edges[PRICE_PARTS] = sorted[sorted.length - 1];
        int[] partOf = new int[prices.length];
        for (int item = 0; item < prices.length; item++) {
            partOf[item] = -1;
            for (int part = 0; part < PRICE_PARTS && prices[item] >= edges[part]; part++) {
                partOf[item] = part;
            }
        }
        double[] ranked = new double[PRICE_PARTS];
        double[] came = new double[PRICE_PARTS];
        forShares(
                scorer,
                bundle,
                cases.histories(),
                (i, shares) -> {
                    for (int item = 1; item < partOf.length; item++) {
                        if (partOf[item] >= 0) {
                            ranked[partOf[item]] += shares[item - 1];
                        }
                    }
                    int part = partOf[cases.next()[i]];
                    if (part >= 0) {
                        came[part]++;
                    }
                });
        int size = cases.next().length;
        return IntStream.range(0, PRICE_PARTS)
                .mapToObj(
                        p ->
                                new PricePart(
                                        edges[p], edges[p + 1], ranked[p] / size, came[p] / size))
                .toList();
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    private static double error(double[] values) {
        double mean = mean(values);
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        return Math.sqrt(squares / (values.length - 1.0) / values.length);
    }
}
