package dev.nextact.bench;

import dev.nextact.cli.ConfigOptions;
import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "prepare-kills",
        description = {
            "Kills nextact prepare (-9) at random moments, starts it again, and compares every",
            "byte of prepared/ with that of an undisturbed run. Exit code 5 when one differs."
        })
final class PrepareKillsCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private ConfigOptions config = new ConfigOptions();

    @Option(
            names = "--work",
            paramLabel = "DIR",
            required = true,
            description = "For the workspaces: the config's $${work}.")
    private Path work = Path.of("");

    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "50",
            description = "How often it is killed (default: ${DEFAULT-VALUE}).")
    private int kills;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the moments (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin private JsonOption json = new JsonOption();

    PrepareKillsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            return run();
        } catch (IOException e) {
            throw NextactException.input("cannot use %s: %s", work, e);
        }
    }

    private int run() throws IOException, InterruptedException {
        Files.createDirectories(work);
        long start = System.nanoTime();
        require(start("undisturbed").waitFor(), "undisturbed");
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        Map<String, String> expected = prepared("undisturbed");
        SplittableRandom random = new SplittableRandom(seed);
        int killed = 0;
        List<String> left = new ArrayList<>();
        try (Progress.Task task = terminal.progress().start("kills", kills, "kills")) {
            while (killed < kills) {
                AtomicFiles.deleteTree(work.resolve("killed"));
                Process process = start("killed");
                if (process.waitFor(random.nextLong(millis), TimeUnit.MILLISECONDS)) {
                    continue; // it was faster than the moment
                }
                process.destroyForcibly().waitFor();
                left.add(state());
                require(start("killed").waitFor(), "killed");
                requireSame(expected, prepared("killed"), killed);
                task.at(++killed, "");
            }
        }
        long staging = left.stream().filter("reading raw files"::equals).count();
        long cleaning = left.stream().filter("cleaning and writing"::equals).count();
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%d kills within %,d ms: %d while raw files were read, %d while cleaning"
                                + " and writing, %d before or after; the same %d files each time%n",
                        killed,
                        millis,
                        staging,
                        cleaning,
                        killed - staging - cleaning,
                        expected.size());
        json.write(Map.of("kills", killed, "moments", left, "files", expected));
        return 0;
    }

    private ShopConfig shop(String name) {
        return config.read(Map.of("work", work.resolve(name).toAbsolutePath().toString()));
    }

    /** {@code nextact prepare} in a process of its own. */
    private Process start(String name) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.addAll(List.of("dev.nextact.cli.Main", "prepare"));
        command.addAll(
                config.arguments(Map.of("work", work.resolve(name).toAbsolutePath().toString())));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("prepare.out").toFile())
                .start();
    }

    private void require(int exitCode, String name) throws IOException {
        if (exitCode != 0) {
            throw NextactException.input(
                    "prepare of %s ended with %d: %s",
                    name, exitCode, Files.readString(work.resolve("prepare.out")));
        }
    }

    /** What the kill found it doing, by what it left. */
    private String state() throws IOException {
        ShopConfig shop = shop("killed");
        if (Files.exists(shop.preparedDirectory())) {
            return "after the end";
        }
        if (!Files.isDirectory(shop.stagedDirectory())) {
            return "before the beginning";
        }
        try (Stream<Path> entries = Files.list(shop.stagedDirectory())) {
            List<Path> staged = entries.toList();
            boolean isWhole =
                    !staged.isEmpty()
                            && staged.stream().noneMatch(e -> e.toString().endsWith(".tmp"));
            return isWhole ? "cleaning and writing" : "reading raw files";
        }
    }

    /** SHA-256 of each prepared file, by name. */
    private Map<String, String> prepared(String name) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> entries = Files.list(shop(name).preparedDirectory())) {
            for (Path file : entries.toList()) {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                files.put(file.getFileName().toString(), HexFormat.of().formatHex(hash));
            }
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        return files;
    }

    private static void requireSame(
            Map<String, String> expected, Map<String, String> found, int kill) {
        if (!found.equals(expected)) {
            List<String> differ =
                    expected.entrySet().stream()
                            .filter(file -> !file.getValue().equals(found.get(file.getKey())))
                            .map(Map.Entry::getKey)
                            .toList();
            throw new NextactException(
                    Category.QUALITY,
                    "after kill " + kill + " other files are there, or " + differ + " differ");
        }
    }
}
