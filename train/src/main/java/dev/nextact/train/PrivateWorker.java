package dev.nextact.train;

import dev.nextact.model.network.Network;
import dev.nextact.model.network.Tokens;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Computes the sum of its shoppers' gradients, each clipped: a window is a shopper, and its
 * gradient that of the sum of its targets' losses. Reads the shared weights, keeps its own buffers.
 * Confined to the thread that calls it.
 */
final class PrivateWorker implements PieceWorker {

    private final Network network;
    private final Weights weights;
    private final ItemLoss loss;
    private final double clip;
    private final DropoutMask masks = new DropoutMask();

    /**
     * @param clip the most that a shopper's gradient may be long
     */
    PrivateWorker(Network network, Weights weights, ItemLoss loss, double clip) {
        this.network = network;
        this.weights = weights;
        this.loss = loss;
        this.clip = clip;
    }

    @Override
    public Gradient compute(Tensor table, StepBatch batch, int part, long seed) {
        try (PointerScope step = new PointerScope()) {
            Gradient gradient = Gradient.zeros(table, weights.denseValues());
            UserGradients gradients = new UserGradients();
            double sum =
                    losses(table, batch, part, seed, gradient.table(), gradient.dense(), gradients);
            try (NoGradGuard byHand = new NoGradGuard()) {
                gradients.addClipped(clip);
            }
            return gradient.withLoss(sum).kept();
        }
    }

    /**
     * @param gradients takes those of the shoppers
     * @return the sum of all targets' losses
     */
    double losses(
            Tensor table,
            StepBatch batch,
            int part,
            long seed,
            Tensor ofRows,
            Tensor ofDense,
            UserGradients gradients) {
        StepBatch.Part share = batch.parts().get(part);
        masks.seed(seed);
        Map<String, Tensor> parameters = new HashMap<>(weights.dense());
        parameters.put(Network.ITEM_TABLE, table);
        Map<String, Tensor> sums = new LinkedHashMap<>();
        Iterator<Tensor> views = weights.denseViews(ofDense).iterator();
        weights.dense().keySet().forEach(name -> sums.put(name, views.next()));
        Tape tape = new Tape(List.of(), List.of());
        GhostOps ops = new GhostOps(parameters, sums, Network.ITEM_TABLE, masks, tape, gradients);
        Tokens<Tensor> tokens = Worker.tokens(share);
        Tensor states = Worker.flat(network.encode(ops, tokens)); // [B·T, D]
        Tensor positions = Tensor.create(share.positions());
        try (NoGradGuard byHand = new NoGradGuard()) {
            Tensor read = states.detach();
            ItemLoss.Slopes slopes =
                    loss.slopes(read.index_select(0, positions), table, share, batch.corrections());
            Tensor ofStates = torch.zeros_like(read).index_add_(0, positions, slopes.hidden());
            tape.back(new Tape.Ends().add(states, ofStates));
            gradients.items(ops.items(), slopes, share, read, ofRows);
            return slopes.sum();
        }
    }
}
