package dev.nextact.model.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.network.DemandNetwork;
import dev.nextact.model.network.DemandSettings;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.onnx.DemandGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A trained model of demand in a directory: {@code manifest.json}, {@code demand.onnx}, {@code
 * weights.safetensors} and {@code demand.json}, its settings. It lies in {@code
 * demand/<name>/<version>/}, apart from the models of shoppers. Opening checks every file against
 * its SHA-256. Immutable; thread-safe.
 */
public final class DemandBundle {

    /** The format written by this version. */
    public static final int FORMAT = 3;

    /** The oldest format read: its settings name no family, for there was one. */
    private static final int OLDEST = 2;

    private static final String MANIFEST = "manifest.json";
    private static final String ONNX = "demand.onnx";
    private static final String WEIGHTS = "weights.safetensors";
    private static final String SETTINGS = "demand.json";
    private static final List<String> FILES = List.of(ONNX, WEIGHTS, SETTINGS);

    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                    .build();

    /**
     * What goes into one.
     *
     * @param target the behaviour whose units it foretells
     * @param panel what it was learned from
     */
    public record Content(
            String name,
            String target,
            long seed,
            DemandPanel panel,
            DemandSettings settings,
            Map<String, FloatTensor> weights,
            Map<String, Double> metrics) {}

    /**
     * {@code manifest.json}.
     *
     * @param items that it was learned from
     * @param periods of the log
     * @param cutOffMicros of that log, in microseconds since 1970-01-01 UTC
     * @param files SHA-256 of every other file
     */
    public record Manifest(
            int format,
            String name,
            int version,
            String target,
            long seed,
            int items,
            int periods,
            @JsonProperty("cut_off_micros") long cutOffMicros,
            Map<String, Double> metrics,
            Map<String, String> software,
            @JsonProperty("created_at") String createdAt,
            Map<String, String> files) {}

    private final Path directory;
    private final Manifest manifest;
    private final DemandSettings settings;

    private DemandBundle(Path directory, Manifest manifest, DemandSettings settings) {
        this.directory = directory;
        this.manifest = manifest;
        this.settings = settings;
    }

    /**
     * Writes the next version, whole or not at all.
     *
     * @param models the directory of all models of demand
     * @return the new bundle's directory
     */
    public static Path write(Path models, Content content, Clock clock) {
        Path ofName = models.resolve(content.name());
        Path temporary = ofName.resolve(".writing-" + ProcessHandle.current().pid());
        try {
            Files.createDirectories(ofName);
            AtomicFiles.deleteTree(temporary);
            Files.createDirectory(temporary);
            int version = Bundle.versions(ofName).stream().max(Integer::compare).orElse(0) + 1;
            fill(temporary, content, version, clock);
            Path directory = ofName.resolve(Integer.toString(version));
            AtomicFiles.move(temporary, directory);
            return directory;
        } catch (IOException e) {
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

    private static void fill(Path directory, Content content, int version, Clock clock)
            throws IOException {
        DemandNetwork network = new DemandNetwork(content.settings());
        Files.write(directory.resolve(ONNX), DemandGraph.write(network, content.weights()));
        Safetensors.write(directory.resolve(WEIGHTS), content.weights());
        Files.write(
                directory.resolve(SETTINGS),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(content.settings()));
        Map<String, String> files = new TreeMap<>();
        for (String name : FILES) {
            files.put(name, Bundle.sha256(directory.resolve(name)));
        }
        Manifest manifest =
                new Manifest(
                        FORMAT,
                        content.name(),
                        version,
                        content.target(),
                        content.seed(),
                        content.panel().series().size(),
                        content.panel().periods(),
                        content.panel().cutOffMicros(),
                        content.metrics(),
                        BundleWriter.software(),
                        clock.instant().truncatedTo(ChronoUnit.SECONDS).toString(),
                        files);
        Files.write(
                directory.resolve(MANIFEST),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest));
    }

    /**
     * @throws NextactException of category BUNDLE: no bundle, of another format, or damaged
     */
    public static DemandBundle open(Path directory) {
        Path file = directory.resolve(MANIFEST);
        if (!Files.isRegularFile(file)) {
            throw NextactException.bundle(
                    "%s is no model of demand: it has no %s. `nextact train --demand` makes one",
                    directory, MANIFEST);
        }
        try {
            JsonNode tree = JSON.readTree(file.toFile());
            int format = tree.path("format").asInt(-1);
            if (format < OLDEST || format > FORMAT) {
                throw NextactException.bundle(
                        "%s is of format %s, this nextact reads format %d. %s",
                        file,
                        format < 0 ? "(none)" : Integer.toString(format),
                        FORMAT,
                        format > FORMAT ? "Update nextact" : "Train the model anew");
            }
            Manifest manifest = JSON.treeToValue(tree, Manifest.class);
            for (String name : FILES) {
                Bundle.verify(directory.resolve(name), manifest.files().getOrDefault(name, ""));
            }
            JsonNode settings = JSON.readTree(directory.resolve(SETTINGS).toFile());
            if (format == OLDEST && settings instanceof ObjectNode ofGru) {
                ofGru.put("family", Family.GRU.name()).put("layers", 1).put("heads", 1);
            }
            return new DemandBundle(
                    directory, manifest, JSON.treeToValue(settings, DemandSettings.class));
        } catch (IOException e) {
            throw new NextactException(
                    NextactException.Category.BUNDLE,
                    directory
                            + " is damaged: "
                            + Bundle.firstLine(e)
                            + ". Take the bundle from where it was made again",
                    e);
        }
    }

    /** The newest version of a model. */
    public static DemandBundle newest(Path models, String name) {
        Path ofName = models.resolve(name);
        try {
            int version = Bundle.versions(ofName).stream().max(Integer::compare).orElse(0);
            if (version == 0) {
                throw NextactException.bundle(
                        "there is no model of demand named %s in %s yet. Run `nextact train"
                                + " --demand` first",
                        name, models);
            }
            return open(ofName.resolve(Integer.toString(version)));
        } catch (IOException e) {
            throw new NextactException(
                    NextactException.Category.BUNDLE,
                    "cannot list " + ofName + ": " + e.getMessage(),
                    e);
        }
    }

    public Path directory() {
        return directory;
    }

    public Manifest manifest() {
        return manifest;
    }

    public DemandSettings settings() {
        return settings;
    }

    /** The graph; see {@link DemandGraph}. */
    public byte[] onnx() {
        try {
            return Files.readAllBytes(directory.resolve(ONNX));
        } catch (IOException e) {
            throw new NextactException(
                    NextactException.Category.BUNDLE,
                    "cannot read " + directory.resolve(ONNX) + ": " + e.getMessage(),
                    e);
        }
    }
}
