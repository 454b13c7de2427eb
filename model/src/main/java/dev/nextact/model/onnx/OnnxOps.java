package dev.nextact.model.onnx;

import static dev.nextact.model.onnx.OnnxGraph.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.ops.Ops;
import dev.nextact.model.ops.TimeBuckets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Writes a network as an ONNX graph of plain operators (opset 17). Weights become constants, in the
 * order of gates and the orientation that ONNX wants. Confined to one thread.
 */
final class OnnxOps implements Ops<OnnxValue> {

    /** Far below any score, and finite, so that no 0·∞ can arise. */
    private static final float MASKED = -1e9f;

    private final OnnxGraph graph;
    private final Map<String, FloatTensor> parameters;

    /** Parts of weights, by the names they have in the graph. */
    private final Map<String, FloatTensor> parts = new HashMap<>();

    OnnxOps(OnnxGraph graph, Map<String, FloatTensor> parameters) {
        this.graph = graph;
        this.parameters = parameters;
    }

    @Override
    public OnnxValue parameter(String name) {
        return graph.constant(name, weight(name));
    }

    private FloatTensor weight(String name) {
        FloatTensor tensor = parameters.getOrDefault(name, parts.get(name));
        if (tensor == null) {
            throw new IllegalArgumentException("no weight is named " + name);
        }
        return tensor;
    }

    @Override
    public OnnxValue embedding(OnnxValue table, OnnxValue indices) {
        return graph.node("Gather", table, indices);
    }

    @Override
    public OnnxValue weightedRows(OnnxValue table, OnnxValue indices, OnnxValue weights) {
        OnnxValue rows = graph.node("Gather", table, indices); // [B, T, N, D]
        OnnxValue axis = graph.constant(2L);
        OnnxValue line = graph.node("Unsqueeze", weights, axis); // [B, T, 1, N]
        return graph.node("Squeeze", graph.node("MatMul", line, rows), axis);
    }

    @Override
    public OnnxValue positions(OnnxValue indices) {
        OnnxValue shape = graph.node("Shape", indices);
        OnnxValue steps = graph.node("Gather", shape, graph.scalar(1L));
        return graph.node("Range", graph.scalar(0L), steps, graph.scalar(1L));
    }

    @Override
    public OnnxValue add(OnnxValue a, OnnxValue b) {
        return graph.node("Add", a, b);
    }

    @Override
    public OnnxValue addEach(OnnxValue a, OnnxValue b) {
        return graph.node("Add", graph.node("Unsqueeze", a, graph.constant(1)), b);
    }

    @Override
    public OnnxValue linear(OnnxValue x, OnnxValue weight, OnnxValue bias) {
        FloatTensor w = weight(weight.name());
        OnnxValue transposed = graph.constant(weight.name() + ".transposed", transposed(w));
        return graph.node("Add", graph.node("MatMul", x, transposed), bias);
    }

    @Override
    public OnnxValue rows(OnnxValue weight, int from, int count) {
        FloatTensor whole = weight(weight.name());
        int[] shape = whole.shape().clone();
        int row = whole.values().length / shape[0];
        shape[0] = count;
        String name = weight.name() + "." + from + "-" + (from + count);
        FloatTensor rows =
                new FloatTensor(
                        shape,
                        Arrays.copyOfRange(whole.values(), from * row, (from + count) * row));
        parts.put(name, rows);
        return graph.constant(name, rows);
    }

    @Override
    public OnnxValue part(OnnxValue x, int n, int parts) {
        OnnxValue shape = graph.node("Shape", x);
        OnnxValue whole = graph.node("Gather", shape, graph.constant(-1L));
        OnnxValue size = graph.node("Div", whole, graph.constant((long) parts));
        OnnxValue start = graph.node("Mul", size, graph.constant((long) n));
        OnnxValue end = graph.node("Add", start, size);
        return graph.node("Slice", x, start, end, graph.constant(-1L));
    }

    /** By Gemm, which reads the table as it lies and makes no second copy of it. */
    @Override
    public OnnxValue dot(OnnxValue x, OnnxValue table) {
        return graph.node("Gemm", List.of(attribute("transB", 1L)), x, table);
    }

