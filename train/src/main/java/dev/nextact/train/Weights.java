package dev.nextact.train;

import dev.nextact.model.FloatTensor;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.ParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The weights under training. They lie in one flat tensor, the item table first, so that the
 * optimiser works on one vector; each weight is a view of its part. Read by all workers, written
 * only between their steps.
 */
final class Weights implements AutoCloseable {

    private final List<ParameterSpec> specs;
    private final NativeOwner owner = new NativeOwner();
    private final Tensor flat;
    private final Tensor itemTable;
    private final Map<String, Tensor> dense = new LinkedHashMap<>();

    Weights(Network network, Map<String, FloatTensor> start) {
        this(network.parameters(), start);
    }

    /**
     * @param specs of a network that may have no item table: it is then one of no rows
     */
    Weights(List<ParameterSpec> specs, Map<String, FloatTensor> start) {
        this.specs = List.copyOf(specs);
        try (PointerScope making = new PointerScope()) {
            long total = specs.stream().mapToLong(ParameterSpec::count).sum();
            flat = owner.keep(torch.zeros(total));
            long offset = 0;
            Tensor first = owner.keep(flat.narrow(0, 0, 0).view(0, 1));
            for (ParameterSpec spec : specs) {
                Tensor view = flat.narrow(0, offset, spec.count()).view(longs(spec.shape()));
                if (spec.name().equals(Network.ITEM_TABLE)) {
                    first = owner.keep(view);
                } else {
                    dense.put(spec.name(), owner.keep(view));
                }
                offset += spec.count();
            }
            itemTable = first;
            load(start);
        }
    }

    /** All weights in one vector [P]. */
    Tensor flat() {
        return flat;
    }

    /** [V+1, D]; no gradient is taken of it, but of the rows a step reads. */
    Tensor itemTable() {
        return itemTable;
    }

    /** Every weight but the item table; not to be differentiated, see {@link #leaves}. */
    Map<String, Tensor> dense() {
        return dense;
    }

    /**
     * Tensors in the memory of the given, to take gradients of. Each thread needs its own: LibTorch
     * looks up where a leaf's gradient goes without a lock, while another thread that records the
     * same leaf may just be writing it. They belong to the caller's scope.
     */
    static Map<String, Tensor> leaves(Map<String, Tensor> weights) {
        Map<String, Tensor> leaves = new LinkedHashMap<>();
        weights.forEach((name, weight) -> leaves.put(name, weight.detach().requires_grad_(true)));
        return leaves;
    }

    /** Every weight, in the order of the network's parameters. */
    Map<String, Tensor> byName() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        for (ParameterSpec spec : specs) {
            Tensor weight = dense.get(spec.name());
            all.put(spec.name(), weight == null ? itemTable : weight);
        }
        return all;
    }

    /** The parts of a vector that lies like the dense weights, each in its weight's shape. */
    List<Tensor> denseViews(Tensor vector) {
        List<Tensor> views = new ArrayList<>();
        long offset = 0;
        for (Tensor weight : dense.values()) {
            views.add(vector.narrow(0, offset, weight.numel()).view_as(weight));
            offset += weight.numel();
        }
        return views;
    }

    /** How many values the dense weights have. */
    long denseValues() {
        return flat.numel() - itemValues();
    }

    /** How many values lie before the dense weights in the flat vector. */
    long itemValues() {
        return itemTable.numel();
    }

    /** A copy in plain Java, in the order of the network's parameters. */
    Map<String, FloatTensor> snapshot() {
        return snapshotOf(flat);
    }

    /** Likewise of a vector [P] that lies like the weights. */
    Map<String, FloatTensor> snapshotOf(Tensor vector) {
        Map<String, FloatTensor> copy = new LinkedHashMap<>();
        try (PointerScope step = new PointerScope()) {
            long offset = 0;
            for (ParameterSpec spec : specs) {
                float[] values = new float[spec.count()];
                vector.data_ptr_float().position(offset).get(values);
                copy.put(spec.name(), new FloatTensor(spec.shape().clone(), values));
                offset += spec.count();
            }
        }
        return copy;
    }

    /** Overwrites every weight. */
    void load(Map<String, FloatTensor> values) {
        try (PointerScope step = new PointerScope()) {
            long offset = 0;
            for (ParameterSpec spec : specs) {
                FloatTensor tensor = values.get(spec.name());
                if (tensor == null || !Arrays.equals(tensor.shape(), spec.shape())) {
                    throw new IllegalArgumentException(
                            "weight "
                                    + spec.name()
                                    + ": expected "
                                    + Arrays.toString(spec.shape())
                                    + ", found "
                                    + tensor);
                }
                flat.data_ptr_float().position(offset).put(tensor.values());
                offset += spec.count();
            }
        }
    }

    static long[] longs(int[] shape) {
        return Arrays.stream(shape).asLongStream().toArray();
    }

    @Override
    public void close() {
        owner.close();
    }
}
