package dev.nextact.cli;

import dev.nextact.train.TrainModel;
import dev.nextact.train.TrainReport;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "train",
        description = "Learn from the prepared data and write a model bundle.",
        footerHeading = "%nExample:%n",
        footer = "  nextact train --config shop.yaml --resume")
final class TrainCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Option(names = "--resume", description = "Go on with the newest run that was not finished.")
    private boolean resume;

    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();

    TrainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        TrainReport report =
                new TrainModel()
                        .run(config.read(), new TrainModel.Options(resume), terminal.progress());
        terminal.out().print(report.toText());
        json.write(report.toTree());
        return 0;
    }
}
