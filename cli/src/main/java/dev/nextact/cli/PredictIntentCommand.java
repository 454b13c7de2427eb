package dev.nextact.cli;

import dev.nextact.core.ShopConfig;
import dev.nextact.predict.PredictHorizon.Question;
import java.time.Duration;
import picocli.CommandLine.Command;

@Command(
        name = "intent",
        description = {
            "How likely each shopper is to buy, or to do another thing, within a horizon."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  nextact predict intent --horizon 24h --out intent.csv",
            "  nextact predict intent --behaviour cart --user u100001"
        })
final class PredictIntentCommand extends HorizonCommand {

    PredictIntentCommand(Terminal terminal) {
        super(terminal, Question.INTENT);
    }

    @Override
    Duration horizonOf(ShopConfig config) {
        return config.tasks().intentHorizon();
    }
}
