package dev.nextact.train;

import dev.nextact.core.Catalog;
import dev.nextact.core.CountLevel;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventWay;
import dev.nextact.core.FieldVocabulary;
import dev.nextact.core.ItemField;
import dev.nextact.core.LearningData;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigWriter;
import dev.nextact.core.Split;
import dev.nextact.core.events.EventStatistics;
import dev.nextact.core.ranking.NextItemRanking;
import dev.nextact.core.ranking.NextItemTargets;
import dev.nextact.core.ranking.NextItemTargets.Part;
import dev.nextact.data.PreparedData;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.bundle.BundleContent;
import dev.nextact.model.bundle.BundleWriter;
import dev.nextact.model.bundle.Manifest;
import dev.nextact.model.bundle.NextEvents;
import dev.nextact.model.network.HeadSettings;
import dev.nextact.model.network.ItemVectors;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.NetworkSettings;
import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.network.NetworkSettings.FeedForward;
import dev.nextact.model.network.NetworkSettings.ItemFieldSize;
import dev.nextact.model.network.NetworkSettings.Positions;
import dev.nextact.model.network.NetworkSettings.TimeField;
import dev.nextact.model.network.NetworkSettings.TokenParts;
import dev.nextact.model.network.ParameterSpec;
import dev.nextact.model.onnx.HeadsGraph;
import dev.nextact.model.onnx.NextItemGraph;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** {@code nextact train}: prepared data → a model bundle. */
public final class TrainModel {

    /** Enough for a steady choice of the epoch; more would only take time. */
    private static final int MOST_VALIDATION_TARGETS = 25_000;

    /**
     * @param resume whether to go on with the newest run that was not finished
     * @param from a bundle whose weights to begin with
     * @param memoryBytes the most the training may hold, beside the log
     */
    public record Options(
            boolean resume, Optional<Path> from, Optional<Long> memoryBytes, Device device) {
        public Options(boolean resume) {
            this(resume, Optional.empty(), Optional.empty(), Device.CPU);
        }
    }

    /** What a training learns from and is judged by. */
    record Lesson(
            EventLog log,
            LearningData data,
            TrainingSet set,
            ItemKnowledge items,
            FieldVocabulary vocabulary,
            Network network,
            Optional<StepLabels> labels,
            ToDoubleFunction<TorchScorer> validation) {

        /** What is known of the items, in the order of the network's settings. */
        List<ItemField> fields() {
            return items.learned();
        }

        /**
         * @throws NextactException when there is too little to learn from or to validate by
         */
        static Lesson of(ShopConfig config, EventLog log, Split split) {
            return of(config, log, split, Optional.empty());
        }

        /**
         * @param given what a classifier learns, where that is not what the config asks for
         */
        static Lesson of(ShopConfig config, EventLog log, Split split, Optional<StepLabels> given) {
            Optional<StepLabels> labels = given.or(() -> ofConfig(config, log));
            FieldVocabulary vocabulary =
                    log.learnFields(
                            config.model().eventFields(), config.model().userFields(), split);
            LearningData data =
                    LearningData.of(
                            log.catalog(),
                            log.sequences(vocabulary),
                            split,
                            config.clean().minItemEvents(),
                            config.minItemUsers());
            boolean asksTheFuture =
                    config.tasks().learnsNextEvent() || config.tasks().learnsHazards();
            int length = config.model().length();
            TrainingSet set =
                    labels.map(asked -> TrainingSet.labelled(data, asked, length))
                            .orElseGet(
                                    () ->
                                            (asksTheFuture
                                                            ? TrainingSet.withFuture(data, length)
                                                            : TrainingSet.of(
                                                                    data,
                                                                    length,
                                                                    config.model().grain()))
                                                    .weighing(weights(config, log)));
            refuseTooLittle(set, data, config);
            ItemKnowledge items = ItemKnowledge.of(config, data);
            Network network =
                    Network.of(settings(config, log, data, set, items.learned(), vocabulary));
            return new Lesson(
                    log,
                    data,
                    set,
                    items,
                    vocabulary,
                    network,
                    labels,
                    labels.map(asked -> TrainModel.ofSteps(data, network.settings(), asked))
                            .orElseGet(
                                    () -> TrainModel.validation(config, data, network.settings())));
        }

        private static Optional<StepLabels> ofConfig(ShopConfig config, EventLog log) {
            return config.tasks().classifies()
                    ? Optional.of(
                            new StepLabels.Within(
                                    target(config, log),
                                    config.tasks().intentHorizon().toNanos() / 1000,
                                    config.tasks().classifier().counts()))
                    : Optional.empty();
        }
    }

