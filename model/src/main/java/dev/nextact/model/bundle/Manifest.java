package dev.nextact.model.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a bundle is and where it comes from; {@code manifest.json}.
 *
 * @param format of the bundle; see {@link Bundle#FORMAT}
 * @param version 1, 2, … of this name
 * @param model the family: {@code transformer}, {@code gru}, …
 * @param tasks what it answers: {@code next-items}
 * @param length the newest events of a history that it reads
 * @param behaviours their names, in funnel order; with more than one the graph reads them
 * @param seenItems {@code keep} or {@code remove}
 * @param checksum equal for models of the same config, seed and data (with one worker): SHA-256 of
 *     everything but the version, the time and the software
 * @param files SHA-256 of every other file
 * @param privacy what the training promises about shoppers, at most one; none = nothing
 */
public record Manifest(
        int format,
        String name,
        int version,
        String model,
        List<String> tasks,
        int length,
        List<String> behaviours,
        @JsonProperty("seen_items") String seenItems,
        long seed,
        Data data,
        Map<String, Double> metrics,
        Map<String, Object> config,
        Map<String, String> software,
        @JsonProperty("created_at") String createdAt,
        String checksum,
        Map<String, String> files,
        List<TrainingPrivacy> privacy) {

    /** Of a model that promises nothing about shoppers. */
    public Manifest(
            int format,
            String name,
            int version,
            String model,
            List<String> tasks,
            int length,
            List<String> behaviours,
            String seenItems,
            long seed,
            Data data,
            Map<String, Double> metrics,
            Map<String, Object> config,
            Map<String, String> software,
            String createdAt,
            String checksum,
            Map<String, String> files) {
        this(
                format,
                name,
                version,
                model,
                tasks,
                length,
                behaviours,
                seenItems,
                seed,
                data,
                metrics,
                config,
                software,
                createdAt,
                checksum,
                files,
                List.of());
    }

    /**
     * As it lies in a bundle; those from before there were promises have none.
     *
     * @throws JsonProcessingException where something is missing
     */
    static Manifest of(ObjectMapper json, JsonNode tree) throws JsonProcessingException {
        if (tree instanceof ObjectNode manifest && !manifest.has("privacy")) {
            manifest.putArray("privacy");
        }
        return json.treeToValue(tree, Manifest.class);
    }

    /** What the training promises about shoppers. */
    public Optional<TrainingPrivacy> promise() {
        return privacy.stream().findFirst();
    }

    /**
     * What it was learned from.
     *
     * @param fingerprint of the prepared log
     * @param items of the model's catalog
     * @param targets of one epoch
     */
    public record Data(
            String fingerprint, int users, int items, int events, int targets, String protocol) {}
}
