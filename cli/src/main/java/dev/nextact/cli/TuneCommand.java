package dev.nextact.cli;

import dev.nextact.train.TuneModel;
import dev.nextact.train.TuneReport;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "tune",
        description = {
            "Look for a better config: random search with successive halving, judged by the",
            "validation part; the test part is not looked at. Writes tuned.yaml beside the config."
        },
        footerHeading = "%nExample:%n",
        footer = "  nextact tune --trials 20")
final class TuneCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Option(
            names = "--trials",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many configs to try (default: ${DEFAULT-VALUE}).")
    private int trials = 20;

    @Option(names = "--resume", description = "Go on with the newest tuning that was not finished.")
    private boolean resume;

    @Spec private CommandSpec spec;

    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();

    TuneCommand(Terminal terminal) {
        this.terminal = terminal;
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        TuneModel.Options options =
                OutOfRange.asUsageError(spec, () -> new TuneModel.Options(trials, resume));
        TuneReport report = new TuneModel().run(config.read(), options, terminal.progress());
        terminal.out().print(report.toText());
        json.write(report.toTree());
        return 0;
    }
}
