package dev.nextact.cli;

import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import dev.nextact.core.ShopConfig;
import dev.nextact.serve.Prepared;
import dev.nextact.serve.RunningServer;
import dev.nextact.serve.ServeModel;
import dev.nextact.serve.http.ServeLog;
import dev.nextact.simulator.SimulationSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        description =
                "The whole way on a simulated shop: simulate, prepare, train, evaluate, predict; then"
                        + " its console, until Ctrl-C.",
        footerHeading = "%nExample:%n",
        footer = "  nextact demo --seed 7 --dir my-demo")
final class DemoCommand implements Callable<Integer> {

    private static final SimulationSettings DEFAULTS = SimulationSettings.defaults();

    private final Terminal terminal;

    @Spec private CommandSpec spec;

    @Option(names = "--users", paramLabel = "N", description = "Shoppers to simulate.")
    private int users = DEFAULTS.users();

    @Option(names = "--seed", paramLabel = "S", description = "Of every random choice.")
    private long seed = DEFAULTS.seed();

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "nextact-demo",
            description = "Gets everything the demo writes (default: ${DEFAULT-VALUE}).")
    private Path directory = Path.of("nextact-demo");

    @Option(
            names = "--no-console",
            description = "End after the summary (as it does by itself without a terminal).")
    private boolean noConsole;

    @Mixin private JsonOption json = new JsonOption();

    DemoCommand(Terminal terminal) {
        this.terminal = terminal;
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() throws InterruptedException {
        boolean hasConsole = terminal.interactive() && !noConsole;
        Demo.Result result =
                Demo.run(
                        settings(),
                        directory,
                        hasConsole ? Demo.Learned.ALL : Demo.Learned.NEXT_ITEMS,
                        terminal.progress());
        print(result);
        json.write(result.evaluated().toTree());
        if (hasConsole) {
            keepOpen(result);
        }
        return result.isGood() ? 0 : Category.QUALITY.exitCode();
    }

    /** Serves the model and lets the shoppers live on, until Ctrl-C. */
    private void keepOpen(Demo.Result result) throws InterruptedException {
        Clock clock = Clock.systemUTC();
        Path file = directory.resolve("serve.log");
        try (PrintStream lines = new PrintStream(file.toFile(), StandardCharsets.UTF_8)) {
            ServeLog log = new ServeLog(lines, clock);
            RunningServer server = open(result.config(), clock, log);
            LiveShop shop =
                    new LiveShop(
                            result.log(), URI.create("http://127.0.0.1:" + server.port()), clock);
            terminal.out().printf(Locale.ROOT, "%n%,d events of the log sent", shop.catchUp());
            terminal.out()
                    .printf(
                            "; shoppers come and go from now on%n%nconsole      http://127.0.0.1:%d/console"
                                    + "   (Ctrl-C ends it; its log is %s)%n",
                            server.adminPort(), file);
            Thread shoppers =
                    new Thread(
                            () -> {
                                try {
                                    shop.live();
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                            },
                            "demo-shoppers");
            shoppers.setDaemon(true);
            shoppers.start();
            Serving.untilTheEnd(server, log, shop::end);
        } catch (IOException e) {
            throw new NextactException(
                    Category.INPUT, file + ": cannot be written (" + e.getMessage() + ")", e);
        }
    }

    /** On the config's ports, or on any where these are taken. */
    private static RunningServer open(ShopConfig config, Clock clock, ServeLog log) {
        Prepared prepared = PreparedShop.of(config);
        try {
            return new ServeModel(clock).run(config, prepared, log);
        } catch (NextactException e) {
            if (e.category() != Category.CAPACITY) {
                throw e;
            }
            return new ServeModel(clock)
                    .run(config.withServe(config.serve().withPorts(0, 0)), prepared, log);
        }
    }

    private SimulationSettings settings() {
        return OutOfRange.asUsageError(spec, () -> DEFAULTS.withUsers(users).withSeed(seed));
    }

    private void print(Demo.Result result) {
        PrintStream out = terminal.out();
        out.println();
        out.print(result.prepared().toText());
        out.println();
        out.print(result.trained().toText());
        out.println();
        out.print(result.evaluated().toText());
        out.println();
        for (Demo.Example example : result.examples()) {
            out.println("shopper " + example.user());
            example.lastEvents().forEach(event -> out.println("    did   " + event));
            example.nextItems().forEach(item -> out.println("    next  " + item));
        }
        out.println();
        out.println(
                String.format(
                        Locale.ROOT,
                        "%s reaches %.0f %% of the oracle, which knows the truth and which no model"
                                + " can pass, and %.1f times the best baseline, %s.",
                        result.trained().model(),
                        100 * result.shareOfOracle(),
                        result.evaluated().ndcgOf(result.trained().model())
                                / result.evaluated().ndcgOf(result.evaluated().best()),
                        result.evaluated().best()));
        if (!result.isGood()) {
            out.println(
                    String.format(
                            Locale.ROOT,
                            "It should be above every baseline and reach %.0f %% of the oracle: there is"
                                    + " more to learn from this log.",
                            100 * Demo.LEAST_SHARE_OF_ORACLE));
        }
        out.println();
        out.println("report       " + result.evaluated().directory().resolve("report.html"));
        out.println("predictions  " + result.predictions());
        out.println("your shop    write a shop.yaml like " + directory.resolve("shop.yaml"));
        out.println(
                "             nextact prepare && nextact train && nextact evaluate --baselines");
    }
}
