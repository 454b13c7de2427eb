package dev.nextact.core;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** By what the expected counts of all shoppers together are put right. */
public enum CountLevel {
    /** As many as came within the horizons that are over. */
    SEEN("seen"),
    /**
     * As many as a model of buying and leaving expects of those who have bought, fitted to all that
     * is known: customers leave, and horizons that are over are older ones.
     */
    BG_NBD("bg-nbd");

    private final String title;

    CountLevel(String title) {
        this.title = title;
    }

    /** As in configs. */
    @JsonValue
    public String title() {
        return title;
    }

    public static Optional<CountLevel> of(String title) {
        return Arrays.stream(values()).filter(level -> level.title.equals(title)).findFirst();
    }

    public static List<String> titles() {
        return Arrays.stream(values()).map(CountLevel::title).toList();
    }
}
