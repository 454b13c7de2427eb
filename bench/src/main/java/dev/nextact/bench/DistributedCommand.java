package dev.nextact.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import dev.nextact.core.plan.NetworkModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "distributed",
        description = {
            "Training steps of two processes, each on a core of its own, against one: whether the",
            "losses of the first 100 steps are those of one process with two workers, how many",
            "targets a second, how many bytes each sends with 12,000 and with a million items; and a",
            "model of the network that foretells more machines, held against two on a link of",
            "limited speed. Histories are made up (bench/configs/distributed.yaml). Linux; the link",
            "needs root. Exit code 5 when a figure is missed."
        })
final class DistributedCommand implements Callable<Integer> {

    /** The config's default. */
    private static final int USUAL_BATCH = 128;

    private static final int NORMAL_BATCH = 512;
    private static final int LARGE_BATCH = 2048;

    private static final int FEW = 12_000;
    private static final int MANY = 1_000_000;
    private static final int SAME_STEPS = 100;
    private static final double MOST_DIFFERENCE = 1e-5;
    private static final double LEAST_SPEED_UP = 1.6;
    private static final double MOST_FOR_ITEMS = 1.1;
    private static final double MOST_OFF = 0.2;
    private static final List<Integer> MACHINES = List.of(1, 2, 4, 8, 16, 32, 64);
    private static final List<Double> LINKS = List.of(1e9, 1e10);

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Terminal terminal;
    private final Map<String, Object> tree = new LinkedHashMap<>();
    private final List<String> missed = new ArrayList<>();

