package dev.nextact.train;

import dev.nextact.core.ShopConfig;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * How far the hidden states are from their target items, with the gradients worked out by hand: the
 * scores of all targets against all items are never held at once, and nothing of them is kept for a
 * backward pass. Tested against automatic differentiation. Immutable; thread-safe. The tensors
 * belong to the caller's {@code PointerScope}.
 */
sealed interface ItemLoss {

    /** What a masked score becomes: exp of it is 0, and it is finite. */
    double MASKED = -1e9;

    /**
     * @param sum of the targets' losses, each by its weight, in nats
     * @param hidden the gradient of {@code scale · sum}, [M, D]
     * @param vectors likewise, [R, D]
     */
    record Result(double sum, Tensor hidden, Tensor vectors) {}

    /**
     * @param hidden [M, D], the state that each target is predicted from
     * @param vectors [R, D], of the items of the step
     * @param part whose targets count within the vectors
     * @param corrections [N], for each negative the log of how many items it stands for; rows 1..N
     *     of the vectors are theirs
     * @param scale of the gradients: one over the targets of the whole batch
     */
    Result of(
            Tensor hidden, Tensor vectors, StepBatch.Part part, float[] corrections, double scale);

    /**
     * How the loss falls with the scores, each target's apart, for gradients of each shopper alone.
     *
     * @param sum of the targets' losses, each by its weight, in nats
     * @param negatives slopes by the scores of rows 1..N, [M, N]
     * @param target slopes by the score of the target, beside what its row has as a negative, [M,
     *     1]
     * @param hidden the gradient of the states, [M, D]
     */
    record Slopes(double sum, Tensor negatives, Tensor target, Tensor hidden) {}

    /**
     * Likewise, of the sum of the losses. What {@link #of} gives of the vectors is {@code
     * negativesᵀ · hidden} in rows 1..N and {@code target · hidden} in those of the targets.
     *
     * @throws UnsupportedOperationException where only their sum is worked out
     */
    default Slopes slopes(Tensor hidden, Tensor vectors, StepBatch.Part part, float[] corrections) {
        throw new UnsupportedOperationException("slopes: of a softmax only, found " + this);
    }

    /** A target's loss where all scores are alike: what knowing nothing costs. */
    double ofKnowingNothing();

    /** The negatives that it must not see beside a target. */
    default StepBatch.Hits leavesOut() {
        return StepBatch.Hits.TARGET;
    }

    /**
     * @param items V
     */
    static ItemLoss of(ShopConfig.Loss settings, int items) {
        ItemLoss loss =
                switch (settings.kind()) {
                    case "full-softmax" ->
                            new FullSoftmax(
                                    items,
                                    settings.labelSmoothing(),
                                    settings.precision().equals(ShopConfig.Loss.BF16));
                    case "sampled-softmax" -> new SampledSoftmax(items);
                    case "bce" -> new BinaryCrossEntropy(1);
                    case "gbce" ->
                            BinaryCrossEntropy.calibrated(
                                    settings.calibration(), settings.negatives(), items);
                    default ->
                            throw new IllegalArgumentException(
                                    "loss: expected one of "
                                            + ShopConfig.Loss.KINDS
                                            + ", found "
                                            + settings.kind());
                };
        return settings.temperature() == 1 ? loss : new Tempered(loss, settings.temperature());
    }

    /** The scores less each row's greatest, as exponentials, in place; and the greatest. */
    private static Tensor exponentials(Tensor scores) {
        Tensor greatest = scores.amax(new long[] {1}, true); // [M, 1]
        scores.sub_(greatest).exp_();
        return greatest;
    }

    /** How much each target counts, [M, 1]. */
    private static Tensor weights(StepBatch.Part part) {
        int size = part.targets().length;
        return part.weights().length == 0
                ? torch.ones(size, 1)
                : Tensor.create(part.weights(), size, 1);
    }

    /** Of each target, with negatives that are the target itself masked. [M, N]. */
    private static Tensor maskedScores(
            Tensor hidden, Tensor others, StepBatch.Part part, float[] corrections) {
        Tensor scores = torch.addmm(Tensor.create(corrections), hidden, others.t()); // [N] + [M, N]
        if (part.hits().length > 0) {
            scores.view(-1).index_fill_(0, Tensor.create(part.hits()), new Scalar(MASKED));
        }
        return scores;
    }

