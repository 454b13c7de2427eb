package dev.nextact.train;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * How far the hidden states are from their target items, with the gradients worked out by hand: the
 * scores of all targets against all items are never held at once, and nothing of them is kept for a
 * backward pass. Tested against automatic differentiation. Immutable; thread-safe. The tensors
 * belong to the caller's {@code PointerScope}.
 */
sealed interface ItemLoss {

    /**
     * @param sum of the loss over the targets, in nats
     * @param hidden the gradient of {@code scale · sum}, [M, D]
     * @param vectors likewise, [R, D]
     */
    record Result(double sum, Tensor hidden, Tensor vectors) {}

    /**
     * @param hidden [M, D], the state that each target is predicted from
     * @param vectors [R, D], of the items of the step
     * @param part whose targets count within the vectors
     * @param negatives N; rows 1..N of the vectors
     * @param scale of the gradients: one over the targets of the whole batch
     */
    Result of(Tensor hidden, Tensor vectors, StepBatch.Part part, int negatives, double scale);

    /** The scores less each row's greatest, as exponentials, in place; and the greatest. */
    private static Tensor exponentials(Tensor scores) {
        Tensor greatest = scores.amax(new long[] {1}, true); // [M, 1]
        scores.sub_(greatest).exp_();
        return greatest;
    }

    /**
     * Cross-entropy over the whole catalog, a chunk of targets at a time: with a chunk of 128 and
     * 12,000 items the scores take 6 MB and stay in the processor's cache.
     */
    record FullSoftmax() implements ItemLoss {

        private static final int CHUNK = 128;

        @Override
        public Result of(
                Tensor hidden, Tensor vectors, StepBatch.Part part, int negatives, double scale) {
            Tensor items = vectors.narrow(0, 1, vectors.size(0) - 1); // row 0 is no item
            Tensor targets = Tensor.create(part.targets());
            Tensor hiddenGradient = torch.empty_like(hidden);
            Tensor vectorsGradient = torch.zeros_like(vectors);
            Tensor itemsGradient = vectorsGradient.narrow(0, 1, items.size(0));
            long size = hidden.size(0);
            Tensor own = vectors.index_select(0, targets); // [M, D]
            Tensor positive = hidden.mul(own).sum(1); // [M]
            double sum = -positive.sum().item_float();
            for (long from = 0; from < size; from += CHUNK) {
                try (PointerScope chunk = new PointerScope()) {
                    long count = Math.min(CHUNK, size - from);
                    Tensor h = hidden.narrow(0, from, count);
                    Tensor scores = h.matmul(items.t()); // [c, V]
                    Tensor greatest = exponentials(scores);
                    Tensor total =
                            scores.sum(new long[] {1}, true, new ScalarTypeOptional()); // [c, 1]
                    sum += total.log().add_(greatest).sum().item_float();
                    Tensor factor = total.reciprocal_().mul_(new Scalar(scale)); // [c, 1]
                    // probability = exponential · factor / scale
                    hiddenGradient
                            .narrow(0, from, count)
                            .copy_(scores.matmul(items).mul_(factor)); // [c, D]
                    itemsGradient.addmm_(scores.t(), h.mul(factor)); // [V, c] · [c, D]
                }
            }
            hiddenGradient.sub_(own, new Scalar(scale));
            vectorsGradient.index_add_(0, targets, hidden, new Scalar(-scale));
            return new Result(sum, hiddenGradient, vectorsGradient);
        }
    }

    /**
     * Cross-entropy over the target and N negatives drawn evenly from the catalog, shared by all
     * targets of the step. Each negative stands for V/N items (log-count correction; Jean et al.
     * 2015, §3.2), so that log Σexp over them and the target estimates that over the whole catalog.
     * A negative that is the target itself is left out.
     *
     * @param items V
     */
    record SampledSoftmax(int items) implements ItemLoss {

        /** What a masked score becomes: exp of it is 0, and it is finite. */
        private static final double MASKED = -1e9;

        @Override
        public Result of(
                Tensor hidden, Tensor vectors, StepBatch.Part part, int negatives, double scale) {
            Tensor targets = Tensor.create(part.targets());
            Tensor own = vectors.index_select(0, targets); // [M, D]
            Tensor others = vectors.narrow(0, 1, negatives); // [N, D]
            Tensor positive = hidden.mul(own).sum(1); // [M]
            Tensor scores = hidden.matmul(others.t()); // [M, N]
            if (part.hits().length > 0) {
                scores.view(-1).index_fill_(0, Tensor.create(part.hits()), new Scalar(MASKED));
            }
            Tensor greatest = exponentials(scores); // [M, 1]
            Tensor total = scores.sum(new long[] {1}, true, new ScalarTypeOptional()); // [M, 1]
            double count = Math.log(items / (double) negatives);
            Tensor margin = // log Σexp of the others less the target's score, [M]
                    total.log().add_(greatest).squeeze(1).add_(new Scalar(count)).sub_(positive);
            double sum = torch.softplus(margin).sum().item_float();
            Tensor missing = margin.sigmoid_().mul_(new Scalar(scale)).unsqueeze(1); // [M, 1]
            Tensor factor = missing.div(total); // a negative's probability = exponential · factor
            Tensor hiddenGradient = scores.matmul(others).mul_(factor); // [M, D]
            hiddenGradient.sub_(own.mul_(missing));
            Tensor vectorsGradient = torch.zeros_like(vectors);
            vectorsGradient
                    .narrow(0, 1, negatives)
                    .addmm_(scores.t(), hidden.mul(factor)); // [N, M] · [M, D]
            vectorsGradient.index_add_(0, targets, hidden.mul(missing), new Scalar(-1.0));
            return new Result(sum, hiddenGradient, vectorsGradient);
        }
    }
}
