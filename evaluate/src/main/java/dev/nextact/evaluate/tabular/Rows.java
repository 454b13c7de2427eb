package dev.nextact.evaluate.tabular;

/** What is asked of a table to learn from. */
final class Rows {

    private Rows() {}

    /**
     * @param labels how many there are
     */
    static void check(double[][] rows, int labels) {
        if (rows.length != labels || rows.length == 0) {
            throw new IllegalArgumentException(
                    "labels: expected as many as rows and at least one, found "
                            + labels
                            + " and "
                            + rows.length);
        }
        for (double[] row : rows) {
            if (row.length != rows[0].length) {
                throw new IllegalArgumentException(
                        "rows: expected "
                                + rows[0].length
                                + " columns in each, found "
                                + row.length);
            }
        }
    }

    static float[] flat(double[][] rows) {
        float[] flat = new float[rows.length * rows[0].length];
        int next = 0;
        for (double[] row : rows) {
            for (double value : row) {
                flat[next++] = (float) value;
            }
        }
        return flat;
    }
}
