package dev.nextact.core.events;

import dev.nextact.core.EventSequence;
import java.util.List;
import java.util.SplittableRandom;

/** Draws what comes next. Thread-safety is stated by each implementation. */
public interface NextEventSampler {

    /** The kinds of events there are. */
    int types();

    /** How many of the newest events it looks at. */
    int length();

    /**
     * One next event of each history.
     *
     * @param gapSeconds [B] from the history's last event on
     * @param types [B]
     * @param items [B] by index
     */
    record Draw(double[] gapSeconds, int[] types, int[] items) {}

    /**
     * @param histories each with an event of an item that is known
     */
    Draw draw(List<EventSequence> histories, SplittableRandom random);
}
