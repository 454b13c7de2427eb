package dev.nextact.evaluate;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.EventLog;
import dev.nextact.core.Grain;
import dev.nextact.core.LearningData;
import dev.nextact.core.NextItemScorer;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigWriter;
import dev.nextact.core.Split;
import dev.nextact.core.ranking.NextItemRanking;
import dev.nextact.core.ranking.NextItemTargets;
import dev.nextact.core.ranking.NextItemTargets.Part;
import dev.nextact.data.PreparedData;
import dev.nextact.evaluate.EvaluationReport.Result;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.OnnxScorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * {@code nextact evaluate}: how well a model and the baselines answer what the model has learned to
 * answer, on the test.
 */
public final class EvaluateModel {

    /** Above that many targets a seeded choice is ranked, and the report says so. */
    private static final int MOST_TARGETS = 50_000;

    /**
     * @param bundle the model; absent = the newest of the config's name
     * @param baselines whether to rank them too
     * @param others more scorers to compare, made for the catalog at hand: the simulator's oracle
     */
    public record Request(
            Optional<Path> bundle,
            boolean baselines,
            List<Function<LearningData, NextItemScorer>> others) {
        public Request {
            others = List.copyOf(others);
        }
    }

    /**
     * Ranks every item for every target of the test part, and judges what else the model foretells.
     * Nothing is learned here but the baselines, from what came before the test.
     *
     * @throws NextactException when nothing is prepared or trained, or the data changed since the
     *     training, or a horizon is longer than the test
     */
    public EvaluationReport run(ShopConfig config, Request request, Progress progress) {
        Bundle bundle =
                request.bundle()
                        .map(Bundle::open)
                        .orElseGet(
                                () ->
                                        Bundle.newest(
                                                config.modelsDirectory(), config.model().name()));
        EventLog log = PreparedData.open(config.preparedDirectory(), bundle.fields());
        Split split = Split.of(config.split(), log.sequences());
        LearningData data =
                LearningData.of(
                        bundle.catalog(), log.catalog(), log.sequences(bundle.fields()), split);
        NextItemTargets targets =
                NextItemTargets.of(
                        data,
                        Part.TEST,
                        // a model of single events, too, is judged as the shop's config says
                        config.model().baskets() ? Grain.BASKET : bundle.grain(),
                        MOST_TARGETS,
                        config.train().seed());
        boolean ranks = bundle.manifest().tasks().contains("next-items");
        if (ranks && targets.size() == 0) {
            throw NextactException.input(
                    "the test part of the split '%s' holds no event with one before it; lengthen"
                            + " split.test",
                    split.protocol());
        }
        refuseOtherData(bundle, log, split, config);
        EvaluateOutlooks outlooks = new EvaluateOutlooks(config, data, bundle);
        outlooks.refuseTooLong();

        EvaluationReport report;
        try (OnnxScorer model = OnnxScorer.open(bundle)) {
            List<NextItemScorer> scorers = new ArrayList<>();
            if (ranks) {
                scorers.add(model);
                request.others().forEach(other -> scorers.add(other.apply(data)));
            }
            if (ranks && request.baselines()) {
                scorers.addAll(Baselines.learn(data));
            }
            report =
                    report(
                            config,
                            log,
                            data,
                            targets,
                            scorers,
                            outlooks.run(request.baselines(), progress),
                            progress);
        }
        write(config.evaluationDirectory(), report);
        return report;
    }

    private static void refuseOtherData(
            Bundle bundle, EventLog log, Split split, ShopConfig config) {
        if (bundle.manifest().config().containsKey(Bundle.REFRESHED)) {
            throw NextactException.input(
                    "%s knows items by facts that may be newer than the cut-off. Evaluate the"
                            + " version it was made from, with --model",
                    bundle.directory());
        }
        if (!bundle.manifest().data().fingerprint().equals(log.fingerprint())) {
            throw NextactException.input(
                    "%s was trained on other prepared data than those there are now, so its test"
                            + " could hold what it learned. Run `nextact train` again",
                    bundle.directory());
        }
        refuseOtherSplit(bundle, config);
        List<String> learned =
                LearningData.of(
                                log.catalog(),
                                log.sequences(),
                                split,
                                config.clean().minItemEvents(),
                                config.minItemUsers())
                        .catalog()
                        .ids();
        List<String> known = bundle.catalog().ids();
        boolean takesNew = !bundle.itemCodings().isEmpty() && known.size() > learned.size();
        if (!(takesNew ? known.subList(0, learned.size()) : known).equals(learned)) {
            throw NextactException.input(
                    "%s was trained with another clean.min_item_events or privacy.k than the"
                            + " config now says."
                            + " Run `nextact train` again",
                    bundle.directory());
        }
    }

