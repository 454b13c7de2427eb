package dev.nextact.model.network;

import dev.nextact.core.Bag;
import dev.nextact.core.EventSequence;
import dev.nextact.core.FieldBags;
import dev.nextact.core.SideInformation.FieldConsumer;
import java.util.List;

/**
 * Histories as the arrays a network reads: the newest events, or baskets, of items the network
 * knows, oldest first, before them the shopper where the network has a token for it, padded with 0
 * at the end.
 *
 * @param size B
 * @param steps T, the longest history's tokens
 * @param items [B·T]; of a basket the first
 * @param behaviours [B·T]
 * @param clock [B·T] each
 * @param fields [B·T·N] each
 * @param baskets [B·T·I] each, the items of each token; none where a token is an event
 * @param lengths [B], at least 1
 */
public record TokenBatch(
        int size,
        int steps,
        long[] items,
        long[] behaviours,
        Clock clock,
        Fields fields,
        Fields baskets,
        long[] lengths) {

    /**
     * When events were, see {@link TimeTokens}: [B·T] each.
     *
     * @param gaps since the event before; unknown for the first one read
     * @param times in microseconds since 1970-01-01 UTC; see {@link #settle}
     */
    public record Clock(long[] gaps, long[] hours, long[] weekdays, long[] times) {

        /**
         * @param size B·T
         */
        public static Clock of(int size) {
            return new Clock(new long[size], new long[size], new long[size], new long[size]);
        }

        /**
         * Sets the tokens of an event.
         *
         * @param beforeMicros of the event read before it; 0 = there is none
         */
        public void set(int place, long beforeMicros, long micros) {
            gaps[place] = TimeTokens.gap(beforeMicros, micros);
            hours[place] = TimeTokens.hour(micros);
            weekdays[place] = TimeTokens.weekday(micros);
            times[place] = micros;
        }

        /**
         * Gives tokens whose time is not known, such as the shopper's, that of the next one:
         * nothing lies between them.
         *
         * @param first of a history's tokens
         * @param last of them
         */
        public void settle(int first, int last) {
            for (int place = last - 1; place >= first; place--) {
                if (!TimeTokens.isKnown(times[place])) {
                    times[place] = times[place + 1];
                }
            }
        }
    }

    /**
     * What else is known of the events, or which items a basket has: [B·T·N] each.
     *
     * @param each N, the most rows of a token; 0 where the network reads none
     * @param rows of the table of all fields, or of the items
     * @param weights how much of each row, 0 = none
     */
    public record Fields(int each, long[] rows, float[] weights) {

        /** Nothing. */
        public static final Fields NONE = new Fields(0, new long[0], new float[0]);

        /**
         * Collects the rows of tokens, one after the other. A token of several events has the mean
         * of their fields; of n items it has the sum by √n, which is as long as one item's vector
         * as long as the items' are independent, as before training. (Their mean would be lost
         * beside the vectors of positions and behaviours.) Confined to one thread.
         */
        public static final class Builder implements FieldConsumer {
            private final int[] starts;
            private final int[] counts;
            private final int[] events;
            private final boolean isOfItems;
            private final Bag bag = new Bag();
            private int place;

            private Builder(int size, boolean isOfItems) {
                this.isOfItems = isOfItems;
                this.starts = new int[size];
                this.counts = new int[size];
                this.events = new int[size];
            }

            /**
             * @param size B·T
             */
            public static Builder ofFields(int size) {
                return new Builder(size, false);
            }

            /**
             * @param size B·T
             */
            public static Builder ofItems(int size) {
                return new Builder(size, true);
            }

            /** Begins a token, or another event of the token at hand. */
            public Builder at(int token) {
                place = token;
                if (events[place]++ == 0) {
                    starts[place] = bag.size();
                }
                return this;
            }

            /** An item of the event. */
            public void item(long row) {
                bag.add((int) row, 1);
                counts[place] = bag.size() - starts[place];
            }

            @Override
            public void accept(FieldBags field, int number) {
                field.addTo(bag, number);
                counts[place] = bag.size() - starts[place];
            }

            public Fields build() {
                int each = 1;
                for (int count : counts) {
                    each = Math.max(each, count);
                }
                Fields fields =
                        new Fields(
                                each,
                                new long[counts.length * each],
                                new float[counts.length * each]);
                for (int token = 0; token < counts.length; token++) {
                    float by = (float) (isOfItems ? Math.sqrt(events[token]) : events[token]);
                    for (int i = 0; i < counts[token]; i++) {
                        fields.rows[token * each + i] = bag.row(starts[token] + i);
                        fields.weights[token * each + i] = bag.weight(starts[token] + i) / by;
                    }
                }
                return fields;
            }
        }
    }

    /**
     * @param histories each with an event of a known item; see {@link #knownEvents}
     * @throws IllegalArgumentException for a history without one, or without the fields that the
     *     network reads
     */
    public static TokenBatch of(List<EventSequence> histories, TokenShape shape) {
        int size = histories.size();
        int[][] begins = new int[size][]; // of each token, read or not
        int steps = 1;
        for (int b = 0; b < size; b++) {
            begins[b] = shape.grain().begins(histories.get(b));
            refuseUnread(histories.get(b), begins[b], b, shape);
            int read = Math.min(shape.length(), begins[b].length);
            steps = Math.max(steps, shape.before() + read);
        }
        long[] items = new long[size * steps];
        long[] behaviours = new long[size * steps];
        Clock clock = Clock.of(size * steps);
        Fields.Builder fields = Fields.Builder.ofFields(shape.fields() ? size * steps : 0);
        Fields.Builder baskets = Fields.Builder.ofItems(shape.baskets() ? size * steps : 0);
        long[] lengths = new long[size];
        for (int b = 0; b < size; b++) {
            EventSequence history = histories.get(b);
            int place = b * steps - 1; // of the token at hand
            if (shape.shopper()) {
                history.forShopperFields(fields.at(++place));
                if (shape.baskets()) {
                    baskets.at(place).item(0);
                }
            }
            int tokens = begins[b].length;
            long before = 0;
            for (int k = Math.max(0, tokens - shape.length()); k < tokens; k++) {
                int begin = begins[b][k];
                items[++place] = history.item(begin);
                behaviours[place] = history.behaviour(begin);
                clock.set(place, before, history.timeMicros(begin));
                before = history.timeMicros(begin);
                int end = k + 1 < tokens ? begins[b][k + 1] : history.size();
                int read = 0;
                for (int i = begin; i < end && read < TokenShape.MOST_OF_BASKET; i++) {
                    if (history.item(i) == 0) {
                        continue;
                    }
                    read++;
                    if (shape.baskets()) {
                        baskets.at(place).item(history.item(i));
                    }
                    if (shape.fields()) {
                        history.forEventFields(i, fields.at(place));
                    }
                }
            }
            clock.settle(b * steps, place);
            lengths[b] = place + 1 - (long) b * steps;
        }
        return new TokenBatch(
                size,
                steps,
                items,
                behaviours,
                clock,
                shape.fields() ? fields.build() : Fields.NONE,
                shape.baskets() ? baskets.build() : Fields.NONE,
                lengths);
    }

    private static void refuseUnread(EventSequence history, int[] begins, int b, TokenShape shape) {
        if (begins.length == 0) {
            throw new IllegalArgumentException(
                    "history " + b + ": expected an event of a known item, found none");
        }
        if (shape.fields() && !history.hasFields()) {
            throw new IllegalArgumentException(
                    "history " + b + ": the network reads fields, and it was made without them");
        }
    }

    /** How many events are of items the network knows. */
    public static int knownEvents(EventSequence history) {
        int known = 0;
        for (int i = 0; i < history.size(); i++) {
            known += history.item(i) == 0 ? 0 : 1;
        }
        return known;
    }
}
