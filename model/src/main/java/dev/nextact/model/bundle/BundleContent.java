package dev.nextact.model.bundle;

import dev.nextact.core.Catalog;
import dev.nextact.model.FloatTensor;
import java.util.List;
import java.util.Map;

/**
 * A trained model on its way into a bundle. The arrays are not copied.
 *
 * @param trainEvents events of each item in the training part, [V+1]
 * @param metrics by name, such as {@code valid ndcg@10}
 * @param config the whole effective config
 */
public record BundleContent(
        String name,
        String model,
        int length,
        List<String> behaviours,
        String seenItems,
        long seed,
        Manifest.Data data,
        Map<String, Double> metrics,
        Map<String, Object> config,
        Catalog catalog,
        int[] trainEvents,
        Map<String, FloatTensor> weights,
        byte[] onnx) {}
