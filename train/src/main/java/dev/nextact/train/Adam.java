package dev.nextact.train;

import dev.nextact.core.ShopConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Adam (Kingma and Ba 2015, algorithm 1); AdamW decays the weights apart from the gradient
 * (Loshchilov and Hutter 2019, algorithm 2).
 *
 * <p>A row without a gradient still moves in Adam, by its decaying mean. Such moves follow from the
 * step s a row was last read in, so they are made up for in one go when it is read again: step s +
 * j moves it by {@code a(s + j) (β1/√β2)^j} times {@code -mean / (√square + ε)}, where a(t) is the
 * step size with its bias corrections; AdamW's decay acts in between. The running mean of the row
 * over these steps is a sum of the same terms, so it is exact too. Two deviations: ε does not
 * shrink with the square, and Adam's decay (not AdamW's) acts on a row only in the steps that read
 * it.
 */
final class Adam extends Optimiser {

    /** Kingma and Ba 2015, §2. */
    private static final double BETA1 = 0.9;

    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    /** (β1/√β2)^100 = 3e-5: what a row moves later on is nothing. */
    private static final int MOST_STEPS_MADE_UP_FOR = 100;

    private static final double DRIFT_DECAY = BETA1 / Math.sqrt(BETA2);

    private final LearningRate rate;
    private final double weightDecay;
    private final boolean decoupled;

    private double[] stepSizes = new double[0];

    /** Of AdamW's decay, the logarithms of what it leaves, added up over the steps. */
    private double[] logLeft = new double[0];

    Adam(ShopConfig.Train settings, LearningRate rate, Weights weights, boolean decoupled) {
        super(settings, weights, List.of("mean", "square"));
        this.rate = rate;
        this.weightDecay = settings.weightDecay();
        this.decoupled = decoupled && weightDecay > 0;
    }

    @Override
    void update(Tensor values, List<Tensor> state, Tensor gradient, long step) {
        if (decoupled) {
            values.mul_(new Scalar(left(step)));
        } else if (weightDecay > 0) {
            gradient.add_(values, new Scalar(weightDecay));
        }
        Tensor mean = state.get(0);
        Tensor square = state.get(1);
        mean.lerp_(gradient, new Scalar(1 - BETA1));
        square.mul_(new Scalar(BETA2)).addcmul_(gradient, gradient, new Scalar(1 - BETA2));
        double root = Math.sqrt(1 - Math.pow(BETA2, (double) step));
        Tensor divisor = square.sqrt().add_(new Scalar(EPSILON * root));
        plan((int) step);
        values.addcdiv_(mean, divisor, new Scalar(-stepSizes[(int) step]));
    }

    @Override
    void idle(Idle idle, int row, int from, int to, @Nullable Averaging averaging) {
        plan(to);
        double value = 1; // what decay leaves of the row
        double drift = 0;
        double stays = 1;
        double ofValue = 0;
        double ofDrift = 0;
        double power = 1;
        // with decay the mean has no shorter form; else nothing but the mean moves after a while
        boolean all = decoupled && averaging != null;
        int near = all ? to : Math.min(to, from + MOST_STEPS_MADE_UP_FOR);
        for (int t = from + 1; t <= near; t++) {
            double left = decoupled ? left(t) : 1;
            power *= DRIFT_DECAY;
            value *= left;
            drift = drift * left - stepSizes[t] * power;
            if (averaging != null) {
                double s = averaging.stays(t);
                stays *= s;
                ofValue = ofValue * s + (1 - s) * value;
                ofDrift = ofDrift * s + (1 - s) * drift;
            }
        }
        if (near < to && decoupled) {
            double left = Math.exp(logLeft[to] - logLeft[near]);
            value *= left;
            drift *= left;
        }
        if (near < to && averaging != null) {
            double s = averaging.staysOver(near, to);
            stays *= s;
            ofValue = ofValue * s + (1 - s) * value;
            ofDrift = ofDrift * s + (1 - s) * drift;
        }
        idle.left()[row] = (float) value;
        idle.drift()[row] = (float) drift;
        idle.stays()[row] = (float) stays;
        idle.ofValue()[row] = (float) ofValue;
        idle.ofDrift()[row] = (float) ofDrift;
    }

    @Override
    Optional<Tensor> direction(List<Tensor> state) {
        return Optional.of(state.get(0).div(state.get(1).sqrt().add_(new Scalar(EPSILON))));
    }

    @Override
    void forget(List<Tensor> state, int[] gaps) {
        float[] ofMean = new float[gaps.length];
        float[] ofSquare = new float[gaps.length];
        for (int i = 0; i < gaps.length; i++) {
            ofMean[i] = (float) Math.pow(BETA1, gaps[i]);
            ofSquare[i] = (float) Math.pow(BETA2, gaps[i]);
        }
        state.get(0).mul_(column(ofMean));
        state.get(1).mul_(column(ofSquare));
    }

    /** What AdamW's decay leaves of a weight in a step. */
    private double left(long step) {
        return 1 - rate.at(step) * weightDecay;
    }

    /** Works out the steps up to this one: a(t), the rate with the corrections of both biases. */
    private void plan(int step) {
        if (step < stepSizes.length) {
            return;
        }
        int known = stepSizes.length;
        int size = Math.max(1024, step * 2);
        stepSizes = Arrays.copyOf(stepSizes, size);
        logLeft = Arrays.copyOf(logLeft, size);
        for (int t = Math.max(1, known); t < size; t++) {
            stepSizes[t] =
                    rate.at(t) * Math.sqrt(1 - Math.pow(BETA2, t)) / (1 - Math.pow(BETA1, t));
            logLeft[t] = decoupled ? logLeft[t - 1] + Math.log(Math.max(1e-30, left(t))) : 0;
        }
    }
}
