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
        int steps = 1;
        for (EventSequence history : histories) {
            steps =
                    Math.max(
                            steps,
                            shape.before() + Math.min(shape.length(), tokens(history, shape)));
        }
        int size = histories.size();
        long[] items = new long[size * steps];
        long[] behaviours = new long[size * steps];
        Clock clock = Clock.of(size * steps);
        Fields.Builder fields = Fields.Builder.ofFields(shape.fields() ? size * steps : 0);
        Fields.Builder baskets = Fields.Builder.ofItems(shape.baskets() ? size * steps : 0);
        long[] lengths = new long[size];
        for (int b = 0; b < size; b++) {
            EventSequence history = histories.get(b);
            refuseUnread(history, b, shape);
            int place = b * steps - 1; // of the token at hand
            if (shape.shopper()) {
                history.forShopperFields(fields.at(++place));
                if (shape.baskets()) {
                    baskets.at(place).item(0);
                }
            }
            int skip = Math.max(0, tokens(history, shape) - shape.length());
            int last = -1; // event of a known item
            boolean isRead = false;
            int ofToken = 0;
            long before = 0;
            for (int i = 0; i < history.size(); i++) {
                if (history.item(i) == 0) {
                    continue;
                }
                if (last < 0 || !shape.grain().joins(history, last, i)) {
                    isRead = skip-- <= 0;
                    if (isRead) {
                        items[++place] = history.item(i);
                        behaviours[place] = history.behaviour(i);
                        clock.set(place, before, history.timeMicros(i));
                        before = history.timeMicros(i);
                        ofToken = 0;
                    }
                }
                last = i;
                if (isRead && ofToken++ < TokenShape.MOST_OF_BASKET) {
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

    private static void refuseUnread(EventSequence history, int b, TokenShape shape) {
        if (knownEvents(history) == 0) {
            throw new IllegalArgumentException(
                    "history " + b + ": expected an event of a known item, found none");
        }
        if (shape.fields() && !history.hasFields()) {
            throw new IllegalArgumentException(
                    "history " + b + ": the network reads fields, and it was made without them");
        }
    }

    /** How many tokens a history has, whatever of it is read; without that of the shopper. */
    private static int tokens(EventSequence history, TokenShape shape) {
        int tokens = 0;
        int last = -1;
        for (int i = 0; i < history.size(); i++) {
            if (history.item(i) != 0) {
                tokens += last < 0 || !shape.grain().joins(history, last, i) ? 1 : 0;
                last = i;
            }
        }
        return tokens;
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
