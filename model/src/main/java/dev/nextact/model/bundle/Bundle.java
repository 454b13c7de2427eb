package dev.nextact.model.bundle;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nextact.core.Catalog;
import dev.nextact.core.FieldVocabulary;
import dev.nextact.core.Grain;
import dev.nextact.core.ItemCoding;
import dev.nextact.core.NextactException;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.network.HeadSettings;
import dev.nextact.model.network.TokenShape;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A trained model in a directory: {@code manifest.json}, {@code model.onnx}, {@code
 * weights.safetensors}, {@code items.parquet}, {@code card.md}, and where it foretells more than
 * the next item {@code heads.onnx} and {@code heads.json}, where it takes new items {@code
 * item_codings.json}, where it reads fields of events or shoppers {@code fields.json}, where
 * requests may choose by facts about items {@code item_facts.parquet}, and where the training part
 * was counted {@code mix.json}. Opening checks every file against its SHA-256. Immutable;
 * thread-safe.
 */
public final class Bundle {

    /** The format written and read by this version. */
    public static final int FORMAT = 3;

    /** The oldest format read; since then only files that are not in every bundle came up. */
    static final int OLDEST = 2;

    /** In the manifest's config, of which version one with other new items was made. */
    public static final String REFRESHED = "refreshed_from";

    static final String MANIFEST = "manifest.json";
    static final String ONNX = "model.onnx";
    static final String WEIGHTS = "weights.safetensors";
    static final String ITEMS = "items.parquet";
    static final String CARD = "card.md";
    static final String HEADS = "heads.onnx";
    static final String HEAD_SETTINGS = "heads.json";
    static final String ITEM_CODINGS = "item_codings.json";
    static final String FIELDS = "fields.json";
    static final String EVENTS = "events.json";
    static final String ITEM_FACTS = "item_facts.parquet";
    static final String MIX = "mix.json";

    /** In the settings of the heads. */
    private static final String CLASSIFIER = "classifier";

    private static final String COUNTS = "counts";

    /** Of every bundle, beside the manifest. */
    static final List<String> FILES = List.of(ONNX, WEIGHTS, ITEMS, CARD);

    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .build();

    private final Path directory;
    private final Manifest manifest;
    private final ItemTable items;
    private final FieldVocabulary fields;

    private Bundle(Path directory, Manifest manifest, ItemTable items, FieldVocabulary fields) {
        this.directory = directory;
        this.manifest = manifest;
        this.items = items;
        this.fields = fields;
    }

    /**
     * @throws NextactException of category BUNDLE: no bundle, of another format, or damaged
     */
    public static Bundle open(Path directory) {
        Manifest manifest = manifestOf(directory);
        List<String> names = new ArrayList<>(FILES);
        if (manifest.files().containsKey(HEADS)) {
            names.addAll(List.of(HEADS, HEAD_SETTINGS));
        }
        if (manifest.files().containsKey(ITEM_CODINGS)) {
            names.add(ITEM_CODINGS);
        }
        if (manifest.files().containsKey(FIELDS)) {
            names.add(FIELDS);
        }
        if (manifest.files().containsKey(EVENTS)) {
            names.add(EVENTS);
        }
        for (String name : List.of(ITEM_FACTS, MIX)) {
            if (manifest.files().containsKey(name)) {
                names.add(name);
            }
        }
        for (String name : names) {
            verify(directory.resolve(name), manifest.files().getOrDefault(name, ""));
        }
        ItemTable items = ItemTable.read(directory.resolve(ITEMS));
        if (items.catalog().size() != manifest.data().items()) {
            throw NextactException.bundle(
                    "%s: the manifest says %d items, %s holds %d",
                    directory, manifest.data().items(), ITEMS, items.catalog().size());
        }
        FieldVocabulary fields =
                names.contains(FIELDS) ? readFields(directory) : FieldVocabulary.NONE;
        return new Bundle(directory, manifest, items, fields);
    }

