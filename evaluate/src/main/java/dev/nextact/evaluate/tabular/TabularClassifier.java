package dev.nextact.evaluate.tabular;

/** The probability of yes for rows of a table. Thread-safety is stated by each implementation. */
public interface TabularClassifier {

    /** The model's name as reports print it: {@code logistic}, {@code xgboost}. */
    String name();

    /**
     * @param rows [N][F]; NaN is missing where the implementation says so
     * @return [N]
     */
    double[] probabilities(double[][] rows);
}
