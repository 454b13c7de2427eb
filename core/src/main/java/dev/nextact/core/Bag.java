package dev.nextact.core;

import java.util.Arrays;

/** Rows of a table and how much each counts; it grows. Confined to one thread. */
public final class Bag {

    private int[] rows = new int[4];
    private float[] weights = new float[4];
    private int size;

    public void add(int row, float weight) {
        if (size == rows.length) {
            rows = Arrays.copyOf(rows, size * 2);
            weights = Arrays.copyOf(weights, size * 2);
        }
        rows[size] = row;
        weights[size++] = weight;
    }

    public int size() {
        return size;
    }

    public int row(int index) {
        return rows[index];
    }

    public float weight(int index) {
        return weights[index];
    }

    /** Makes it empty. */
    public void clear() {
        size = 0;
    }
}
