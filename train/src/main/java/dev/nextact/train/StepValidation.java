package dev.nextact.train;

import dev.nextact.core.EventSequence;
import dev.nextact.core.LearningData;
import dev.nextact.core.probability.BinaryOutcomes;
import dev.nextact.model.network.NetworkSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * The validation part for a classifier: the steps whose answers are known when it ends and were not
 * when it began. Nothing of the test is in it. Immutable; thread-safe.
 */
final class StepValidation {

    private static final int BATCH = 64;

    private final NetworkSettings settings;
    private final List<Window> windows;

    private StepValidation(NetworkSettings settings, List<Window> windows) {
        this.settings = settings;
        this.windows = List.copyOf(windows);
    }

    /**
     * @param shoppers at most that many, evenly spread over all
     */
    static StepValidation of(
            LearningData data, NetworkSettings settings, StepLabels labels, int shoppers) {
        int users = data.sequences().size();
        int stride = Math.max(1, (users + shoppers - 1) / shoppers);
        List<Window> windows = new ArrayList<>();
        for (int user = 0; user < users; user += stride) {
            byte[] ofShopper = labels.validation(data, user);
            windows.addAll(
                    Window.labelled(
                            data.sequences().get(user).prefix(ofShopper.length),
                            ofShopper,
                            settings.length()));
        }
        return new StepValidation(settings, windows);
    }

    /** The steps that are learned, to see how far off the network is on the whole. */
    static StepValidation ofTraining(TrainingSet set, NetworkSettings settings) {
        return new StepValidation(
                settings, IntStream.range(0, set.size()).mapToObj(set::window).toList());
    }

    /**
     * The last step of each history, whose answer nobody knows yet.
     *
     * @param histories each with a known event
     */
    static StepValidation ofLast(List<EventSequence> histories, NetworkSettings settings) {
        return new StepValidation(
                settings,
                histories.stream().map(all -> Window.last(all, settings.length())).toList());
    }

    /** How many steps. */
    int size() {
        return windows.stream().mapToInt(Window::targets).sum();
    }

    /** What {@link #answers} say of the steps, and what came. */
    static BinaryOutcomes outcomes(List<HeadValidation.Hazards> answers) {
        double[] said = new double[answers.stream().mapToInt(of -> of.scores().length).sum()];
        boolean[] came = new boolean[said.length];
        int n = 0;
        for (HeadValidation.Hazards batch : answers) {
            for (int m = 0; m < batch.scores().length; m++) {
                said[n] = 1 / (1 + Math.exp(-batch.scores()[m]));
                came[n++] = batch.came()[m] > 0;
            }
        }
        return BinaryOutcomes.of(said, came);
    }

    /**
     * What is said of the steps and what came, in batches, each step as the hazard of one behaviour
     * in one step of time.
     */
    List<HeadValidation.Hazards> answers(TorchScorer scorer) {
        List<HeadValidation.Hazards> batches = new ArrayList<>();
        for (int from = 0; from < windows.size(); from += BATCH) {
            batches.add(
                    answers(scorer, windows.subList(from, Math.min(windows.size(), from + BATCH))));
        }
        return batches;
    }

    /** How often it was to be expected after all the steps together, and how often it came. */
    HowMany counts(TorchScorer scorer) {
        double expected = 0;
        double came = 0;
        for (int from = 0; from < windows.size(); from += BATCH) {
            List<Window> batch = windows.subList(from, Math.min(windows.size(), from + BATCH));
            TorchRuntime.oneThread();
            try (PointerScope scope = new PointerScope();
                    NoGradGuard noGrad = new NoGradGuard()) {
                Steps steps = Steps.of(scorer, settings, batch);
                Tensor logs =
                        scorer.network().logCounts(scorer.ops(), steps.states(), steps.totals());
                for (float log : TorchOps.floats(logs)) {
                    expected += Math.exp(log);
                }
                for (byte label : steps.labels()) {
                    came += label;
                }
            }
        }
        return new HowMany(expected, came);
    }

    /**
     * Of what the network expects.
     *
     * @param target what it is to come to: what came, or what a model expects that knows better how
     *     many come on the whole
     */
    record HowMany(double expected, double target) {

        HowMany plus(HowMany other) {
            return new HowMany(expected + other.expected, target + other.target);
        }

        /** The logarithm of target by expected; 0 where there is nothing to tell by. */
        double shift() {
            return target > 0 && expected > 0 ? Math.log(target / expected) : 0;
        }
    }

    /**
     * What is asked of a batch's M steps.
     *
     * @param states [M, D] of the encoder
     * @param totals [M, F]
     * @param labels [M]
     */
    private record Steps(Tensor states, Tensor totals, byte[] labels) {

        static Steps of(TorchScorer scorer, NetworkSettings settings, List<Window> batch) {
            int size = batch.stream().mapToInt(Window::targets).sum();
            long[] places = new long[size];
            byte[] labels = new byte[size];
            StepBatch.Part part = StepBatch.Part.of(batch, settings.shape());
            int m = 0;
            for (int b = 0; b < batch.size(); b++) {
                byte[] ofWindow = batch.get(b).labels();
                for (int t = 0; t < ofWindow.length; t++) {
                    if (ofWindow[t] != StepLabels.NONE) {
                        places[m] = (long) b * part.steps() + settings.shape().before() + t;
                        labels[m++] = ofWindow[t];
                    }
                }
            }
            float[] totals =
                    StepTotals.of(
                            batch,
                            settings.foretells().orElseThrow().totals(),
                            settings.behaviours());
            Tensor states = Worker.flat(scorer.network().encode(scorer.ops(), Worker.tokens(part)));
            return new Steps(
                    states.index_select(0, Tensor.create(places)), // [B·T, D] -> [M, D]
                    Worker.totals(totals, size),
                    labels);
        }
    }

    private HeadValidation.Hazards answers(TorchScorer scorer, List<Window> batch) {
        TorchRuntime.oneThread();
        try (PointerScope scope = new PointerScope();
                NoGradGuard noGrad = new NoGradGuard()) {
            Steps steps = Steps.of(scorer, settings, batch);
            Tensor logits = scorer.network().classify(scorer.ops(), steps.states(), steps.totals());
            float[] came = new float[steps.labels().length];
            float[] survived = new float[came.length];
            for (int m = 0; m < came.length; m++) {
                came[m] = Math.min(StepLabels.YES, steps.labels()[m]);
                survived[m] = 1 - came[m];
            }
            return new HeadValidation.Hazards(TorchOps.floats(logits), survived, came);
        }
    }
}