    /** What was training or validation to the model must not be its test. */
    private static void refuseOtherSplit(Bundle bundle, ShopConfig config) {
        Map<String, String> then = splitOf(bundle.manifest().config());
        Map<String, String> now = splitOf(ShopConfigWriter.toTree(config));
        if (now.containsValue("leave-one-out") && then.containsValue("leave-one-out")) {
            return; // lengths of time do not count there
        }
        List<String> trained = new ArrayList<>();
        List<String> asked = new ArrayList<>();
        now.forEach(
                (key, value) -> {
                    String before = then.getOrDefault(key, "unknown");
                    if (!before.equals(value)) {
                        trained.add("split." + key + " " + before);
                        asked.add(value);
                    }
                });
        if (!trained.isEmpty()) {
            throw NextactException.input(
                    "%s was trained with %s, and it is %s now: the test could hold what the model"
                            + " learned. Run `nextact train` again",
                    bundle.directory(), String.join(" and ", trained), String.join(" and ", asked));
        }
    }

    private static Map<String, String> splitOf(Map<String, Object> config) {
        Map<String, String> split = new LinkedHashMap<>();
        if (config.get("split") instanceof Map<?, ?> entries) {
            entries.forEach((key, value) -> split.put(key.toString(), value.toString()));
        }
        return split;
    }

    private static EvaluationReport report(
            ShopConfig config,
            EventLog log,
            LearningData data,
            NextItemTargets targets,
            List<NextItemScorer> scorers,
            List<TaskReport> others,
            Progress progress) {
        int k = config.tasks().nextItems().k();
        int users = (int) IntStream.range(0, targets.size()).map(targets::user).distinct().count();
        int least = config.privacy().k();
        if (!scorers.isEmpty() && users < least && least > 1) {
            throw NextactException.input(
                    "the test is of fewer than %d shoppers, and privacy.k lets nothing be told of so"
                            + " few. Choose a longer split.test",
                    least);
        }
        int threads = Runtime.getRuntime().availableProcessors();
        List<Result> results = new ArrayList<>();
        List<Bootstrap> bootstraps = new ArrayList<>();
        NextItemRanking first = null;
        try (Progress.Task task = progress.start("evaluate", scorers.size(), "models")) {
            for (NextItemScorer scorer : scorers) {
                long started = System.nanoTime();
                NextItemRanking ranking =
                        NextItemRanking.of(
                                scorer, targets, config.tasks().nextItems().seen(), k, threads);
                double seconds = (System.nanoTime() - started) / 1e9;
                Bootstrap bootstrap = Bootstrap.ofNdcg(List.of(ranking), config.train().seed());
                bootstraps.add(bootstrap);
                results.add(
                        new Result(
                                "next-items",
                                scorer.name(),
                                users,
                                ranking.metrics(),
                                Map.of("ndcg@" + k, bootstrap.interval()),
                                seconds));
                first = first == null ? ranking : first;
                task.at(results.size(), scorer.name());
            }
        }
        return EvaluationReport.of(
                config,
                log,
                data,
                targets,
                first,
                results,
                bootstraps,
                others.stream().map(other -> other.ofAtLeast(least)).toList());
    }

    private static void write(Path directory, EvaluationReport report) {
        try {
            Files.createDirectories(directory);
            AtomicFiles.write(directory.resolve("report.html"), ReportPage.html(report));
            AtomicFiles.write(
                    directory.resolve("report.json"),
                    JsonMapper.builder()
                            .build()
                            .writerWithDefaultPrettyPrinter()
                            .writeValueAsString(report.toTree()));
        } catch (IOException e) {
            throw new NextactException(
                    NextactException.Category.INPUT,
                    "cannot write the report to " + directory + ": " + e.getMessage(),
                    e);
        }
    }
}