    /**
     * Cross-entropy over the whole catalog, a chunk of targets at a time: with a chunk of 128 and
     * 12,000 items the scores take 6 MB and stay in the processor's cache.
     *
     * @param items V
     * @param smoothing share of the truth that is spread evenly over all items (Szegedy et al.
     *     2016, §7)
     * @param bf16 whether the three products with the item table are of numbers rounded to bf16,
     *     and are rounded so themselves; exponentials, loss and the sums of gradients over the
     *     chunks are in fp32 (Micikevicius et al. 2018, "Mixed Precision Training", §3)
     */
    record FullSoftmax(int items, double smoothing, boolean bf16) implements ItemLoss {

        private static final int CHUNK = 128;

        @Override
        public Result of(
                Tensor hidden,
                Tensor vectors,
                StepBatch.Part part,
                float[] corrections,
                double scale) {
            Tensor table = vectors.narrow(0, 1, vectors.size(0) - 1); // row 0 is no item
            Tensor targets = Tensor.create(part.targets());
            Tensor weights = weights(part); // [M, 1]
            Tensor hiddenGradient = torch.empty_like(hidden);
            Tensor vectorsGradient = torch.zeros_like(vectors);
            Tensor tableGradient = vectorsGradient.narrow(0, 1, table.size(0));
            long size = hidden.size(0);
            // what the truth is, on the average: its own vector, and a little of all others'
            Tensor truth = vectors.index_select(0, targets).mul_(new Scalar(1 - smoothing));
            if (smoothing > 0) {
                truth.add_(table.mean(0), new Scalar(smoothing)); // [M, D] + [D]
            }
            double sum = -hidden.mul(truth).mul_(weights).sum().item_float();
            Tensor read = rounded(table);
            for (long from = 0; from < size; from += CHUNK) {
                try (PointerScope chunk = new PointerScope()) {
                    long count = Math.min(CHUNK, size - from);
                    Tensor h = hidden.narrow(0, from, count);
                    Tensor w = weights.narrow(0, from, count);
                    Tensor scores = rounded(h).matmul(read.t()).to(ScalarType.Float); // [c, V]
                    Tensor greatest = exponentials(scores);
                    Tensor total =
                            scores.sum(new long[] {1}, true, new ScalarTypeOptional()); // [c, 1]
                    sum += total.log().add_(greatest).mul_(w).sum().item_float();
                    Tensor factor = total.reciprocal_().mul_(w).mul_(new Scalar(scale)); // [c, 1]
                    // probability = exponential · factor / scale
                    Tensor exponentials = rounded(scores);
                    Tensor pulled = exponentials.matmul(read).to(ScalarType.Float); // [c, D]
                    hiddenGradient.narrow(0, from, count).copy_(pulled.mul_(factor));
                    Tensor pulling = rounded(h.mul(factor)); // [c, D]
                    if (bf16) {
                        tableGradient.add_(exponentials.t().matmul(pulling));
                    } else {
                        tableGradient.addmm_(exponentials.t(), pulling); // [V, c] · [c, D]
                    }
                }
            }
            Tensor each = weights.mul(new Scalar(scale)); // [M, 1]
            hiddenGradient.sub_(truth.mul_(each));
            Tensor pull = hidden.mul(each); // [M, D]
            vectorsGradient.index_add_(0, targets, pull, new Scalar(smoothing - 1));
            if (smoothing > 0) {
                tableGradient.sub_(pull.sum(0), new Scalar(smoothing / items)); // [V, D] - [D]
            }
            return new Result(sum, hiddenGradient, vectorsGradient);
        }

