package dev.nextact.core.demand;

/** A second opinion on what will sell, beside that of a model of the series. */
public interface DemandSource {

    /**
     * Up to when it has learned, in microseconds since 1970-01-01 UTC: from an earlier cut-off it
     * must not be asked.
     */
    long learnedUntilMicros();

    /**
     * Sees nothing at or after the end of the panel.
     *
     * @return [series of the panel][H] expected units of each step; NaN for items it does not know
     */
    double[][] expected(DemandPanel past, int horizon);
}
