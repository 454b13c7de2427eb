package dev.nextact.predict;

import dev.nextact.core.EventSequence;
import dev.nextact.core.events.EventForecast;
import dev.nextact.core.events.EventForecaster;
import dev.nextact.core.events.ForetoldEvent;
import dev.nextact.core.events.ForetoldSlots;
import java.util.List;

/** Foretells the next events at once, no more than the model has learned to. Thread-safe. */
public record DirectEvents(OutlookModel model) implements EventForecaster.WithOdds {

    @Override
    public String name() {
        return "direct";
    }

    @Override
    public EventForecast forecast(EventSequence history, int k) {
        return slots(history).forecast(k);
    }

    @Override
    public List<ForetoldEvent> events(EventSequence history, int k) {
        return slots(history).events(k);
    }

    private ForetoldSlots slots(EventSequence history) {
        return model.slots(List.of(Moment.afterLast(history))).get(0);
    }
}
