package dev.nextact.serve.live;

import java.time.Duration;

/** More is asked than can be answered in time. The question was not looked at. */
public final class Overloaded extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    Overloaded(String message, Duration retryAfter) {
        super(message, null, false, false);
        this.retryAfter = retryAfter;
    }

    /** When there may be room again. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
