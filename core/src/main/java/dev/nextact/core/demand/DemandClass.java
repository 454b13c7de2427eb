package dev.nextact.core.demand;

import java.util.Locale;

/**
 * How a series sells: by how far its sales lie apart (ADI, periods a sale) and by how unlike their
 * sizes are (CV², squared variation of the sizes of sales), with the borders of Syntetos, Boylan
 * and Croston (2005, §3): 1.32 and 0.49. ADI is the number of periods by the number of those with a
 * sale; CV² takes the deviation of the whole, not of a sample.
 */
public enum DemandClass {
    /** Often and evenly. */
    SMOOTH,
    /** Often, in sizes that vary. */
    ERRATIC,
    /** Seldom, in sizes that are alike. */
    INTERMITTENT,
    /** Seldom and in sizes that vary. */
    LUMPY,
    /** Not yet sold. */
    UNSOLD;

    private static final double MOST_INTERVAL = 1.32;
    private static final double MOST_VARIATION = 0.49;

    /** Of the units of each period on sale. */
    public static DemandClass of(int[] units) {
        int sales = 0;
        double sum = 0;
        double squares = 0;
        for (int sold : units) {
            if (sold > 0) {
                sales++;
                sum += sold;
                squares += (double) sold * sold;
            }
        }
        if (sales == 0) {
            return UNSOLD;
        }
        double interval = units.length / (double) sales;
        double mean = sum / sales;
        double variation = Math.max(0, squares / sales - mean * mean) / (mean * mean);
        if (interval <= MOST_INTERVAL) {
            return variation <= MOST_VARIATION ? SMOOTH : ERRATIC;
        }
        return variation <= MOST_VARIATION ? INTERMITTENT : LUMPY;
    }

    public String title() {
        return name().toLowerCase(Locale.ROOT);
    }
}
