package dev.nextact.train;

import dev.nextact.core.EventSequence;
import dev.nextact.core.NextItemScorer;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.TokenBatch;
import dev.nextact.model.network.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Scores with the weights under training. A history without a known item scores every item 0.
 * Thread-safe as long as nobody changes the weights; the caller closes it.
 */
final class TorchScorer implements NextItemScorer, AutoCloseable {

    private final Network network;
    private final NativeOwner owner = new NativeOwner();
    private final Map<String, Tensor> parameters;

    /**
     * @param fields of all items
     */
    TorchScorer(Network network, Weights weights, ItemBags fields) {
        this.network = network;
        this.parameters = new HashMap<>(weights.dense());
        try (PointerScope making = new PointerScope();
                NoGradGuard noGrad = new NoGradGuard()) {
            Tensor own = weights.itemTable();
            Tensor vectors = fields.addTo(own, parameters);
            parameters.put(Network.ITEM_TABLE, vectors.equals(own) ? own : owner.keep(vectors));
        }
    }

    @Override
    public String name() {
        return network.settings().family().title();
    }

    @Override
    public void score(List<EventSequence> histories, float[][] scores) {
        List<EventSequence> known = new ArrayList<>();
        List<float[]> rows = new ArrayList<>();
        for (int b = 0; b < histories.size(); b++) {
            if (TokenBatch.knownEvents(histories.get(b)) > 0) {
                known.add(histories.get(b));
                rows.add(scores[b]);
            } else {
                Arrays.fill(scores[b], 0);
            }
        }
        if (!known.isEmpty()) {
            TorchRuntime.oneThread();
            scoreKnown(TokenBatch.of(known, network.settings().shape()), rows);
        }
    }

    private void scoreKnown(TokenBatch batch, List<float[]> scores) {
        try (PointerScope step = new PointerScope();
                NoGradGuard noGrad = new NoGradGuard()) {
            Tokens<Tensor> tokens =
                    new Tokens<>(
                            Tensor.create(batch.items(), batch.size(), batch.steps()),
                            Tensor.create(batch.behaviours(), batch.size(), batch.steps()),
                            TorchOps.clock(batch.clock(), batch.size(), batch.steps()),
                            TorchOps.fields(batch.fields(), batch.size(), batch.steps()),
                            TorchOps.fields(batch.baskets(), batch.size(), batch.steps()),
                            Tensor.create(batch.lengths()));
            TorchOps ops = TorchOps.inference(parameters);
            Tensor result = network.nextItemScores(ops, tokens).contiguous(); // [B, V+1]
            FloatPointer pointer = result.data_ptr_float();
            for (int b = 0; b < scores.size(); b++) {
                float[] row = scores.get(b);
                pointer.position((long) b * row.length).get(row);
            }
        }
    }

    Network network() {
        return network;
    }

    /** With the vectors of whole items. */
    TorchOps ops() {
        return TorchOps.inference(parameters);
    }

    @Override
    public void close() {
        owner.close();
    }
}
