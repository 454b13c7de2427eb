package dev.nextact.predict;

/** Takes predictions one by one, those of a shopper together and in order of rank. */
@FunctionalInterface
public interface PredictionSink {

    void accept(Prediction prediction);
}
