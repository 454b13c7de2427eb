package dev.nextact.model.bundle;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.ItemCoding;
import dev.nextact.core.NextactException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes bundles: {@code models/<name>/<version>/}, each whole or not there. */
public final class BundleWriter {

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

    private final Clock clock;

    public BundleWriter(Clock clock) {
        this.clock = clock;
    }

    /**
     * @param models the directory of all models
     * @return the new bundle's directory
     * @throws NextactException when it cannot be written; nothing is left behind then
     */
    public Path write(Path models, BundleContent content) {
        Path ofName = models.resolve(content.name());
        Path temporary = ofName.resolve(".writing-" + ProcessHandle.current().pid());
        try {
            Files.createDirectories(ofName);
            AtomicFiles.deleteTree(temporary);
            Files.createDirectory(temporary);
            int version = Bundle.versions(ofName).stream().max(Integer::compare).orElse(0) + 1;
            fill(temporary, content, version);
            Path directory = ofName.resolve(Integer.toString(version));
            AtomicFiles.move(temporary, directory);
            return directory;
        } catch (IOException e) {
            try {
                AtomicFiles.deleteTree(temporary);
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw new NextactException(
                    NextactException.Category.INPUT,
                    "cannot write the model to "
                            + ofName
                            + ": "
                            + e.getMessage()
                            + ". Is the disk full or the folder read-only?",
                    e);
        }
    }

    private void fill(Path directory, BundleContent content, int version) throws IOException {
        Files.write(directory.resolve(Bundle.ONNX), content.onnx());
        Safetensors.write(directory.resolve(Bundle.WEIGHTS), content.weights());
        new ItemTable(content.catalog(), content.trainEvents())
                .write(directory.resolve(Bundle.ITEMS));
        List<String> names = new ArrayList<>(Bundle.FILES);
        if (content.heads().isPresent()) {
            BundleContent.Heads heads = content.heads().get();
            Files.write(directory.resolve(Bundle.HEADS), heads.onnx());
            Files.write(
                    directory.resolve(Bundle.HEAD_SETTINGS),
                    JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(heads.settings()));
            names.add(Bundle.HEADS);
            names.add(Bundle.HEAD_SETTINGS);
            if (heads.events().isPresent()) {
                Files.write(
                        directory.resolve(Bundle.EVENTS),
                        JSON.writerWithDefaultPrettyPrinter()
                                .writeValueAsBytes(heads.events().get()));
                names.add(Bundle.EVENTS);
            }
        }
        if (!content.itemCodings().isEmpty()) {
            Files.write(
                    directory.resolve(Bundle.ITEM_CODINGS),
                    JSON.writerWithDefaultPrettyPrinter()
                            .forType(new TypeReference<List<ItemCoding>>() {})
                            .writeValueAsBytes(content.itemCodings()));
            names.add(Bundle.ITEM_CODINGS);
        }
        if (!content.fields().isEmpty()) {
            Files.write(
                    directory.resolve(Bundle.FIELDS),
                    JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(content.fields()));
            names.add(Bundle.FIELDS);
        }
        BundleContent.ForServing serving = content.forServing();
        if (!serving.facts().fields().isEmpty()) {
            FactTable.write(
                    directory.resolve(Bundle.ITEM_FACTS), serving.facts(), content.catalog());
            names.add(Bundle.ITEM_FACTS);
        }
        if (!serving.behaviourEvents().isEmpty()) {
            Files.write(
                    directory.resolve(Bundle.MIX),
                    JSON.writerWithDefaultPrettyPrinter()
                            .writeValueAsBytes(new Bundle.Mix(serving.behaviourEvents())));
            names.add(Bundle.MIX);
        }
        Manifest draft = manifest(content, version, "", Map.of());
        Files.writeString(directory.resolve(Bundle.CARD), ModelCard.text(draft));
        Map<String, String> files = new LinkedHashMap<>();
        for (String name : names) {
            files.put(name, Bundle.sha256(directory.resolve(name)));
        }
        Manifest manifest = manifest(content, version, checksum(content, files), files);
        Files.write(
                directory.resolve(Bundle.MANIFEST),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest));
    }

    private Manifest manifest(
            BundleContent content, int version, String checksum, Map<String, String> files) {
        return new Manifest(
                Bundle.FORMAT,
                content.name(),
                version,
                content.model(),
                content.tasks(),
                content.length(),
                content.behaviours(),
                content.seenItems(),
                content.seed(),
                content.data(),
                content.metrics(),
                content.config(),
                software(),
                clock.instant().truncatedTo(ChronoUnit.SECONDS).toString(),
                checksum,
                files,
                content.privacy().stream().toList());
    }

    static Map<String, String> software() {
        String version = BundleWriter.class.getPackage().getImplementationVersion();
        Map<String, String> software = new TreeMap<>();
        software.put("nextact", version == null ? "development" : version);
        software.put("java", Runtime.version().toString());
        software.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        return software;
    }

    /** Of what was learned and from what; not of when, where and under which number. */
    private static String checksum(BundleContent content, Map<String, String> files)
            throws IOException {
        MessageDigest digest = Bundle.sha256();
        Map<String, Object> config = new TreeMap<>(content.config());
        // where the files lie and how it is served is no part of what was learned; the fingerprint
        // says what they hold
        config.keySet().removeAll(List.of("workspace", "sources", "items", "users", "serve"));
        digest.update(JSON.writeValueAsBytes(config));
        digest.update(JSON.writeValueAsBytes(content.data()));
        digest.update(JSON.writeValueAsBytes(content.metrics()));
        for (String name :
                List.of(
                        Bundle.ONNX,
                        Bundle.WEIGHTS,
                        Bundle.HEADS,
                        Bundle.ITEM_CODINGS,
                        Bundle.FIELDS)) {
            digest.update(files.getOrDefault(name, "").getBytes(StandardCharsets.US_ASCII));
        }
        for (String id : content.catalog().ids()) {
            digest.update(id.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        }
        return Bundle.hex(digest);
    }
}
