package dev.nextact.cli;

import dev.nextact.simulator.SimulateShop;
import dev.nextact.simulator.SimulationSettings;
import dev.nextact.simulator.world.Preset;
import dev.nextact.simulator.world.SimulateWorld;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "simulate",
        description =
                "Write the log of a simulated shop, or of another domain, whose law is known.",
        footerHeading = "%nExample:%n",
        footer = {
            "  nextact simulate --users 3000 --days 60 --seed 42 --out shop",
            "  nextact simulate --preset bank --out bank"
        })
final class SimulateCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Spec private CommandSpec spec;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            defaultValue = "shop",
            description = {
                "shop, bank, clinic, social, reviews, regions or coupon",
                "(default: ${DEFAULT-VALUE}); see docs/domains.md."
            })
    private String preset = "shop";

    @Option(
            names = "--users",
            paramLabel = "N",
            description = "Shoppers (default: the preset's; of the shop as the demo has).")
    private Optional<Integer> users = Optional.empty();

    @Option(names = "--days", paramLabel = "D", description = "Length of the log in days.")
    private Optional<Integer> days = Optional.empty();

    @Option(names = "--seed", paramLabel = "S", description = "Of every random choice.")
    private Optional<Long> seed = Optional.empty();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description =
                    "Gets the log, the tables beside it and shop.yaml; of the shop truth.json.")
    private Path out = Path.of(".");

    @Mixin private JsonOption json = new JsonOption();

    SimulateCommand(Terminal terminal) {
        this.terminal = terminal;
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        Preset chosen = OutOfRange.asUsageError(spec, () -> Preset.of(preset));
        SimulationSettings settings = settings(chosen.defaults());
        SimulateWorld.Result result =
                chosen == Preset.SHOP
                        ? shop(settings)
                        : new SimulateWorld().run(chosen, settings, out, terminal.progress());
        terminal.out()
                .print(
                        String.format(
                                Locale.ROOT,
                                "simulated %,d shoppers and %,d items: %,d events in %s%n"
                                        + "next: nextact prepare --config %s%n",
                                result.users(),
                                result.items(),
                                result.events(),
                                result.log(),
                                result.config()));
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("directory", out.toString());
        tree.put("users", result.users());
        tree.put("items", result.items());
        tree.put("events", result.events());
        tree.put("seed", settings.seed());
        json.write(tree);
        return 0;
    }

    private SimulateWorld.Result shop(SimulationSettings settings) {
        SimulateShop.Result result = new SimulateShop().run(settings, out, terminal.progress());
        return new SimulateWorld.Result(
                result.shop().eventsFile(),
                result.shop().configFile(),
                result.users(),
                result.items(),
                result.events());
    }

    private SimulationSettings settings(SimulationSettings defaults) {
        return OutOfRange.asUsageError(
                spec,
                () ->
                        defaults.withUsers(users.orElse(defaults.users()))
                                .withDays(days.orElse(defaults.days()))
                                .withSeed(seed.orElse(defaults.seed())));
    }
}
