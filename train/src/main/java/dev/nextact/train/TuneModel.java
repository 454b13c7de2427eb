package dev.nextact.train;

import dev.nextact.core.AtomicFiles;
import dev.nextact.core.EventLog;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigWriter;
import dev.nextact.core.Split;
import dev.nextact.data.PreparedData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code nextact tune}: looks for a better config by random search with successive halving. Each
 * trial learns from the training part and is judged by the validation part.
 */
public final class TuneModel {

    private static final String TRIALS = "trials.jsonl";

    /**
     * @param trials how many, the config as it is among them
     * @param resume whether to go on with the newest tuning that was not finished
     */
    public record Options(int trials, boolean resume) {
        /**
         * @throws IllegalArgumentException for no trial
         */
        public Options {
            if (trials < 1) {
                throw new IllegalArgumentException("trials: expected 1 or more, found " + trials);
            }
        }
    }

    /**
     * Writes the best config as {@code tuned.yaml} beside the shop's own.
     *
     * @throws NextactException when nothing is prepared, no trial learns, or there is no tuning to
     *     resume
     */
    public TuneReport run(ShopConfig config, Options options, Progress progress) {
        return run(config, PreparedData.open(config), options, progress);
    }

    /** Likewise, of a log at hand. */
    TuneReport run(ShopConfig config, EventLog log, Options options, Progress progress) {
        if (config.model().family().equals(ShopConfig.Model.AUTO)) {
            throw NextactException.input(
                    "model.family is auto: a tuning is of one family. Train once, and name the one"
                            + " that is chosen");
        }
        if (config.train().privacy().isPresent()) {
            throw NextactException.input(
                    "train.privacy is given: every trial would tell of the same shoppers, and all of"
                            + " them together of far more than its epsilon. Tune on other data, such"
                            + " as those of `nextact simulate`");
        }
        Map<String, Object> tree = ShopConfigWriter.toTree(config);
        tree.put("trials", options.trials());
        RunDirectory.Identity identity = new RunDirectory.Identity(tree, log.fingerprint());
        RunDirectory tuning =
                options.resume()
                        ? RunDirectory.unfinished(config.tuningDirectory(), identity, TRIALS)
                        : RunDirectory.create(config.tuningDirectory(), identity);
        Split split = Split.of(config.split(), log.sequences());
        TrialLog trials = TrialLog.open(tuning.directory().resolve(TRIALS));
        SearchSpace space = new SearchSpace(config, config.train().seed());
        SuccessiveHalving halving = SuccessiveHalving.of(config.train().epochs(), options.trials());
        List<RunDirectory> started = new ArrayList<>();
        try (Progress.Task task = progress.start("tune", options.trials(), "trials")) {
            Optional<SuccessiveHalving.Job> job = next(halving, trials);
            while (job.isPresent()) {
                RunDirectory run = runOf(tuning, space, job.get().trial(), log);
                started.add(run);
                Map<String, Double> values = space.draw(job.get().trial());
                Trial trial =
                        new Climb(space.with(values), log, split)
                                .to(job.get(), halving, values, run, Progress.silent());
                trials.add(trial);
                progress.say(line(trial));
                task.at(started(trials), best(trials));
                job = next(halving, trials);
            }
        }
        TuneReport report =
                new TuneReport(
                        trials.trials(),
                        tuning.directory(),
                        config.directory().resolve("tuned.yaml"));
        refuseFailure(report);
        write(report, space);
        started.forEach(RunDirectory::finish);
        tuning.finish();
        return report;
    }

    private static Optional<SuccessiveHalving.Job> next(
            SuccessiveHalving halving, TrialLog trials) {
        List<SuccessiveHalving.Reached> reached =
                trials.trials().stream().map(Trial::reached).toList();
        return halving.next(reached).or(() -> halving.baseline(reached));
    }

    private static long started(TrialLog trials) {
        return trials.trials().stream().mapToInt(Trial::trial).distinct().count();
    }

    private static RunDirectory runOf(
            RunDirectory tuning, SearchSpace space, int trial, EventLog log) {
        return RunDirectory.goOnOrCreate(
                tuning.directory()
                        .resolve("trials")
                        .resolve(String.format(Locale.ROOT, "%04d", trial)),
                new RunDirectory.Identity(
                        ShopConfigWriter.toTree(space.with(space.draw(trial))), log.fingerprint()));
    }

    private static String line(Trial trial) {
        return trial.failed().isEmpty()
                ? String.format(
                        Locale.ROOT,
                        "trial %d, %d epochs: valid score %.4f at epoch %d",
                        trial.trial(),
                        trial.epochs(),
                        trial.score(),
                        trial.bestEpoch())
                : String.format(Locale.ROOT, "trial %d failed: %s", trial.trial(), trial.failed());
    }

    private static String best(TrialLog trials) {
        double best = trials.trials().stream().mapToDouble(Trial::score).max().orElseThrow();
        return String.format(Locale.ROOT, "best valid score %.4f", best);
    }

    private static void refuseFailure(TuneReport report) {
        if (report.trials().stream().noneMatch(t -> t.failed().isEmpty())) {
            throw NextactException.input(
                    "no trial of the tuning learned anything; the first failed so: %s",
                    report.trials().get(0).failed());
        }
    }

    private static void write(TuneReport report, SearchSpace space) {
        Trial best = report.best();
        String header =
                String.format(
                        Locale.ROOT,
                        "# Found by nextact tune: trial %d, validation score %.4f after epoch %d"
                                + " of at most %d; the config as it was came to %s.%n",
                        best.trial(),
                        best.score(),
                        best.bestEpoch(),
                        best.epochs(),
                        TuneReport.score(report.defaults()));
        try {
            AtomicFiles.write(report.directory().resolve("report.html"), report.toHtml());
            AtomicFiles.write(
                    report.config(), header + ShopConfigWriter.toYaml(space.with(best.values())));
        } catch (IOException e) {
            throw new NextactException(
                    NextactException.Category.INPUT,
                    "cannot write what the tuning found to "
                            + report.directory()
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }
}
