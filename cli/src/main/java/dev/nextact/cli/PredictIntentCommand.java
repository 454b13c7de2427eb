package dev.nextact.cli;

import dev.nextact.core.ShopConfig;
import dev.nextact.predict.ItemGroup;
import dev.nextact.predict.PredictHorizon.Question;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "intent",
        description = {
            "How likely each shopper is to buy, or to do another thing, within a horizon;"
                    + " anything,",
            "or something of a category, or one item."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  nextact predict intent --horizon 24h --out intent.csv",
            "  nextact predict intent --behaviour cart --user u100001",
            "  nextact predict intent --category shoes --horizon 7d --out shoes.csv",
            "  nextact predict intent --user u100001 --steps"
        })
final class PredictIntentCommand extends HorizonCommand {

    @Mixin private ItemGroupOptions items = new ItemGroupOptions();

    @Option(
            names = "--steps",
            description =
                    "A row for each event of each shopper: the probability seen from just after"
                            + " it.")
    private boolean steps;

    @Spec private CommandSpec spec = CommandSpec.create();

    PredictIntentCommand(Terminal terminal) {
        super(terminal, Question.INTENT);
    }

    @Override
    Duration horizonOf(ShopConfig config) {
        return config.tasks().intentHorizon();
    }

    @Override
    boolean asksEachStep() {
        return steps;
    }

    @Override
    Optional<ItemGroup> group(ShopConfig shop) {
        if (steps && items.isGiven()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--steps: of anything alone, not of a --category or an --item");
        }
        return items.read(spec, shop);
    }
}
