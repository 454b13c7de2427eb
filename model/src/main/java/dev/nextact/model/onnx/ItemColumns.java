package dev.nextact.model.onnx;

import java.util.Arrays;

/**
 * Exact scores of many items at once. Their vectors lie in columns, so that one instruction of the
 * processor goes on with the sums of several items; each score is bit for bit that of {@link
 * ItemGroups#score}. Confined to one thread.
 */
public final class ItemColumns {

    /** Groups that fit: the sums of their items stay in the fastest cache. */
    public static final int GROUPS = 16;

    private static final int ITEMS = GROUPS * ItemGroups.SIZE;

    /** Sums of a score, each of every fourth product, as {@link ItemGroups#score} adds them. */
    private static final int SUMS = 4;

    private final ItemGroups groups;

    /** [D, ITEMS]; an array a row, or the compiler does not use vector instructions. */
    private final float[][] columns;

    /** [SUMS, ITEMS] */
    private final float[][] sums = new float[SUMS][ITEMS];

    private final int[] held = new int[GROUPS];
    private int size;

    public ItemColumns(ItemGroups groups) {
        this.groups = groups;
        this.columns = new float[groups.width()][ITEMS];
    }

    /** Forgets the groups it holds. */
    public void clear() {
        size = 0;
    }

    public boolean isFull() {
        return size == GROUPS;
    }

    /** Takes up a group, unless {@link #isFull}. */
    public void add(int group) {
        groups.transpose(group, columns, size * ItemGroups.SIZE);
        held[size++] = group;
    }

    /** Groups it holds. */
    public int size() {
        return size;
    }

    /** The group at a place, from 0. */
    public int group(int place) {
        return held[place];
    }

    /**
     * Scores the items of all groups that are held.
     *
     * @param hidden [D]
     * @return [GROUPS, SIZE]; overwritten by the next call
     */
    public float[] score(float[] hidden) {
        int even = hidden.length - hidden.length % SUMS;
        for (int k = 0; k < SUMS; k++) {
            float[] sum = sums[k];
            Arrays.fill(sum, 0);
            int d = k;
            for (; d + 3 * SUMS < even; d += 4 * SUMS) {
                addFour(sum, hidden, d);
            }
            for (; d < even; d += SUMS) {
                add(sum, hidden[d], columns[d]);
            }
        }
        for (int d = even; d < hidden.length; d++) {
            add(sums[0], hidden[d], columns[d]);
        }
        return total(sums[0], sums[1], sums[2], sums[3]);
    }

    /** Four products in one go: a sum is read and written once for them. */
    private void addFour(float[] sum, float[] hidden, int d) {
        int d1 = d + SUMS;
        int d2 = d1 + SUMS;
        int d3 = d2 + SUMS;
        float h0 = hidden[d];
        float h1 = hidden[d1];
        float h2 = hidden[d2];
        float h3 = hidden[d3];
        float[] row0 = columns[d];
        float[] row1 = columns[d1];
        float[] row2 = columns[d2];
        float[] row3 = columns[d3];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = (((sum[i] + h0 * row0[i]) + h1 * row1[i]) + h2 * row2[i]) + h3 * row3[i];
        }
    }

    private static void add(float[] sum, float h, float[] row) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += h * row[i];
        }
    }

    private static float[] total(float[] sum, float[] second, float[] third, float[] fourth) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] = (sum[i] + second[i]) + (third[i] + fourth[i]);
        }
        return sum;
    }
}
