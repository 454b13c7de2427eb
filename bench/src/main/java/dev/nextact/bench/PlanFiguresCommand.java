package dev.nextact.bench;

import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "plan-figures",
        description = {
            "Measures on this machine the coefficients of nextact plan that one machine can tell, and",
            "prints them as coefficients.properties of core.plan holds them, each after what it holds",
            "now: prepare of two simulated logs, afresh, again, and with little memory; training",
            "steps of made-up histories by one worker; answers over two catalogs of random vectors."
        })
final class PlanFiguresCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            required = true,
            description = "For logs and models, a new one; it is deleted at the end.")
    private Path directory = Path.of("");

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "8",
            description =
                    "Millions of events to prepare, and a quarter of them (default:"
                            + " ${DEFAULT-VALUE}).")
    private double millions = 8;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "40",
            description =
                    "Training steps of each kind, after twice as many (default:"
                            + " ${DEFAULT-VALUE}).")
    private int steps = 40;

    @Option(
            names = "--shoppers",
            paramLabel = "N",
            defaultValue = "4000",
            description = "That are answered (default: ${DEFAULT-VALUE}).")
    private int shoppers = 4000;

    @Option(
            names = "--parts",
            split = ",",
            defaultValue = "prepare,train,score",
            description = "Which to measure (default: ${DEFAULT-VALUE}).")
    private List<String> parts = List.of();

    @Mixin private JsonOption json = new JsonOption();

    PlanFiguresCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (Files.exists(directory)) {
            throw NextactException.input(
                    "--directory: %s is there already, and would be deleted at the end; name a new"
                            + " one",
                    directory);
        }
        CoefficientLines figures = new CoefficientLines(terminal.out());
        Progress progress = terminal.progress();
        try {
            Files.createDirectories(directory);
            if (parts.contains("prepare")) {
                new PrepareCoefficients(directory, millions, figures, progress).measure();
            }
            if (parts.contains("train")) {
                new StepCoefficients(steps, figures).measure();
            }
            if (parts.contains("score")) {
                new AnswerCoefficients(directory, shoppers, figures, progress).measure();
            }
            AtomicFiles.deleteTree(directory);
        } catch (IOException e) {
            throw NextactException.input("cannot write to %s: %s", directory, e);
        }
        json.write(figures.tree());
        return 0;
    }
}
