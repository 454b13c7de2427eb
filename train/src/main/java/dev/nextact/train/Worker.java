package dev.nextact.train;

import dev.nextact.model.network.Network;
import dev.nextact.model.network.Tokens;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Computes loss and gradient of its part of each batch. Reads the shared weights, keeps its own
 * buffers. Confined to the thread that calls it.
 */
final class Worker implements PieceWorker {

    /** Far above any count of a label: a step that overshoots must not overflow. */
    private static final double MOST_LOG_COUNT = 10;

    private final Network network;
    private final Weights weights;
    private final ItemLoss loss;
    private final Optional<HeadLoss> heads;
    private final boolean checkpoints;
    private final DropoutMask masks = new DropoutMask();

    /**
     * @param checkpoints whether activations within a block are worked out again on the way back
     */
    Worker(Network network, Weights weights, ItemLoss loss, boolean checkpoints) {
        this.checkpoints = checkpoints;
        this.network = network;
        this.weights = weights;
        this.loss = loss;
        this.heads =
                network.settings()
                        .foretells()
                        .filter(asked -> !asked.classifies())
                        .map(asked -> new HeadLoss(network));
    }

    /** Of the mean loss of the whole batch. */
    @Override
    public Gradient compute(Tensor table, StepBatch batch, int part, long seed) {
        StepBatch.Part share = batch.parts().get(part);
        try (PointerScope step = new PointerScope()) {
            masks.seed(seed);
            Map<String, Tensor> dense = Weights.leaves(weights.dense());
            Tensor rows = table.detach().requires_grad_(true); // its own leaf, the same memory
            List<Tensor> leaves = new ArrayList<>(dense.values());
            leaves.add(rows);
            Gradient gradient = Gradient.zeros(table, weights.denseValues());
            List<Tensor> sums = weights.denseViews(gradient.dense());
            sums.add(gradient.table());
            Tape tape = new Tape(leaves, sums);
            Tensor vectors = tape.cut(batch.fields().addTo(rows, dense)); // [R, D]
            TorchOps ops = ops(vectors, dense, tape);
            Tokens<Tensor> tokens = tokens(share);
            Tensor states = network.encode(ops, tokens); // [B, T, D]
            Tensor positions = Tensor.create(share.positions());
            Tensor hidden = flat(states).index_select(0, positions); // [M, D]
            if (network.classifies()) {
                Tensor sum = ofLabels(ops, hidden, share);
                Tensor mean = sum.mul(new Scalar(1.0 / Math.max(1, batch.targets())));
                tape.back(new Tape.Ends().add(mean, torch.ones_like(mean)));
                return gradient.withLoss(sum.item_float()).kept();
            }
            ItemLoss.Result result;
            try (NoGradGuard byHand = new NoGradGuard()) {
                result =
                        loss.of(
                                hidden.detach(),
                                vectors.detach(),
                                share,
                                batch.corrections(),
                                1.0 / Math.max(1, batch.targets()));
            }
            Tape.Ends ends =
                    new Tape.Ends().add(hidden, result.hidden()).add(vectors, result.vectors());
            if (heads.isPresent()) {
                Tensor contexts = flat(network.contexts(ops, tokens, states)); // [B·T, D]
                HeadLoss.Result others =
                        heads.get()
                                .of(
                                        ops,
                                        contexts,
                                        contexts.index_select(0, positions),
                                        share.heads().orElseThrow());
                Tensor mean = others.mean(batch.targets(), batch.moments(), batch.followed());
                ends.add(mean, torch.ones_like(mean));
            }
            tape.back(ends);
            return gradient.withLoss(result.sum()).kept();
        }
    }

    /**
     * Binary cross-entropy, −Σ y ln σ(x) + (1 − y) ln(1 − σ(x)), with ln σ(x) = x − softplus(x);
     * and where it is counted the Poisson's, Σ e^z − n z, but for what the weights do not change.
     *
     * @param hidden [M, D]
     */
    private Tensor ofLabels(TorchOps ops, Tensor hidden, StepBatch.Part share) {
        int size = share.targets().length;
        float[] came = new float[size];
        float[] counts = new float[size];
        for (int m = 0; m < size; m++) {
            counts[m] = share.targets()[m];
            came[m] = Math.min(StepLabels.YES, share.targets()[m]);
        }
        Tensor totals = totals(share.totals(), size);
        Tensor x = network.classify(ops, hidden, totals).squeeze(1); // [M, 1] -> [M]
        Tensor loss = torch.softplus(x).sub(x.mul(Tensor.create(came))).sum();
        if (!network.counts()) {
            return loss;
        }
        Scalar most = new Scalar(MOST_LOG_COUNT);
        Tensor z = network.logCounts(ops, hidden, totals).squeeze(1).clamp_max(most);
        return loss.add(z.exp().sub(z.mul(Tensor.create(counts))).sum());
    }

    /** [M·F] -> [M, F]. */
    static Tensor totals(float[] values, int size) {
        return Tensor.create(values, size, values.length / Math.max(1, size));
    }

    private TorchOps ops(Tensor table, Map<String, Tensor> dense, Tape tape) {
        Map<String, Tensor> parameters = new HashMap<>(dense);
        parameters.put(Network.ITEM_TABLE, table);
        return TorchOps.training(parameters, masks, tape, checkpoints);
    }

    static Tokens<Tensor> tokens(StepBatch.Part part) {
        long[] shape = {part.size(), part.steps()};
        return new Tokens<>(
                Tensor.create(part.items(), shape),
                Tensor.create(part.behaviours(), shape),
                TorchOps.clock(part.clock(), shape),
                TorchOps.fields(part.fields(), part.size(), part.steps()),
                TorchOps.fields(part.baskets(), part.size(), part.steps()),
                Tensor.create(part.lengths()));
    }

    /** [B, T, D] -> [B·T, D]. */
    static Tensor flat(Tensor states) {
        return states.reshape(-1, states.size(2));
    }
}
