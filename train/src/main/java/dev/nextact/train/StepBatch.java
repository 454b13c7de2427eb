package dev.nextact.train;

import dev.nextact.core.EventSequence;
import dev.nextact.core.ItemField;
import dev.nextact.model.network.HeadSettings;
import dev.nextact.model.network.NetworkSettings;
import dev.nextact.model.network.TokenBatch;
import dev.nextact.model.network.TokenShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

/**
 * A training step in plain arrays, a part for each worker. Items are numbered within the step:
 * {@code rows} lists the rows of the item table the step reads, each once, and every index counts
 * within {@code rows}. So a step costs no more when the catalog grows. Row 0 of the step is the
 * padding, rows 1..N are the negatives.
 *
 * <p>With baskets a token is followed by as many targets as the next basket has items, each of them
 * counting 1 ("pick all labels"; Menon et al. 2019, "Multilabel reductions: what is my loss
 * optimising?"): the optimum ranks items by the probability that they are in the basket, as metrics
 * that count every item of a basket do, and as the next item without baskets. Counting each 1/n
 * would rank them by their expected share of it.
 *
 * @param rows item indexes [R], each once; empty where the step reads the whole table in its order,
 *     for the full softmax
 * @param fields what is known of the items of the rows
 * @param corrections [N] of the negatives; none for the full softmax
 * @param targets of all parts
 */
record StepBatch(long[] rows, ItemBags fields, float[] corrections, int targets, List<Part> parts) {

    /**
     * One worker's windows.
     *
     * @param size B windows
     * @param steps T, the longest window's
     * @param items [B·T], padding = 0; of a basket the first
     * @param behaviours [B·T]
     * @param clock [B·T] each
     * @param fields [B·T·N] each
     * @param baskets [B·T·I] each, the items of each token; none where a token is an event
     * @param lengths [B]
     * @param positions [M] places b·T + t of the tokens that targets come after, with baskets one
     *     for each item of the next; or of those with a label
     * @param targets [M]; where steps are labelled, the labels
     * @param hits places m·N + n where a negative is the target itself, or is left out with it; see
     *     {@link Hits}
     * @param weights [M] of the targets; empty where all count alike
     * @param totals [M·F] of labelled steps, see {@link StepTotals}; empty where F is 0
     * @param heads what the other heads learn from; absent where there are none
     */
    record Part(
            int size,
            int steps,
            long[] items,
            long[] behaviours,
            TokenBatch.Clock clock,
            TokenBatch.Fields fields,
            TokenBatch.Fields baskets,
            long[] lengths,
            long[] positions,
            long[] targets,
            long[] hits,
            float[] weights,
            float[] totals,
            Optional<HeadTargets> heads) {

        /** All events of the windows, numbered as the whole table is, without targets. */
        static Part of(List<Window> windows, TokenShape shape) {
            TokenBatch batch =
                    TokenBatch.of(
                            windows.stream().map(Window::events).toList(), shape.ofAnyLength());
            return new Part(
                    batch.size(),
                    batch.steps(),
                    batch.items(),
                    batch.behaviours(),
                    batch.clock(),
                    batch.fields(),
                    batch.baskets(),
                    batch.lengths(),
                    new long[0],
                    new long[0],
                    new long[0],
                    new float[0],
                    new float[0],
                    Optional.empty());
        }
    }

    /** From which the heads beside the next item's learn how long behaviours stay away. */
    int moments() {
        return parts.stream()
                .flatMap(part -> part.heads().stream())
                .mapToInt(HeadTargets::moments)
                .sum();
    }

    /** From which the next events are foretold at once. */
    int followed() {
        return parts.stream()
                .flatMap(part -> part.heads().stream())
                .mapToInt(heads -> heads.following().size())
                .sum();
    }

    /** Which negatives are left out of those of a target. */
    enum Hits {
        /** The target itself. */
        TARGET,
        /**
         * Every item of its basket: for a loss that asks of each item alone whether it comes. A
         * softmax needs them, as the likelihood of drawing one item of the basket does.
         */
        BASKET
    }

    /** Numbers items within a step. Reused from step to step; confined to one thread. */
    static final class Builder {
        private final int[] local;
        private long[] rows = new long[1024];
        private int count;
        private boolean whole;
        private final NetworkSettings settings;
        private final List<ItemField> fields;
        private final ItemBags ofAll;
        private final float[] weights;
        private final Hits left;

        /**
         * @param settings of the network
         * @param fields of the items
         * @param weights of targets by behaviour, [C]; empty where all count alike
         */
        Builder(NetworkSettings settings, List<ItemField> fields, float[] weights) {
            this(settings, fields, weights, Hits.TARGET);
        }

        /**
         * @param left out of a target's negatives
         */
        Builder(NetworkSettings settings, List<ItemField> fields, float[] weights, Hits left) {
            this.left = left;
            this.weights = weights.clone();
            this.settings = settings;
            this.local = new int[settings.items() + 1];
            this.fields = List.copyOf(fields);
            this.ofAll = ItemBags.ofAll(fields, settings.items());
        }

        /**
         * @param shares the windows of each worker, at least two events each
         * @param negatives none for the full softmax
         * @param seed of the moments that other heads learn from
         */
        StepBatch build(List<List<Window>> shares, Negatives negatives, long seed) {
            whole = negatives.size() == 0 && !classifies();
            if (!whole) {
                row(0);
                for (int negative : negatives.items()) {
                    row(negative);
                }
            }
            List<Part> parts = new ArrayList<>();
            int targets = 0;
            SplittableRandom random = new SplittableRandom(seed);
            for (List<Window> share : shares) {
                Part part = part(share, negatives.size(), seed, random.split());
                targets += part.targets().length;
                parts.add(part);
            }
            long[] taken = takeRows();
            ItemBags known = whole ? ofAll : ItemBags.of(fields, taken);
            if (settings.itemDropout() > 0) {
                int items = whole ? settings.items() + 1 : taken.length;
                known = known.someNew(settings.itemDropout(), items, random.split());
            }
            return new StepBatch(taken, known, negatives.corrections(), targets, parts);
        }

