package dev.nextact.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.bench.MeasuredProcess.Command;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.ShopConfigWriter;
import dev.nextact.core.ranking.NextItemRanking;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.OnnxScorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A program that learns the next item from Amazon Beauty, in a process of its own. */
enum PeerProgram {
    NEXTACT("nextact", ""),
    RECBOLE("RecBole", "recbole_sasrec.py"),
    RECTOOLS("RecTools", "rectools_sasrec.py");

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final String PROCESS = "process.json";

    /** More than any of them takes. */
    private static final int MOST_EPOCHS = 300;

    private final String shown;
    private final String script;

    PeerProgram(String shown, String script) {
        this.shown = shown;
        this.script = script;
    }

    /** As tables name it. */
    String shown() {
        return shown;
    }

    /**
     * What is the same for all programs.
     *
     * @param config of nextact
     * @param python with both peers
     * @param scripts the folder of the Python programs
     * @param work takes what the programs write, a folder for each
     */
    record Setting(
            ShopConfig config,
            Path events,
            Path python,
            Path scripts,
            Path work,
            int threads,
            double minutes,
            int patience) {

        Path directory(PeerProgram program, long seed) {
            return work.resolve(program.shown.toLowerCase(Locale.ROOT)).resolve("seed-" + seed);
        }
    }

    /** What part of the log to rank by which scorer. */
    record Judges(CommonTargets validation, CommonTargets test) {}

    /**
     * One validation.
     *
     * @param seconds of training alone, since its start
     * @param targets learned from since then; a target seen in two epochs counts twice
     */
    record Point(int epoch, double seconds, long targets, double ndcg) {}

    /**
     * What a run came to.
     *
     * @param end {@code patience}, {@code time}, or how many epochs it was told to take
     * @param processorSeconds by the last point of the curve, of all threads: of a peer's training,
     *     of nextact's whole process
     * @param residentBytes at most, of the process
     * @param importedBytes of a peer's libraries, before anything was read; 0 for nextact
     * @param test absent where it was stopped before there was a model
     */
    record Outcome(
            PeerProgram program,
            long seed,
            Map<String, String> versions,
            Map<String, String> settings,
            long parameters,
            String end,
            List<Point> curve,
            double processorSeconds,
            long residentBytes,
            long importedBytes,
            Optional<NextItemRanking> test) {

        Point best() {
            Point best = curve.get(0);
            for (Point point : curve) {
                best = point.ndcg() > best.ndcg() ? point : best;
            }
            return best;
        }

        /** Seconds of training until the validation first reached a score. */
        Optional<Double> secondsTo(double ndcg) {
            return curve.stream().filter(p -> p.ndcg() >= ndcg).map(Point::seconds).findFirst();
        }

        /** Seconds of training for as many targets as an epoch of nextact has. */
        double secondsFor(long targets) {
            return last().seconds() * targets / last().targets();
        }

        /** The same by the processor's time. */
        double processorSecondsFor(long targets) {
            return processorSeconds * targets / last().targets();
        }

        Point last() {
            return curve.get(curve.size() - 1);
        }
    }

    /**
     * Runs it, unless {@code work} has a run with the very same task already.
     *
     * @throws NextactException when the program fails, or ends before its first validation
     */
    Outcome run(Setting setting, long seed, Judges judges) {
        Path directory = setting.directory(this, seed);
        try {
            Files.createDirectories(directory);
            return this == NEXTACT
                    ? nextact(setting, seed, directory, judges)
                    : peer(setting, seed, directory, judges);
        } catch (IOException e) {
            throw new NextactException(
                    Category.INPUT,
                    directory + ": " + e.getMessage() + "; choose another --work",
                    e);
        }
    }

    private Outcome peer(Setting setting, long seed, Path directory, Judges judges)
            throws IOException {
        Map<String, Object> task = new LinkedHashMap<>();
        task.put("events", setting.events().toString());
        task.put("out", directory.toString());
        task.put("seed", seed);
        task.put("threads", setting.threads());
        task.put("minutes", setting.minutes());
        task.put("epochs", MOST_EPOCHS);
        task.put("patience", setting.patience());
        Path taskFile = directory.resolve("task.json");
        Optional<MeasuredProcess> earlier =
                done(directory, taskFile, JSON.writeValueAsString(task));
        MeasuredProcess process;
        if (earlier.isPresent()) {
            process = earlier.get();
        } else {
            String threads = Integer.toString(setting.threads());
            process =
                    MeasuredProcess.run(
                            new Command(
                                    List.of(
                                            setting.python().toString(),
                                            setting.scripts().resolve(script).toString(),
                                            taskFile.toString()),
                                    Map.of(
                                            "OMP_NUM_THREADS",
                                            threads,
                                            "MKL_NUM_THREADS",
                                            threads,
                                            "CUDA_VISIBLE_DEVICES",
                                            "-1",
                                            // as a user of it would have it
                                            "MALLOC_ARENA_MAX",
                                            "")),
                            directory.resolve("log.txt"));
            finish(directory, process);
        }
        JsonNode report = JSON.readTree(directory.resolve("report.json").toFile());
        List<Point> curve = new ArrayList<>();
        for (JsonNode epoch : report.path("epochs")) {
            int number = epoch.path("epoch").asInt();
            curve.add(
                    new Point(
                            number,
                            epoch.path("seconds").asDouble(),
                            epoch.path("targets").asLong(),
                            ranking(directory, "validation-" + number, judges.validation())
                                    .ndcg()));
        }
        return new Outcome(
                this,
                seed,
                texts(report.path("versions")),
                texts(report.path("settings")),
                report.path("parameters").asLong(),
                report.path("end").asText(),
                curve,
                report.path("epochs").path(curve.size() - 1).path("processor_seconds").asDouble(),
                process.mostResidentBytes(),
                report.path("resident_bytes_after_imports").asLong(),
                Optional.of(ranking(directory, "test", judges.test())));
    }

