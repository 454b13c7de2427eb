package dev.nextact.core;

import java.util.Arrays;
import java.util.List;

/**
 * The different values of a field, each as rows of the table that all fields share. Immutable;
 * thread-safe.
 */
public final class FieldBags {

    /** The number of a missing value. */
    public static final int MISSING = 0;

    private final int[] offsets;
    private final int[] rows;
    private final float[] weights;

    private FieldBags(int[] offsets, int[] rows, float[] weights) {
        this.offsets = offsets;
        this.rows = rows;
        this.weights = weights;
    }

    /**
     * @param firstRow of the field in the table
     * @param texts of the values 1, 2, …
     * @param encoder reads them, where the field is one of texts
     */
    static FieldBags of(
            FieldEncoding encoding, int firstRow, List<String> texts, TextEncoder encoder) {
        int[] offsets = new int[texts.size() + 3];
        Bag bag = new Bag();
        encoding.encode("", bag);
        offsets[1] = bag.size();
        int[] done = {1};
        encoding.encode(
                texts,
                encoder,
                value -> {
                    for (int i = 0; i < value.size(); i++) {
                        bag.add(value.row(i), value.weight(i));
                    }
                    offsets[++done[0]] = bag.size();
                });
        bag.add(FieldEncoding.UNKNOWN, 1);
        offsets[texts.size() + 2] = bag.size();
        int[] rows = new int[bag.size()];
        float[] weights = new float[bag.size()];
        Arrays.setAll(rows, i -> firstRow + bag.row(i));
        for (int i = 0; i < weights.length; i++) {
            weights[i] = bag.weight(i);
        }
        return new FieldBags(offsets, rows, weights);
    }

    /** The number of the unknown value. */
    public int unknown() {
        return offsets.length - 2;
    }

    /** Adds the rows of a value. */
    public void addTo(Bag bag, int number) {
        for (int i = offsets[number]; i < offsets[number + 1]; i++) {
            bag.add(rows[i], weights[i]);
        }
    }
}
