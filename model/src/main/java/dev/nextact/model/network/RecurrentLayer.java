package dev.nextact.model.network;

import dev.nextact.model.network.ParameterSpec.Start;
import dev.nextact.model.ops.Ops;
import dev.nextact.model.ops.Ops.Cell;
import dev.nextact.model.ops.Ops.RecurrentWeights;
import java.util.List;

/**
 * One recurrent layer, as wide as what it reads.
 *
 * @param prefix of its weights' names
 * @param width D
 */
record RecurrentLayer(String prefix, Cell cell, int width) {

    void addTo(List<ParameterSpec> list) {
        // LibTorch's own start for recurrent layers
        Start uniform = new Start.Uniform(1 / Math.sqrt(width));
        int gates = cell.gates() * width;
        RecurrentWeights names = weights();
        list.add(new ParameterSpec(names.input(), new int[] {gates, width}, uniform));
        list.add(new ParameterSpec(names.hidden(), new int[] {gates, width}, uniform));
        list.add(new ParameterSpec(names.inputBias(), new int[] {gates}, uniform));
        list.add(new ParameterSpec(names.hiddenBias(), new int[] {gates}, uniform));
    }

    /** The state after each step: [B, T, D] → [B, T, D]. */
    <T> T apply(Ops<T> ops, T x) {
        return ops.recurrent(cell, x, weights());
    }

    private RecurrentWeights weights() {
        return new RecurrentWeights(
                prefix + ".input.weight",
                prefix + ".hidden.weight",
                prefix + ".input.bias",
                prefix + ".hidden.bias");
    }
}