    private NextItemRanking ranking(Path directory, String name, CommonTargets judge) {
        return judge.rank(
                RankedLists.read(
                        shown, directory.resolve(name + ".tsv"), judge.log(), judge.catalog()));
    }

    private Outcome nextact(Setting setting, long seed, Path directory, Judges judges)
            throws IOException {
        ShopConfig config =
                ShopConfigReader.changed(
                        setting.config(),
                        "the config",
                        Map.of(
                                "train.seed", Long.toString(seed),
                                "train.workers", Integer.toString(setting.threads()),
                                "model.name", "seed-" + seed));
        Path configFile = directory.resolve("shop.yaml");
        String task = ShopConfigWriter.toYaml(config) + "# " + setting.minutes() + " minutes\n";
        Optional<MeasuredProcess> earlier = done(directory, configFile, task);
        Path result = directory.resolve("train.json");
        MeasuredProcess process;
        if (earlier.isPresent()) {
            process = earlier.get();
        } else {
            Files.deleteIfExists(result);
            process =
                    MeasuredProcess.run(
                            Command.nextact(
                                    List.of("-Xmx2g"),
                                    List.of(
                                            "train",
                                            "--config",
                                            configFile.toString(),
                                            "--json",
                                            result.toString())),
                            Duration.ofMillis(Math.round(60e3 * setting.minutes())),
                            directory.resolve("log.txt"));
            keepMetrics(config, directory);
            finish(directory, process);
        }
        long epoch = judges.test().trainingTargets();
        List<Point> curve = new ArrayList<>();
        for (String line : Files.readAllLines(directory.resolve("metrics.jsonl"))) {
            JsonNode record = JSON.readTree(line);
            int number = record.path("epoch").asInt();
            curve.add(
                    new Point(
                            number,
                            record.path("seconds").asDouble(),
                            number * epoch,
                            record.path("validScore").asDouble()));
        }
        boolean ended = Files.exists(result);
        JsonNode trained = ended ? JSON.readTree(result.toFile()) : JSON.createObjectNode();
        return new Outcome(
                this,
                seed,
                Map.of("java", System.getProperty("java.version")),
                Map.of("config", configFile.toString()),
                trained.path("parameters").asLong(),
                ended ? "patience or epochs" : "time",
                curve,
                process.processorSeconds(),
                process.mostResidentBytes(),
                0,
                ended ? Optional.of(test(trained, judges)) : Optional.empty());
    }

    private static NextItemRanking test(JsonNode trained, Judges judges) {
        try (OnnxScorer scorer =
                OnnxScorer.open(Bundle.open(Path.of(trained.path("bundle").asText())))) {
            return judges.test().rank(scorer);
        }
    }

    /** The newest run's lines, where they are not mixed up with those of other runs. */
    private static void keepMetrics(ShopConfig config, Path directory) throws IOException {
        try (Stream<Path> runs = Files.list(config.runsDirectory())) {
            Path newest = runs.max(Path::compareTo).orElseThrow();
            Path metrics = newest.resolve("metrics.jsonl");
            if (!Files.exists(metrics)) {
                throw NextactException.input(
                        "nextact was stopped before its first validation; give more --minutes");
            }
            AtomicFiles.write(directory.resolve("metrics.jsonl"), Files.readString(metrics));
        }
    }

    /** How a finished run of the same task went; where there is none, it can begin. */
    private static Optional<MeasuredProcess> done(Path directory, Path taskFile, String task)
            throws IOException {
        Path file = directory.resolve(PROCESS);
        boolean same = Files.exists(taskFile) && Files.readString(taskFile).equals(task);
        if (same && Files.exists(file)) {
            return Optional.of(JSON.readValue(file.toFile(), MeasuredProcess.class));
        }
        Files.deleteIfExists(file);
        Files.writeString(taskFile, task);
        return Optional.empty();
    }

    private static void finish(Path directory, MeasuredProcess process) throws IOException {
        AtomicFiles.write(directory.resolve(PROCESS), JSON.writeValueAsString(process));
    }

    private static Map<String, String> texts(JsonNode node) {
        Map<String, String> texts = new LinkedHashMap<>();
        node.properties()
                .forEach(
                        e ->
                                texts.put(
                                        e.getKey(),
                                        e.getValue().isValueNode()
                                                ? e.getValue().asText()
                                                : e.getValue().toString()));
        return texts;
    }
}
