package dev.nextact.bench;

import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.EventLog;
import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.data.PrepareData;
import dev.nextact.data.PreparedData;
import dev.nextact.train.StepTimes;
import dev.nextact.train.StepTimes.Cost;
import dev.nextact.train.StepTimes.Shape;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "step-cost",
        description = {
            "What a training step costs where it should cost nothing more: with histories of the",
            "log's lengths against equal ones, and with a million items against 12,000, all at the",
            "settings of bench/configs/training-speed.yaml. Medians over steps taken by turns.",
            "Variables to --set: those of training-speed; data is needed."
        })
final class StepCostCommand implements Callable<Integer> {

    private static final int FEW = 12_000;
    private static final int MANY = 1_000_000;
    private static final double MOST_FOR_PADDING = 1.3;
    private static final double MOST_FOR_ITEMS = 1.5;

    private final Terminal terminal;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            required = true,
            description = "A variable of the config; data is needed.")
    private Map<String, String> variables = new LinkedHashMap<>();

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "60",
            description = "Steps of each kind (default: ${DEFAULT-VALUE}).")
    private int steps = 60;

    @Mixin private JsonOption json = new JsonOption();

    StepCostCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Path configs = Path.of(System.getProperty("nextact.bench.configs", "bench/configs"));
        ShopConfig config =
                ShopConfigReader.read(configs.resolve("training-speed.yaml"), variables);
        new PrepareData(Clock.systemUTC()).run(config, terminal.progress());
        EventLog log = PreparedData.open(config.preparedDirectory());
        int[] lengths = StepTimes.lengths(config, log);

        List<Cost> padding =
                StepTimes.measure(
                        config,
                        List.of(
                                new Shape("equal lengths", FEW, StepTimes.equal(lengths)),
                                new Shape("the log's lengths", FEW, lengths)),
                        steps);
        List<Cost> items =
                StepTimes.measure(
                        config,
                        List.of(
                                new Shape("%,d items".formatted(FEW), FEW, lengths),
                                new Shape("%,d items".formatted(MANY), MANY, lengths)),
                        steps);
        double ofPadding = padding.get(1).secondsPerTarget() / padding.get(0).secondsPerTarget();
        double ofItems = items.get(1).secondsPerStep() / items.get(0).secondsPerStep();
        print(padding);
        terminal.out()
                .printf("padding costs %.2f times, at most %.1f%n", ofPadding, MOST_FOR_PADDING);
        print(items);
        terminal.out().printf("items cost %.2f times, at most %.1f%n", ofItems, MOST_FOR_ITEMS);
        json.write(
                Map.of(
                        "padding",
                        padding,
                        "items",
                        items,
                        "of_padding",
                        ofPadding,
                        "of_items",
                        ofItems));
        if (ofPadding > MOST_FOR_PADDING || ofItems > MOST_FOR_ITEMS) {
            throw new NextactException(
                    Category.QUALITY, "a training step costs more than it may; see above");
        }
        return 0;
    }

    private void print(List<Cost> costs) {
        for (Cost cost : costs) {
            terminal.out()
                    .printf(
                            "%-20s %7.2f ms a step of %,d targets, %.2f µs a target, %,.0f targets/s%n",
                            cost.name(),
                            1e3 * cost.secondsPerStep(),
                            cost.targets(),
                            1e6 * cost.secondsPerTarget(),
                            1 / cost.secondsPerTarget());
        }
    }
}