    /**
     * What a bundle tells of itself. Whether its files are whole is not looked at, which takes as
     * long as they are large.
     *
     * @throws NextactException of category BUNDLE: no bundle, or of another format
     */
    public static Manifest manifestOf(Path directory) {
        Path file = directory.resolve(MANIFEST);
        if (!Files.isRegularFile(file)) {
            throw NextactException.bundle(
                    "%s is no model bundle: it has no %s. `nextact models list` names those there"
                            + " are",
                    directory, MANIFEST);
        }
        return readManifest(file);
    }

    /** The newest version of a model. */
    public static Bundle newest(Path models, String name) {
        Path ofName = models.resolve(name);
        try {
            int version = versions(ofName).stream().max(Integer::compare).orElse(0);
            if (version == 0) {
                throw NextactException.bundle(
                        "there is no model named %s in %s yet. Run `nextact train` first",
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

    /** The directories of all bundles below {@code models}, in order of name and version. */
    public static List<Path> list(Path models) {
        if (!Files.isDirectory(models)) {
            return List.of();
        }
        try (Stream<Path> names = Files.list(models)) {
            return names.filter(Files::isDirectory)
                    .sorted()
                    .flatMap(
                            name -> {
                                try {
                                    return versions(name).stream()
                                            .sorted()
                                            .map(v -> name.resolve(Integer.toString(v)));
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            })
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new NextactException(
                    NextactException.Category.BUNDLE,
                    "cannot list " + models + ": " + e.getMessage(),
                    e);
        }
    }

    /** The complete versions of one model. */
    static List<Integer> versions(Path ofName) throws IOException {
        if (!Files.isDirectory(ofName)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(ofName)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.matches("[1-9]\\d{0,8}"))
                    .map(Integer::valueOf)
                    .toList();
        }
    }

    private static Manifest readManifest(Path file) {
        try {
            JsonNode tree = JSON.readTree(file.toFile());
            int format = tree.path("format").asInt(-1);
            if (format < OLDEST || format > FORMAT) {
                throw NextactException.bundle(
                        "%s is of bundle format %s, this nextact reads format %d. %s",
                        file,
                        format < 0 ? "(none)" : Integer.toString(format),
                        FORMAT,
                        format > FORMAT ? "Update nextact" : "Train the model anew");
            }
            return Manifest.of(JSON, tree);
        } catch (IOException e) {
            throw new NextactException(
                    NextactException.Category.BUNDLE,
                    file
                            + " is damaged: "
                            + firstLine(e)
                            + ". Take the bundle from where it was"
                            + " made again",
                    e);
        }
    }

    private static FieldVocabulary readFields(Path directory) {
        Path file = directory.resolve(FIELDS);
        try {
            return JSON.readValue(file.toFile(), FieldVocabulary.class);
        } catch (IOException e) {
            throw NextactException.bundle("%s is damaged: %s", file, firstLine(e));
        }
    }

    static String firstLine(IOException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    static void verify(Path file, String expected) {
        String found;
        try {
            found = Files.isRegularFile(file) ? sha256(file) : "";
        } catch (IOException e) {
            throw new NextactException(
                    NextactException.Category.BUNDLE,
                    "cannot read " + file + ": " + e.getMessage(),
                    e);
        }
        if (found.isEmpty()) {
            throw NextactException.bundle("%s is missing from the bundle", file);
        }
        if (!found.equals(expected)) {
            throw NextactException.bundle(
                    "%s is damaged: its SHA-256 is %s…, the manifest says %s…. Take the bundle from"
                            + " where it was made again",
                    file,
                    found.substring(0, 12),
                    expected.substring(0, Math.min(12, expected.length())));
        }
    }

    static String sha256(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return hex(digest);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    public Path directory() {
        return directory;
    }

    public Manifest manifest() {
        return manifest;
    }

    /** The items it can rank. */
    public Catalog catalog() {
        return items.catalog();
    }

    /** What it reads of events and shoppers beside item, behaviour and time. */
    public FieldVocabulary fields() {
        return fields;
    }

    /** How histories become its tokens. */
    public TokenShape shape() {
        return new TokenShape(
                manifest.length(), !fields.isEmpty(), !fields.ofShoppers().isEmpty(), grain());
    }

    /** What one event is to it. */
    public Grain grain() {
        return manifest.config().get("model") instanceof Map<?, ?> model
                        && Boolean.TRUE.equals(model.get("baskets"))
                ? Grain.BASKET
                : Grain.EVENT;
    }

    /** Scores were divided by it in training, before their softmax. */
    public double temperature() {
        return manifest.config().get("train") instanceof Map<?, ?> train
                        && train.get("temperature") instanceof Number number
                ? number.doubleValue()
                : 1;
    }

    /** Events of an item in the training part. */
    public int trainEvents(int item) {
        return items.trainEvents()[item];
    }

    /** What reads the facts about items. */
    @FunctionalInterface
    public interface FactReader {
        /**
         * @param item its number in the catalog
         */
        void fact(int item, String field, String value);
    }

    /**
     * Reads the facts about items that are kept, field by field, each in the order of the items.
     */
    public void readItemFacts(FactReader reader) {
        if (manifest.files().containsKey(ITEM_FACTS)) {
            FactTable.read(directory.resolve(ITEM_FACTS), reader);
        }
    }

    /** Events of each behaviour in the training part, [C]; empty where they were not counted. */
    public List<Long> behaviourEvents() {
        return read(MIX, Mix.class).map(Mix::behaviourEvents).orElse(List.of());
    }

    /** How the training part was mixed. */
    record Mix(List<Long> behaviourEvents) {}

    /** The graph that ranks the next item; see {@code NextItemGraph}. */
    public Path onnx() {
        return directory.resolve(ONNX);
    }

    /** The graph of what it foretells beside the next item; see {@code HeadsGraph}. */
    public Optional<Path> headsOnnx() {
        return manifest.files().containsKey(HEADS)
                ? Optional.of(directory.resolve(HEADS))
                : Optional.empty();
    }

    /** How to read what the heads say. */
    public Optional<HeadSettings> heads() {
        return read(HEAD_SETTINGS, ObjectNode.class)
                .map(
                        tree -> {
                            if (!tree.has(CLASSIFIER)) { // written before there were any
                                tree.set(
                                        CLASSIFIER, JSON.valueToTree(HeadSettings.Classifier.NONE));
                            }
                            if (tree.get(CLASSIFIER) instanceof ObjectNode classifier
                                    && !classifier.has(COUNTS)) { // likewise
                                classifier.put(COUNTS, false);
                            }
                            return heads(tree);
                        });
    }

    private HeadSettings heads(ObjectNode tree) {
        try {
            return JSON.treeToValue(tree, HeadSettings.class);
        } catch (IOException e) {
            throw NextactException.bundle(
                    "%s is damaged: %s", directory.resolve(HEAD_SETTINGS), firstLine(e));
        }
    }

    /** How it foretells the next events. */
    public Optional<NextEvents> nextEvents() {
        return read(EVENTS, NextEvents.class);
    }

    private <T> Optional<T> read(String name, Class<T> type) {
        if (!manifest.files().containsKey(name)) {
            return Optional.empty();
        }
        Path file = directory.resolve(name);
        try {
            return Optional.of(JSON.readValue(file.toFile(), type));
        } catch (IOException e) {
            throw NextactException.bundle("%s is damaged: %s", file, firstLine(e));
        }
    }

    /**
     * How items that it has not learned are put before it; empty where it knows no items but those
     * it has learned.
     */
    public List<ItemCoding> itemCodings() {
        if (!manifest.files().containsKey(ITEM_CODINGS)) {
            return List.of();
        }
        Path file = directory.resolve(ITEM_CODINGS);
        try {
            return JSON.readValue(file.toFile(), new TypeReference<List<ItemCoding>>() {});
        } catch (IOException e) {
            throw NextactException.bundle("%s is damaged: %s", file, firstLine(e));
        }
    }

    /** The learned weights, by name. */
    public Map<String, FloatTensor> weights() {
        try {
            return Safetensors.read(directory.resolve(WEIGHTS));
        } catch (IOException e) {
            throw new NextactException(
                    NextactException.Category.BUNDLE,
                    "cannot read " + directory.resolve(WEIGHTS) + ": " + e.getMessage(),
                    e);
        }
    }
}
