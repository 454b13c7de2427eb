package dev.nextact.predict;

import java.util.List;
import java.util.Map;

/** Who is predicted. */
public sealed interface Shoppers {

    /** The id under which the answer for a handed-in history is given. */
    String UNSEEN = "-";

    /** A cluster is for everybody alone. */
    default void requireAll() {
        if (!(this instanceof All)) {
            throw new IllegalArgumentException("shoppers: expected all of them on a cluster");
        }
    }

    /** Everybody in the log. */
    record All() implements Shoppers {}

    /** These, by their ids in the log. */
    record Chosen(List<String> ids) implements Shoppers {
        public Chosen {
            ids = List.copyOf(ids);
        }
    }

    /**
     * One who is in no log, with the history handed in.
     *
     * @param events {@code item} or {@code item:behaviour}, oldest first; where the model reads
     *     fields, with {@code ?field=value&field=value} as in a URL behind it
     * @param facts what is known of the shopper, by field
     */
    record Unseen(List<String> events, Map<String, String> facts) implements Shoppers {
        public Unseen {
            events = List.copyOf(events);
            facts = Map.copyOf(facts);
        }

        /** One of whom nothing else is known. */
        public Unseen(List<String> events) {
            this(events, Map.of());
        }
    }
}
