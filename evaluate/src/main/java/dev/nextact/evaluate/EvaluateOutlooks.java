package dev.nextact.evaluate;

import dev.nextact.core.LearningData;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.Split;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.OutlookModel;
import dev.nextact.predict.PredictHorizon.Question;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Judges on the test what a bundle has learned beside the next item. */
final class EvaluateOutlooks {

    private final ShopConfig config;
    private final LearningData data;
    private final Bundle bundle;

    /**
     * @param data in the numbers of the bundle's catalog
     */
    EvaluateOutlooks(ShopConfig config, LearningData data, Bundle bundle) {
        this.config = config;
        this.data = data;
        this.bundle = bundle;
    }

    private boolean hasLearned(String task) {
        return bundle.manifest().tasks().contains(task);
    }

    /**
     * @throws NextactException when the test ends before a horizon does that it would be judged by
     */
    void refuseTooLong() {
        for (Question question : Question.values()) {
            Optional<Split.CutOffs> cutOffs = watched();
            if (hasLearned(HorizonTask.name(question)) && cutOffs.isPresent()) {
                Duration horizon = HorizonTask.horizon(question, config);
                long span = cutOffs.get().testUntil() - cutOffs.get().validUntil();
                if (horizon.toNanos() / 1000 > span) {
                    throw NextactException.input(
                            "tasks.%s.horizon is %s, but the test part is %s long: nobody knows yet"
                                    + " what came by then. Shorten the horizon (no training needed), or"
                                    + " lengthen split.test and train again",
                            HorizonTask.name(question),
                            HorizonTask.days(horizon.toMillis() / 1e3),
                            HorizonTask.days(span / 1e6));
                }
            }
        }
    }

    /** Where all shoppers are watched through one test part. */
    private Optional<Split.CutOffs> watched() {
        return data.split().cutOffs().filter(c -> c.testUntil() > c.validUntil());
    }

    List<TaskReport> run(boolean baselines, Progress progress) {
        List<TaskReport> reports = new ArrayList<>();
        if (bundle.headsOnnx().isEmpty()) {
            return reports;
        }
        try (OutlookModel model = OutlookModel.open(bundle)) {
            Optional<HorizonTask> horizons =
                    watched()
                            .map(cutOffs -> HorizonCases.of(data.sequences(), cutOffs))
                            .filter(cases -> model.heads().hazards() || model.heads().classifies())
                            .map(cases -> new HorizonTask(config, cases, model, progress));
            if (hasLearned(NextEventsTask.NAME)) {
                NextEventCases cases = NextEventCases.of(data, config.train().seed());
                reports.add(new NextEventsTask(config, cases, model, progress).judge(baselines));
            }
            for (Question question : Question.values()) {
                if (hasLearned(HorizonTask.name(question))) {
                    reports.add(
                            horizons.map(task -> task.judge(question, baselines))
                                    .orElseGet(() -> HorizonTask.notJudged(question, data)));
                }
            }
        }
        return reports;
    }
}
