package dev.nextact.data.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.AtomicFiles;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfigReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * {@code nextact collect} in a process of its own, which is killed at random moments: with {@code
 * -Dnextact.kills=50} at that many, else at a few; {@code -Dnextact.kills.seed} gives others.
 */
final class KilledChild {

    private static final String READY = "ready";
    private static final String ERRORS = "child.err";

    private KilledChild() {}

    /** What the child runs: a config and how many rows make a file. */
    public static void main(String[] args) {
        CollectSources collect =
                new CollectSources(
                        Clock.systemUTC(),
                        Map.of(),
                        time -> Thread.sleep(20),
                        Integer.parseInt(args[1]));
        System.out.println(READY);
        CollectReport report =
                collect.run(ShopConfigReader.read(Path.of(args[0]), Map.of()), Progress.silent());
        System.err.println(report.toText());
    }

    /**
     * Kills a run in a fresh directory at a random moment, lets a second one end, and compares what
     * it leaves with an undisturbed run; once for each moment. A moment is a little while after one
     * of the files has appeared, or before the first.
     *
     * @param yaml the config
     */
    static void assertKillsChangeNothing(Path directory, String yaml, int rowsAFile)
            throws IOException, InterruptedException, NoSuchAlgorithmException {
        int kills = Integer.getInteger("nextact.kills", 2);
        Path undisturbed = shop(directory.resolve("undisturbed"), yaml);
        assertEndsWell(start(undisturbed, rowsAFile), undisturbed);
        Map<String, String> expected = files(undisturbed);
        assertThat(expected).hasSizeGreaterThan(3);
        SplittableRandom random = new SplittableRandom(Integer.getInteger("nextact.kills.seed", 7));
        int killed = 0;
        int midway = 0;
        while (killed < kills) {
            Path shop = shop(directory.resolve("killed"), yaml);
            Process child = start(shop, rowsAFile);
            int appeared = random.nextInt(expected.size());
            while (child.isAlive() && count(shop) < appeared) {
                Thread.sleep(1);
            }
            Thread.sleep(random.nextInt(appeared == 0 ? 1000 : 60));
            if (child.isAlive()) {
                killed++;
                child.destroyForcibly().waitFor();
                Map<String, String> left = files(shop);
                midway += left.isEmpty() || left.equals(expected) ? 0 : 1;
                assertThat(expected).as("what a kill leaves is whole").containsAllEntriesOf(left);
                assertEndsWell(start(shop, rowsAFile), shop);
            } else {
                assertEndsWell(child, shop);
            }
            assertThat(files(shop)).isEqualTo(expected);
            AtomicFiles.deleteTree(shop);
        }
        System.out.printf(
                "killed at %d moments, at %d of them with some of the files written: the same %d"
                        + " files each time%n",
                killed, midway, expected.size());
    }

    private static void assertEndsWell(Process child, Path shop)
            throws IOException, InterruptedException {
        int code = child.waitFor();
        assertThat(code).as(Files.readString(shop.resolve(ERRORS))).isZero();
    }

    private static Path shop(Path directory, String yaml) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("shop.yaml"), yaml);
        return directory;
    }

    /** A child that is about to begin its work. */
    private static Process start(Path shop, int rowsAFile) throws IOException {
        String classPath =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                // a library that is unpacked there outlives a kill
                                "-Djava.io.tmpdir=" + shop,
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                classPath,
                                KilledChild.class.getName(),
                                shop.resolve("shop.yaml").toString(),
                                Integer.toString(rowsAFile))
                        .redirectError(shop.resolve(ERRORS).toFile())
                        .start();
        BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        assertThat(out.readLine()).isEqualTo(READY);
        return process;
    }

    /** SHA-256 of each file that is collected, by name. */
    private static Map<String, String> files(Path shop)
            throws IOException, NoSuchAlgorithmException {
        Map<String, String> files = new TreeMap<>();
        for (Path file : paths(shop)) {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            files.put(file.getFileName().toString(), HexFormat.of().formatHex(digest));
        }
        return files;
    }

    private static int count(Path shop) throws IOException {
        return paths(shop).size();
    }

    private static List<Path> paths(Path shop) throws IOException {
        Path collected = shop.resolve("work/collected/events");
        if (!Files.isDirectory(collected)) {
            return List.of();
        }
        try (Stream<Path> list = Files.list(collected)) {
            return list.filter(file -> file.toString().endsWith(".parquet")).toList();
        }
    }
}
