package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.Behaviours;
import dev.nextact.core.Catalog;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequences;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TuneModelIT {

    private static final int ITEMS = 30;
    private static final int TRIALS = 5;

    @TempDir private Path directory;

    /** What a child process tunes, to be killed. */
    public static void main(String[] args) throws IOException {
        tune(Path.of(args[0]), log(0), false);
    }

    /**
     * Shoppers who go through the items in a circle, mostly.
     *
     * @param testShift added to the items of the test part
     */
    static EventLog log(int testShift) {
        return log(testShift, 8);
    }

    static EventLog log(int testShift, int size) {
        SplittableRandom random = new SplittableRandom(1);
        EventSequences.Builder builder = new EventSequences.Builder();
        int users = 40;
        for (int user = 0; user < users; user++) {
            int item = random.nextInt(ITEMS);
            for (int t = 0; t < size; t++) {
                int shown = t == size - 1 ? (item + testShift) % ITEMS : item;
                builder.event(1 + shown, 0, t);
                item = (item + 1 + random.nextInt(2)) % ITEMS;
            }
            builder.endUser();
        }
        return new EventLog(
                Catalog.of(IntStream.rangeClosed(1, ITEMS).mapToObj(Integer::toString).toList()),
                IntStream.range(0, users).mapToObj(Integer::toString).toList(),
                Behaviours.of(Map.of("event", List.of())),
                builder.build(),
                "abc");
    }

    private static TuneReport tune(Path shop, EventLog log, boolean resume) throws IOException {
        Files.createDirectories(shop);
        Path file =
                Files.writeString(
                        shop.resolve("shop.yaml"),
                        """
                        sources: [{path: log.csv, columns: {user: user, item: item, time: time}}]
                        clean: {min_item_events: 1}
                        split: {protocol: leave-one-out}
                        model: {width: 8, layers: 1, length: 8}
                        train: {epochs: 4, batch: 8, negatives: 8, workers: 1}
                        """);
        ShopConfig config = ShopConfigReader.read(file, Map.of());
        return new TuneModel()
                .run(config, log, new TuneModel.Options(TRIALS, resume), Progress.silent());
    }

    /** What a trial did, without the time it took. */
    private static List<String> lines(TuneReport report) {
        return report.trials().stream()
                .map(
                        t ->
                                t.trial()
                                        + " "
                                        + t.rung()
                                        + " "
                                        + t.epochs()
                                        + " "
                                        + t.score()
                                        + " "
                                        + t.bestEpoch()
                                        + " "
                                        + t.values()
                                        + t.failed())
                .toList();
    }

    @Test
    void theBestConfigIsWrittenBack() throws IOException {
        TuneReport report = tune(directory, log(0), false);

        assertThat(report.trials().stream().map(Trial::trial).distinct()).hasSize(TRIALS);
        assertThat(report.trials()).allSatisfy(t -> assertThat(t.failed()).isEmpty());
        assertThat(report.defaults().epochs()).isEqualTo(4);
        assertThat(report.best().score()).isGreaterThanOrEqualTo(report.defaults().score());
        ShopConfig tuned = ShopConfigReader.read(directory.resolve("tuned.yaml"), Map.of());
        assertThat(tuned.train().learningRate())
                .isEqualTo(report.best().values().get("learning_rate"));
        assertThat((double) tuned.model().width()).isEqualTo(report.best().values().get("width"));
        assertThat(tuned.preparedDirectory()).isEqualTo(directory.resolve("work/prepared"));
        assertThat(report.directory().resolve("report.html")).content().contains("polyline");
        assertThat(report.directory().resolve("trials.jsonl"))
                .content()
                .hasLineCount(report.trials().size());
    }

    @Test
    void theTestPartIsNotLookedAt() throws IOException {
        TuneReport one = tune(directory.resolve("one"), log(0), false);
        TuneReport other = tune(directory.resolve("other"), log(11), false);

        assertThat(lines(other)).isEqualTo(lines(one));
    }

    @Test
    void aTuningThatWasKilledEndsWithTheSameTrials() throws Exception {
        TuneReport whole = tune(directory.resolve("whole"), log(0), false);
        Path killed = directory.resolve("killed");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                TuneModelIT.class.getName(),
                                killed.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(new File(directory.toFile(), "killed.txt"))
                        .start();
        Path log = killed.resolve("work/tuning/0001/trials.jsonl");
        long deadline = System.nanoTime() + 120_000_000_000L;
        while (!Files.exists(log) || Files.readString(log).lines().count() < 2) {
            assertThat(process.isAlive() && System.nanoTime() < deadline)
                    .as("the tuning comes to its second trial")
                    .isTrue();
            Thread.sleep(2);
        }
        process.destroyForcibly(); // SIGKILL
        process.waitFor();
        Files.writeString(log, Files.readString(log) + "{\"trial\":3,\"ru"); // as if in mid-line

        TuneReport resumed = tune(killed, log(0), true);

        assertThat(lines(resumed)).isEqualTo(lines(whole));
        assertThatThrownBy(() -> tune(killed, log(0), true))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("no unfinished run");
    }
}
