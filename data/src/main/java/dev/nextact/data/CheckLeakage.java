package dev.nextact.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.Catalog;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.LearningData;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** {@code nextact check}: proves of a prepared set that nothing crosses a cut-off. */
public final class CheckLeakage {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * One promise and whether it is kept.
     *
     * @param detail what was looked at, or the first thing that breaks it
     */
    public record Finding(String promise, boolean kept, String detail) {}

    /** What was found. */
    public record Result(List<Finding> findings) {
        public Result {
            findings = List.copyOf(findings);
        }

        public boolean allKept() {
            return findings.stream().allMatch(Finding::kept);
        }

        /** For the terminal. */
        public String toText() {
            StringBuilder text = new StringBuilder();
            for (Finding finding : findings) {
                text.append(
                        String.format(
                                Locale.ROOT,
                                "%-6s %s (%s)%n",
                                finding.kept() ? "ok" : "BROKEN",
                                finding.promise(),
                                finding.detail()));
            }
            return text.toString();
        }

        /** For {@code --json}. */
        public Map<String, Object> toTree() {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("kept", allKept());
            tree.put("findings", findings);
            return tree;
        }
    }

    private final long memoryBytes;

    /**
     * @param memoryBytes what the SQL engine may hold in memory; beyond, it goes to disk
     */
    public CheckLeakage(long memoryBytes) {
        this.memoryBytes = memoryBytes;
    }

    /**
     * Reads the prepared tables and every feature table of the workspace.
     *
     * @throws NextactException when nothing is prepared
     */
    public Result run(ShopConfig config, Progress progress) {
        List<Finding> findings = new ArrayList<>();
        Path prepared = config.preparedDirectory();
        EventLog log = PreparedData.open(prepared);
        Split split = Split.of(config.split(), log.sequences());
        try {
            findings.add(tablesAreThoseReported(prepared));
            findings.add(eventsAreInTheOrderOfTime(log.sequences()));
            findings.add(partsAreInOrder(log.sequences(), split));
            findings.add(noTimeCrosses(log.sequences(), split));
            findings.add(catalogIsOfTheTrainingPart(config, log, split));
            for (Path features : featureDirectories(config)) {
                findings.add(featuresSeeThePastAlone(config, features, progress));
            }
        } catch (IOException e) {
            throw NextactException.input("cannot read %s: %s", prepared, e);
        }
        return new Result(findings);
    }

    private Finding tablesAreThoseReported(Path prepared) throws IOException {
        JsonNode tables = JSON.readTree(PreparedData.requireIn(prepared).toFile()).path("tables");
        List<String> changed = new ArrayList<>();
        try (DuckDb engine = DuckDb.openInMemory(prepared, memoryBytes)) {
            for (String name : (Iterable<String>) tables::fieldNames) {
                String hash = engine.table(prepared.resolve(name + ".parquet")).sha256();
                if (!hash.equals(tables.path(name).path("sha256").asText())) {
                    changed.add(name);
                }
            }
        }
        return new Finding(
                "the prepared tables are those the report tells of",
                changed.isEmpty(),
                changed.isEmpty()
                        ? tables.size() + " tables hashed"
                        : "changed since: " + String.join(", ", changed));
    }

    private static Finding eventsAreInTheOrderOfTime(EventSequences sequences) {
        for (int user = 0; user < sequences.size(); user++) {
            EventSequence events = sequences.get(user);
            for (int i = 1; i < events.size(); i++) {
                if (events.timeMicros(i) < events.timeMicros(i - 1)) {
                    return new Finding(
                            "each shopper's events are in the order of time",
                            false,
                            "shopper " + user + ", event " + i);
                }
            }
        }
        return new Finding(
                "each shopper's events are in the order of time",
                true,
                String.format(Locale.ROOT, "%,d events", sequences.events()));
    }

    private static Finding partsAreInOrder(EventSequences sequences, Split split) {
        long[] events = new long[3];
        for (int user = 0; user < sequences.size(); user++) {
            int train = split.trainEnd(user);
            int valid = split.validEnd(user);
            int test = split.testEnd(user);
            if (train < 0 || valid < train || test < valid || test > sequences.get(user).size()) {
                return new Finding(
                        "no event is in two parts", false, "shopper " + user + " of the split");
            }
            events[0] += train;
            events[1] += valid - train;
            events[2] += test - valid;
        }
        return new Finding(
                "no event is in two parts",
                true,
                String.format(
                        Locale.ROOT,
                        "%s: %,d events to train, %,d to validate, %,d to test",
                        split.protocol(),
                        events[0],
                        events[1],
                        events[2]));
    }