    /**
     * Learns from the training part, chooses the epoch by the validation part, never looks at the
     * test part.
     *
     * @throws NextactException when nothing is prepared, there is too little to learn from, the
     *     training diverges or does not fit into memory, or there is no run to resume
     */
    public TrainReport run(ShopConfig asked, Options options, Progress progress) {
        EventLog log = PreparedData.open(asked);
        return run(asked, log, Split.of(asked.split(), log.sequences()), options, progress);
    }

    /** The same from a log at hand, by a split of its own. */
    public TrainReport run(
            ShopConfig asked, EventLog log, Split split, Options options, Progress progress) {
        return alone(asked, log, split, Optional.empty(), options, progress);
    }

    /**
     * A process of a training of several, on prepared data that all of them see at the same path.
     * Where an attempt before this one left a checkpoint they go on from it.
     *
     * @param failed is told why this process cannot go on, before the others notice that it has
     *     ended and end too
     * @return what the training did, of the first process, which writes; of the others nothing
     * @throws LostProcessException when another process has ended before its time
     * @throws NextactException as alone, and where the processes do not see the same
     */
    public Optional<TrainReport> runTogether(
            ShopConfig asked,
            Options options,
            Place place,
            Consumer<NextactException> failed,
            Progress progress) {
        try (ProcessGroup group = place.join()) {
            try {
                Place.refuseAlone(asked);
                EventLog log = PreparedData.open(asked);
                Split split = Split.of(asked.split(), log.sequences());
                return run(
                        asked,
                        log,
                        split,
                        Optional.empty(),
                        options,
                        group,
                        (config, identity) ->
                                place.run(config, group, () -> begin(config, identity, options)),
                        progress);
            } catch (NextactException e) {
                failed.accept(e);
                throw e;
            }
        }
    }

    /**
     * A classifier of a caller's own labels.
     *
     * @param asked with {@code tasks.intent.way: classifier}; its horizon is what the labels are
     *     said to be of. Its family is not {@code auto}
     * @param split the labels of its training part are learned, those of its validation part chosen
     *     by
     */
    public TrainReport run(
            ShopConfig asked,
            EventLog log,
            Split split,
            StepLabels labels,
            Options options,
            Progress progress) {
        if (!asked.tasks().classifies() || asked.model().family().equals(ShopConfig.Model.AUTO)) {
            throw new IllegalArgumentException(
                    "labels: expected tasks.intent.way classifier and a family, found "
                            + asked.tasks().intentWay().title()
                            + " and "
                            + asked.model().family());
        }
        return alone(asked, log, split, Optional.of(labels), options, progress);
    }

    private static TrainReport alone(
            ShopConfig asked,
            EventLog log,
            Split split,
            Optional<StepLabels> labels,
            Options options,
            Progress progress) {
        return run(
                        asked,
                        log,
                        split,
                        labels,
                        options,
                        new LoneProcess(),
                        (config, identity) -> begin(config, identity, options),
                        progress)
                .orElseThrow();
    }

    /** The run to go on with, or a new one. */
    private static RunDirectory begin(
            ShopConfig config, RunDirectory.Identity identity, Options options) {
        return options.resume()
                ? RunDirectory.unfinished(config.runsDirectory(), identity)
                : RunDirectory.create(config.runsDirectory(), identity);
    }

