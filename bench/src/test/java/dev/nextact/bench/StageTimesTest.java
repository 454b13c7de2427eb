package dev.nextact.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.bench.StageTimes.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StageTimesTest {

    @TempDir private Path directory;

    private static String task(int stage, String reason, long millis, long shuffled) {
        return """
               {"Event":"SparkListenerTaskEnd","Stage ID":%d,"Task End Reason":{"Reason":"%s"},\
               "Task Info":{"Launch Time":1000,"Finish Time":%d},"Task Metrics":\
               {"Executor CPU Time":%d,"Shuffle Write Metrics":{"Shuffle Bytes Written":%d}}}
               """
                .formatted(stage, reason, 1000 + millis, millis * 500_000, shuffled);
    }

    @Test
    void aStagesTasksAreThoseThatEndedWell() throws IOException {
        Files.writeString(
                directory.resolve("app-1"),
                "{\"Event\":\"SparkListenerApplicationStart\"}\n"
                        + task(1, "Success", 50, 0)
                        + task(1, "Success", 1000, 0)
                        + task(0, "Success", 1000, 7)
                        + task(0, "ExecutorLostFailure", 90_000, 0)
                        + task(0, "Success", 3000, 7)
                        + task(0, "Success", 2000, 7));
        List<StageTimes> stages = StageTimes.of(directory);

        assertThat(stages)
                .containsExactly(
                        new StageTimes(
                                0,
                                List.of(
                                        new Task(1, 0.5, 7),
                                        new Task(3, 1.5, 7),
                                        new Task(2, 1, 7)),
                                1),
                        new StageTimes(
                                1, List.of(new Task(0.05, 0.025, 0), new Task(1, 0.5, 0)), 0));
        assertThat(stages.get(0).ratio(Task::seconds)).isEqualTo(1.5);
        assertThat(stages.get(0).ratio(Task::processorSeconds)).isEqualTo(1.5);
        assertThat(stages.get(0).sum(Task::shuffledBytes)).isEqualTo(21);
    }

    @Test
    void theMedianOfTwoLiesBetweenThem() {
        StageTimes stage = new StageTimes(0, List.of(new Task(1, 1, 0), new Task(3, 3, 0)), 0);

        assertThat(stage.median(Task::seconds)).isEqualTo(2);
        assertThat(stage.ratio(Task::seconds)).isEqualTo(1.5);
    }
}
