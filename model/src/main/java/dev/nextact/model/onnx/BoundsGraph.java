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
import dev.nextact.core.NextactException;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.network.Network;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A graph of {@link NextItemGraph} made over to find the best items without the exact score of
 * each. In place of {@code scores} it gives {@link #HIDDEN} float [B, D] and {@link #HIGHEST} float
 * [B, G]: for each of the {@link ItemGroups} the highest score in it by 8-bit integers. How far
 * these can be from the exact ones is known, so that they bound them: who looks at the groups from
 * the highest bound downwards, and scores their items by {@code hidden} and {@code table}, may stop
 * at the first that lies below the least of the best found, and has left out nothing.
 *
 * <p>The items are scored in pieces, whose scores stay in the processor's cache until the highest
 * of each group is known: the [B, V+1] of them are never written to memory.
 *
 * @param onnx the graph
 */
public record BoundsGraph(byte[] onnx, ItemGroups groups) {

    public static final String HIDDEN = "search.hidden";
    public static final String HIGHEST = "search.highest";

    private static final int ZERO = 128;

    /** Below any hidden state that says something; no division by 0. */
    private static final float TINY = 1e-12f;

    /**
     * @param onnx what {@link NextItemGraph} wrote
     * @throws NextactException of category BUNDLE when it is no such graph
     */
    public static BoundsGraph of(byte[] onnx) {
        try {
            return of(ModelProto.parseFrom(onnx));
        } catch (InvalidProtocolBufferException e) {
            throw new NextactException(
                    NextactException.Category.BUNDLE, "the graph of the next item is no ONNX", e);
        }
    }

    private static BoundsGraph of(ModelProto model) {
        GraphProto graph = model.getGraph();
        NodeProto head =
                graph.getNodeList().stream()
                        .filter(node -> node.getOpType().equals("Gemm"))
                        .filter(node -> node.getInput(1).equals(Network.ITEM_TABLE))
                        .findFirst()
                        .orElseThrow(BoundsGraph::noTable);
        ItemGroups groups =
                graph.getInitializerList().stream()
                        .filter(tensor -> tensor.getName().equals(Network.ITEM_TABLE))
                        .findFirst()
                        .map(table -> ItemGroups.of(floats(table)))
                        .orElseThrow(BoundsGraph::noTable);
        GraphProto.Builder made = graph.toBuilder().clearNode().clearOutput();
        for (NodeProto node : graph.getNodeList()) {
            if (!node.equals(head) && !node.getInputList().contains(head.getOutput(0))) {
                made.addNode(node);
            }
        }
        made.addNode(node("Identity", HIDDEN, head.getInput(0)));
        addIntegers(made);
        addPieces(made, groups);
        made.addOutput(output(HIDDEN)).addOutput(output(HIGHEST));
        return new BoundsGraph(model.toBuilder().setGraph(made).build().toByteArray(), groups);
    }

    private static NextactException noTable() {
        return NextactException.bundle(
                "the graph of the next item does not end with its product with the table %s",
                Network.ITEM_TABLE);
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

    /**
     * The hidden state by integers of its own largest element, so that batch-mates change nothing.
     */
    private static void addIntegers(GraphProto.Builder graph) {
        graph.addInitializer(floats("search.step", List.of(), 1f / ItemGroups.MOST_HIDDEN))
                .addInitializer(floats("search.tiny", List.of(), TINY))
                .addInitializer(
                        TensorProto.newBuilder()
                                .setName("search.zero")
                                .setDataType(DataType.UINT8.getNumber())
                                .setRawData(ByteString.copyFrom(new byte[] {(byte) ZERO})))
                .addNode(node("Abs", "search.abs", HIDDEN))
                .addNode(with(ints("axes", -1), node("ReduceMax", "search.largest", "search.abs")))
                .addNode(node("Max", "search.above0", "search.largest", "search.tiny"))
                .addNode(node("Div", "search.unit", HIDDEN, "search.above0"))
                .addNode(
                        node(
                                "QuantizeLinear",
                                "search.integers",
                                "search.unit",
                                "search.step",
                                "search.zero"));
    }

    private static void addPieces(GraphProto.Builder graph, ItemGroups groups) {
        graph.addInitializer(longs("search.shape", 0, ItemGroups.SIZE, groups.stride()));
        List<String> highest = new ArrayList<>();
        for (int piece = 0; piece < groups.pieces(); piece++) {
            String name = "search." + piece + ".";
            graph.addInitializer(
                            TensorProto.newBuilder()
                                    .setName(name + "table")
                                    .setDataType(DataType.INT8.getNumber())
                                    .addDims(groups.width())
                                    .addDims(groups.piece())
                                    .setRawData(ByteString.copyFrom(groups.integers(piece))))
                    .addInitializer(
                            floats(
                                    name + "scales",
                                    List.of((long) groups.piece()),
                                    groups.scales(piece)))
                    .addNode(
                            node(
                                    "MatMulInteger",
                                    name + "sums",
                                    "search.integers",
                                    name + "table",
                                    "search.zero"))
                    .addNode(
                            with(
                                    OnnxGraph.attribute("to", DataType.FLOAT.getNumber()),
                                    node("Cast", name + "floats", name + "sums")))
                    .addNode(node("Mul", name + "scores", name + "floats", name + "scales"))
                    .addNode(node("Reshape", name + "groups", name + "scores", "search.shape"))
                    .addNode(
                            with(
                                    OnnxGraph.attribute("keepdims", 0),
                                    with(
                                            ints("axes", 1),
                                            node("ReduceMax", name + "highest", name + "groups"))));
            highest.add(name + "highest");
        }
        graph.addNode(
                with(
                        OnnxGraph.attribute("axis", 1),
                        node("Concat", HIGHEST, highest.toArray(String[]::new))));
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

    private static TensorProto longs(String name, long... values) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder()
                        .setName(name)
                        .addDims(values.length)
                        .setDataType(DataType.INT64.getNumber());
        for (long value : values) {
            tensor.addInt64Data(value);
        }
        return tensor.build();
    }

    private static NodeProto node(String type, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setOpType(type)
                .setName(output)
                .addAllInput(List.of(inputs))
                .addOutput(output)
                .build();
    }

    private static NodeProto with(AttributeProto attribute, NodeProto node) {
        return node.toBuilder().addAttribute(attribute).build();
    }

    private static AttributeProto ints(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addInts(value)
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
