package dev.nextact.train;

import dev.nextact.core.NextactException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Stops a training that learns nothing any more: at once where a number is not finite, and where
 * the loss stays far above that of knowing nothing. Confined to one thread.
 */
final class Divergence {

    /**
     * Of the loss of knowing nothing; a batch of rare events may be so bad, but not many of them.
     */
    private static final double TIMES_WORSE = 10;

    private static final int STEPS = 10;

    private final double limit;
    private int worse;

    /**
     * @param ofKnowingNothing the loss of a target before training, in nats
     */
    Divergence(double ofKnowingNothing) {
        this.limit = TIMES_WORSE * Math.max(1, ofKnowingNothing); // of one item all is known
    }

    /** Whether the last step was so bad that its weights should not become the last good ones. */
    boolean isSuspected() {
        return worse > 0;
    }

    /**
     * @param state after the step
     * @param checkpoint step of the last one, if there is any, and where it lies
     * @throws NextactException naming the step and the weight
     */
    void check(TrainingState state, StepEngine.Step done, Weights weights, Kept checkpoint) {
        if (!done.notFinite().isEmpty()) {
            throw diverged(state, checkpoint, done.notFinite() + " is not a finite number");
        }
        double loss = done.lossSum() / done.targets();
        worse = loss > limit ? worse + 1 : 0;
        if (worse >= STEPS) {
            throw diverged(
                    state,
                    checkpoint,
                    String.format(
                            Locale.ROOT,
                            "the loss was over %.0f times that of knowing nothing for %d steps, %.3g"
                                    + " in the last; the greatest weights, %s",
                            TIMES_WORSE,
                            STEPS,
                            loss,
                            greatest(weights)));
        }
    }

    /**
     * @param step of the checkpoint
     */
    record Kept(Optional<Long> step, Path directory) {}

    private static NextactException diverged(TrainingState state, Kept checkpoint, String finding) {
        String kept =
                checkpoint
                        .step()
                        .map(
                                step ->
                                        "The last good checkpoint, of step "
                                                + step
                                                + ", is kept in "
                                                + checkpoint.directory())
                        .orElse("There was no checkpoint yet");
        return new NextactException(
                NextactException.Category.INPUT,
                String.format(
                        Locale.ROOT,
                        "the training diverged at step %d (epoch %d): %s. Lower train.learning_rate"
                                + " or train.clip_norm, or give a train.warm_up. %s",
                        state.step(),
                        state.epoch(),
                        finding,
                        kept));
    }

    private static String greatest(Weights weights) {
        String name = "";
        double most = -1;
        try (PointerScope looking = new PointerScope();
                NoGradGuard noGrad = new NoGradGuard()) {
            for (Map.Entry<String, Tensor> weight : weights.byName().entrySet()) {
                double here = weight.getValue().abs().max().item_float();
                if (here > most) {
                    most = here;
                    name = weight.getKey();
                }
            }
        }
        return String.format(Locale.ROOT, "up to %.3g, are in %s", most, name);
    }
}
