package dev.nextact.model.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.nextact.model.FloatTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * A graph of {@link NextItemGraph} made over for serving: in place of {@code scores} it gives
 * {@code hidden} float [B, D], and {@code approximate} float [B, V+1], the scores by 8-bit integers
 * up to a factor of each row. Who takes the best of {@code approximate} and scores them again by
 * {@code hidden} and {@code table} has the exact scores for a part of the time.
 *
 * <p>An item's vector is stored in 7 bits by a scale of its own: with 8, the products of two
 * neighbours overflow the 16 bits in which processors without VNNI add them. The hidden state is
 * rounded by its own largest element, so that batch-mates change nothing.
 *
 * @param onnx the graph
 * @param table [V+1, D], the exact vectors
 */
public record QuantisedGraph(byte[] onnx, FloatTensor table) {

    /** Largest integer of an item's vector. */
    private static final int MOST = 63;

    /** Largest integer of a hidden state, about its zero. */
    private static final int MOST_HIDDEN = 127;

    private static final int ZERO = 128;

    /** Below any vector that says something; no division by 0. */
    private static final float TINY = 1e-12f;

    /**
     * @return empty where the graph does not end with the inner product of hidden states and a
     *     table
     */
    public static Optional<QuantisedGraph> of(byte[] onnx) {
        ModelProto model;
        try {
            model = ModelProto.parseFrom(onnx);
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
        GraphProto graph = model.getGraph();
        return graph.getNodeList().stream()
                .filter(node -> isHead(graph, node))
                .findFirst()
                .flatMap(head -> table(graph, head).map(table -> of(model, head, table)));
    }

    /** {@code hidden · tableᵀ}, whose result is the output, by name or through an Identity. */
    private static boolean isHead(GraphProto graph, NodeProto node) {
        boolean product =
                node.getOpType().equals("Gemm")
                        && node.getInputCount() == 2
                        && node.getAttributeList().stream()
                                .allMatch(a -> a.getName().equals("transB") && a.getI() == 1);
        String result = node.getOutput(0);
        return product
                && graph.getNodeList().stream()
                        .filter(other -> other.getInputList().contains(result))
                        .allMatch(
                                other ->
                                        other.getOpType().equals("Identity")
                                                && other.getOutput(0).equals("scores"));
    }

    private static Optional<FloatTensor> table(GraphProto graph, NodeProto head) {
        return graph.getInitializerList().stream()
                .filter(t -> t.getName().equals(head.getInput(1)) && t.getDimsCount() == 2)
                .findFirst()
                .map(QuantisedGraph::floats);
    }

    private static FloatTensor floats(TensorProto tensor) {
        int rows = Math.toIntExact(tensor.getDims(0));
        int columns = Math.toIntExact(tensor.getDims(1));
        float[] values = new float[rows * columns];
        tensor.getRawData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return new FloatTensor(new int[] {rows, columns}, values);
    }

    private static QuantisedGraph of(ModelProto model, NodeProto head, FloatTensor table) {
        GraphProto.Builder graph = model.getGraph().toBuilder().clearNode().clearOutput();
        for (NodeProto node : model.getGraph().getNodeList()) {
            if (!node.equals(head) && !node.getInputList().contains(head.getOutput(0))) {
                graph.addNode(node);
            }
        }
        addWeights(graph, table);
        graph.addNode(node("Identity", "hidden", head.getInput(0)));
        graph.addNode(node("Abs", "int8.abs", "hidden"));
        graph.addNode(
                node("ReduceMax", "int8.largest", "int8.abs").toBuilder()
                        .addAttribute(
                                AttributeProto.newBuilder()
                                        .setName("axes")
                                        .setType(AttributeProto.AttributeType.INTS)
                                        .addInts(-1))
                        .build());
        graph.addNode(node("Max", "int8.above0", "int8.largest", "int8.tiny"));
        graph.addNode(node("Div", "int8.unit", "hidden", "int8.above0"));
        graph.addNode(node("QuantizeLinear", "int8.hidden", "int8.unit", "int8.step", "int8.zero"));
        graph.addNode(node("MatMulInteger", "int8.sums", "int8.hidden", "int8.table", "int8.zero"));
        graph.addNode(
                node("Cast", "int8.floats", "int8.sums").toBuilder()
                        .addAttribute(OnnxGraph.attribute("to", (long) DataType.FLOAT.getNumber()))
                        .build());
        graph.addNode(node("Mul", "approximate", "int8.floats", "int8.scales"));
        graph.addOutput(output("hidden")).addOutput(output("approximate"));
        return new QuantisedGraph(model.toBuilder().setGraph(graph).build().toByteArray(), table);
    }

    private static void addWeights(GraphProto.Builder graph, FloatTensor table) {
        int rows = table.size(0);
        int width = table.size(1);
        byte[] integers = new byte[rows * width]; // [D, V+1]
        float[] scales = new float[rows];
        for (int row = 0; row < rows; row++) {
            float largest = TINY;
            for (int d = 0; d < width; d++) {
                largest = Math.max(largest, Math.abs(table.values()[row * width + d]));
            }
            scales[row] = largest / MOST;
            for (int d = 0; d < width; d++) {
                integers[d * rows + row] =
                        (byte) Math.round(table.values()[row * width + d] / scales[row]);
            }
        }
        graph.addInitializer(
                TensorProto.newBuilder()
                        .setName("int8.table")
                        .setDataType(DataType.INT8.getNumber())
                        .addDims(width)
                        .addDims(rows)
                        .setRawData(ByteString.copyFrom(integers)));
        graph.addInitializer(floats("int8.scales", List.of((long) rows), scales));
        graph.addInitializer(floats("int8.step", List.of(), 1f / MOST_HIDDEN));
        graph.addInitializer(floats("int8.tiny", List.of(), TINY));
        graph.addInitializer(
                TensorProto.newBuilder()
                        .setName("int8.zero")
                        .setDataType(DataType.UINT8.getNumber())
                        .setRawData(ByteString.copyFrom(new byte[] {(byte) ZERO})));
    }

    private static TensorProto floats(String name, List<Long> shape, float... values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(DataType.FLOAT.getNumber())
                .addAllDims(shape)
                .setRawData(ByteString.copyFrom(bytes.array()))
                .build();
    }

    private static NodeProto node(String type, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setOpType(type)
                .setName(output)
                .addAllInput(List.of(inputs))
                .addOutput(output)
                .build();
    }

    private static ValueInfoProto output(String name) {
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(
                        TypeProto.newBuilder()
                                .setTensorType(
                                        TypeProto.Tensor.newBuilder()
                                                .setElemType(DataType.FLOAT.getNumber())))
                .build();
    }
}
