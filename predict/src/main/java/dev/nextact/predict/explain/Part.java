package dev.nextact.predict.explain;

/**
 * Some events of a history that are left out together. The array is not copied.
 *
 * @param events their places in the history, ascending; at least one
 */
public record Part(Kind kind, int[] events) {

    /** Why they belong together. */
    public enum Kind {
        /** It is one event. */
        EVENT,
        /** No pause of over 30 minutes is between them. */
        SESSION,
        /** They are of one session, one behaviour and one category of items. */
        ALIKE,
        /** They are older than what the encoder reads. */
        EARLIER
    }

    public Part {
        if (events.length == 0) {
            throw new IllegalArgumentException("events: expected at least one, found none");
        }
    }

    public int first() {
        return events[0];
    }

    public int last() {
        return events[events.length - 1];
    }
}
