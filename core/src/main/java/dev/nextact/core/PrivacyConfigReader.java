package dev.nextact.core;

import dev.nextact.core.PrivacyConfig.KeySource;
import dev.nextact.core.PrivacyConfig.Pseudonyms;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads the key {@code privacy} of a config. */
final class PrivacyConfigReader {

    private PrivacyConfigReader() {}

    static PrivacyConfig read(ConfigNode root) {
        Optional<ConfigNode> section = root.section("privacy");
        if (section.isEmpty()) {
            return PrivacyConfig.NOTHING;
        }
        ConfigNode node = section.get();
        Optional<ConfigNode> pseudonyms = node.section("pseudonyms");
        PrivacyConfig privacy =
                new PrivacyConfig(
                        pseudonyms.map(PrivacyConfigReader::pseudonyms),
                        node.texts("scrub"),
                        node.duration("retention", Duration.ZERO),
                        node.whole("k", 1, 1, 1_000_000),
                        keys(node, "history_key"),
                        keys(node, "receipt_key"),
                        node.texts("backups").stream().map(Path::of).toList());
        pseudonyms.ifPresent(ConfigNode::close);
        node.close();
        return privacy;
    }

    private static Pseudonyms pseudonyms(ConfigNode node) {
        List<String> columns = node.has("columns") ? node.texts("columns") : List.of("user");
        if (!columns.contains("user")) {
            throw node.found(
                    "columns",
                    String.join(", ", columns),
                    "expected user among them: pseudonyms of anything else with ids of shoppers as"
                            + " they are would protect nobody");
        }
        for (String column : List.of("time", "behaviour", "price", "quantity")) {
            if (columns.contains(column)) {
                throw node.found("columns", column, "expected fields whose values are names");
            }
        }
        Optional<KeySource> keys = keys(node, "key");
        if (keys.isEmpty()) {
            node.required("key");
        }
        return new Pseudonyms(columns, keys.orElseThrow());
    }

    /** {@code {file: …}} or {@code {variable: …}}. */
    private static Optional<KeySource> keys(ConfigNode node, String key) {
        Optional<ConfigNode> section = node.section(key);
        if (section.isEmpty()) {
            return Optional.empty();
        }
        ConfigNode source = section.get();
        Optional<Path> file = source.text("file").map(Path::of);
        Optional<String> variable = source.text("variable");
        if (file.isPresent() == variable.isPresent()) {
            throw node.found(
                    key,
                    source.names().toString(),
                    "expected either file or variable, the place of the keys");
        }
        source.close();
        return Optional.of(new KeySource(file, variable));
    }
}
