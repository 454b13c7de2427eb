package dev.nextact.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What the tasks of a stage took, by Spark's event log. By the clock a task also takes what other
 * programs of a busy machine take; the processor's time is its own.
 *
 * @param stage its number
 * @param tasks those that ended well
 * @param lost attempts that did not, such as those of an executor that was lost
 */
record StageTimes(int stage, List<Task> tasks, int lost) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * A task that ended well.
     *
     * @param seconds from start to end, by the clock
     * @param processorSeconds of its thread
     * @param shuffledBytes that it wrote for the next stages
     */
    record Task(double seconds, double processorSeconds, long shuffledBytes) {}

    StageTimes {
        tasks = List.copyOf(tasks);
    }

    double most(ToDoubleFunction<Task> time) {
        return tasks.stream().mapToDouble(time).max().orElse(0);
    }

    double sum(ToDoubleFunction<Task> time) {
        return tasks.stream().mapToDouble(time).sum();
    }

    /** Of two in the middle, their mean. */
    double median(ToDoubleFunction<Task> time) {
        double[] sorted = tasks.stream().mapToDouble(time).sorted().toArray();
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /** The longest task in medians. */
    double ratio(ToDoubleFunction<Task> time) {
        return most(time) / median(time);
    }

    /**
     * Those of all jobs of an application, in their order.
     *
     * @param directory of event logs, neither compressed nor cut into files
     */
    static List<StageTimes> of(Path directory) throws IOException {
        Map<Integer, StageTimes> stages = new TreeMap<>();
        try (Stream<Path> logs = Files.list(directory)) {
            for (Path log : logs.sorted().toList()) {
                read(log, stages);
            }
        }
        return List.copyOf(stages.values());
    }

    private static void read(Path log, Map<Integer, StageTimes> stages) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(log)) {
            String line = lines.readLine();
            while (line != null) {
                if (line.contains("\"SparkListenerTaskEnd\"")) {
                    StageTimes more = ofOne(JSON.readTree(line));
                    stages.merge(more.stage(), more, StageTimes::plus);
                }
                line = lines.readLine();
            }
        }
    }

    private StageTimes plus(StageTimes more) {
        List<Task> all = new ArrayList<>(tasks);
        all.addAll(more.tasks);
        return new StageTimes(stage, all, lost + more.lost);
    }

    private static StageTimes ofOne(JsonNode end) {
        int stage = end.path("Stage ID").asInt();
        if (!end.at("/Task End Reason/Reason").asText().equals("Success")) {
            return new StageTimes(stage, List.of(), 1);
        }
        JsonNode metrics = end.path("Task Metrics");
        long started = end.at("/Task Info/Launch Time").asLong();
        return new StageTimes(
                stage,
                List.of(
                        new Task(
                                (end.at("/Task Info/Finish Time").asLong() - started) / 1e3,
                                metrics.path("Executor CPU Time").asLong() / 1e9,
                                metrics.at("/Shuffle Write Metrics/Shuffle Bytes Written")
                                        .asLong())),
                0);
    }
}