    @Option(
            names = "--work",
            paramLabel = "DIR",
            required = true,
            description = "For what the processes tell.")
    private Path work = Path.of(".");

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "512",
            description = "Histories a step (default: ${DEFAULT-VALUE}).")
    private int batch = 512;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "60",
            description = {
                "Steps of 512 histories whose time is taken, and as many histories in others, after",
                "three times as many (default: ${DEFAULT-VALUE})."
            })
    private int steps = 60;

    @Option(
            names = "--links",
            paramLabel = "GBIT",
            split = ",",
            defaultValue = "1,0.2",
            description =
                    "Links that two processes are measured on, in Gbit/s (default:"
                            + " ${DEFAULT-VALUE}).")
    private List<Double> links = List.of();

    @Option(
            names = "--parts",
            split = ",",
            defaultValue = "losses,bytes,speed,network",
            description = "Which to measure (default: ${DEFAULT-VALUE}).")
    private List<String> parts = List.of();

    @Mixin private JsonOption json = new JsonOption();

    DistributedCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try {
            Files.createDirectories(work);
        } catch (IOException e) {
            throw NextactException.input("%s cannot be made: %s", work, e);
        }
        tree.put("batch", batch);
        if (parts.contains("losses")) {
            losses();
        }
        if (parts.contains("bytes")) {
            bytes();
        }
        if (parts.contains("speed")) {
            speed();
        }
        if (parts.contains("network")) {
            network();
        }
        tree.put("missed", missed);
        json.write(tree);
        if (!missed.isEmpty()) {
            throw new NextactException(Category.QUALITY, "missed: " + String.join("; ", missed));
        }
        return 0;
    }

    private void losses() {
        List<Double> alone = losses(child("alone", "--workers", "2", "--steps", sameSteps()));
        List<List<Double>> both = new ArrayList<>();
        pair("same", Optional.empty(), "--steps", sameSteps())
                .forEach(process -> both.add(losses(process.result())));
        double greatest = 0;
        for (List<Double> losses : both) {
            for (int step = 0; step < SAME_STEPS; step++) {
                greatest = Math.max(greatest, Math.abs(losses.get(step) - alone.get(step)));
            }
        }
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "losses  of the first %d steps, %.4f to %.4f nats: two processes differ from"
                                + " two workers by at most %.1e%n",
                        SAME_STEPS,
                        alone.get(0),
                        alone.get(SAME_STEPS - 1),
                        greatest);
        tree.put("losses", alone);
        tree.put("greatest_difference", greatest);
        require(greatest <= MOST_DIFFERENCE, "losses differ by more than 1e-5");
    }

    /** Of a size; after three times as many. */
    private String[] steps(int histories) {
        int measured = Math.max(10, steps * NORMAL_BATCH / histories);
        return new String[] {
            "--batch", "" + histories, "--warm-up", "" + 3 * measured, "--steps", "" + measured
        };
    }

    private static String sameSteps() {
        return Integer.toString(SAME_STEPS);
    }

    private static List<Double> losses(JsonNode result) {
        return StreamSupport.stream(result.at("/share/losses").spliterator(), false)
                .map(JsonNode::asDouble)
                .toList();
    }

    /** A row that a batch reads twice is sent once, and of fewer items more are read twice. */
    private void bytes() {
        Map<String, Object> all = new LinkedHashMap<>();
        for (int histories : List.of(USUAL_BATCH, batch)) {
            Sent few = bytes(histories, FEW);
            Sent many = bytes(histories, MANY);
            double ratio = many.bytes() / (double) few.bytes();
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "bytes   a step of %,d histories, sent by each of two: %s with %,d items,"
                                    + " %s with %,d, %.3f times as many; %.0f for each further"
                                    + " row%n",
                            histories,
                            few.toText(),
                            FEW,
                            many.toText(),
                            MANY,
                            ratio,
                            (many.bytes() - few.bytes()) / (many.rows() - few.rows()));
            all.put("batch_" + histories, Map.of("few_items", few, "many_items", many));
            require(
                    ratio <= MOST_FOR_ITEMS,
                    "with a million items a step of %,d sends more than 1.1 times as much"
                            .formatted(histories));
        }
        tree.put("bytes_per_step", all);
    }

    /**
     * Of a step, on the average.
     *
     * @param rows of the item table, each counted once
     * @param reads of rows
     */
    private record Sent(long bytes, double rows, double reads) {
        String toText() {
            return String.format(
                    Locale.ROOT, "%,d (%,.0f rows, read %,.0f times)", bytes, rows, reads);
        }
    }

    private Sent bytes(int histories, int items) {
        JsonNode share =
                pair(
                                "items-" + items,
                                Optional.empty(),
                                "--steps",
                                "20",
                                "--items",
                                "" + items,
                                "--batch",
                                "" + histories)
                        .get(0)
                        .result()
                        .path("share");
        return new Sent(
                share.path("bytesPerStep").asLong(),
                share.path("rowsPerStep").asDouble(),
                share.path("readsPerStep").asDouble());
    }

    /** Two that do not hear of each other are as fast as two can be on this machine. */
    private void speed() {
        Map<String, Object> all = new LinkedHashMap<>();
        for (int histories : List.of(USUAL_BATCH, batch, LARGE_BATCH)) {
            String[] asked = steps(histories);
            double alone = unheard("one", 1, List.of(1), asked).get(0).get(0).targetsPerSecond();
            double apart =
                    unheard("apart", 2, List.of(1), asked).stream()
                            .mapToDouble(own -> own.get(0).targetsPerSecond())
                            .sum();
            double together = Step.of(pair("two", Optional.empty(), asked)).targetsPerSecond();
            double speedUp = together / alone;
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "speed   steps of %,d histories: %,.0f targets/s of one process, %,.0f"
                                    + " of two over loopback, %.2f times; %,.0f, %.2f times, of two"
                                    + " that do not hear of each other%n",
                            histories,
                            alone,
                            together,
                            speedUp,
                            apart,
                            apart / alone);
            all.put(
                    "batch_" + histories,
                    Map.of("one", alone, "two", together, "two_apart", apart));
            require(
                    speedUp >= LEAST_SPEED_UP,
                    "with steps of %,d histories two processes are less than 1.6 times as fast"
                            .formatted(histories));
        }
        tree.put("targets_per_second", all);
    }

    private void network() {
        NetworkModel loopback = model("sums", Optional.empty());
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "network over loopback: %.0f µs a hop, %.2f Gbit/s%n",
                        1e6 * loopback.hopSeconds(),
                        8e-9 * loopback.bytesPerSecond());
        tree.put("hop_seconds", loopback.hopSeconds());
        tree.put("loopback_bytes_per_second", loopback.bytesPerSecond());
        List<Step> fixed = scaled("fixed");
        List<Step> growing = scaled("growing", "--grow");
        foretell("the same batch of %,d".formatted(batch), fixed, loopback);
        foretell("a batch of %,d for each machine".formatted(batch), growing, loopback);
        for (double gbit : links) {
            check(gbit * 1e9, fixed.get(0), fixed.get(1), loopback);
        }
    }

    /**
     * What steps took.
     *
     * @param seconds the median
     * @param targets on the average
     * @param targetsPerSecond over all steps
     * @param bytes of a step's gradient, as far as it is summed over processes: of two each sends
     *     as many
     */
    private record Step(double seconds, double targets, double targetsPerSecond, long bytes) {
        static Step of(List<Child> children) {
            return of(children.get(0).result().path("share"));
        }

        static Step of(JsonNode share) {
            return new Step(
                    share.path("secondsPerStep").asDouble(),
                    share.path("targetsPerStep").asDouble(),
                    share.path("targetsPerSecond").asDouble(),
                    share.path("bytesPerStep").asLong());
        }
    }

    /** What each of so many machines would compute, with another at work beside it. */
    private List<Step> scaled(String name, String... more) {
        List<String> asked = new ArrayList<>(List.of(steps(batch)));
        asked.addAll(List.of(more));
        List<List<Step>> both = unheard(name, 2, MACHINES, asked.toArray(String[]::new));
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < MACHINES.size(); i++) {
            Step one = both.get(0).get(i);
            Step other = both.get(1).get(i);
            steps.add(
                    new Step(
                            (one.seconds() + other.seconds()) / 2,
                            one.targets(),
                            (one.targetsPerSecond() + other.targetsPerSecond()) / 2,
                            one.bytes()));
        }
        return steps;
    }

    private void foretell(String what, List<Step> local, NetworkModel loopback) {
        List<Object> list = new ArrayList<>();
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%n%s: what it learns in a second, of one machine's%n%8s  %12s  %s%n",
                        what,
                        "machines",
                        "compute, ms",
                        String.join(
                                "  ",
                                LINKS.stream()
                                        .map(l -> "%8.0f Gbit/s".formatted(l / 1e9))
                                        .toList()));
        for (int i = 0; i < MACHINES.size(); i++) {
            int machines = MACHINES.get(i);
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("machines", machines);
            entry.put("compute_seconds", local.get(i).seconds());
            entry.put("gradient_bytes", local.get(i).bytes());
            StringBuilder line = new StringBuilder();
            for (double link : LINKS) {
                double step =
                        local.get(i).seconds()
                                + (machines == 1
                                        ? 0
                                        : loopback.limitedTo(link)
                                                .seconds(machines, (double) local.get(i).bytes()));
                double speedUp =
                        local.get(i).targets()
                                / step
                                * local.get(0).seconds()
                                / local.get(0).targets();
                line.append(String.format(Locale.ROOT, "  %15.2f", speedUp));
                entry.put("speed_up_%.0f_gbit".formatted(link / 1e9), speedUp);
            }
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "%8d  %12.1f%s%n",
                            machines,
                            1e3 * local.get(i).seconds(),
                            line);
            list.add(entry);
        }
        tree.put(what, list);
    }

    /** Holds the model against two processes on a link of limited speed. */
    private void check(double bitsPerSecond, Step one, Step two, NetworkModel loopback) {
        Optional<LinkedNamespaces> link = LinkedNamespaces.open(bitsPerSecond);
        if (link.isEmpty()) {
            terminal.out()
                    .println(
                            "no link could be made (it needs root, ip and tc): the model is held"
                                    + " against nothing");
            return;
        }
        try (LinkedNamespaces namespaces = link.get()) {
            Step measured = Step.of(pair("link", Optional.of(namespaces), steps(batch)));
            double expected =
                    two.seconds()
                            + loopback.limitedTo(bitsPerSecond).seconds(2, (double) two.bytes());
            double foretold = one.seconds() / expected;
            double found = one.seconds() / measured.seconds();
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "%nlink of %.1f Gbit/s, two processes: foretold %.2f times as fast as"
                                    + " one, measured %.2f (%+.0f %%)%n",
                            bitsPerSecond / 1e9,
                            foretold,
                            found,
                            100 * (foretold / found - 1));
            tree.put(
                    "link_%.1f_gbit".formatted(bitsPerSecond / 1e9),
                    Map.of("foretold", foretold, "measured", found));
            require(
                    Math.abs(foretold / found - 1) <= MOST_OFF,
                    "the model is off by more than 20 %");
        }
    }

    private NetworkModel model(String name, Optional<LinkedNamespaces> link) {
        JsonNode seconds = pair(name, link, "--sums").get(0).result().path("seconds");
        return NetworkModel.of(
                seconds.path(0).asDouble(),
                seconds.path(1).asDouble(),
                4.0 * DistributedProcessCommand.SUMS.get(1));
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            missed.add(otherwise);
        }
    }

    /**
     * Steps of a process that is one of several without the others.
     *
     * @param processes that do so at once, each on a core of its own
     * @param sizes of the groups that each is alone in, one after the other
     */
    private List<List<Step>> unheard(
            String name, int processes, List<Integer> sizes, String... more) {
        String groups = String.join(",", sizes.stream().map(String::valueOf).toList());
        List<Child> children = new ArrayList<>();
        for (int core = 0; core < processes; core++) {
            List<String> arguments = new ArrayList<>(List.of("--unheard", groups));
            arguments.addAll(List.of(more));
            children.add(start(name + "-" + core, onCore(core), arguments));
        }
        return children.stream()
                .map(
                        child ->
                                StreamSupport.stream(
                                                child.result().path("shares").spliterator(), false)
                                        .map(Step::of)
                                        .toList())
                .toList();
    }

    /** One process, on both cores. */
    private JsonNode child(String name, String... arguments) {
        return start(name, List.of(), List.of(arguments)).result();
    }

    /** Two processes that work together, each on a core of its own. */
    private List<Child> pair(String name, Optional<LinkedNamespaces> link, String... arguments) {
        List<Child> children = new ArrayList<>();
        for (int rank = 0; rank < 2; rank++) {
            int end = rank;
            String host = link.map(l -> l.host(end)).orElse("127.0.0.1");
            List<String> prefix = new ArrayList<>(link.map(l -> l.prefix(end)).orElse(List.of()));
            prefix.addAll(onCore(rank));
            List<String> all =
                    new ArrayList<>(
                            List.of(
                                    "--rank",
                                    "" + rank,
                                    "--size",
                                    "2",
                                    "--host",
                                    host,
                                    "--meeting",
                                    link.map(l -> l.host(0)).orElse("127.0.0.1")));
            all.addAll(List.of(arguments));
            children.add(start(name + "-" + rank, prefix, all));
        }
        children.forEach(Child::result);
        return children;
    }

    private static List<String> onCore(int core) {
        return List.of("taskset", "-c", Integer.toString(core));
    }

    private Child start(String name, List<String> prefix, List<String> arguments) {
        Path result = work.resolve(name + ".json");
        Path log = work.resolve(name + ".log");
        List<String> words = new ArrayList<>(prefix);
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(
                List.of(
                        "-Xmx2g",
                        "-XX:+UseSerialGC",
                        "-Dnextact.bench.configs="
                                + System.getProperty("nextact.bench.configs", "bench/configs"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Bench.class.getName(),
                        "distributed-process",
                        "--json",
                        result.toString()));
        words.addAll(arguments);
        if (!arguments.contains("--batch")) {
            words.addAll(List.of("--batch", "" + batch));
        }
        try {
            Files.deleteIfExists(result);
            return new Child(
                    new ProcessBuilder(words)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start(),
                    result,
                    log);
        } catch (IOException e) {
            throw new NextactException(
                    Category.CAPACITY, "cannot run " + words + ": " + e.getMessage(), e);
        }
    }

    /** A process, and what it tells at its end. */
    private record Child(Process process, Path file, Path log) {
        JsonNode result() {
            try {
                if (process.waitFor() != 0) {
                    throw new NextactException(
                            Category.CAPACITY, "a process has failed; " + log + " tells why");
                }
                return JSON.readTree(file.toFile());
            } catch (IOException e) {
                throw new NextactException(
                        Category.CAPACITY, file + " cannot be read: " + e.getMessage(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                process.destroyForcibly();
                throw new IllegalStateException(e);
            }
        }
    }
}