    private static Optional<TrainReport> run(
            ShopConfig asked,
            EventLog log,
            Split split,
            Optional<StepLabels> labels,
            Options options,
            ProcessGroup group,
            BiFunction<ShopConfig, RunDirectory.Identity, RunDirectory> runs,
            Progress progress) {
        refuse(asked, options);
        Optional<Bundle> earlier = options.from().map(Bundle::open);
        Map<String, Object> auto = auto(asked, log, split, earlier, options, progress);
        ShopConfig ofFamily =
                auto.isEmpty()
                        ? asked
                        : asked.with(
                                asked.split(),
                                asked.model().of(String.valueOf(auto.get("family"))),
                                asked.train());
        Lesson lesson = Lesson.of(ofFamily, log, split, labels);
        ShopConfig config =
                options.memoryBytes()
                        .map(most -> fitting(ofFamily, lesson, most, progress))
                        .orElse(ofFamily);
        sayPrecision(config, progress);
        Network network = lesson.network();
        Optional<BuyersLevel> level = level(config, lesson);
        Optional<PrivacyPlan> privacy =
                config.train().privacy().map(budget -> PrivacyPlan.of(config, lesson.set()));
        privacy.ifPresent(plan -> progress.say(plan.toText()));

        Map<String, Object> tree = ShopConfigWriter.toTree(config);
        earlier.ifPresent(bundle -> tree.put("from", bundle.manifest().checksum()));
        if (!auto.isEmpty()) {
            tree.put("auto", auto);
        }
        RunDirectory.Identity identity = new RunDirectory.Identity(tree, log.fingerprint());
        RunDirectory run = runs.apply(config, identity);
        Optional<Checkpoint> checkpoint = run.checkpoint();
        group.refuseUnlike("prepared data", log.fingerprint().hashCode());
        long begun = checkpoint.map(c -> c.state().step()).orElse(0L);
        group.refuseUnlike("checkpoint in " + run.directory(), begun);
        checkpoint.ifPresent(
                c ->
                        progress.say(
                                "going on from step "
                                        + c.state().step()
                                        + " in "
                                        + run.directory()));
        Map<String, FloatTensor> start =
                earlier.map(bundle -> warm(config, lesson, bundle, progress))
                        .orElseGet(() -> network.initialWeights(config.train().seed()));

        Trainer trainer =
                new Trainer(
                        config.train(),
                        network,
                        lesson.fields(),
                        lesson.set(),
                        lesson.validation(),
                        privacy,
                        group);
        Trainer.Outcome outcome =
                trainer.train(
                        run,
                        new Trainer.Stretch(start, checkpoint, config.train().epochs()),
                        progress);
        if (!group.isFirst()) {
            return Optional.empty();
        }

        Path bundle = bundle(config, tree, lesson, outcome, level, privacy, progress);
        run.finish();
        return Optional.of(
                new TrainReport(
                        config.model().family(),
                        bundle,
                        run.directory(),
                        network.parameters().stream().mapToLong(ParameterSpec::count).sum(),
                        lesson.set().targets(),
                        String.valueOf(auto.getOrDefault("because", "")),
                        config.tasks().measure(),
                        outcome.state().bestEpoch(),
                        outcome.state().bestScore(),
                        outcome.state().seconds(),
                        outcome.workers(),
                        group.size(),
                        group.bytesSent() / Math.max(1, outcome.state().step() - begun),
                        outcome.state().epochs()));
    }

    private static void refuse(ShopConfig asked, Options options) {
        options.device().refuseMissing();
        if (asked.train().privacy().isPresent()) {
            PrivacyPlan.refuseOther(asked);
            if (options.from().isPresent()) {
                throw NextactException.input(
                        "--from: an earlier model may know of a shopper what train.privacy promises"
                                + " to hide. Train anew, or without train.privacy");
            }
        }
    }

    /** Of the epoch that was chosen: its heads trained on, put right by validation, and judged. */
    private static Path bundle(
            ShopConfig config,
            Map<String, Object> tree,
            Lesson lesson,
            Trainer.Outcome outcome,
            Optional<BuyersLevel> level,
            Optional<PrivacyPlan> privacy,
            Progress progress) {
        Map<String, FloatTensor> learned = headsOn(config, lesson, outcome.weights(), progress);
        Map<String, Double> metrics = new TreeMap<>();
        Map<String, FloatTensor> weights =
                lesson.labels().isPresent()
                        ? calibratedSteps(lesson, learned, level, metrics, progress)
                        : calibrated(config, lesson, learned, progress);
        metrics.put("valid " + config.tasks().measure(), outcome.score());
        Optional<BundleContent.Heads> heads = heads(config, lesson, weights, metrics, progress);
        return write(config, tree, lesson, weights, metrics, heads, privacy);
    }

