package dev.nextact.train;

import dev.nextact.model.FloatTensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A training at rest.
 *
 * @param weights under training
 * @param optimiser the vectors it keeps from step to step
 * @param best the weights of the best epoch so far
 */
record Checkpoint(
        TrainingState state,
        Map<String, FloatTensor> weights,
        Map<String, FloatTensor> optimiser,
        Map<String, FloatTensor> best) {

    private static final String WEIGHTS = "weights/";
    private static final String OPTIMISER = "optimiser/";
    private static final String BEST = "best/";

    /** Everything but the state, under one set of names. */
    Map<String, FloatTensor> tensors() {
        Map<String, FloatTensor> all = new LinkedHashMap<>();
        weights.forEach((name, tensor) -> all.put(WEIGHTS + name, tensor));
        optimiser.forEach((name, tensor) -> all.put(OPTIMISER + name, tensor));
        best.forEach((name, tensor) -> all.put(BEST + name, tensor));
        return all;
    }

    static Checkpoint of(TrainingState state, Map<String, FloatTensor> tensors) {
        return new Checkpoint(
                state, under(WEIGHTS, tensors), under(OPTIMISER, tensors), under(BEST, tensors));
    }

    private static Map<String, FloatTensor> under(String prefix, Map<String, FloatTensor> all) {
        Map<String, FloatTensor> part = new LinkedHashMap<>();
        all.forEach(
                (name, tensor) -> {
                    if (name.startsWith(prefix)) {
                        part.put(name.substring(prefix.length()), tensor);
                    }
                });
        return part;
    }
}
