package dev.nextact.train;

import dev.nextact.core.ItemField;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.privacy.SecretNoise;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.network.Network;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The training loop: epochs of steps, a validation after each, the best weights kept, an early stop
 * when {@code patience} epochs brought nothing better. Confined to one thread.
 */
final class Trainer {

    private final ShopConfig.Train settings;
    private final Network network;
    private final List<ItemField> fields;
    private final TrainingSet set;
    private final ToDoubleFunction<TorchScorer> validation;
    private final Optional<PrivacyPlan> privacy;
    private final ProcessGroup group;

    /**
     * @param fields of the items, in the order of the network's settings
     * @param validation how good a scorer is on the validation part; the higher, the better
     */
    Trainer(
            ShopConfig.Train settings,
            Network network,
            List<ItemField> fields,
            TrainingSet set,
            ToDoubleFunction<TorchScorer> validation) {
        this(settings, network, fields, set, validation, Optional.empty(), new LoneProcess());
    }

    /**
     * @param privacy how the training keeps to a budget; then it ends with its last epoch, for
     *     choosing one would tell of the shoppers of the validation part
     * @param group of whom the first validates and writes
     */
    Trainer(
            ShopConfig.Train settings,
            Network network,
            List<ItemField> fields,
            TrainingSet set,
            ToDoubleFunction<TorchScorer> validation,
            Optional<PrivacyPlan> privacy,
            ProcessGroup group) {
        this.privacy = privacy;
        this.group = group;
        this.settings = settings;
        this.network = network;
        this.fields = List.copyOf(fields);
        this.set = set;
        this.validation = validation;
    }

    /**
     * @param weights those of the best epoch, or where none is chosen of the last
     * @param score theirs on validation
     */
    record Outcome(
            Map<String, FloatTensor> weights, TrainingState state, double score, int workers) {}

    /** From new weights, to the end. */
    Outcome train(RunDirectory run, Optional<Checkpoint> from, Progress progress) {
        return train(
                run,
                new Stretch(network.initialWeights(settings.seed()), from, settings.epochs()),
                progress);
    }

    /**
     * A part of a training.
     *
     * @param start weights to begin with
     * @param from a checkpoint to go on from instead
     * @param until the epoch to stop after, at the latest; the schedule runs over all epochs
     *     nevertheless
     */
    record Stretch(Map<String, FloatTensor> start, Optional<Checkpoint> from, int until) {}

    Outcome train(RunDirectory run, Stretch stretch, Progress progress) {
        TorchRuntime.load();
        Map<String, FloatTensor> start = stretch.start();
        Optional<Checkpoint> from = stretch.from();
        int last = Math.min(settings.epochs(), stretch.until());
        SecretNoise secret = SecretNoise.create();
        Optional<PoissonSampling> sampling =
                privacy.map(plan -> new PoissonSampling(set, plan.rate(), secret));
        try (Weights weights = new Weights(network, start);
                Optimiser optimiser = Optimiser.of(settings, weights, steps());
                StepEngine engine =
                        new StepEngine(
                                settings,
                                network,
                                fields,
                                network.classifies()
                                        ? Targets.alike(network.settings().items())
                                        : set.targetsOf(network.settings().items()),
                                weights,
                                optimiser,
                                privacy.map(plan -> plan.noise(secret)),
                                group);
                Progress.Task task =
                        progress.start("train", (long) last * set.targets(), "targets")) {
            TrainingState state = TrainingState.start();
            Map<String, FloatTensor> best = start;
            if (from.isPresent()) {
                state = from.get().state();
                best = from.get().best();
                weights.load(from.get().weights());
                optimiser.load(from.get().optimiser());
            }
            Divergence divergence =
                    new Divergence(
                            network.classifies()
                                    ? Math.log(2)
                                    : ItemLoss.of(settings.loss(), network.settings().items())
                                            .ofKnowingNothing());
            while (state.epoch() <= last && state.epochsSinceBest() < patience(state)) {
                List<int[]> batches = batches(state, sampling);
                state =
                        epoch(
                                state,
                                batches,
                                engine,
                                weights,
                                optimiser,
                                best,
                                divergence,
                                run,
                                task);
                optimiser.settle(state.step());
                Map<String, FloatTensor> learned = optimiser.learned();
                state = state.afterEpoch(validate(state, learned));
                if (state.improved() || privacy.isPresent()) {
                    best = learned;
                }
                if (group.isFirst()) {
                    run.record(state);
                    if (!divergence.isSuspected()) {
                        run.save(checkpoint(state, weights, optimiser, best));
                    }
                }
            }
            double score =
                    privacy.isPresent() && !state.epochs().isEmpty()
                            ? state.epochs().get(state.epochs().size() - 1).validScore()
                            : state.bestScore();
            return new Outcome(best, state, score, engine.workers());
        }
    }

