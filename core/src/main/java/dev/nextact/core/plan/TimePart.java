package dev.nextact.core.plan;

import java.util.Collection;
import java.util.Comparator;

/**
 * A part of the time of a stage.
 *
 * @param within how far the truth may be from {@code seconds}, as a factor
 */
public record TimePart(Cause cause, double seconds, double within) {

    static TimePart of(Cause cause, double seconds, Measured by) {
        return new TimePart(cause, seconds, by.within());
    }

    TimePart times(double count) {
        return new TimePart(cause, seconds * count, within);
    }

    /** Of parts that go on at the same time, the one that all wait for. */
    static TimePart longest(Collection<TimePart> parts) {
        return parts.stream().max(Comparator.comparingDouble(TimePart::seconds)).orElseThrow();
    }
}
