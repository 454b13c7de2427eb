package dev.nextact.train;

import dev.nextact.core.EventSequence;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.Tokens;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Computes loss and gradient of its part of each batch. Reads the shared weights, keeps its own
 * buffers. Confined to the thread that calls it.
 */
final class Worker implements AutoCloseable {

    /** What a masked score becomes: exp of it is 0, and it is finite. */
    private static final double MASKED = -1e9;

    private final Network network;
    private final Weights weights;
    private final StepBatch.Builder builder;
    private final NativeOwner owner = new NativeOwner();
    private final Generator generator;

    Worker(Network network, Weights weights) {
        this.network = network;
        this.weights = weights;
        this.builder = new StepBatch.Builder(network.settings().items());
        try (PointerScope making = new PointerScope()) {
            this.generator = owner.keep(torch.createCPUGenerator(0));
        }
    }

    /**
     * What a step gives back; its tensors outlive the step and are freed by {@link #close}.
     *
     * @param lossSum over the targets, in nats
     * @param rows [R] rows of the item table
     * @param rowGradient [R, D]
     * @param denseGradient of the other weights, in one vector
     */
    record Gradient(
            double lossSum,
            int targets,
            Tensor rows,
            Tensor rowGradient,
            Tensor denseGradient,
            NativeOwner owner)
            implements AutoCloseable {
        @Override
        public void close() {
            owner.close();
        }
    }

    /**
     * @param negatives item indexes, or none for the full softmax
     * @param batchTargets targets of the whole batch: the gradient is that of their mean loss
     * @param seed of this step's dropout
     */
    Gradient compute(List<EventSequence> windows, int[] negatives, int batchTargets, long seed) {
        StepBatch batch = builder.build(windows, negatives);
        try (PointerScope step = new PointerScope()) {
            generator.set_current_seed(seed);
            Tensor rows = Tensor.create(batch.rows());
            Tensor table = weights.itemTable().index_select(0, rows).requires_grad_(true); // [R, D]
            Tensor lossSum = lossSum(batch, table);
            TensorVector leaves = weights.denseVector();
            leaves.push_back(table);
            Tensor mean = lossSum.div(new Scalar((double) batchTargets));
            TensorVector gradients = torch.grad(new TensorVector(mean), leaves);
            TensorVector flat = new TensorVector();
            for (long i = 0; i < gradients.size() - 1; i++) {
                flat.push_back(gradients.get(i).reshape(-1));
            }
            NativeOwner kept = new NativeOwner();
            return new Gradient(
                    lossSum.item_float(),
                    batch.targets().length,
                    kept.keep(rows),
                    // a copy of the handle: get() refers into the vector, which dies with the step
                    kept.keep(new Tensor(gradients.get(gradients.size() - 1))),
                    kept.keep(torch.cat(flat)),
                    kept);
        }
    }

    private Tensor lossSum(StepBatch batch, Tensor table) {
        Map<String, Tensor> parameters = new HashMap<>(weights.dense());
        parameters.put(Network.ITEM_TABLE, table);
        TorchOps ops = TorchOps.training(parameters, generator);
        Tokens<Tensor> tokens =
                new Tokens<>(
                        matrix(batch.items(), batch),
                        matrix(batch.behaviours(), batch),
                        Tensor.create(batch.lengths()));
        Tensor states = network.encode(ops, tokens); // [B, T, D]
        Tensor hidden =
                states.reshape(-1, states.size(2))
                        .index_select(0, Tensor.create(batch.positions())); // [M, D]
        Tensor targets = Tensor.create(batch.targets());
        Tensor positive = hidden.mul(table.index_select(0, targets)).sum(-1); // [M]
        if (batch.negatives().length == 0) {
            Tensor items = table.narrow(0, 1, table.size(0) - 1); // row 0 is no item
            return hidden.matmul(items.t()).logsumexp(-1).sub(positive).sum();
        }
        Tensor negatives = table.index_select(0, Tensor.create(batch.negatives())); // [N, D]
        Tensor scores = hidden.matmul(negatives.t()); // [M, N]
        if (batch.hits().length > 0) {
            Tensor hits = Tensor.create(batch.hits());
            scores.view(-1).index_fill_(0, hits, new Scalar(MASKED));
        }
        // Each negative stands for V/N items (log-count correction; Jean et al. 2015, §3.2), so
        // that log Σexp over them and the target estimates that over the whole catalog.
        double count = Math.log(network.settings().items() / (double) batch.negatives().length);
        Tensor others = scores.logsumexp(-1).add(new Scalar(count)); // [M]
        return torch.softplus(others.sub(positive)).sum();
    }

    private static Tensor matrix(long[] values, StepBatch batch) {
        return Tensor.create(values, batch.size(), batch.steps());
    }

    @Override
    public void close() {
        owner.close();
    }
}
