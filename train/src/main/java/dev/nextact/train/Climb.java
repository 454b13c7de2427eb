package dev.nextact.train;

import dev.nextact.core.EventLog;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.Split;
import java.util.Map;

/** Trains a trial up to its next rung, from where the rung before, or a kill, left it. */
record Climb(ShopConfig config, EventLog log, Split split) {

    /**
     * @param values of the trial, for the log
     * @return with a reason where the trial failed: one that diverges is a bad trial, and no reason
     *     to stop the others
     */
    Trial to(
            SuccessiveHalving.Job job,
            SuccessiveHalving halving,
            Map<String, Double> values,
            RunDirectory run,
            Progress progress) {
        int epochs = halving.epochs().get(job.rung());
        try {
            TrainModel.Lesson lesson = TrainModel.Lesson.of(config, log, split);
            Trainer trainer =
                    new Trainer(
                            config.train(),
                            lesson.network(),
                            lesson.fields(),
                            lesson.set(),
                            lesson.validation());
            Trainer.Stretch stretch =
                    new Trainer.Stretch(
                            lesson.network().initialWeights(config.train().seed()),
                            run.checkpoint(),
                            epochs);
            TrainingState state = trainer.train(run, stretch, progress).state();
            return new Trial(
                    job.trial(),
                    job.rung(),
                    epochs,
                    state.bestScore(),
                    state.bestEpoch(),
                    state.seconds(),
                    values,
                    "");
        } catch (NextactException e) {
            if (e.category() != NextactException.Category.INPUT) {
                throw e;
            }
            return new Trial(
                    job.trial(),
                    job.rung(),
                    epochs,
                    0,
                    0,
                    0,
                    values,
                    String.valueOf(e.getMessage()));
        }
    }
}
