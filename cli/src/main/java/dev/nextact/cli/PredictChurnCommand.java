package dev.nextact.cli;

import dev.nextact.core.ShopConfig;
import dev.nextact.predict.PredictHorizon.Question;
import java.time.Duration;
import picocli.CommandLine.Command;

@Command(
        name = "churn",
        description = {"How likely each shopper is to stay away: nothing bought within a horizon."},
        footerHeading = "%nExamples:%n",
        footer = {"  nextact predict churn --horizon 30d --out churn.parquet"})
final class PredictChurnCommand extends HorizonCommand {

    PredictChurnCommand(Terminal terminal) {
        super(terminal, Question.CHURN);
    }

    @Override
    Duration horizonOf(ShopConfig config) {
        return config.tasks().churnHorizon();
    }
}
