package dev.nextact.core;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A way to foretell the next events. */
public enum EventWay {
    /** By living many futures; see {@link dev.nextact.core.events.RollOut}. */
    ROLL_OUT("roll-out"),
    /** All at once; see {@link dev.nextact.core.events.ForetoldSlots}. */
    DIRECT("direct"),
    /**
     * As the shopper's events were so far; see {@link dev.nextact.core.events.HistoryHistogram}.
     */
    HISTOGRAM("histogram");

    private final String title;

    EventWay(String title) {
        this.title = title;
    }

    /** As in configs and reports. */
    @JsonValue
    public String title() {
        return title;
    }

    public static Optional<EventWay> of(String title) {
        return Arrays.stream(values()).filter(way -> way.title.equals(title)).findFirst();
    }

    public static List<String> titles() {
        return Arrays.stream(values()).map(EventWay::title).toList();
    }
}
