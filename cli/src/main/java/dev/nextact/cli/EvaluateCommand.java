package dev.nextact.cli;

import dev.nextact.evaluate.EvaluateModel;
import dev.nextact.evaluate.EvaluationReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "evaluate",
        description = "Rank the next item of every test event, over the whole catalog.",
        footerHeading = "%nExample:%n",
        footer = "  nextact evaluate --config shop.yaml --baselines --json evaluation.json")
final class EvaluateCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "A model bundle (default: the newest of the config's model name).")
    private @Nullable Path model;

    @Option(names = "--baselines", description = "Rank with the baselines too.")
    private boolean baselines;

    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();

    EvaluateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        EvaluationReport report =
                new EvaluateModel()
                        .run(
                                config.read(),
                                new EvaluateModel.Request(
                                        Optional.ofNullable(model), baselines, List.of()),
                                terminal.progress());
        terminal.out().print(report.toText());
        json.write(report.toTree());
        return 0;
    }
}
