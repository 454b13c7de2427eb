package dev.nextact.predict;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.nextact.core.EventSequence;
import dev.nextact.core.NextItemScorer;
import dev.nextact.core.NextactException;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.network.TokenBatch;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Scores with a bundle's ONNX graph. Items the model does not know are left out of a history; a
 * history without a known item gets the model's most popular items. Thread-safe; the caller closes
 * it.
 */
public final class OnnxScorer implements NextItemScorer, AutoCloseable {

    private final Bundle bundle;
    private final OrtEnvironment environment;
    private final OrtSession session;

    private OnnxScorer(Bundle bundle, OrtEnvironment environment, OrtSession session) {
        this.bundle = bundle;
        this.environment = environment;
        this.session = session;
    }

    /**
     * @throws NextactException of category BUNDLE when ONNX Runtime cannot read the graph
     */
    public static OnnxScorer open(Bundle bundle) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        return new OnnxScorer(
                bundle,
                environment,
                session(
                        bundle,
                        options -> environment.createSession(bundle.onnx().toString(), options)));
    }

    /** Makes a session; options live until it is made. */
    @FunctionalInterface
    interface Opener {
        OrtSession open(OrtSession.SessionOptions options) throws OrtException;
    }

    /** The caller closes it. */
    static OrtSession session(Bundle bundle, Opener opener) {
        try {
            return session(opener);
        } catch (OrtException e) {
            throw failure(bundle, e);
        }
    }

    /** The caller closes it. */
    static OrtSession session(Opener opener) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            // threads of our own run the session side by side; its pools would only spin
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            return opener.open(options);
        }
    }

    @Override
    public String name() {
        return bundle.manifest().model();
    }

    /** Whether a history holds an item the model knows. */
    static boolean isKnown(EventSequence history) {
        return TokenBatch.knownEvents(history) > 0;
    }

    @Override
    public void score(List<EventSequence> histories, float[][] scores) {
        List<EventSequence> known = new ArrayList<>();
        List<float[]> rows = new ArrayList<>();
        for (int b = 0; b < histories.size(); b++) {
            if (isKnown(histories.get(b))) {
                known.add(histories.get(b));
                rows.add(scores[b]);
            } else {
                popularity(scores[b]);
            }
        }
        if (!known.isEmpty()) {
            run(TokenBatch.of(known, bundle.shape()), rows);
        }
    }

    private void popularity(float[] scores) {
        for (int item = 1; item < scores.length; item++) {
            scores[item] = bundle.trainEvents(item);
        }
    }

    private void run(TokenBatch batch, List<float[]> scores) {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try {
            TokenInputs.add(environment, session, batch, inputs);
            try (OrtSession.Result result = session.run(inputs, Set.of("scores"))) {
                FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer(); // [B, V+1]
                for (float[] row : scores) {
                    values.get(row);
                }
            }
        } catch (OrtException e) {
            throw failure(bundle, e);
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    static NextactException failure(Bundle bundle, OrtException e) {
        return new NextactException(
                NextactException.Category.BUNDLE,
                "ONNX Runtime cannot run " + bundle.onnx() + ": " + e.getMessage(),
                e);
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw failure(bundle, e);
        }
    }
}
