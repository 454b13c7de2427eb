package dev.nextact.cli;

import dev.nextact.core.ShopConfig;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "cross-validate",
        description = {
            "Train and evaluate once for each fold of the shoppers; gives mean and standard",
            "deviation of every metric over the folds. The folds are those of split.seed."
        },
        footerHeading = "%nExample:%n",
        footer = "  nextact cross-validate --folds 5 --baselines")
final class CrossValidateCommand implements Callable<Integer> {

    private static final int MOST_FOLDS = 1000;

    private final Terminal terminal;

    @Option(
            names = "--folds",
            paramLabel = "K",
            defaultValue = "0",
            description = "How many (default: split.folds of the config).")
    private int folds;

    @Option(names = "--baselines", description = "Rank with the baselines too.")
    private boolean baselines;

    @Spec private CommandSpec spec;

    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();

    CrossValidateCommand(Terminal terminal) {
        this.terminal = terminal;
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        ShopConfig shop = config.read();
        int count = folds == 0 ? shop.split().folds() : folds;
        if (count < 3 || count > MOST_FOLDS) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--folds: expected 3 (to train, to validate, to test) to "
                            + MOST_FOLDS
                            + ", found "
                            + count);
        }
        CrossValidation result = CrossValidation.run(shop, count, baselines, terminal.progress());
        terminal.out().print(result.toText());
        json.write(result.toTree());
        return 0;
    }
}