    /** How {@code model.family: auto} was decided; empty where the config names a family. */
    private static Map<String, Object> auto(
            ShopConfig asked,
            EventLog log,
            Split split,
            Optional<Bundle> earlier,
            Options options,
            Progress progress) {
        if (!asked.model().family().equals(ShopConfig.Model.AUTO)) {
            return Map.of();
        }
        if (earlier.isPresent()) {
            String family = earlier.get().manifest().model();
            return Map.of("family", family, "because", "the model to begin with is a " + family);
        }
        if (options.resume()
                && RunDirectory.unfinishedConfig(asked.runsDirectory())
                                .map(config -> config.get("auto"))
                                .orElse(null)
                        instanceof Map<?, ?> then) {
            Map<String, Object> decided = new LinkedHashMap<>();
            then.forEach((key, value) -> decided.put(String.valueOf(key), value));
            return decided;
        }
        return new ChooseFamily(System::nanoTime).run(asked, log, split, progress).toTree();
    }

    /** With the heads beside the next item's trained on, where there are any. */
    private static Map<String, FloatTensor> headsOn(
            ShopConfig config, Lesson lesson, Map<String, FloatTensor> learned, Progress progress) {
        Network network = lesson.network();
        if (network.settings().foretells().isEmpty()
                || network.classifies()
                || config.tasks().headEpochs() == 0) {
            return learned;
        }
        HeadValidation validation =
                HeadValidation.of(lesson.data(), network.settings(), MOST_VALIDATION_TARGETS);
        return new HeadTrainer(config.train(), network, lesson.fields(), lesson.set(), validation)
                .train(learned, config.tasks().headEpochs(), progress);
    }

    /** With the hazards put right by the validation part, where there are any. */
    private static Map<String, FloatTensor> calibrated(
            ShopConfig config, Lesson lesson, Map<String, FloatTensor> learned, Progress progress) {
        if (!config.tasks().learnsHazards() || lesson.data().split().cutOffs().isEmpty()) {
            return learned;
        }
        Network network = lesson.network();
        HeadValidation validation =
                HeadValidation.of(lesson.data(), network.settings(), MOST_VALIDATION_TARGETS);
        ItemBags all = ItemBags.ofAll(lesson.fields(), network.settings().items());
        HazardCalibration calibration;
        try (Weights weights = new Weights(network, learned);
                TorchScorer scorer = new TorchScorer(network, weights, all)) {
            calibration = HazardCalibration.fit(network.settings(), validation.hazards(scorer));
        }
        progress.say(
                String.format(
                        Locale.ROOT,
                        "hazards calibrated on validation: %.4f nats a shopper, %.4f before",
                        calibration.after(),
                        calibration.before()));
        return network.calibrated(learned, calibration.shifts(), calibration.scales());
    }

    /** What the counts of a classifier come to together, where a model of buying tells that. */
    private static Optional<BuyersLevel> level(ShopConfig config, Lesson lesson) {
        if (config.tasks().classifier().level() != CountLevel.BG_NBD) {
            return Optional.empty();
        }
        StepLabels labels = lesson.labels().orElseThrow();
        if (labels instanceof StepLabels.Within && lesson.data().split().cutOffs().isEmpty()) {
            // nobody would have been silent for any time
            throw NextactException.input(
                    "tasks.intent.level: bg-nbd needs a moment at which all shoppers are looked at,"
                            + " which this split has not. Use split: {protocol: time}, or level:"
                            + " seen");
        }
        return Optional.of(
                BuyersLevel.of(
                        lesson.data(),
                        labels,
                        target(config, lesson.log()),
                        config.tasks().intentHorizon().toMillis() / 1e3));
    }

