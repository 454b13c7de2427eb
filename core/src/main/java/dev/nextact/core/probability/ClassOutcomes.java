package dev.nextact.core.probability;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/**
 * Which of C classes was expected and which came: counts only, so it takes any number of cases.
 * Confined to one thread.
 */
public final class ClassOutcomes {

    private final long[][] counts;

    /**
     * @param classes C, at least 1
     */
    public ClassOutcomes(int classes) {
        if (classes < 1) {
            throw new IllegalArgumentException("classes: expected at least 1, found " + classes);
        }
        this.counts = new long[classes][classes];
    }

    /**
     * @param expected what was predicted, 0 to C-1
     * @param came 0 to C-1
     */
    public void add(int expected, int came) {
        counts[expected][came]++;
    }

    public long size() {
        long size = 0;
        for (long[] row : counts) {
            for (long count : row) {
                size += count;
            }
        }
        return size;
    }

    /** The share of right ones; NaN for no case. */
    public double accuracy() {
        long right = 0;
        for (int c = 0; c < counts.length; c++) {
            right += counts[c][c];
        }
        return right / (double) size();
    }

    /** The mean of {@link #precision(int)} over the classes that came. */
    public double macroPrecision() {
        return macro(this::precision);
    }

    /** The mean of {@link #recall(int)} over the classes that came. */
    public double macroRecall() {
        return macro(this::recall);
    }

    /** The mean of {@link #f1(int)} over the classes that came (Opitz and Burst 2019, eq. 1). */
    public double macroF1() {
        return macro(this::f1);
    }

    /** Of the predictions of a class, the share that came; 0 for a class never predicted. */
    public double precision(int c) {
        return counts[c][c] / (double) Math.max(1, expected(c));
    }

    /** Of the cases of a class, the share predicted; 0 for a class that never came. */
    public double recall(int c) {
        return counts[c][c] / (double) Math.max(1, came(c));
    }

    /** The harmonic mean of both. */
    public double f1(int c) {
        return 2.0 * counts[c][c] / Math.max(1, expected(c) + came(c));
    }

    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("accuracy", accuracy());
        metrics.put("macro-precision", macroPrecision());
        metrics.put("macro-recall", macroRecall());
        metrics.put("macro-f1", macroF1());
        return metrics;
    }

    private double macro(IntToDoubleFunction measure) {
        double sum = 0;
        int classes = 0;
        for (int c = 0; c < counts.length; c++) {
            if (came(c) > 0) {
                sum += measure.applyAsDouble(c);
                classes++;
            }
        }
        return sum / classes;
    }

    private long expected(int c) {
        long sum = 0;
        for (long count : counts[c]) {
            sum += count;
        }
        return sum;
    }

    private long came(int c) {
        long sum = 0;
        for (long[] row : counts) {
            sum += row[c];
        }
        return sum;
    }
}
