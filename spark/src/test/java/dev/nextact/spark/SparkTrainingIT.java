package dev.nextact.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.data.PrepareData;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.train.TrainModel;
import dev.nextact.train.TrainReport;
import dev.nextact.train.TrainingCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two tasks of a barrier stage train as one process does, also where Spark gives the stage up. */
class SparkTrainingIT {

    private static final String CHECKS = "spark.scheduler.barrier.maxConcurrentTasksCheck.";
    private static final TrainModel.Options ANEW = new TrainModel.Options(false);

    @TempDir private Path shop;

    @BeforeAll
    static void oneLookForMachines() {
        System.setProperty(CHECKS + "maxFailures", "1");
        System.setProperty(CHECKS + "interval", "1s");
    }

    @AfterAll
    static void asItWas() {
        System.clearProperty(CHECKS + "maxFailures");
        System.clearProperty(CHECKS + "interval");
    }

    /** Shoppers who go through the items in a circle, mostly. */
    @BeforeEach
    void log() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        StringBuilder log = new StringBuilder("user,item,time\n");
        for (int user = 0; user < 120; user++) {
            int item = random.nextInt(30);
            for (int t = 0; t < 9; t++) {
                log.append(user).append(',').append(item).append(',').append(1000 + t);
                log.append('\n');
                item = (item + 1 + random.nextInt(2)) % 30;
            }
        }
        Files.writeString(shop.resolve("log.csv"), log);
    }

    private ShopConfig config(String workspace, String family) {
        return ShopConfigReader.read(
                """
                workspace: %s
                sources: [{path: log.csv, columns: {user: user, item: item, time: time}}]
                clean: {min_item_events: 1}
                split: {protocol: leave-one-out}
                model: {family: %s, width: 8, layers: 1, heads: 2, length: 10}
                train: {epochs: 15, patience: 15, batch: 16, negatives: 8, learning_rate: 0.01,
                        deterministic: true, workers: 1}
                """
                        .formatted(workspace, family),
                "shop.yaml",
                shop,
                Map.of());
    }

    private ShopConfig prepared(String workspace) {
        ShopConfig config = config(workspace, "transformer");
        new PrepareData(Clock.systemUTC()).run(config, Progress.silent());
        return config;
    }

    private static TrainReport together(ShopConfig config, Progress progress) {
        return TrainingCluster.spark("local[2]").train(config, ANEW, 2, progress);
    }

    /** Hears how many targets are done, and keeps what is said. */
    private record Heard(LongConsumer done, List<String> said) implements Progress {
        @Override
        public Task start(String name, long total, String unit) {
            return new Task() {
                @Override
                public void at(long at, String message) {
                    done.accept(at);
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void say(String line) {
            said.add(line);
        }
    }

    @Test
    void theBundleIsThatOfOneProcessAlsoWhereTheStageIsLost() {
        ShopConfig alone = prepared("alone");
        TrainReport expected = new TrainModel().run(alone, ANEW, Progress.silent());
        ShopConfig config = prepared("together");
        List<String> said = new ArrayList<>();
        int[] losses = {0};
        Progress losing =
                new Heard(
                        done -> {
                            if (losses[0]++ == 0) {
                                SparkContext context = SparkSession.active().sparkContext();
                                context.cancelAllJobs();
                            }
                        },
                        said);

        TrainReport report = together(config, losing);

        assertThat(said).anyMatch(line -> line.startsWith("lost: ")).hasSizeLessThan(4);
        assertThat(report.processes()).isEqualTo(2);
        assertThat(report.bytesPerStep()).isPositive();
        assertThat(report.epochs())
                .extracting("loss", "validScore")
                .isEqualTo(
                        expected.epochs().stream()
                                .map(e -> tuple(e.loss(), e.validScore()))
                                .toList());
        Bundle bundle = Bundle.open(report.bundle());
        assertThat(bundle.weights()).isEqualTo(Bundle.open(expected.bundle()).weights());
        assertThat(config.runsDirectory().resolve("0002")).doesNotExist();
    }

    @Test
    void whatIsWrongIsToldAsOnOneMachine() {
        assertThatThrownBy(() -> together(config("empty", "transformer"), Progress.silent()))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("there are no prepared data in")
                .hasMessageContaining("Run `nextact prepare` first");
        assertThatThrownBy(
                        () ->
                                TrainingCluster.spark("local[2]")
                                        .train(config("empty", "gru"), ANEW, 3, Progress.silent()))
                .hasMessageContaining("--machines 3: the cluster has not as many");
    }
}
