package dev.nextact.core.events;

import java.util.Arrays;

/**
 * The cheapest way to give every row a column of its own, or, where there are fewer columns, every
 * column a row: the assignment problem (Kuhn 1955), by shortest augmenting paths with potentials
 * (Jonker and Volgenant 1987), in rows² · columns steps.
 */
public final class Assignment {

    /** A row that has no column. */
    public static final int NONE = -1;

    private Assignment() {}

    /**
     * @param costs rows · columns, finite, row by row from {@code from} on
     * @return the column of each row
     */
    public static int[] of(float[] costs, int from, int rows, int columns) {
        int[] columnOf = new int[rows];
        if (rows <= columns) {
            int[] rowOf = solve(costs, from, columns, 1, rows, columns);
            for (int column = 0; column < columns; column++) {
                if (rowOf[column] != NONE) {
                    columnOf[rowOf[column]] = column;
                }
            }
            return columnOf;
        }
        return solve(costs, from, 1, columns, columns, rows);
    }

    /**
     * @param rowStride between costs of neighbouring rows
     * @param columnStride between costs of neighbouring columns
     * @param rows at most {@code columns}
     * @return the row of each column
     */
    private static int[] solve(
            float[] costs, int from, int rowStride, int columnStride, int rows, int columns) {
        double[] ofRow = new double[rows]; // potentials: no reduced cost is below 0
        double[] ofColumn = new double[columns];
        int[] rowOf = new int[columns];
        Arrays.fill(rowOf, NONE);
        double[] shortest = new double[columns];
        int[] before = new int[columns]; // the column before on the path, NONE = the root
        boolean[] done = new boolean[columns];
        for (int root = 0; root < rows; root++) {
            Arrays.fill(shortest, Double.POSITIVE_INFINITY);
            Arrays.fill(done, false);
            int row = root;
            int last = NONE;
            double length = 0;
            while (true) {
                int next = NONE;
                int at = from + row * rowStride;
                for (int column = 0; column < columns; column++) {
                    if (done[column]) {
                        continue;
                    }
                    double through =
                            length
                                    + costs[at + column * columnStride]
                                    - ofRow[row]
                                    - ofColumn[column];
                    if (through < shortest[column]) {
                        shortest[column] = through;
                        before[column] = last;
                    }
                    if (next == NONE || shortest[column] < shortest[next]) {
                        next = column;
                    }
                }
                if (next == NONE || !(shortest[next] < Double.POSITIVE_INFINITY)) {
                    throw new IllegalArgumentException("costs: expected finite ones");
                }
                length = shortest[next];
                done[next] = true;
                last = next;
                if (rowOf[next] == NONE) {
                    break;
                }
                row = rowOf[next];
            }
            ofRow[root] += length;
            for (int column = 0; column < columns; column++) {
                if (done[column] && column != last) {
                    ofRow[rowOf[column]] += length - shortest[column];
                    ofColumn[column] -= length - shortest[column];
                }
            }
            while (before[last] != NONE) {
                rowOf[last] = rowOf[before[last]];
                last = before[last];
            }
            rowOf[last] = root;
        }
        return rowOf;
    }
}
