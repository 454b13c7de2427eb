package dev.nextact.cli;

import dev.nextact.core.ShopConfig;
import dev.nextact.evaluate.EvaluateModel;
import dev.nextact.evaluate.EvaluationReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "evaluate",
        description = {
            "Judge on the test what the model has learned: the next item of every event, ranked"
                    + " over",
            "the whole catalog; the next events, which and when; who buys and who stays away"
                    + " within",
            "the config's horizons."
        },
        footerHeading = "%nExample:%n",
        footer = "  nextact evaluate --config shop.yaml --baselines --json evaluation.json")
final class EvaluateCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "A model bundle (default: the newest of the config's model name).")
    private @Nullable Path model;

    @Option(names = "--baselines", description = "Judge the baselines too.")
    private boolean baselines;

    @Option(
            names = "--protocol",
            paramLabel = "NAME",
            description =
                    "time or leave-one-out (default: the config's); the model must have been"
                            + " trained by the same.")
    private @Nullable String protocol;

    @Spec private CommandSpec spec;

    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();

    EvaluateCommand(Terminal terminal) {
        this.terminal = terminal;
        this.spec = CommandSpec.create();
    }

    private ShopConfig shop() {
        ShopConfig shop = config.read();
        String name = protocol;
        return name == null ? shop : OutOfRange.asUsageError(spec, () -> shop.withProtocol(name));
    }

    @Override
    public Integer call() {
        EvaluationReport report =
                new EvaluateModel()
                        .run(
                                shop(),
                                new EvaluateModel.Request(
                                        Optional.ofNullable(model), baselines, List.of()),
                                terminal.progress());
        terminal.out().print(report.toText());
        json.write(report.toTree());
        return 0;
    }
}
