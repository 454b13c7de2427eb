package dev.nextact.simulator.world;

import java.util.List;
import java.util.Map;

/**
 * People who act one after the other, each act by a law that is known and stands in the class. Its
 * acts come in the order of time, so that a law may look at what everyone did before. Confined to
 * one thread.
 */
interface World {

    /** Name of the log's file. */
    String log();

    /** Columns of the log, by commas. */
    String columns();

    /** How many different items there are. */
    int items();

    /** When a person acts first, in seconds since the log's start. */
    long arrives(int person);

    /**
     * A person acts.
     *
     * @param second since the log's start; never before that of the call before
     * @return when the person acts next, after {@code second}
     */
    long act(int person, long second, Rows rows);

    /** Tables beside the log, after the last act: file name to lines, the header first. */
    Map<String, List<String>> tables();

    /** Takes rows of the log. */
    interface Rows {
        void add(Object... cells);
    }
}