        /** Of all targets at once. */
        @Override
        public Slopes slopes(
                Tensor hidden, Tensor vectors, StepBatch.Part part, float[] corrections) {
            Tensor table = vectors.narrow(0, 1, items);
            Tensor weights = weights(part); // [M, 1]
            Tensor targets = Tensor.create(part.targets());
            Tensor own = vectors.index_select(0, targets); // [M, D]
            Tensor scores = hidden.matmul(table.t()); // [M, V]
            Tensor positive = hidden.mul(own).sum(new long[] {1}, true, new ScalarTypeOptional());
            Tensor greatest = exponentials(scores); // [M, 1]
            Tensor total = scores.sum(new long[] {1}, true, new ScalarTypeOptional());
            double sum = total.log().add_(greatest).sub_(positive).mul_(weights).sum().item_float();
            Tensor likely = scores.mul_(total.reciprocal_().mul_(weights)); // [M, V]
            Tensor ofHidden = likely.matmul(table).sub_(own.mul_(weights));
            return new Slopes(sum, likely, weights.neg(), ofHidden);
        }

        private Tensor rounded(Tensor x) {
            return bf16 ? x.to(ScalarType.BFloat16) : x;
        }

        @Override
        public double ofKnowingNothing() {
            return Math.log(items);
        }
    }

    /**
     * Cross-entropy over the target and N negatives shared by all targets of the step. Each
     * negative stands for as many items as its correction says, one over the probability that it is
     * drawn (Jean et al. 2015, §3.2; Yi et al. 2019, §3), so that Σexp over them and the target is
     * on the average that over the whole catalog. A negative that is the target itself is left out.
     *
     * @param items V
     */
    record SampledSoftmax(int items) implements ItemLoss {

        @Override
        public Result of(
                Tensor hidden,
                Tensor vectors,
                StepBatch.Part part,
                float[] corrections,
                double scale) {
            Sampled sampled = sampled(hidden, vectors, part, corrections, scale);
            Tensor factor = sampled.factor();
            Tensor vectorsGradient = torch.zeros_like(vectors);
            vectorsGradient
                    .narrow(0, 1, corrections.length)
                    .addmm_(sampled.exponentials().t(), hidden.mul(factor)); // [N, M] · [M, D]
            vectorsGradient.index_add_(
                    0, sampled.targets(), hidden.mul(sampled.missing()), new Scalar(-1.0));
            return new Result(sampled.sum(), sampled.hidden(), vectorsGradient);
        }

        @Override
        public Slopes slopes(
                Tensor hidden, Tensor vectors, StepBatch.Part part, float[] corrections) {
            Sampled sampled = sampled(hidden, vectors, part, corrections, 1);
            return new Slopes(
                    sampled.sum(),
                    sampled.exponentials().mul_(sampled.factor()),
                    sampled.missing().neg(),
                    sampled.hidden());
        }

        /**
         * @param exponentials of the negatives' scores, [M, N]
         * @param factor by which they become probabilities, scaled, [M, 1]
         * @param missing to one of the target's probability, scaled, [M, 1]
         * @param hidden the gradient of the states, scaled, [M, D]
         */
        private record Sampled(
                double sum,
                Tensor targets,
                Tensor exponentials,
                Tensor factor,
                Tensor missing,
                Tensor hidden) {}

        private static Sampled sampled(
                Tensor hidden,
                Tensor vectors,
                StepBatch.Part part,
                float[] corrections,
                double scale) {
            Tensor targets = Tensor.create(part.targets());
            Tensor weights = weights(part).squeeze(1); // [M]
            Tensor own = vectors.index_select(0, targets); // [M, D]
            Tensor others = vectors.narrow(0, 1, corrections.length); // [N, D]
            Tensor positive = hidden.mul(own).sum(1); // [M]
            Tensor scores = maskedScores(hidden, others, part, corrections); // [M, N]
            Tensor greatest = exponentials(scores); // [M, 1]
            Tensor total = scores.sum(new long[] {1}, true, new ScalarTypeOptional()); // [M, 1]
            Tensor margin = // log Σexp of the others less the target's score, [M]
                    total.log().add_(greatest).squeeze(1).sub_(positive);
            double sum = torch.softplus(margin).mul_(weights).sum().item_float();
            Tensor missing =
                    margin.sigmoid_().mul_(weights).mul_(new Scalar(scale)).unsqueeze(1); // [M, 1]
            Tensor factor = missing.div(total); // a negative's probability = exponential · factor
            Tensor hiddenGradient = scores.matmul(others).mul_(factor); // [M, D]
            hiddenGradient.sub_(own.mul_(missing));
            return new Sampled(sum, targets, scores, factor, missing, hiddenGradient);
        }

