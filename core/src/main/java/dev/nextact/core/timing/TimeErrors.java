package dev.nextact.core.timing;

import java.util.LinkedHashMap;
import java.util.Map;

/** Distances of predicted and true times, in the unit of what is added. Confined to one thread. */
public final class TimeErrors {

    private long size;
    private double absolute;
    private double squares;

    /** Adds a case. */
    public void add(double predicted, double actual) {
        double miss = predicted - actual;
        if (Double.isNaN(miss)) {
            throw new IllegalArgumentException(
                    "time: expected numbers, found " + predicted + " and " + actual);
        }
        size++;
        absolute += Math.abs(miss);
        squares += miss * miss;
    }

    public long size() {
        return size;
    }

    /** The mean distance; the median is the constant that makes it least. */
    public double mae() {
        return absolute / size;
    }

    /** The root of the mean squared distance; the mean is the constant that makes it least. */
    public double rmse() {
        return Math.sqrt(squares / size);
    }

    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("mae", mae());
        metrics.put("rmse", rmse());
        return metrics;
    }
}
