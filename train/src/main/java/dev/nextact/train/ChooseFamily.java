package dev.nextact.train;

import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.LearningData;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigWriter;
import dev.nextact.core.Split;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * {@code model.family: auto}: tries the families by successive halving, within a budget of time,
 * and takes the one with the best validation score. How long histories are decides which are tried
 * first, and so which are tried at all where time is short.
 */
final class ChooseFamily {

    /** With histories shorter than this recurrent networks go first: they have little to forget. */
    private static final int SHORT = 10;

    private static final List<String> RECURRENT_FIRST =
            List.of("gru", "transformer", "lstm", "hstu", "rnn");
    private static final List<String> ATTENTION_FIRST =
            List.of("transformer", "hstu", "gru", "lstm", "rnn");

    private final LongSupplier nanoTime;

    /**
     * @param nanoTime a clock for the budget
     */
    ChooseFamily(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * What was chosen, and why.
     *
     * @param scores the best validation score of each family that was tried
     * @param epochs each was given
     */
    record Choice(
            String family,
            String because,
            Map<String, Double> scores,
            Map<String, Integer> epochs) {

        /** For the manifest. */
        Map<String, Object> toTree() {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("family", family);
            tree.put("because", because);
            tree.put("valid_score", scores);
            tree.put("epochs", epochs);
            return tree;
        }
    }

    Choice run(ShopConfig config, EventLog log, Split split, Progress progress) {
        int median = medianLength(config, log, split);
        List<String> families = median < SHORT ? RECURRENT_FIRST : ATTENTION_FIRST;
        SuccessiveHalving halving = SuccessiveHalving.of(config.train().epochs(), families.size());
        RunDirectory choosing =
                RunDirectory.create(
                        config.tuningDirectory(),
                        new RunDirectory.Identity(
                                ShopConfigWriter.toTree(config), log.fingerprint()));
        Duration budget = config.train().familyBudget();
        long end = nanoTime.getAsLong() + budget.toNanos();
        Map<Integer, RunDirectory> runs = new LinkedHashMap<>();
        List<Trial> trials = new ArrayList<>();
        boolean inTime = true;
        while (inTime) {
            Optional<SuccessiveHalving.Job> job =
                    halving.next(trials.stream().map(Trial::reached).toList());
            if (job.isEmpty()) {
                break;
            }
            String family = families.get(job.get().trial());
            ShopConfig tried =
                    config.with(config.split(), config.model().of(family), config.train());
            RunDirectory run =
                    runs.computeIfAbsent(
                            job.get().trial(),
                            trial ->
                                    RunDirectory.create(
                                            choosing.directory().resolve(family),
                                            new RunDirectory.Identity(
                                                    ShopConfigWriter.toTree(tried),
                                                    log.fingerprint())));
            Trial trial =
                    new Climb(tried, log, split).to(job.get(), halving, Map.of(), run, progress);
            trials.add(trial);
            progress.say(
                    String.format(
                            Locale.ROOT,
                            "%s, %d epochs: %s",
                            family,
                            trial.epochs(),
                            trial.failed().isEmpty()
                                    ? "valid score " + TuneReport.score(trial)
                                    : "failed: " + trial.failed()));
            inTime = nanoTime.getAsLong() < end;
        }
        runs.values().forEach(RunDirectory::finish);
        choosing.finish();
        Choice choice = choice(families, trials, median, inTime, budget);
        progress.say("model.family auto: " + choice.because());
        return choice;
    }

    private static Choice choice(
            List<String> families,
            List<Trial> trials,
            int median,
            boolean inTime,
            Duration budget) {
        Trial best =
                trials.stream()
                        .filter(t -> t.failed().isEmpty())
                        .max(
                                Comparator.comparingDouble(Trial::score)
                                        // of equals the one that the prior puts first
                                        .thenComparing(
                                                Comparator.comparingInt(Trial::trial).reversed()))
                        .orElseThrow(
                                () ->
                                        NextactException.input(
                                                "no family learned anything; the first failed so: %s",
                                                trials.get(0).failed()));
        Map<String, Double> scores = new LinkedHashMap<>();
        Map<String, Integer> epochs = new LinkedHashMap<>();
        for (Trial trial : trials) {
            if (!trial.failed().isEmpty()) {
                continue;
            }
            scores.merge(families.get(trial.trial()), trial.score(), Math::max);
            epochs.merge(families.get(trial.trial()), trial.epochs(), Math::max);
        }
        String family = families.get(best.trial());
        String because =
                String.format(
                        Locale.ROOT,
                        "%s has the best validation score, %.4f (%s); half of the histories have"
                                + " fewer than %d events, so %s networks were tried first%s",
                        family,
                        best.score(),
                        text(scores),
                        median + 1,
                        families.equals(RECURRENT_FIRST) ? "recurrent" : "attention",
                        inTime
                                ? ""
                                : String.format(
                                        Locale.ROOT,
                                        "; the budget of %d s ended the search",
                                        budget.toSeconds()));
        return new Choice(family, because, scores, epochs);
    }

    private static String text(Map<String, Double> scores) {
        List<String> parts = new ArrayList<>();
        scores.forEach(
                (name, score) -> parts.add(String.format(Locale.ROOT, "%s %.4f", name, score)));
        return String.join(", ", parts);
    }

    /** Events of half of the shoppers' training parts, at most. */
    private static int medianLength(ShopConfig config, EventLog log, Split split) {
        LearningData data =
                LearningData.of(
                        log.catalog(), log.sequences(), split, config.clean().minItemEvents());
        int[] lengths = new int[data.sequences().size()];
        for (int user = 0; user < lengths.length; user++) {
            EventSequence events = data.training(user);
            lengths[user] = events.size();
        }
        int[] some = Arrays.stream(lengths).filter(length -> length > 1).sorted().toArray();
        return some.length == 0 ? 0 : some[some.length / 2];
    }
}
