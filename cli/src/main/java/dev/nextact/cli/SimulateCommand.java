package dev.nextact.cli;

import dev.nextact.simulator.SimulateShop;
import dev.nextact.simulator.SimulationSettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "simulate",
        description = "Write the log of a simulated shop whose true probabilities are known.",
        footerHeading = "%nExample:%n",
        footer = "  nextact simulate --users 3000 --days 60 --seed 42 --out shop")
final class SimulateCommand implements Callable<Integer> {

    private static final SimulationSettings DEFAULTS = SimulationSettings.defaults();

    private final Terminal terminal;

    @Spec private CommandSpec spec;

    @Option(
            names = "--users",
            paramLabel = "N",
            description = "Shoppers (default: as the demo has).")
    private int users = DEFAULTS.users();

    @Option(names = "--days", paramLabel = "D", description = "Length of the log in days.")
    private int days = DEFAULTS.days();

    @Option(names = "--seed", paramLabel = "S", description = "Of every random choice.")
    private long seed = DEFAULTS.seed();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Gets events.csv, items.csv, shop.yaml and truth.json.")
    private Path out = Path.of(".");

    @Mixin private JsonOption json = new JsonOption();

    SimulateCommand(Terminal terminal) {
        this.terminal = terminal;
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        SimulateShop.Result result = new SimulateShop().run(settings(), out, terminal.progress());
        terminal.out()
                .print(
                        String.format(
                                Locale.ROOT,
                                "simulated %,d shoppers and %,d items: %,d events in %s%n"
                                        + "next: nextact prepare --config %s%n",
                                result.users(),
                                result.items(),
                                result.events(),
                                result.shop().eventsFile(),
                                result.shop().configFile()));
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("directory", out.toString());
        tree.put("users", result.users());
        tree.put("items", result.items());
        tree.put("events", result.events());
        tree.put("seed", seed);
        json.write(tree);
        return 0;
    }

    private SimulationSettings settings() {
        return OutOfRange.asUsageError(
                spec, () -> DEFAULTS.withUsers(users).withDays(days).withSeed(seed));
    }
}
