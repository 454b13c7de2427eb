package dev.nextact.train;

import dev.nextact.core.LearningData;
import dev.nextact.core.probability.BinaryOutcomes;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.NetworkSettings;
import java.util.ArrayList;
import java.util.List;
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

    private HeadValidation.Hazards answers(TorchScorer scorer, List<Window> batch) {
        int size = batch.stream().mapToInt(Window::targets).sum();
        long[] places = new long[size];
        float[] survived = new float[size];
        float[] came = new float[size];
        TorchRuntime.oneThread();
        try (PointerScope scope = new PointerScope();
                NoGradGuard noGrad = new NoGradGuard()) {
            StepBatch.Part part = StepBatch.Part.of(batch, settings.shape());
            int m = 0;
            for (int b = 0; b < batch.size(); b++) {
                byte[] labels = batch.get(b).labels();
                for (int t = 0; t < labels.length; t++) {
                    if (labels[t] != StepLabels.NONE) {
                        places[m] = (long) b * part.steps() + settings.shape().before() + t;
                        came[m] = labels[t];
                        survived[m] = 1 - came[m];
                        m++;
                    }
                }
            }
            Network network = scorer.network();
            TorchOps ops = scorer.ops();
            Tensor states = Worker.flat(network.encode(ops, Worker.tokens(part))); // [B·T, D]
            Tensor asked = states.index_select(0, Tensor.create(places)); // [M, D]
            float[] scores = TorchOps.floats(network.classify(ops, asked));
            return new HeadValidation.Hazards(scores, survived, came);
        }
    }
}