    /** Of all epochs, about: batches hold like numbers of targets, so few more or less. */
    private long steps() {
        if (privacy.isPresent()) {
            return privacy.get().steps();
        }
        return Math.max(1, Math.round(set.size() / (double) settings.batch())) * settings.epochs();
    }

    private int patience(TrainingState state) {
        // before the first validation there is nothing to be patient about
        return state.bestEpoch() == 0 || privacy.isPresent()
                ? Integer.MAX_VALUE
                : settings.patience();
    }

    /** The windows of each step of the epoch. */
    private List<int[]> batches(TrainingState state, Optional<PoissonSampling> sampling) {
        return sampling.isPresent()
                ? sampling.get().draw(privacy.orElseThrow().stepsOfEpoch())
                : set.epoch(settings.batch(), settings.seed() * 31 + state.epoch());
    }

    private TrainingState epoch(
            TrainingState from,
            List<int[]> batches,
            StepEngine engine,
            Weights weights,
            Optimiser optimiser,
            Map<String, FloatTensor> best,
            Divergence divergence,
            RunDirectory run,
            Progress.Task task) {
        TrainingState state = from;
        long before = (state.epoch() - 1L) * set.targets();
        while (state.batch() < batches.size()) {
            List<Window> windows =
                    IntStream.of(batches.get(state.batch())).mapToObj(set::window).toList();
            long started = System.nanoTime();
            StepEngine.Step done = engine.step(windows, state.step() + 1);
            state = state.afterStep(done, (System.nanoTime() - started) / 1e9);
            divergence.check(state, done, weights, run.kept());
            task.at(before + state.targets(), message(state));
            if (group.isFirst() && run.isDue() && !divergence.isSuspected()) {
                run.save(checkpoint(state, weights, optimiser, best));
            }
        }
        return state;
    }

    private static Checkpoint checkpoint(
            TrainingState state,
            Weights weights,
            Optimiser optimiser,
            Map<String, FloatTensor> best) {
        return new Checkpoint(state, weights.snapshot(), optimiser.snapshot(), best);
    }

    private String message(TrainingState state) {
        String score =
                state.bestEpoch() == 0
                        ? ""
                        : String.format(
                                Locale.ROOT, " · best on validation %.4f", state.bestScore());
        return String.format(
                Locale.ROOT,
                "epoch %d of at most %d · loss %.3f · %,.0f targets/s%s",
                state.epoch(),
                settings.epochs(),
                state.meanLoss(),
                targetsPerSecond(state),
                score);
    }

    private static double targetsPerSecond(TrainingState state) {
        double earlier =
                state.epochs().isEmpty()
                        ? 0
                        : state.epochs().get(state.epochs().size() - 1).seconds();
        return state.targets() / Math.max(1e-9, state.seconds() - earlier);
    }

    private EpochRecord validate(TrainingState state, Map<String, FloatTensor> learned) {
        double score = group.ofFirst(() -> score(learned));
        return new EpochRecord(
                state.epoch(), state.meanLoss(), score, targetsPerSecond(state), state.seconds());
    }

    private double score(Map<String, FloatTensor> learned) {
        ItemBags all = ItemBags.ofAll(fields, network.settings().items());
        try (Weights weights = new Weights(network, learned);
                TorchScorer scorer = new TorchScorer(network, weights, all)) {
            return validation.applyAsDouble(scorer);
        }
    }
}