    @Override
    public OnnxValue layerNorm(OnnxValue x, OnnxValue gain, OnnxValue bias) {
        List<AttributeProto> attributes =
                List.of(attribute("axis", -1L), attribute("epsilon", 1e-5f));
        return graph.node("LayerNormalization", attributes, x, gain, bias);
    }

    @Override
    public OnnxValue multiply(OnnxValue a, OnnxValue b) {
        return graph.node("Mul", a, b);
    }

    @Override
    public OnnxValue sigmoid(OnnxValue x) {
        return graph.node("Sigmoid", x);
    }

    @Override
    public OnnxValue relu(OnnxValue x) {
        return graph.node("Relu", x);
    }

    @Override
    public OnnxValue silu(OnnxValue x) {
        return graph.node("Mul", x, sigmoid(x));
    }

    @Override
    public OnnxValue gelu(OnnxValue x) {
        OnnxValue scaled = graph.node("Mul", x, graph.scalar((float) Math.sqrt(0.5)));
        OnnxValue onePlus = graph.node("Add", graph.node("Erf", scaled), graph.scalar(1f));
        return graph.node("Mul", graph.node("Mul", x, onePlus), graph.scalar(0.5f));
    }

    @Override
    public OnnxValue dropout(OnnxValue x, double rate) {
        return x;
    }

    @Override
    public OnnxValue detached(OnnxValue x) {
        return x;
    }

    @Override
    public OnnxValue block(OnnxValue x, UnaryOperator<OnnxValue> part) {
        return part.apply(x);
    }

    @Override
    public OnnxValue timeBuckets(OnnxValue times) {
        return buckets(graph.node("Unsqueeze", times, graph.constant(2)), times);
    }

    @Override
    public OnnxValue lastTimeBuckets(OnnxValue times, OnnxValue lengths) {
        OnnxValue each = graph.node("Unsqueeze", times, graph.constant(2)); // [B, T, 1]
        return buckets(last(each, lengths), times);
    }

    /**
     * The binary digits of whole ticks, as 1 + ⌊log₂(ticks + ½)⌋: the half keeps every whole number
     * of ticks clear of the powers of 2, so that the rounding of the logarithm changes nothing. The
     * difference of int64 is exact as a double, and Max of int64 is not to be trusted: that of ONNX
     * Runtime 1.23.2 looks at the lower 32 bits.
     *
     * @param own times, [B, Tq, 1]
     * @param times [B, T]
     * @return [B, Tq, T]
     */
    private OnnxValue buckets(OnnxValue own, OnnxValue times) {
        OnnxValue micros =
                graph.node("Sub", own, graph.node("Unsqueeze", times, graph.constant(1)));
        OnnxValue since = graph.node("Max", cast(micros, DataType.DOUBLE), exact(0));
        OnnxValue ticks =
                graph.node(
                        "Floor", graph.node("Div", since, exact((float) TimeBuckets.TICK_MICROS)));
        OnnxValue log = graph.node("Log", graph.node("Add", ticks, exact(0.5f)));
        OnnxValue ofTwo = graph.node("Log", exact(2));
        OnnxValue floor = graph.node("Floor", graph.node("Div", log, ofTwo));
        OnnxValue bucket = graph.node("Add", floor, exact(1));
        return cast(graph.node("Min", bucket, exact(TimeBuckets.COUNT - 1)), DataType.INT64);
    }

    /** A double that is a float too. */
    private OnnxValue exact(float value) {
        return cast(graph.scalar(value), DataType.DOUBLE);
    }

    private OnnxValue cast(OnnxValue x, DataType type) {
        return graph.node("Cast", List.of(attribute("to", (long) type.getNumber())), x);
    }

    private OnnxValue splitHeads(OnnxValue x, int heads) {
        // [B, T, D] -> [B, T, H, K] -> [B, H, T, K]
        OnnxValue split = graph.node("Reshape", x, graph.constant(0, 0, heads, -1));
        return transpose(split, 0, 2, 1, 3);
    }

    private OnnxValue mergeHeads(OnnxValue x) {
        // [B, H, T, K] -> [B, T, H, K] -> [B, T, D]
        return graph.node("Reshape", transpose(x, 0, 2, 1, 3), graph.constant(0, 0, -1));
    }

