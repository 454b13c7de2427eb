package dev.nextact.core;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A way to foretell whether a behaviour comes within a horizon. */
public enum IntentWay {
    /** How long each behaviour stays away: any horizon, seen from any moment. */
    HAZARD("hazard"),
    /**
     * The shop's target within one horizon, after each event: what a sequence classifier learns.
     */
    CLASSIFIER("classifier");

    private final String title;

    IntentWay(String title) {
        this.title = title;
    }

    /** As in configs and reports. */
    @JsonValue
    public String title() {
        return title;
    }

    public static Optional<IntentWay> of(String title) {
        return Arrays.stream(values()).filter(way -> way.title.equals(title)).findFirst();
    }

    public static List<String> titles() {
        return Arrays.stream(values()).map(IntentWay::title).toList();
    }
}
