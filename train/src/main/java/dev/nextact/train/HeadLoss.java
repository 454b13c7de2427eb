package dev.nextact.train;

import dev.nextact.model.network.HeadSettings;
import dev.nextact.model.network.Mixture;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.Tokens;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * How far the heads beside the next item's are from what came: negative log-likelihoods in nats,
 * differentiated by LibTorch, for their outputs are few. The tensors belong to the caller's {@code
 * PointerScope}.
 */
final class HeadLoss {

    private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

    private final Network network;
    private final HeadSettings heads;
    private final Optional<DirectEventsLoss> direct;

    HeadLoss(Network network) {
        this.network = network;
        this.heads = network.settings().foretells().orElseThrow();
        this.direct =
                heads.direct() ? Optional.of(new DirectEventsLoss(network)) : Optional.empty();
    }

    /**
     * Sums, each a number.
     *
     * @param gap of the density of the standardised gaps of the M targets
     * @param behaviour of the M targets' behaviours, given their gaps
     * @param hazard of when each behaviour came or that it had not by the end, of N moments
     * @param direct of the next events at once
     */
    record Result(Tensor gap, Tensor behaviour, Tensor hazard, Tensor direct) {

        Sums sums(HeadTargets targets) {
            return new Sums(
                    gap.item_float(),
                    behaviour.item_float(),
                    hazard.item_float(),
                    targets.gaps().length,
                    direct.item_float(),
                    targets.following().size());
        }

        /**
         * @param events of the whole batch
         * @param moments of the whole batch
         * @param followed of the whole batch, events whose next ones are foretold at once
         */
        Tensor mean(int events, int moments, int followed) {
            Tensor ofEvents = gap.add(behaviour).mul(new Scalar(1.0 / Math.max(1, events)));
            return ofEvents.add(hazard.mul(new Scalar(1.0 / Math.max(1, moments))))
                    .add(direct.mul(new Scalar(1.0 / Math.max(1, followed))));
        }
    }

    /** The numbers of a {@link Result}, and how many events they are of. */
    record Sums(
            double gap, double behaviour, double hazard, int events, double direct, int followed) {}

    /**
     * @param contexts [B·T, D]
     * @param events [M, D], those that the part's targets are foretold from
     */
    Result of(TorchOps ops, Tensor contexts, Tensor events, HeadTargets targets) {
        Tensor none = torch.zeros(new long[0]);
        Tensor gap = none;
        Tensor behaviour = none;
        Tensor hazard = none;
        if (heads.nextEvent()) {
            gap = gap(ops, events, targets);
            if (network.settings().behaviours() > 1) {
                Tensor scores =
                        network.nextBehaviour(ops, events, Tensor.create(targets.gapTokens()));
                behaviour =
                        torch.cross_entropy_loss(
                                scores,
                                Tensor.create(targets.behaviours()),
                                new TensorOptional(),
                                SUM,
                                -100,
                                0.0);
            }
        }
        if (heads.hazards()) {
            hazard = hazard(ops, contexts, targets);
        }
        Tensor atOnce = none;
        if (direct.isPresent()) {
            atOnce = direct.get().of(ops, contexts, targets.following());
        }
        return new Result(gap, behaviour, hazard, atOnce);
    }

    /** torch::Reduction::Sum. */
    private static final long SUM = 2;

    private Tensor gap(TorchOps ops, Tensor events, HeadTargets targets) {
        Mixture<Tensor> mixture = network.nextGap(ops, events); // [M, K] each
        Tensor deviations =
                mixture.deviations()
                        .clamp(
                                new ScalarOptional(new Scalar(Mixture.LEAST_LOG_DEVIATION)),
                                new ScalarOptional(new Scalar(Mixture.MOST_LOG_DEVIATION)));
        Tensor z =
                Tensor.create(targets.gaps())
                        .unsqueeze(1)
                        .sub(mixture.means())
                        .mul(deviations.neg().exp()); // [M, K]
        Tensor logs =
                torch.log_softmax(mixture.weights(), 1, new ScalarTypeOptional())
                        .sub(deviations)
                        .sub(z.square().mul(new Scalar(0.5)));
        return logs.logsumexp(1)
                .sum()
                .neg()
                .add(new Scalar(HALF_LOG_TWO_PI * targets.gaps().length));
    }

    /** Log-odds of the hazards of each moment, [N, C·G]. */
    Tensor scores(TorchOps ops, Tensor contexts, HeadTargets targets) {
        Tensor at = contexts.index_select(0, Tensor.create(targets.places())); // [N, D]
        Tokens.Now<Tensor> now =
                new Tokens.Now<>(
                        new Tokens.Clock<>(
                                Tensor.create(targets.elapsed()),
                                Tensor.create(targets.hours()),
                                Tensor.create(targets.weekdays()),
                                new Tensor()),
                        Tensor.create(targets.weekHours()),
                        Tensor.create(targets.totals(), targets.moments(), heads.totals().size()));
        return network.hazards(ops, at, now);
    }

    /** −Σ came · ln h + survived · ln(1 − h), with ln h = x − softplus(x). */
    private Tensor hazard(TorchOps ops, Tensor contexts, HeadTargets targets) {
        Tensor scores = scores(ops, contexts, targets);
        long cells = scores.size(1);
        Tensor survived = Tensor.create(targets.survived(), targets.moments(), cells);
        Tensor came = Tensor.create(targets.came(), targets.moments(), cells);
        return torch.softplus(scores).mul(survived.add(came)).sub(scores.mul(came)).sum();
    }
}
