package dev.nextact.predict;

import dev.nextact.core.EventLog;
import dev.nextact.core.Progress;
import dev.nextact.model.bundle.Bundle;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** Asks a question of shoppers on this machine. */
final class AskShoppers {

    private AskShoppers() {}

    /**
     * @param log of the shoppers; not needed for a handed-in history
     * @param sink takes each answer as it is made
     */
    static <T> AnswerTally run(
            Bundle bundle,
            Optional<EventLog> log,
            Shoppers shoppers,
            ShopperQuestion<T> question,
            Consumer<T> sink,
            Progress progress) {
        HistoryBlocks blocks = HistoryBlocks.of(bundle, log, shoppers);
        AnswerTally tally = AnswerTally.NONE;
        try (OpenModels models = new OpenModels(bundle);
                Progress.Task task = progress.start("predict", blocks.shoppers(), "shoppers")) {
            ShopperQuestion.Answerer<T> answerer = question.answerer(models);
            for (Histories block : blocks) {
                tally = tally.plus(answerer.answer(block, sink));
                task.at(tally.shoppers() + tally.leftOut(), "");
            }
        }
        return tally;
    }

    /** The same, each answer a row of a file, which appears when complete. */
    static <T> AnswerTally run(
            Bundle bundle,
            Optional<EventLog> log,
            Shoppers shoppers,
            ShopperQuestion<T> question,
            Path out,
            Progress progress) {
        try (PredictionFile file = PredictionFile.create(out, question.columns())) {
            AnswerTally tally =
                    run(
                            bundle,
                            log,
                            shoppers,
                            question,
                            answer -> file.write(question.row(answer)),
                            progress);
            file.complete();
            return tally;
        }
    }
}
