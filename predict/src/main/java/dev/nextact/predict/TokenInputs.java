package dev.nextact.predict;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.nextact.model.network.TokenBatch;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Hands histories to a graph: those of their arrays that it reads. */
final class TokenInputs {

    private TokenInputs() {}

    /**
     * @param inputs gets the tensors; who made it closes them
     */
    static void add(
            OrtEnvironment environment,
            OrtSession session,
            TokenBatch batch,
            Map<String, OnnxTensor> inputs)
            throws OrtException {
        long[] steps = {batch.size(), batch.steps()};
        long[] fields = {batch.size(), batch.steps(), batch.fields().each()};
        Map<String, long[]> arrays = new LinkedHashMap<>();
        arrays.put("items", batch.items());
        arrays.put("behaviours", batch.behaviours());
        arrays.put("gaps", batch.clock().gaps());
        arrays.put("hours", batch.clock().hours());
        arrays.put("weekdays", batch.clock().weekdays());
        arrays.put("times", batch.clock().times());
        arrays.put("lengths", batch.lengths());
        arrays.put("fields", batch.fields().rows());
        for (Map.Entry<String, long[]> array : arrays.entrySet()) {
            if (session.getInputNames().contains(array.getKey())) {
                long[] shape =
                        switch (array.getKey()) {
                            case "lengths" -> new long[] {batch.size()};
                            case "fields" -> fields;
                            default -> steps;
                        };
                inputs.put(
                        array.getKey(),
                        OnnxTensor.createTensor(
                                environment, LongBuffer.wrap(array.getValue()), shape));
            }
        }
        if (session.getInputNames().contains("field_weights")) {
            inputs.put(
                    "field_weights",
                    OnnxTensor.createTensor(
                            environment, FloatBuffer.wrap(batch.fields().weights()), fields));
        }
    }
}
