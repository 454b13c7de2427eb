package dev.nextact.bench;

import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Something of a config that an ablation changes.
 *
 * @param changes key, with dots between its sections, to its value as in YAML
 */
record Part(String name, Map<String, String> changes) {

    /** What all parts are compared with. */
    static final String FULL = "full";

    private static final String TIME = "[gap, hour, weekday]";

    /** Changes of others would give other targets, or judge by another measure. */
    private static final List<String> MAY_CHANGE =
            List.of("model.", "train.", "tasks.learn", "tasks.choose_by");

    /**
     * @throws IllegalArgumentException for a key that would change what is judged, or by what
     */
    Part {
        for (String key : changes.keySet()) {
            if (MAY_CHANGE.stream().noneMatch(key::startsWith) || key.equals("train.seed")) {
                throw new IllegalArgumentException(
                        "expected keys of model or train, tasks.learn or tasks.choose_by, so that"
                                + " all parts are judged on the same targets, each with the same"
                                + " seeds; found "
                                + key);
            }
        }
        changes = Map.copyOf(changes);
    }

    /**
     * {@code NAME=KEY:VALUE,KEY:VALUE…}; commas within brackets belong to a value.
     *
     * @throws IllegalArgumentException for a text that is none
     */
    static Part parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException(
                    "expected NAME=KEY:VALUE,…, such as short=model.length:20; found " + text);
        }
        return new Part(text.substring(0, equals), changes(text.substring(equals + 1)));
    }

    /**
     * {@code KEY:VALUE,KEY:VALUE…}
     *
     * @throws IllegalArgumentException for a text that is none
     */
    static Map<String, String> changes(String text) {
        Map<String, String> changes = new LinkedHashMap<>();
        for (String change : outsideBrackets(text)) {
            int colon = change.indexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException(
                        "expected KEY:VALUE, such as model.length:20; found " + change);
            }
            changes.put(change.substring(0, colon).strip(), change.substring(colon + 1).strip());
        }
        return changes;
    }

    private static List<String> outsideBrackets(String text) {
        List<String> pieces = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
            if (c == ',' && depth == 0) {
                pieces.add(text.substring(from, i));
                from = i + 1;
            }
        }
        pieces.add(text.substring(from));
        return pieces;
    }

    /** What a config has is taken out, what it has not is put in: one part for each. */
    static List<Part> defaults(ShopConfig config) {
        ShopConfig.Model model = config.model();
        ShopConfig.Train train = config.train();
        List<Part> parts = new ArrayList<>();
        add(parts, "time fields", "model.time_fields", !model.timeFields().isEmpty(), "[]", TIME);
        if (!model.itemFields().isEmpty()) {
            parts.add(new Part("without item fields", Map.of("model.item_fields", "[]")));
        } else {
            List<String> known =
                    List.of("category", "brand", "price").stream()
                            .filter(
                                    field ->
                                            config.sources().stream()
                                                    .anyMatch(s -> s.columns().containsKey(field)))
                            .toList();
            if (!known.isEmpty()) {
                parts.add(
                        new Part(
                                "with item fields", Map.of("model.item_fields", known.toString())));
            }
        }
        if (List.of("transformer", "hstu").contains(model.family())) {
            for (String positions : List.of("absolute", "relative", "both")) {
                if (!positions.equals(model.positions())) {
                    parts.add(
                            new Part(
                                    positions + " positions",
                                    Map.of("model.positions", positions)));
                }
            }
        }
        if (config.behaviours().size() > 1) {
            add(
                    parts,
                    "behaviour weights",
                    "train.behaviour_weights",
                    !train.behaviourWeights().isEmpty(),
                    "{}",
                    "{" + config.target() + ": 5}");
        }
        add(parts, "dropout", "model.dropout", model.dropout() > 0, "0", "0.2");
        add(parts, "ema", "train.ema", train.ema() > 0, "0", "0.999");
        add(
                parts,
                "cosine schedule",
                "train.schedule",
                train.schedule().decay().equals("cosine"),
                "constant",
                "cosine");
        add(parts, "warm-up", "train.warm_up", train.schedule().warmUp() > 0, "0", "200");
        add(parts, "clipping", "train.clip_norm", train.clipNorm() > 0, "0", "5");
        if (train.loss().isFull()) {
            add(
                    parts,
                    "label smoothing",
                    "train.label_smoothing",
                    train.loss().labelSmoothing() > 0,
                    "0",
                    "0.1");
            parts.add(
                    new Part(
                            "sampled softmax",
                            Map.of("train.loss", "sampled-softmax", "train.label_smoothing", "0")));
        } else {
            parts.add(new Part("full softmax", Map.of("train.loss", "full-softmax")));
        }
        return parts;
    }

    private static void add(
            List<Part> parts, String name, String key, boolean has, String without, String with) {
        parts.add(
                has
                        ? new Part("without " + name, Map.of(key, without))
                        : new Part("with " + name, Map.of(key, with)));
    }

    /** The config with this part changed and that seed. */
    ShopConfig of(ShopConfig config, long seed) {
        Map<String, String> all = new LinkedHashMap<>(changes);
        all.put("train.seed", Long.toString(seed));
        return ShopConfigReader.changed(config, "the config changed by '" + name + "'", all);
    }
}
