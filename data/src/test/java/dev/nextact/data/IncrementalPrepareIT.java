package dev.nextact.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.AtomicFiles;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncrementalPrepareIT {

    private static final Clock NOW =
            Clock.fixed(Instant.parse("2020-01-01T00:00:00Z"), ZoneOffset.UTC);

    private static final int ROWS_A_DAY = 2000;

    /** Kills of the test; each starts a Java of its own. The system property raises it. */
    private static final int KILLS = Integer.getInteger("nextact.kills", 4);

    @TempDir private Path shop;

    @BeforeEach
    void writeConfig() throws IOException {
        Files.createDirectories(shop.resolve("logs"));
        Files.writeString(
                shop.resolve("shop.yaml"),
                """
                workspace: ${work}
                sources:
                  - path: logs/*.csv
                    columns: {user: user, item: item, behaviour: act, time: time, price: price}
                behaviours: {view: [pv], purchase: [buy]}
                """);
    }

    private void writeDay(int day) throws IOException {
        SplittableRandom random = new SplittableRandom(day);
        StringBuilder text = new StringBuilder("user,item,act,time,price\n");
        for (int i = 0; i < ROWS_A_DAY; i++) {
            text.append("u").append(random.nextInt(300)).append(",i").append(random.nextInt(100));
            text.append(random.nextInt(5) == 0 ? ",buy," : ",pv,");
            text.append("2019-10-%02d %02d:%02d:00".formatted(day, i * 24 / ROWS_A_DAY, i % 60));
            text.append(random.nextInt(50) == 0 ? ",cheap\n" : "," + random.nextInt(90) + "\n");
            if (random.nextInt(40) == 0) {
                text.append("u1,,pv,yesterday\n");
            }
        }
        Files.writeString(shop.resolve("logs/day-%02d.csv".formatted(day)), text);
    }

    private ShopConfig config(String work) {
        return ShopConfigReader.read(shop.resolve("shop.yaml"), Map.of("work", work));
    }

    private PrepareReport prepare(String work) {
        return new PrepareData(NOW).run(config(work), Progress.silent());
    }

    /** The content of every prepared file, by name. */
    private Map<String, List<Byte>> files(String work) throws IOException {
        Map<String, List<Byte>> files = new TreeMap<>();
        try (Stream<Path> entries = Files.list(config(work).preparedDirectory())) {
            for (Path file : entries.toList()) {
                byte[] bytes = Files.readAllBytes(file);
                files.put(
                        file.getFileName().toString(),
                        IntStream.range(0, bytes.length).mapToObj(i -> bytes[i]).toList());
            }
        }
        return files;
    }

    private long staged(String work) throws IOException {
        try (Stream<Path> entries = Files.list(config(work).stagedDirectory())) {
            return entries.count();
        }
    }

    @Test
    void aNewFileIsReadAloneAndTheOutcomeIsThatOfAFreshRun() throws IOException {
        writeDay(2);
        writeDay(3);
        prepare("grown");
        Path first;
        try (Stream<Path> entries = Files.list(config("grown").stagedDirectory())) {
            first = entries.sorted().findFirst().orElseThrow();
        }
        Object before = Files.readAttributes(first, "unix:ino").get("ino");
        writeDay(1); // stands before the others, so that every row's place in the log changes

        PrepareReport grown = prepare("grown");
        PrepareReport fresh = prepare("fresh");

        assertThat(Files.readAttributes(first, "unix:ino")).containsEntry("ino", before);
        assertThat(staged("grown")).isEqualTo(3);
        assertThat(grown.tables()).isEqualTo(fresh.tables());
        assertThat(grown.files()).isEqualTo(fresh.files());
        assertThat(files("grown")).isEqualTo(files("fresh"));
    }

    @Test
    void aChangedFileIsReadAgainAndAFileTakenAwayIsForgotten() throws IOException {
        writeDay(1);
        writeDay(2);
        prepare("work");
        Files.writeString(
                shop.resolve("logs/day-01.csv"),
                "user,item,act,time,price\nzoe,i1,pv,2019-10-01 00:00:00,1\n");
        Files.delete(shop.resolve("logs/day-02.csv"));

        PrepareReport report = prepare("work");

        assertThat(report.events()).isEqualTo(1);
        assertThat(staged("work")).isEqualTo(1);
    }

    /** Runs {@code prepare} in a process of its own, which a test can kill. */
    static final class Runner {
        private Runner() {}

        public static void main(String[] args) {
            new PrepareData(NOW)
                    .run(
                            ShopConfigReader.read(Path.of(args[0]), Map.of("work", args[1])),
                            Progress.silent());
        }
    }

    private Process start(String work) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Runner.class.getName(),
                        shop.resolve("shop.yaml").toString(),
                        work)
                .redirectErrorStream(true)
                .redirectOutput(new File(shop.toFile(), "out.log"))
                .start();
    }

    @Test
    void killedAtRandomMomentsAndStartedAgainItLeavesTheSameBytes() throws Exception {
        for (int day = 1; day <= 6; day++) {
            writeDay(day);
        }
        long started = System.nanoTime();
        assertThat(start("undisturbed").waitFor()).isZero();
        long millis = (System.nanoTime() - started) / 1_000_000;
        Map<String, List<Byte>> undisturbed = files("undisturbed");
        SplittableRandom random = new SplittableRandom(50);
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = start("killed");
            process.waitFor(millis / 4 + random.nextLong(millis), TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();
            prepare("killed");
            assertThat(files("killed")).as("after kill %d", kill).isEqualTo(undisturbed);
            AtomicFiles.deleteTree(shop.resolve("killed"));
        }
    }
}