    /** With the classifier put right by the validation part. */
    private static Map<String, FloatTensor> calibratedSteps(
            Lesson lesson,
            Map<String, FloatTensor> learned,
            Optional<BuyersLevel> level,
            Map<String, Double> metrics,
            Progress progress) {
        Network network = lesson.network();
        StepValidation validation =
                StepValidation.of(
                        lesson.data(),
                        network.settings(),
                        lesson.labels().orElseThrow(),
                        MOST_VALIDATION_TARGETS);
        ItemBags all = ItemBags.ofAll(lesson.fields(), network.settings().items());
        HazardCalibration calibration;
        double auc;
        StepValidation.HowMany counts = new StepValidation.HowMany(0, 0);
        try (Weights weights = new Weights(network, learned);
                TorchScorer scorer = new TorchScorer(network, weights, all)) {
            List<HeadValidation.Hazards> answers = validation.answers(scorer);
            calibration = HazardCalibration.ofSteps(answers);
            auc = StepValidation.outcomes(answers).auc();
            if (level.isPresent()) {
                counts = level.get().against(scorer, network.settings());
            } else if (network.counts()) {
                // the validation part alone is too small to tell how many come on the whole
                StepValidation training =
                        StepValidation.ofTraining(lesson.set(), network.settings());
                counts = training.counts(scorer).plus(validation.counts(scorer));
            }
        }
        if (!Double.isNaN(auc)) {
            metrics.put("valid auc", auc);
        }
        progress.say(
                String.format(
                        Locale.ROOT,
                        "classifier calibrated on validation: %.4f nats a step, %.4f before; AUC"
                                + " %.4f",
                        calibration.after(),
                        calibration.before(),
                        auc));
        if (network.counts()) {
            progress.say(
                    String.format(
                            Locale.ROOT,
                            level.isPresent()
                                    ? "counts put right by BG/NBD, which expects %,.0f of those who"
                                            + " have bought; %,.0f were expected before"
                                    : "counts put right by training and validation: %,.0f came,"
                                            + " %,.0f were expected before",
                            counts.target(),
                            counts.expected()));
        }
        return network.expecting(
                network.calibrated(learned, calibration.shifts(), calibration.scales()),
                counts.shift());
    }

    /**
     * The heads beside the next item's and, chosen by the validation part, how the next events are
     * foretold.
     */
    private static Optional<BundleContent.Heads> heads(
            ShopConfig config,
            Lesson lesson,
            Map<String, FloatTensor> learned,
            Map<String, Double> metrics,
            Progress progress) {
        Network network = lesson.network();
        if (network.settings().foretells().isEmpty()) {
            return Optional.empty();
        }
        HeadSettings settings = network.settings().foretells().get();
        byte[] onnx = HeadsGraph.write(network, learned);
        LearningData data = lesson.data();
        List<EventSequence> training =
                IntStream.range(0, data.sequences().size()).mapToObj(data::training).toList();
        if (!settings.nextEvent() || training.stream().allMatch(events -> events.size() < 2)) {
            return Optional.of(new BundleContent.Heads(settings, onnx, Optional.empty()));
        }
        EventStatistics statistics = EventStatistics.of(training, network.settings().behaviours());
        ItemBags all = ItemBags.ofAll(lesson.fields(), network.settings().items());
        EventWay way;
        try (Weights weights = new Weights(network, learned);
                TorchScorer scorer = new TorchScorer(network, weights, all)) {
            if (config.tasks().nextEvents().way().isPresent()) {
                way = config.tasks().nextEvents().way().get();
            } else {
                ChooseEventWay choice =
                        ChooseEventWay.of(
                                data,
                                statistics,
                                new TorchEvents(scorer),
                                config.tasks().nextEvents().k(),
                                config.train().seed());
                choice.scores()
                        .forEach(
                                (each, score) -> metrics.put("valid t-map " + each.title(), score));
                way = choice.best();
                progress.say(choice.toText());
            }
        }
        return Optional.of(
                new BundleContent.Heads(
                        settings, onnx, Optional.of(new NextEvents(way, statistics))));
    }

