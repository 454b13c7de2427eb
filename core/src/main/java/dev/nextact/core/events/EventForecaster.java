package dev.nextact.core.events;

import dev.nextact.core.EventSequence;
import java.util.List;

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

    /** One that also tells how sure it is of each event. */
    interface WithOdds extends EventForecaster {

        /**
         * The same events one by one, in the order of their times.
         *
         * @param history oldest event first, at least one
         * @param k at least 1
         * @return k events
         */
        List<ForetoldEvent> events(EventSequence history, int k);
    }
}
