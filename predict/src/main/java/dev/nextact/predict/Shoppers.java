package dev.nextact.predict;

import java.util.List;

/** Who is predicted. */
public sealed interface Shoppers {

    /** The id under which the answer for a handed-in history is given. */
    String UNSEEN = "-";

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
     * @param events {@code item} or {@code item:behaviour}, oldest first
     */
    record Unseen(List<String> events) implements Shoppers {
        public Unseen {
            events = List.copyOf(events);
        }
    }
}
