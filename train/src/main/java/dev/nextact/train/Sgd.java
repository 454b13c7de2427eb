package dev.nextact.train;

import dev.nextact.core.ShopConfig;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** Plain stochastic gradient descent. Decay acts on a row in the steps that read it. */
final class Sgd extends Optimiser {

    private final LearningRate rate;
    private final double weightDecay;

    Sgd(ShopConfig.Train settings, LearningRate rate, Weights weights) {
        super(settings, weights, List.of());
        this.rate = rate;
        this.weightDecay = settings.weightDecay();
    }

    @Override
    void update(Tensor values, List<Tensor> state, Tensor gradient, long step) {
        if (weightDecay > 0) {
            gradient.add_(values, new Scalar(weightDecay));
        }
        values.add_(gradient, new Scalar(-rate.at(step)));
    }

    @Override
    void idle(Idle idle, int row, int from, int to, @Nullable Averaging averaging) {
        double stays = averaging == null ? 1 : averaging.staysOver(from, to);
        idle.left()[row] = 1;
        idle.stays()[row] = (float) stays;
        idle.ofValue()[row] = (float) (1 - stays);
    }

    @Override
    Optional<Tensor> direction(List<Tensor> state) {
        return Optional.empty();
    }

    @Override
    void forget(List<Tensor> state, int[] gaps) {}
}