    private static ShopConfig fitting(
            ShopConfig config, Lesson lesson, long most, Progress progress) {
        ShopConfig.Train fitting =
                TrainingMemory.fitting(config.train(), lesson.network(), lesson.set(), most);
        if (fitting.accumulate() != config.train().accumulate()) {
            progress.say(
                    "to fit into memory, each worker's share of a step is cut into "
                            + fitting.accumulate()
                            + " pieces (train.accumulate)");
        }
        if (fitting.checkpointActivations() && !config.train().checkpointActivations()) {
            progress.say(
                    "to fit into memory, each layer is worked out again on the way back"
                            + " (train.checkpoint_activations)");
        }
        return config.with(config.split(), config.model(), fitting);
    }

    private static void sayPrecision(ShopConfig config, Progress progress) {
        if (config.train().loss().precision().equals(ShopConfig.Loss.BF16)) {
            progress.say(
                    String.format(
                            Locale.ROOT,
                            "train.precision is bf16: products take %.1f times as long as with"
                                    + " fp32 on this processor",
                            TorchRuntime.timeOfBf16()));
        }
    }

    private static Map<String, FloatTensor> warm(
            ShopConfig config, Lesson lesson, Bundle bundle, Progress progress) {
        List<ItemField> then = lesson.items().asThen(config, bundle);
        WarmStart start =
                WarmStart.of(
                        lesson.network(),
                        config.train().seed(),
                        bundle,
                        then,
                        new WarmStart.Subject(
                                lesson.data().catalog(),
                                lesson.log().behaviours(),
                                lesson.fields(),
                                lesson.vocabulary()));
        progress.say(
                String.format(
                        Locale.ROOT,
                        "from %s: %,d of %,d items are known%s",
                        bundle.directory(),
                        start.knownItems(),
                        lesson.data().catalog().size(),
                        start.anew().isEmpty()
                                ? ""
                                : "; these weights begin anew: "
                                        + String.join(", ", start.anew())));
        return start.weights();
    }