        @Override
        public double ofKnowingNothing() {
            return Math.log(items);
        }
    }

    /**
     * Whether each item is the target or not, for the target and N negatives shared by all targets
     * of the step: {@code -(β log σ(s⁺) + Σ log(1 - σ(s⁻))) / (N + 1)}. With β = 1 that is binary
     * cross-entropy (Kang and McAuley 2018, §III-D, with more negatives). A negative that is the
     * target itself is left out. The corrections do not count here: nothing estimates a sum over
     * the catalog.
     *
     * @param beta the power of the target's probability
     */
    record BinaryCrossEntropy(double beta) implements ItemLoss {

        /**
         * Generalised binary cross-entropy (gBCE; Petrov and Macdonald 2023, §4.2, eqs. 9 and 12),
         * which makes up for drawing few of the many negatives: {@code β = α (t (1 - 1/α) + 1/α)},
         * where α = N / (V - 1) is the share of them that is drawn.
         *
         * @param calibration t, from 0 (plain) to 1 (σ of a score is a probability as if all
         *     negatives had been seen)
         * @param items V, at least 2
         */
        static BinaryCrossEntropy calibrated(double calibration, int negatives, int items) {
            double alpha = Math.min(1, negatives / (items - 1.0));
            return new BinaryCrossEntropy(alpha * (calibration * (1 - 1 / alpha) + 1 / alpha));
        }

        @Override
        public Result of(
                Tensor hidden,
                Tensor vectors,
                StepBatch.Part part,
                float[] corrections,
                double scale) {
            int negatives = corrections.length;
            Tensor targets = Tensor.create(part.targets());
            Tensor each = weights(part).div_(new Scalar(negatives + 1.0)); // [M, 1]
            Tensor own = vectors.index_select(0, targets); // [M, D]
            Tensor others = vectors.narrow(0, 1, negatives); // [N, D]
            Tensor positive = hidden.mul(own).sum(new long[] {1}, true, new ScalarTypeOptional());
            Tensor scores = maskedScores(hidden, others, part, new float[negatives]); // [M, N]
            Tensor ofOthers =
                    torch.softplus(scores).sum(new long[] {1}, true, new ScalarTypeOptional());
            double sum =
                    torch.softplus(positive.neg())
                            .mul_(new Scalar(beta))
                            .add_(ofOthers)
                            .mul_(each)
                            .sum()
                            .item_float();
            each.mul_(new Scalar(scale));
            Tensor missing = positive.neg().sigmoid_().mul_(each).mul_(new Scalar(beta)); // [M, 1]
            Tensor wrong = scores.sigmoid_().mul_(each); // [M, N]
            Tensor hiddenGradient = wrong.matmul(others).sub_(own.mul_(missing)); // [M, D]
            Tensor vectorsGradient = torch.zeros_like(vectors);
            vectorsGradient.narrow(0, 1, negatives).addmm_(wrong.t(), hidden); // [N, M] · [M, D]
            vectorsGradient.index_add_(0, targets, hidden.mul(missing), new Scalar(-1.0));
            return new Result(sum, hiddenGradient, vectorsGradient);
        }

        @Override
        public double ofKnowingNothing() {
            return Math.log(2) * Math.max(1, beta);
        }

        @Override
        public StepBatch.Hits leavesOut() {
            return StepBatch.Hits.BASKET;
        }
    }

    /**
     * Another loss, of scores divided by a temperature: below 1 the best negatives count for more.
     */
    record Tempered(ItemLoss loss, double temperature) implements ItemLoss {

        @Override
        public Result of(
                Tensor hidden,
                Tensor vectors,
                StepBatch.Part part,
                float[] corrections,
                double scale) {
            Scalar colder = new Scalar(1 / temperature);
            Result result = loss.of(hidden.mul(colder), vectors, part, corrections, scale);
            return new Result(result.sum(), result.hidden().mul_(colder), result.vectors());
        }

        @Override
        public double ofKnowingNothing() {
            return loss.ofKnowingNothing();
        }

        @Override
        public StepBatch.Hits leavesOut() {
            return loss.leavesOut();
        }
    }
}