    /** Over all shoppers where the split has cut-offs, of each shopper where it has none. */
    private static Finding noTimeCrosses(EventSequences sequences, Split split) {
        boolean global = List.of("time", "rolling-origin").contains(split.protocol());
        boolean wholeShoppers =
                List.of("ratio", "k-fold", "user-holdout").contains(split.protocol());
        String promise =
                global
                        ? "no part holds an event as old as one of the part before it"
                        : wholeShoppers
                                ? "no shopper of the test is trained on"
                                : "each shopper's test lies behind what is trained on";
        long newestTrain = Long.MIN_VALUE;
        long newestValid = Long.MIN_VALUE;
        long oldestValid = Long.MAX_VALUE;
        long oldestTest = Long.MAX_VALUE;
        for (int user = 0; user < sequences.size(); user++) {
            EventSequence events = sequences.get(user);
            int train = split.trainEnd(user);
            int valid = split.validEnd(user);
            int test = split.testEnd(user);
            if (wholeShoppers && test > valid && valid > 0) {
                return new Finding(promise, false, "shopper " + user);
            }
            if (train > 0) {
                newestTrain = Math.max(newestTrain, events.timeMicros(train - 1));
            }
            if (valid > train) {
                oldestValid = Math.min(oldestValid, events.timeMicros(train));
                newestValid = Math.max(newestValid, events.timeMicros(valid - 1));
            }
            if (test > valid) {
                oldestTest = Math.min(oldestTest, events.timeMicros(valid));
            }
        }
        boolean kept =
                !global
                        || (newestTrain < Math.min(oldestValid, oldestTest)
                                && newestValid < oldestTest);
        return new Finding(
                promise,
                kept,
                kept ? String.format(Locale.ROOT, "%,d shoppers", sequences.size()) : "a cut-off");
    }

    /** The catalog must be the same when everything after the training part is taken away. */
    private static Finding catalogIsOfTheTrainingPart(
            ShopConfig config, EventLog log, Split split) {
        int least = config.clean().minItemEvents();
        Catalog whole = LearningData.catalog(log.catalog(), log.sequences(), split, least);
        EventSequences training = log.sequences().prefixes(split::trainEnd);
        Catalog past = LearningData.catalog(log.catalog(), training, split, least);
        return new Finding(
                "the catalog comes from the training part alone",
                whole.ids().equals(past.ids()),
                String.format(Locale.ROOT, "%,d items", whole.size()));
    }

    private static List<Path> featureDirectories(ShopConfig config) throws IOException {
        if (!Files.isDirectory(config.featuresDirectory())) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(config.featuresDirectory())) {
            return entries.filter(d -> Files.isRegularFile(d.resolve("features.json")))
                    .sorted()
                    .toList();
        }
    }

    /** Builds them again from a log that ends at the cut-off: every hash must be the same. */
    private Finding featuresSeeThePastAlone(ShopConfig config, Path features, Progress progress)
            throws IOException {
        JsonNode tree = JSON.readTree(features.resolve("features.json").toFile());
        long cutOff = tree.path("cut_off_micros").asLong();
        Path temporary = config.featuresDirectory().resolve("check.tmp");
        AtomicFiles.deleteTree(temporary);
        Files.createDirectories(temporary);
        List<String> differ = new ArrayList<>();
        try {
            PreparedData.copyBefore(config.preparedDirectory(), temporary, cutOff, memoryBytes);
            BuildFeatures.Result again =
                    new BuildFeatures(memoryBytes)
                            .run(
                                    config,
                                    temporary,
                                    temporary.resolve("features"),
                                    cutOff,
                                    progress);
            again.tables()
                    .forEach(
                            (name, table) -> {
                                String hash =
                                        tree.path("tables").path(name).path("sha256").asText();
                                if (!hash.equals(table.sha256())) {
                                    differ.add(name);
                                }
                            });
        } finally {
            AtomicFiles.deleteTree(temporary);
        }
        return new Finding(
                "features of " + features.getFileName() + " see nothing at or after it",
                differ.isEmpty(),
                differ.isEmpty()
                        ? "the same when built from a log that ends there"
                        : "another outcome from a log that ends there: "
                                + String.join(", ", differ));
    }
}
