package dev.nextact.model.bundle;

import dev.nextact.core.Catalog;
import dev.nextact.core.FieldVocabulary;
import dev.nextact.core.ItemCoding;
import dev.nextact.core.ItemFacts;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.network.HeadSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A trained model on its way into a bundle. The arrays are not copied.
 *
 * @param catalog the learned items, as many as the item table of the weights has, then new ones
 * @param trainEvents events of each item in the training part, [V+1]
 * @param metrics by name, such as {@code valid ndcg@10}
 * @param config the whole effective config
 * @param tasks what it answers: {@code next-items}, …
 * @param heads what it foretells beside the next item
 * @param itemCodings how items that come later are put before it; none where it takes none
 * @param fields what it reads of events and shoppers
 * @param forServing what is kept beside the model
 * @param privacy what the training promises about shoppers; absent = nothing
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
        byte[] onnx,
        List<String> tasks,
        Optional<Heads> heads,
        List<ItemCoding> itemCodings,
        FieldVocabulary fields,
        ForServing forServing,
        Optional<TrainingPrivacy> privacy) {

    /**
     * @param onnx a {@code HeadsGraph}
     * @param events absent where the next events are not foretold
     */
    public record Heads(HeadSettings settings, byte[] onnx, Optional<NextEvents> events) {}

    /**
     * What a server wants to know beside the model; nothing of it is learned.
     *
     * @param facts about items, to choose among them
     * @param behaviourEvents events of each behaviour in the training part, [C]; empty where they
     *     were not counted
     */
    public record ForServing(ItemFacts facts, List<Long> behaviourEvents) {

        public static final ForServing NOTHING = new ForServing(ItemFacts.NONE, List.of());

        public ForServing {
            behaviourEvents = List.copyOf(behaviourEvents);
        }
    }

    public BundleContent {
        tasks = List.copyOf(tasks);
        itemCodings = List.copyOf(itemCodings);
    }

    /** Of a model that promises nothing about shoppers. */
    public BundleContent(
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
            byte[] onnx,
            List<String> tasks,
            Optional<Heads> heads,
            List<ItemCoding> itemCodings,
            FieldVocabulary fields,
            ForServing forServing) {
        this(
                name,
                model,
                length,
                behaviours,
                seenItems,
                seed,
                data,
                metrics,
                config,
                catalog,
                trainEvents,
                weights,
                onnx,
                tasks,
                heads,
                itemCodings,
                fields,
                forServing,
                Optional.empty());
    }

    /** Of a model that takes no new items and reads no fields, with nothing beside it. */
    public BundleContent(
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
            byte[] onnx,
            List<String> tasks,
            Optional<Heads> heads) {
        this(
                name,
                model,
                length,
                behaviours,
                seenItems,
                seed,
                data,
                metrics,
                config,
                catalog,
                trainEvents,
                weights,
                onnx,
                tasks,
                heads,
                List.of(),
                FieldVocabulary.NONE,
                ForServing.NOTHING);
    }

    /** Of a model of the next item alone. */
    public BundleContent(
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
            byte[] onnx) {
        this(
                name,
                model,
                length,
                behaviours,
                seenItems,
                seed,
                data,
                metrics,
                config,
                catalog,
                trainEvents,
                weights,
                onnx,
                List.of("next-items"),
                Optional.empty());
    }
}
