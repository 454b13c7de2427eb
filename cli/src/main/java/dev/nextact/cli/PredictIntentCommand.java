package dev.nextact.cli;

import dev.nextact.core.ShopConfig;
import dev.nextact.data.PreparedData;
import dev.nextact.predict.ItemGroup;
import dev.nextact.predict.PredictHorizon.Question;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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

    @Option(
            names = "--category",
            paramLabel = "NAME",
            description = "Something of this category of items, not anything.")
    private @Nullable String category;

    @Option(names = "--item", paramLabel = "ID", description = "This item, not anything.")
    private @Nullable String item;

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
        String ofCategory = category;
        String ofItem = item;
        if (ofCategory != null && ofItem != null) {
            throw new ParameterException(
                    spec.commandLine(), "--category and --item: give one of them");
        }
        if (steps && (ofCategory != null || ofItem != null)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--steps: of anything alone, not of a --category or an --item");
        }
        if (ofCategory != null) {
            return Optional.of(
                    new ItemGroup(
                            ofCategory,
                            PreparedData.itemsWith(
                                    shop.preparedDirectory(), "category", ofCategory)));
        }
        return Optional.ofNullable(ofItem).map(id -> new ItemGroup(id, List.of(id)));
    }
}
