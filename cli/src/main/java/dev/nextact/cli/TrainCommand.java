package dev.nextact.cli;

import dev.nextact.train.Device;
import dev.nextact.train.TrainDemand;
import dev.nextact.train.TrainModel;
import dev.nextact.train.TrainReport;
import dev.nextact.train.TrainingCluster;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "train",
        description = "Learn from the prepared data and write a model bundle.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  nextact train --config shop.yaml --resume",
            "  nextact train --engine spark --master spark://host:7077 --machines 4"
        })
final class TrainCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Option(names = "--resume", description = "Go on with the newest run that was not finished.")
    private boolean resume;

    @Option(
            names = "--from",
            paramLabel = "DIR",
            description =
                    "Begin with the weights of this model bundle: known items keep their vectors.")
    private @Nullable Path from;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description =
                    "The most the training may hold in memory beside the log, such as 2g. Its steps"
                            + " are cut finer to fit; what cannot fit is refused.")
    private @Nullable String memory;

    @Option(
            names = "--device",
            paramLabel = "NAME",
            defaultValue = "cpu",
            description = "cpu or cuda (default: ${DEFAULT-VALUE}).")
    private Device device = Device.CPU;

    @Option(
            names = "--demand",
            description =
                    "Learn what will sell, for `nextact predict demand`, in place of what shoppers"
                            + " do next.")
    private boolean demand;

    @Option(
            names = "--machines",
            paramLabel = "N",
            description =
                    "With --engine spark: how many train together, each a task that takes an"
                            + " executor's cores (docs/spark.md).")
    private int machines;

    @Spec private CommandSpec spec;

    @Mixin private EngineOptions engine = new EngineOptions();
    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();

    TrainCommand(Terminal terminal) {
        this.terminal = terminal;
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        if (demand) {
            return demand();
        }
        TrainModel.Options options =
                new TrainModel.Options(
                        resume,
                        Optional.ofNullable(from),
                        Optional.ofNullable(memory).map(size -> MemoryOption.bytes(size, spec)),
                        device);
        TrainReport report =
                engine.isSpark()
                        ? together(options)
                        : new TrainModel().run(config.read(), options, terminal.progress());
        terminal.out().print(report.toText());
        json.write(report.toTree());
        return 0;
    }

    private TrainReport together(TrainModel.Options options) {
        if (device != Device.CPU) {
            throw new ParameterException(
                    spec.commandLine(), "--engine spark trains on CPUs; leave --device out");
        }
        if (machines < 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--engine spark needs --machines, how many train together: found " + machines);
        }
        return TrainingCluster.spark(engine.master())
                .train(config.read(), options, machines, terminal.progress());
    }

    private int demand() {
        if (resume || from != null || memory != null || device != Device.CPU || engine.isSpark()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--demand takes none of --resume, --from, --memory, --device and --engine"
                            + " spark");
        }
        TrainDemand.Trained trained = ShopperSource.learnDemand(config.read(), terminal.progress());
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "learned from %,d items over %d periods in %.0f s, %s, %d epochs: %s%n",
                        trained.items(),
                        trained.periods(),
                        trained.learned().seconds(),
                        trained.learned().settings().family().title(),
                        trained.learned().epochs(),
                        trained.bundle());
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("bundle", trained.bundle().toString());
        tree.put("items", trained.items());
        tree.put("periods", trained.periods());
        tree.put("family", trained.learned().settings().family().title());
        tree.put("epochs", trained.learned().epochs());
        tree.put("validation_loss", trained.learned().validation());
        Map<String, Object> validation = new LinkedHashMap<>();
        trained.learned().tried().forEach((family, of) -> validation.put(family.title(), of));
        tree.put("validation", validation);
        tree.put("seconds", trained.learned().seconds());
        tree.put("shoppers_weight", trained.learned().settings().calibration().blend().weight());
        json.write(tree);
        return 0;
    }
}