    @Override
    public OnnxValue causalAttention(OnnxValue projections, int heads, Attention<OnnxValue> how) {
        OnnxValue q = splitHeads(part(projections, 0, 3), heads);
        OnnxValue k = splitHeads(part(projections, 1, 3), heads);
        OnnxValue v = splitHeads(part(projections, 2, 3), heads);
        OnnxValue range = steps(q); // [T]
        OnnxValue query = graph.node("Unsqueeze", range, graph.constant(1)); // [T, 1]
        OnnxValue later = graph.node("Greater", range, query); // [T, T]
        Optional<OnnxValue> bias =
                how.bias().map(b -> byDistance(b, graph.node("Sub", query, range))); // [H, T, T]
        return mergeHeads(attend(q, k, v, later, how.weighting(), withTimes(bias, how)));
    }

    @Override
    public OnnxValue attention(
            OnnxValue query,
            OnnxValue projections,
            int heads,
            OnnxValue lengths,
            Attention<OnnxValue> how) {
        OnnxValue q = splitHeads(query, heads);
        OnnxValue k = splitHeads(part(projections, 0, 2), heads);
        OnnxValue v = splitHeads(part(projections, 1, 2), heads);
        OnnxValue range = steps(k); // [T]
        OnnxValue ends = graph.node("Unsqueeze", lengths, graph.constant(1, 2, 3)); // [B,1,1,1]
        OnnxValue padding = graph.node("GreaterOrEqual", range, ends); // [B, 1, 1, T]
        Optional<OnnxValue> bias =
                how.bias()
                        .map(
                                b -> {
                                    OnnxValue last = graph.node("Sub", lengths, graph.scalar(1L));
                                    OnnxValue own =
                                            graph.node("Unsqueeze", last, graph.constant(1));
                                    // [H, B, T] -> [B, H, T] -> [B, H, 1, T]
                                    OnnxValue values = byDistance(b, graph.node("Sub", own, range));
                                    return graph.node(
                                            "Unsqueeze",
                                            transpose(values, 1, 0, 2),
                                            graph.constant(2));
                                });
        return mergeHeads(attend(q, k, v, padding, how.weighting(), withTimes(bias, how)));
    }

    /** 0, 1, … T-1 of a [B, H, T, K]. */
    private OnnxValue steps(OnnxValue x) {
        OnnxValue shape = graph.node("Shape", x);
        OnnxValue steps = graph.node("Gather", shape, graph.scalar(2L));
        return graph.node("Range", graph.scalar(0L), steps, graph.scalar(1L));
    }

    /** Rows of a bias [H, L]: [H, distances…]; where the step seen is a later one, any value. */
    private OnnxValue byDistance(OnnxValue bias, OnnxValue distances) {
        OnnxValue seen = graph.node("Max", distances, graph.scalar(0L));
        return graph.node("Gather", List.of(attribute("axis", 1L)), bias, seen);
    }

    private Optional<OnnxValue> withTimes(Optional<OnnxValue> bias, Attention<OnnxValue> how) {
        if (how.timeBias().isEmpty()) {
            return bias;
        }
        TimeBias<OnnxValue> time = how.timeBias().get();
        OnnxValue values =
                graph.node("Gather", List.of(attribute("axis", 1L)), time.bias(), time.buckets());
        OnnxValue byHead = transpose(values, 1, 0, 2, 3); // [H, B, Tq, T] -> [B, H, Tq, T]
        return Optional.of(bias.map(b -> graph.node("Add", byHead, b)).orElse(byHead));
    }

    private OnnxValue attend(
            OnnxValue q,
            OnnxValue k,
            OnnxValue v,
            OnnxValue hidden,
            Weighting weighting,
            Optional<OnnxValue> bias) {
        OnnxValue products = graph.node("MatMul", q, transpose(k, 0, 1, 3, 2)); // [B, H, Tq, T]
        if (weighting == Weighting.SILU) {
            OnnxValue scores = bias.map(b -> graph.node("Add", products, b)).orElse(products);
            OnnxValue weights = graph.node("Where", hidden, graph.scalar(0f), silu(scores));
            return graph.node("MatMul", weights, v);
        }
        // K is read at run time: the graph serves any number of heads
        OnnxValue shape = graph.node("Shape", q);
        OnnxValue width = graph.node("Gather", shape, graph.scalar(3L));
        OnnxValue widthFloat = cast(width, DataType.FLOAT);
        OnnxValue scaled = graph.node("Div", products, graph.node("Sqrt", widthFloat));
        OnnxValue scores = bias.map(b -> graph.node("Add", scaled, b)).orElse(scaled);
        OnnxValue masked = graph.node("Where", hidden, graph.scalar(MASKED), scores);
        OnnxValue weights = graph.node("Softmax", List.of(attribute("axis", -1L)), masked);
        return graph.node("MatMul", weights, v);
    }

