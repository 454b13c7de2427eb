package dev.nextact.predict;

import dev.nextact.core.NextactException;
import dev.nextact.model.bundle.Bundle;
import org.jspecify.annotations.Nullable;

/** A bundle's graphs, each opened when it is first needed. Thread-safe; the caller closes it. */
public final class OpenModels implements AutoCloseable {

    private final Bundle bundle;
    private @Nullable OnnxScorer scorer;
    private @Nullable OutlookModel outlook;

    public OpenModels(Bundle bundle) {
        this.bundle = bundle;
    }

    public Bundle bundle() {
        return bundle;
    }

    /**
     * Of the next item.
     *
     * @throws NextactException of category BUNDLE when ONNX Runtime cannot read the graph
     */
    synchronized OnnxScorer scorer() {
        if (scorer == null) {
            scorer = OnnxScorer.open(bundle);
        }
        return scorer;
    }

    /**
     * Of what comes and when.
     *
     * @throws NextactException as {@link OutlookModel#open}
     */
    synchronized OutlookModel outlook() {
        if (outlook == null) {
            outlook = OutlookModel.open(bundle);
        }
        return outlook;
    }

    @Override
    public synchronized void close() {
        if (scorer != null) {
            scorer.close();
        }
        if (outlook != null) {
            outlook.close();
        }
    }
}