        private Part part(List<Window> windows, int negatives, long seed, SplittableRandom random) {
            int size = windows.size();
            TokenShape shape = settings.shape();
            int before = shape.before();
            int steps = before + windows.stream().mapToInt(Window::tokens).max().orElse(0);
            int total = windows.stream().mapToInt(Window::targets).sum();
            long[] items = new long[size * steps];
            long[] behaviours = new long[size * steps];
            TokenBatch.Clock clock = TokenBatch.Clock.of(size * steps);
            FieldsOfStep fields = new FieldsOfStep(shape, size * steps, seed);
            TokenBatch.Fields.Builder baskets =
                    TokenBatch.Fields.Builder.ofItems(shape.baskets() ? size * steps : 0);
            long[] lengths = new long[size];
            long[] positions = new long[total];
            long[] targets = new long[total];
            float[] counts = new float[weights.length == 0 ? 0 : total];
            int m = 0;
            for (int b = 0; b < size; b++) {
                EventSequence window = windows.get(b).events();
                byte[] labels = windows.get(b).labels();
                int[] begins = shape.grain().begins(window);
                lengths[b] = (long) before + windows.get(b).tokens();
                fields.begin(window, b * steps);
                if (shape.baskets() && before > 0) {
                    baskets.at(b * steps).item(row(0));
                }
                for (int k = 0; k < begins.length; k++) {
                    int place = b * steps + before + k;
                    int end = k + 1 < begins.length ? begins[k + 1] : window.size();
                    for (int t = begins[k]; t < end; t++) {
                        if (labels.length > 0) {
                            if (labels[t] != StepLabels.NONE) {
                                positions[m] = place;
                                targets[m++] = labels[t];
                            }
                        } else if (t >= windows.get(b).firstTarget()) {
                            positions[m] = place - 1L;
                            targets[m] = row(window.item(t));
                            if (weights.length > 0) {
                                counts[m] = weights[window.behaviour(t)];
                            }
                            m++;
                        }
                    }
                    if (k >= windows.get(b).tokens()) {
                        continue;
                    }
                    int begin = begins[k];
                    items[place] = row(window.item(begin));
                    behaviours[place] = window.behaviour(begin);
                    clock.set(
                            place,
                            k == 0 ? 0 : window.timeMicros(begins[k - 1]),
                            window.timeMicros(begin));
                    for (int t = begin; t < Math.min(end, begin + TokenShape.MOST_OF_BASKET); t++) {
                        if (shape.baskets()) {
                            baskets.at(place).item(row(window.item(t)));
                        }
                        fields.event(window, t, place);
                    }
                }
                clock.settle(b * steps, b * steps + (int) lengths[b] - 1);
            }
            return new Part(
                    size,
                    steps,
                    items,
                    behaviours,
                    clock,
                    fields.build(),
                    shape.baskets() ? baskets.build() : TokenBatch.Fields.NONE,
                    lengths,
                    positions,
                    targets,
                    hits(positions, targets, negatives),
                    counts,
                    classifies()
                            ? StepTotals.of(windows, totals(), settings.behaviours())
                            : new float[0],
                    settings.foretells()
                            .filter(heads -> !heads.classifies())
                            .map(heads -> HeadTargets.of(settings, windows, steps, random)));
        }

        /** Rows 1..N are the negatives; the full softmax has none. */
        private long[] hits(long[] positions, long[] targets, int negatives) {
            LongStream.Builder hits = LongStream.builder();
            int end;
            for (int begin = 0; begin < targets.length; begin = end) {
                end = begin + 1;
                while (left == Hits.BASKET
                        && end < targets.length
                        && positions[end] == positions[begin]) {
                    end++;
                }
                for (int m = begin; m < end; m++) {
                    for (int n = begin; n < end; n++) {
                        if (targets[n] >= 1 && targets[n] <= negatives) {
                            hits.add((long) m * negatives + targets[n] - 1);
                        }
                    }
                }
            }
            return hits.build().toArray();
        }

        /** Then no items are scored, and those of the windows alone are read. */
        private boolean classifies() {
            return settings.foretells().map(HeadSettings::classifies).orElse(false);
        }

        private HeadSettings.TotalsScale totals() {
            return settings.foretells().orElseThrow().totals();
        }

        private long row(int item) {
            if (whole) {
                return item;
            }
            if (local[item] == 0) {
                if (count == rows.length) {
                    rows = Arrays.copyOf(rows, count * 2);
                }
                rows[count++] = item;
                local[item] = count;
            }
            return local[item] - 1L;
        }

        private long[] takeRows() {
            long[] taken = Arrays.copyOf(rows, count);
            for (long item : taken) {
                local[(int) item] = 0;
            }
            count = 0;
            return taken;
        }
    }

    /**
     * Distinct items, each equally likely.
     *
     * @param count at most V
     * @param items V
     */
    static int[] uniformNegatives(int count, int items, long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        if (count >= items) {
            int[] all = new int[items];
            Arrays.setAll(all, i -> i + 1);
            return all;
        }
        // Floyd's sampling: as many draws as results, whatever the catalog's size
        Set<Integer> chosen = new LinkedHashSet<>(count * 2);
        for (int last = items - count + 1; last <= items; last++) {
            int drawn = random.nextInt(last) + 1;
            if (!chosen.add(drawn)) {
                chosen.add(last);
            }
        }
        return chosen.stream().mapToInt(Integer::intValue).toArray();
    }
}