    @Override
    public OnnxValue last(OnnxValue x, OnnxValue lengths) {
        OnnxValue step = graph.node("Sub", lengths, graph.scalar(1L)); // [B]
        OnnxValue indices = graph.node("Unsqueeze", step, graph.constant(1)); // [B, 1]
        return graph.node("GatherND", List.of(attribute("batch_dims", 1L)), x, addStep(indices));
    }

    /** GatherND wants an index tuple per result: [B, 1] -> [B, 1, 1]. */
    private OnnxValue addStep(OnnxValue indices) {
        return graph.node("Unsqueeze", indices, graph.constant(2));
    }

    @Override
    public OnnxValue squeezeStep(OnnxValue x) {
        return graph.node("Squeeze", x, graph.constant(1));
    }

    @Override
    public OnnxValue recurrent(Cell cell, OnnxValue x, RecurrentWeights names) {
        // the place in LibTorch's order of each gate in ONNX's
        int[] order =
                switch (cell) {
                    case RNN -> new int[] {0};
                    case GRU -> new int[] {1, 0, 2}; // update, reset, new
                    case LSTM -> new int[] {0, 3, 1, 2}; // input, output, forget, cell
                };
        int width = weight(names.hidden()).size(1);
        OnnxValue w = graph.constant(names.input() + ".onnx", gates(names.input(), order, width));
        OnnxValue r = graph.constant(names.hidden() + ".onnx", gates(names.hidden(), order, width));
        FloatTensor inputBias = gates(names.inputBias(), order, width);
        FloatTensor hiddenBias = gates(names.hiddenBias(), order, width);
        OnnxValue b = graph.constant(names.inputBias() + ".onnx", joined(inputBias, hiddenBias));
        List<AttributeProto> attributes = new ArrayList<>();
        attributes.add(attribute("hidden_size", (long) width));
        if (cell == Cell.GRU) {
            attributes.add(attribute("linear_before_reset", 1L));
        }
        OnnxValue stepsFirst = transpose(x, 1, 0, 2); // [B, T, I] -> [T, B, I]
        OnnxValue states = graph.node(cell.name(), attributes, stepsFirst, w, r, b);
        OnnxValue squeezed = graph.node("Squeeze", states, graph.constant(1)); // [T, B, D]
        return transpose(squeezed, 1, 0, 2); // [T, B, D] -> [B, T, D]
    }

    private OnnxValue transpose(OnnxValue x, long... order) {
        List<Long> permutation = Arrays.stream(order).boxed().toList();
        return graph.node("Transpose", List.of(attribute("perm", permutation)), x);
    }

    /** The blocks of a [G·D, …] weight in another order, behind a first dimension of 1. */
    private FloatTensor gates(String name, int[] order, int width) {
        FloatTensor tensor = weight(name);
        int block = tensor.values().length / order.length;
        float[] values = new float[tensor.values().length];
        for (int gate = 0; gate < order.length; gate++) {
            System.arraycopy(tensor.values(), order[gate] * block, values, gate * block, block);
        }
        int rows = order.length * width;
        int[] shape =
                tensor.dimensions() == 1
                        ? new int[] {1, rows}
                        : new int[] {1, rows, tensor.size(1)};
        return new FloatTensor(shape, values);
    }

    private static FloatTensor joined(FloatTensor a, FloatTensor b) {
        float[] values = Arrays.copyOf(a.values(), a.values().length * 2);
        System.arraycopy(b.values(), 0, values, a.values().length, b.values().length);
        return new FloatTensor(new int[] {1, values.length}, values);
    }

    private static FloatTensor transposed(FloatTensor matrix) {
        int rows = matrix.size(0);
        int columns = matrix.size(1);
        FloatTensor out = FloatTensor.zeros(columns, rows);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                out.values()[c * rows + r] = matrix.values()[r * columns + c];
            }
        }
        return out;
    }
}