    private static void refuseTooLittle(TrainingSet set, LearningData data, ShopConfig config) {
        if (config.tasks().classifies() && set.size() == 0) {
            throw NextactException.input(
                    "there is nothing to learn from: no event of a known item has its"
                            + " tasks.intent.horizon over when the training part of the split '%s'"
                            + " ends. Shorten the horizon, shorten split.valid and split.test, or"
                            + " give more of the log",
                    config.split().protocol());
        }
        int least = config.tasks().learn().contains("next-items") ? 2 : 1;
        if (set.size() == 0 || data.catalog().size() < least) {
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
            ShopConfig config,
            EventLog log,
            LearningData data,
            TrainingSet set,
            List<ItemField> fields,
            FieldVocabulary vocabulary) {
        ShopConfig.Model model = config.model();
        return new NetworkSettings(
                family(model),
                block(model),
                FeedForward.valueOf(constant(model.feedForward())),
                positions(model),
                data.catalog().size(),
                log.behaviours().size(),
                model.width(),
                model.layers(),
                model.heads(),
                model.length(),
                model.dropout(),
                fields.stream().map(ItemFieldSize::of).toList(),
                model.timeFields().stream().map(f -> TimeField.valueOf(constant(f))).toList(),
                heads(config, log, data, set),
                model.newItems() ? model.itemDropout() : 0,
                new TokenParts(
                        model.behaviours(),
                        vocabulary.rows(),
                        !vocabulary.ofShoppers().isEmpty(),
                        model.grain()),
                model.timeBias());
    }

    /** What alone a classifier learns, or all that other heads do. */
    private static Optional<HeadSettings> heads(
            ShopConfig config, EventLog log, LearningData data, TrainingSet set) {
        ShopConfig.Classifier asked = config.tasks().classifier();
        return config.tasks().classifies()
                ? Optional.of(
                        HeadSettings.of(
                                new HeadSettings.Classifier(
                                        target(config, log),
                                        config.tasks().intentHorizon().toMillis() / 1e3,
                                        asked.counts()),
                                asked.totals()
                                        ? StepTotals.scale(set, log.behaviours().size())
                                        : HeadSettings.TotalsScale.same(0)))
                : HeadPlan.of(config.tasks(), data, log.behaviours().size());
    }

    private static int target(ShopConfig config, EventLog log) {
        return log.behaviours().indexOf(config.target());
    }

    static Family family(ShopConfig.Model model) {
        return Family.of(model.family());
    }

    static Block block(ShopConfig.Model model) {
        return Block.valueOf(constant(model.block()));
    }

    static Positions positions(ShopConfig.Model model) {
        return Positions.valueOf(constant(model.positions()));
    }

    /** {@code pre-norm} is {@code PRE_NORM}. */
    private static String constant(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** The same of a classifier. */
    private static ToDoubleFunction<TorchScorer> ofSteps(
            LearningData data, NetworkSettings settings, StepLabels labels) {
        StepValidation steps = StepValidation.of(data, settings, labels, MOST_VALIDATION_TARGETS);
        if (steps.size() == 0) {
            throw NextactException.input(
                    "no event of a known item has its tasks.intent.horizon end in the validation"
                            + " part of the split '%s'; lengthen split.valid",
                    data.split().protocol());
        }
        return scorer -> -StepValidation.outcomes(steps.answers(scorer)).logLoss();
    }

    /** What the epoch is chosen by, on the validation part alone; the higher, the better. */
    private static ToDoubleFunction<TorchScorer> validation(
            ShopConfig config, LearningData data, NetworkSettings settings) {
        NextItemTargets targets =
                NextItemTargets.of(
                        data,
                        Part.VALIDATION,
                        config.model().grain(),
                        MOST_VALIDATION_TARGETS,
                        config.train().seed());
        if (targets.size() == 0) {
            throw NextactException.input(
                    "the validation part of the split '%s' holds no event with one before it;"
                            + " lengthen split.valid",
                    config.split().protocol());
        }
        if (!config.tasks().chooseBy().equals("next-items")) {
            HeadValidation heads = HeadValidation.of(data, settings, MOST_VALIDATION_TARGETS);
            return config.tasks().chooseBy().equals("next-events")
                    ? scorer -> -heads.ofEvents(scorer)
                    : scorer -> -heads.ofMoments(scorer);
        }
        int threads = Runtime.getRuntime().availableProcessors();
        return scorer ->
                NextItemRanking.of(scorer, targets, config.tasks().nextItems().seen(), 10, threads)
                        .ndcg();
    }

    private static Path write(
            ShopConfig config,
            Map<String, Object> tree,
            Lesson lesson,
            Map<String, FloatTensor> weights,
            Map<String, Double> metrics,
            Optional<BundleContent.Heads> heads,
            Optional<PrivacyPlan> privacy) {
        EventLog log = lesson.log();
        LearningData data = lesson.data();
        NewItems more = lesson.items().newItems();
        Catalog catalog = more.behind(data.catalog());
        Network network = lesson.network();
        List<String> behaviours = List.copyOf(log.behaviours().toMap().keySet());
        Manifest.Data from =
                new Manifest.Data(
                        log.fingerprint(),
                        log.sequences().size(),
                        catalog.size(),
                        log.sequences().events(),
                        lesson.set().targets(),
                        data.split().protocol());
        Counts counted =
                Counts.ofAtLeast(
                        LearningData.of(catalog, log.catalog(), log.sequences(), data.split()),
                        behaviours.size(),
                        config.privacy().k());
        if (privacy.isPresent()) {
            counted = Counts.of(data, behaviours.size(), privacy.get().ofCounts());
        }
        BundleContent content =
                new BundleContent(
                        config.model().name(),
                        config.model().family(),
                        config.model().length(),
                        behaviours,
                        config.tasks().nextItems().seen().name().toLowerCase(Locale.ROOT),
                        config.train().seed(),
                        from,
                        metrics,
                        tree,
                        catalog,
                        counted.ofItems(),
                        weights,
                        more.addTo(
                                NextItemGraph.write(
                                        network, ItemVectors.baked(weights, lesson.fields())),
                                weights),
                        config.tasks().learn(),
                        heads,
                        config.model().newItems() ? lesson.items().codings() : List.of(),
                        lesson.vocabulary(),
                        new BundleContent.ForServing(
                                PreparedData.filterFacts(config, catalog), counted.ofBehaviours()),
                        privacy.map(PrivacyPlan::statement));
        return new BundleWriter(Clock.systemUTC()).write(config.modelsDirectory(), content);
    }
}
