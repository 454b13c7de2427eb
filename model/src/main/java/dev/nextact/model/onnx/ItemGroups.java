package dev.nextact.model.onnx;

import dev.nextact.model.FloatTensor;

/**
 * Items in groups of {@value #SIZE}, their vectors by 8-bit integers, and how far a score by these
 * can be from the exact one.
 *
 * <p>With h and t the vectors of a hidden state and an item, ĥ and t̂ what their integers stand
 * for, {@code h·t − ĥ·t̂ = h·(t − t̂) + (h − ĥ)·t̂}, of which Cauchy and Schwarz leave at most
 * {@code ‖h‖·‖t − t̂‖ + ‖h − ĥ‖·‖t̂‖}. Both norms of t are kept as the largest of each group.
 *
 * <p>Items are cut into pieces of equal size, the last filled up with copies of the last item. A
 * group holds the items that lie {@link #stride} apart in a piece: the highest of each group is
 * then a maximum of whole rows, which is fast.
 */
public final class ItemGroups {

    public static final int SIZE = 8;

    /** Items of a piece at most: their scores for a batch stay in the processor's cache. */
    private static final int PIECE = 8192;

    /**
     * Largest integer of an item's vector. 7 bits: with 8, the products of two neighbours overflow
     * the 16 bits in which processors without VNNI add them.
     */
    private static final int MOST = 63;

    /** Largest integer of a hidden state, about its zero. */
    static final int MOST_HIDDEN = 127;

    /** For what the sums of floats are off by, in parts of the product of the norms. */
    private static final double ROUNDING = 1e-5;

    private static final float TINY = 1e-12f;

    private final int rows;
    private final int width;
    private final int piece;

    /** [G, SIZE, D] */
    private final float[] vectors;

    /** [G, SIZE] */
    private final float[] scales;

    private final float[] norms;
    private final float[] errors;

    private ItemGroups(int rows, int width) {
        this.rows = rows;
        this.width = width;
        this.piece = Math.min(PIECE, (rows + SIZE - 1) / SIZE * SIZE);
        int count = (rows + piece - 1) / piece * stride();
        this.vectors = new float[Math.multiplyExact(count * SIZE, width)];
        this.scales = new float[count * SIZE];
        this.norms = new float[count];
        this.errors = new float[count];
    }

    /**
     * @param table [V+1, D]; row 0 is no item, and the item 1 stands in its place
     */
    static ItemGroups of(FloatTensor table) {
        ItemGroups groups = new ItemGroups(table.size(0), table.size(1));
        for (int group = 0; group < groups.count(); group++) {
            for (int member = 0; member < SIZE; member++) {
                groups.put(group, member, table);
            }
        }
        return groups;
    }

    private void put(int group, int member, FloatTensor table) {
        int source = Math.max(1, item(group, member));
        int to = group * SIZE + member;
        System.arraycopy(
                table.values(), Math.min(source, rows - 1) * width, vectors, to * width, width);
        float largest = TINY;
        for (int d = 0; d < width; d++) {
            largest = Math.max(largest, Math.abs(vectors[to * width + d]));
        }
        scales[to] = largest / MOST;
        double norm = 0;
        double error = 0;
        for (int d = 0; d < width; d++) {
            double kept = (double) integer(to, d) * scales[to];
            double off = kept - vectors[to * width + d];
            norm += kept * kept;
            error += off * off;
        }
        norms[group] = Math.max(norms[group], (float) Math.sqrt(norm));
        errors[group] = Math.max(errors[group], (float) Math.sqrt(error));
    }

    private byte integer(int at, int d) {
        return (byte) Math.round(vectors[at * width + d] / scales[at]);
    }

    /** Where an item's vector is kept. */
    private int at(int item) {
        int place = item % piece;
        return (item / piece * stride() + place % stride()) * SIZE + place / stride();
    }

    /** Places of a piece. */
    int piece() {
        return piece;
    }

    int pieces() {
        return norms.length / stride();
    }

    /** How far the items of a group lie apart; as many groups has a piece. */
    int stride() {
        return piece / SIZE;
    }

    /** [D, piece] */
    byte[] integers(int number) {
        byte[] integers = new byte[width * piece];
        for (int place = 0; place < piece; place++) {
            int at = at(number * piece + place);
            for (int d = 0; d < width; d++) {
                integers[d * piece + place] = integer(at, d);
            }
        }
        return integers;
    }

    /** [piece] */
    float[] scales(int number) {
        float[] of = new float[piece];
        for (int place = 0; place < piece; place++) {
            of[place] = scales[at(number * piece + place)];
        }
        return of;
    }

    /** V+1. */
    public int rows() {
        return rows;
    }

    /** D. */
    public int width() {
        return width;
    }

    /** G. */
    public int count() {
        return norms.length;
    }

    /**
     * @param member from 0, below {@link #SIZE}
     * @return 0, or more than V, where there is none
     */
    public int item(int group, int member) {
        return group / stride() * piece + group % stride() + member * stride();
    }

    /**
     * A hidden state, and how well integers stand for it.
     *
     * @param unit of its integers
     * @param norm ‖h‖
     * @param error ‖h − ĥ‖
     */
    private record Measured(double unit, double norm, double error) {

        static Measured of(float[] hidden) {
            float largest = TINY;
            for (float value : hidden) {
                largest = Math.max(largest, Math.abs(value));
            }
            double unit = (double) largest / MOST_HIDDEN;
            double norm = 0;
            double error = 0;
            for (float value : hidden) {
                double off = Math.rint(value / unit) * unit - value;
                norm += (double) value * value;
                error += off * off;
            }
            return new Measured(unit, Math.sqrt(norm), Math.sqrt(error));
        }
    }

    /**
     * Scores that no item of a group exceeds.
     *
     * @param hidden [D]
     * @param highest [G], of {@link BoundsGraph}; overwritten by the bounds
     */
    public void bound(float[] hidden, float[] highest) {
        Measured measured = Measured.of(hidden);
        float unit = (float) measured.unit();
        float norm = (float) measured.norm();
        float error = (float) (measured.error() + ROUNDING * measured.norm());
        for (int group = 0; group < norms.length; group++) {
            highest[group] = highest[group] * unit + norm * errors[group] + error * norms[group];
        }
    }

    /**
     * Copies the vectors of a group into columns.
     *
     * @param columns [D, any number]
     * @param first of {@link #SIZE} columns
     */
    void transpose(int group, float[][] columns, int first) {
        for (int member = 0; member < SIZE; member++) {
            int from = (group * SIZE + member) * width;
            for (int d = 0; d < width; d++) {
                columns[d][first + member] = vectors[from + d];
            }
        }
    }

    /**
     * An item's exact score.
     *
     * @param hidden [D]
     * @param item 1 to V
     */
    public float score(float[] hidden, int item) {
        int from = at(item) * width;
        // four sums, so that an addition need not wait for the one before
        float sum0 = 0;
        float sum1 = 0;
        float sum2 = 0;
        float sum3 = 0;
        int d = 0;
        for (; d + 3 < width; d += 4) {
            sum0 += hidden[d] * vectors[from + d];
            sum1 += hidden[d + 1] * vectors[from + d + 1];
            sum2 += hidden[d + 2] * vectors[from + d + 2];
            sum3 += hidden[d + 3] * vectors[from + d + 3];
        }
        for (; d < width; d++) {
            sum0 += hidden[d] * vectors[from + d];
        }
        return (sum0 + sum1) + (sum2 + sum3);
    }
}
