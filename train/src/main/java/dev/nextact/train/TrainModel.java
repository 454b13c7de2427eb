package dev.nextact.train;

import dev.nextact.core.EventLog;
import dev.nextact.core.ItemField;
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
import dev.nextact.model.bundle.BundleContent;
import dev.nextact.model.bundle.BundleWriter;
import dev.nextact.model.bundle.Manifest;
import dev.nextact.model.network.ItemVectors;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.NetworkSettings;
import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.network.NetworkSettings.ItemFieldSize;
import dev.nextact.model.network.NetworkSettings.Positions;
import dev.nextact.model.network.ParameterSpec;
import dev.nextact.model.onnx.NextItemGraph;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** {@code nextact train}: prepared data → a model bundle. */
public final class TrainModel {

    /** Enough for a steady choice of the epoch; more would only take time. */
    private static final int MOST_VALIDATION_TARGETS = 25_000;

    /**
     * @param resume whether to go on with the newest run that was not finished
     */
    public record Options(boolean resume) {}

    /**
     * Learns from the training part, chooses the epoch by the validation part, never looks at the
     * test part.
     *
     * @throws NextactException when nothing is prepared, there is too little to learn from, the
     *     training diverges, or there is no run to resume
     */
    public TrainReport run(ShopConfig config, Options options, Progress progress) {
        EventLog log = PreparedData.open(config.preparedDirectory());
        Split split = Split.of(config.split(), log.sequences());
        LearningData data =
                LearningData.of(
                        log.catalog(), log.sequences(), split, config.clean().minItemEvents());
        TrainingSet set =
                TrainingSet.of(data, config.model().length()).weighing(weights(config, log));
        refuseTooLittle(set, data, config);
        List<ItemField> fields =
                PreparedData.itemFields(
                        config.preparedDirectory(), data.catalog(), config.model().itemFields());
        Network network = Network.of(settings(config, log, data, fields));

        RunDirectory.Identity identity =
                new RunDirectory.Identity(ShopConfigWriter.toTree(config), log.fingerprint());
        RunDirectory run =
                options.resume()
                        ? RunDirectory.unfinished(config.runsDirectory(), identity)
                        : RunDirectory.create(config.runsDirectory(), identity);
        Optional<Checkpoint> checkpoint = run.checkpoint();
        checkpoint.ifPresent(
                c ->
                        progress.say(
                                "going on from step "
                                        + c.state().step()
                                        + " in "
                                        + run.directory()));

        Trainer trainer =
                new Trainer(config.train(), network, fields, set, validation(config, data));
        Trainer.Outcome outcome = trainer.train(run, checkpoint, progress);

        Path bundle = write(config, log, data, set, network, fields, outcome);
        run.finish();
        return new TrainReport(
                config.model().family(),
                bundle,
                run.directory(),
                network.parameters().stream().mapToLong(ParameterSpec::count).sum(),
                set.targets(),
                outcome.state().bestEpoch(),
                outcome.state().bestScore(),
                outcome.state().seconds(),
                outcome.workers(),
                outcome.state().epochs());
    }

    private static void refuseTooLittle(TrainingSet set, LearningData data, ShopConfig config) {
        if (set.size() == 0 || data.catalog().size() < 2) {
            throw NextactException.input(
                    "there is nothing to learn from: the training part of the split '%s' has %,d"
                            + " items with at least clean.min_item_events = %d events, and %,d"
                            + " histories of two of them or more. Lower min_item_events, shorten"
                            + " split.valid and split.test, or give more of the log",
                    config.split().protocol(),
                    data.catalog().size(),
                    config.clean().minItemEvents(),
                    set.size());
        }
    }

    /** Of targets by their behaviour, [C]; empty where all count alike. */
    private static double[] weights(ShopConfig config, EventLog log) {
        Map<String, Double> named = config.train().behaviourWeights();
        return named.isEmpty()
                ? new double[0]
                : log.behaviours().toMap().keySet().stream()
                        .mapToDouble(name -> named.getOrDefault(name, 1.0))
                        .toArray();
    }

    private static NetworkSettings settings(
            ShopConfig config, EventLog log, LearningData data, List<ItemField> fields) {
        ShopConfig.Model model = config.model();
        return new NetworkSettings(
                Family.valueOf(constant(model.family())),
                Block.valueOf(constant(model.block())),
                Positions.valueOf(constant(model.positions())),
                data.catalog().size(),
                log.behaviours().size(),
                model.width(),
                model.layers(),
                model.heads(),
                model.length(),
                model.dropout(),
                fields.stream().map(f -> new ItemFieldSize(f.name(), f.size())).toList());
    }

    /** {@code pre-norm} is {@code PRE_NORM}. */
    private static String constant(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** ndcg@10 over the whole catalog, on the validation part alone. */
    private static ToDoubleFunction<NextItemScorer> validation(
            ShopConfig config, LearningData data) {
        NextItemTargets targets =
                NextItemTargets.of(
                        data, Part.VALIDATION, MOST_VALIDATION_TARGETS, config.train().seed());
        if (targets.size() == 0) {
            throw NextactException.input(
                    "the validation part of the split '%s' holds no event with one before it;"
                            + " lengthen split.valid",
                    config.split().protocol());
        }
        int threads = Runtime.getRuntime().availableProcessors();
        return scorer ->
                NextItemRanking.of(scorer, targets, config.tasks().nextItems().seen(), 10, threads)
                        .ndcg();
    }

    private static Path write(
            ShopConfig config,
            EventLog log,
            LearningData data,
            TrainingSet set,
            Network network,
            List<ItemField> fields,
            Trainer.Outcome outcome) {
        List<String> behaviours = List.copyOf(log.behaviours().toMap().keySet());
        Manifest.Data from =
                new Manifest.Data(
                        log.fingerprint(),
                        log.sequences().size(),
                        data.catalog().size(),
                        log.sequences().events(),
                        set.targets(),
                        data.split().protocol());
        BundleContent content =
                new BundleContent(
                        config.model().name(),
                        config.model().family(),
                        config.model().length(),
                        behaviours,
                        config.tasks().nextItems().seen().name().toLowerCase(Locale.ROOT),
                        config.train().seed(),
                        from,
                        Map.of("valid ndcg@10", outcome.state().bestScore()),
                        ShopConfigWriter.toTree(config),
                        data.catalog(),
                        data.trainEvents(),
                        outcome.weights(),
                        NextItemGraph.write(network, ItemVectors.baked(outcome.weights(), fields)));
        return new BundleWriter(Clock.systemUTC()).write(config.modelsDirectory(), content);
    }
}
