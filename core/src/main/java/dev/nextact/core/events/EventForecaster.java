package dev.nextact.core.events;

import dev.nextact.core.EventSequence;

/** Foretells a shopper's next events. Thread-safety is stated by each implementation. */
public interface EventForecaster {

    /** The model's name as reports print it: {@code history-histogram}, … */
    String name();

    /**
     * @param history oldest event first, at least one
     * @param k at least 1
     * @return k events
     */
    EventForecast forecast(EventSequence history, int k);
}
