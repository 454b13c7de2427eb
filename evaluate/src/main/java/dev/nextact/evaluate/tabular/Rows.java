package dev.nextact.evaluate.tabular;

/** What the classifiers ask of a table. */
final class Rows {

    private Rows() {}

    static void check(double[][] rows, boolean[] labels) {
        if (rows.length != labels.length || rows.length == 0) {
            throw new IllegalArgumentException(
                    "labels: expected as many as rows and at least one, found "
                            + labels.length
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
