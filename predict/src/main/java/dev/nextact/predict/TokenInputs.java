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
        long[] baskets = {batch.size(), batch.steps(), batch.baskets().each()};
        Map<String, long[]> arrays = new LinkedHashMap<>();
        arrays.put("items", batch.items());
        arrays.put("behaviours", batch.behaviours());
        arrays.put("gaps", batch.clock().gaps());
        arrays.put("hours", batch.clock().hours());
        arrays.put("weekdays", batch.clock().weekdays());
        arrays.put("times", batch.clock().times());
        arrays.put("lengths", batch.lengths());
        arrays.put("fields", batch.fields().rows());
        arrays.put("basket_items", batch.baskets().rows());
        for (Map.Entry<String, long[]> array : arrays.entrySet()) {
            if (session.getInputNames().contains(array.getKey())) {
                long[] shape =
                        switch (array.getKey()) {
                            case "lengths" -> new long[] {batch.size()};
                            case "fields" -> fields;
                            case "basket_items" -> baskets;
                            default -> steps;
                        };
                inputs.put(
                        array.getKey(),
                        OnnxTensor.createTensor(
                                environment, LongBuffer.wrap(array.getValue()), shape));
            }
        }
        Map<String, TokenBatch.Fields> weights =
                Map.of("field_weights", batch.fields(), "basket_weights", batch.baskets());
        for (Map.Entry<String, TokenBatch.Fields> each : weights.entrySet()) {
            if (session.getInputNames().contains(each.getKey())) {
                inputs.put(
                        each.getKey(),
                        OnnxTensor.createTensor(
                                environment,
                                FloatBuffer.wrap(each.getValue().weights()),
                                new long[] {batch.size(), batch.steps(), each.getValue().each()}));
            }
        }
    }
}
