package dev.nextact.bench;

import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "serving",
        description = {
            "Load on nextact serve, in a process of its own on this machine: one connection,",
            "a constant rate, saturation, kept histories, events in, and three times too much.",
            "50 events in, 100 items out, width 64, random weights."
        })
final class ServingCommand implements Callable<Integer> {

    private static final int CONNECTIONS = 32;

    /** Enough for all that is under way: who waits for a connection would be no load. */
    private static final int OVERLOAD_CONNECTIONS = 2000;

    private static final int BATCH = 100;

    private final Terminal terminal;
    private final Map<String, Object> tree = new LinkedHashMap<>();

    @Option(
            names = "--items",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Items of the catalog (default: ${DEFAULT-VALUE}).")
    private int items;

    @Option(
            names = "--users",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Shoppers with a kept history of 50 events (default: ${DEFAULT-VALUE}).")
    private int users;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Requests a second of the constant rate (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "20",
            description = "Of each part (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--serve",
            paramLabel = "KEYS",
            defaultValue = "",
            description = "More keys of serve, such as 'limits: {waiting: 64}'.")
    private String serve = "";

    @Option(
            names = "--java",
            paramLabel = "OPTION",
            split = " ",
            defaultValue = "-Xmx320m -XX:+UseSerialGC",
            description = "Options of the server's Java (default: ${DEFAULT-VALUE}).")
    private List<String> java = List.of();

    @Option(
            names = "--parts",
            paramLabel = "PART",
            split = ",",
            defaultValue = "one,rate,saturation,user,ingest,overload",
            description = "Which parts (default: ${DEFAULT-VALUE}).")
    private List<String> parts = List.of();

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            required = true,
            description = "For the models and histories; it may be left from an earlier run.")
    private Path directory = Path.of("");

    @Mixin private JsonOption json = new JsonOption();

    ServingCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ServingShop shop = new ServingShop(directory, items);
        Path config = shop.write(serve.isEmpty() ? "" : ", " + serve);
        byte[][] inline = shop.inline(1000, 1);
        PrintStream out = terminal.out();
        try (ServedProcess server = ServedProcess.start(config, java)) {
            out.printf(
                    Locale.ROOT,
                    "%,d items, %s, java %s: ready after %.1f s%n",
                    items,
                    serve.isEmpty() ? "the defaults" : serve,
                    String.join(" ", java),
                    server.secondsToReady());
            HttpLoad one = new HttpLoad(server.port(), 1);
            HttpLoad many = new HttpLoad(server.port(), CONNECTIONS);
            // both programs' code is compiled by then
            many.run(n -> inline[(int) (n % inline.length)], 0, Math.min(10, seconds));
            part("one", () -> one.run(n -> inline[(int) (n % inline.length)], 0, seconds));
            part("rate", () -> many.run(n -> inline[(int) (n % inline.length)], rate, seconds));
            double[] saturation = {2 * rate};
            part(
                    "saturation",
                    () -> {
                        HttpLoad.Result most =
                                many.run(n -> inline[(int) (n % inline.length)], 0, seconds);
                        saturation[0] = most.perSecond();
                        return most;
                    });
            if (parts.contains("user") || parts.contains("ingest")) {
                memory("before histories", server);
                long batches = (long) users * ServingShop.LENGTH / BATCH;
                HttpLoad.Result filled =
                        new HttpLoad(server.port(), 8)
                                .runAll(n -> shop.events(n, BATCH, users), batches);
                tree.put("events_per_second", filled.perSecond() * BATCH);
                out.printf(
                        Locale.ROOT,
                        "%-12s %,.0f events/s kept, in batches of %d; %s (%.0f s)%n",
                        "events",
                        filled.perSecond() * BATCH,
                        BATCH,
                        filled.toText(),
                        filled.seconds());
                memory("with histories", server);
                tree.put("history_bytes", bytes(directory.resolve("work/history")));
                out.printf(
                        Locale.ROOT,
                        "%-12s %,d MiB on disk for %,d shoppers of %d events%n",
                        "histories",
                        bytes(directory.resolve("work/history")) >> 20,
                        users,
                        ServingShop.LENGTH);
            }
            part("user", () -> one.run(n -> ServingShop.byUser(n % users), 0, seconds));
            part(
                    "ingest",
                    () -> {
                        CompletableFuture<HttpLoad.Result> events =
                                CompletableFuture.supplyAsync(
                                        () ->
                                                new HttpLoad(server.port(), 4)
                                                        .run(
                                                                n ->
                                                                        shop.events(
                                                                                n + 100_000_000,
                                                                                BATCH,
                                                                                users),
                                                                50,
                                                                seconds));
                        HttpLoad.Result predictions =
                                new HttpLoad(server.port(), 8)
                                        .run(n -> ServingShop.byUser(n % users), rate / 4, seconds);
                        out.println(
                                "meanwhile     events, 50 batches/s: " + events.join().toText());
                        return predictions;
                    });
            part(
                    "overload",
                    () ->
                            new HttpLoad(server.port(), OVERLOAD_CONNECTIONS)
                                    .run(
                                            n -> inline[(int) (n % inline.length)],
                                            3 * saturation[0],
                                            seconds));
            if (parts.contains("overload")) {
                part("after", () -> many.run(n -> inline[(int) (n % inline.length)], rate / 2, 5));
            }
            memory("at the end", server);
        }
        json.write(tree);
        return 0;
    }

    private void part(String name, Callable<HttpLoad.Result> run) {
        if (!parts.contains(name) && !name.equals("after")) {
            return;
        }
        try {
            HttpLoad.Result result = run.call();
            terminal.out().printf("%-12s %s%n", name, result.toText());
            tree.put(name, result.toTree());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static long bytes(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void memory(String when, ServedProcess server) {
        terminal.out().printf("%-12s MiB %s%n", when, server.mebibytes());
        tree.put("mebibytes " + when, server.mebibytes());
    }
}
