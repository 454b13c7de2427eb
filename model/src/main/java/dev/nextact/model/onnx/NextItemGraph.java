package dev.nextact.model.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.nextact.core.NextactException;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.NetworkSettings.TimeField;
import dev.nextact.model.network.Tokens;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/**
 * The graph that serves the next item.
 *
 * <p>Inputs: {@code items} int64 [B, T], 1..V, padded with 0 at the end; {@code behaviours} int64
 * [B, T], where the network reads them; {@code gaps}, {@code hours}, {@code weekdays} and {@code
 * times}, in microseconds, int64 [B, T], those that the network reads; {@code fields} int64 and
 * {@code field_weights} float [B, T, N], where it reads fields, N being what the longest token
 * needs; {@code lengths} int64 [B], 1..T. With baskets, in place of {@code items}: {@code
 * basket_items} int64 and {@code basket_weights} float [B, T, I], 1..V and one by √n of the n items
 * of the basket, I being the most of them, padded with 0. Outputs: {@code scores} float [B, V+1],
 * the higher the likelier, column 0 means nothing; {@code hidden} float [B, D] where there are
 * other heads, for the {@link HeadsGraph}.
 */
public final class NextItemGraph {

    private NextItemGraph() {}

    private static OnnxValue clock(OnnxGraph graph, String name, boolean isRead) {
        return isRead ? graph.input(name, DataType.INT64, "B", "T") : OnnxValue.NONE;
    }

    /** An ONNX file, as bytes. */
    public static byte[] write(Network network, Map<String, FloatTensor> weights) {
        OnnxGraph graph = new OnnxGraph("next-items");
        boolean hasBaskets = network.settings().shape().baskets();
        OnnxValue items =
                hasBaskets ? OnnxValue.NONE : graph.input("items", DataType.INT64, "B", "T");
        Tokens.Fields<OnnxValue> baskets =
                hasBaskets
                        ? new Tokens.Fields<>(
                                graph.input("basket_items", DataType.INT64, "B", "T", "I"),
                                graph.input("basket_weights", DataType.FLOAT, "B", "T", "I"))
                        : new Tokens.Fields<>(OnnxValue.NONE, OnnxValue.NONE);
        OnnxValue behaviours =
                network.settings().readsBehaviours()
                        ? graph.input("behaviours", DataType.INT64, "B", "T")
                        : OnnxValue.NONE;
        OnnxValue lengths = graph.input("lengths", DataType.INT64, "B");
        List<TimeField> read = network.settings().timeFields();
        Tokens.Clock<OnnxValue> clock =
                new Tokens.Clock<>(
                        clock(graph, "gaps", read.contains(TimeField.GAP)),
                        clock(graph, "hours", read.contains(TimeField.HOUR)),
                        clock(graph, "weekdays", read.contains(TimeField.WEEKDAY)),
                        clock(graph, "times", network.settings().hasTimeBias()));
        Tokens.Fields<OnnxValue> fields =
                network.settings().shape().fields()
                        ? new Tokens.Fields<>(
                                graph.input("fields", DataType.INT64, "B", "T", "N"),
                                graph.input("field_weights", DataType.FLOAT, "B", "T", "N"))
                        : new Tokens.Fields<>(OnnxValue.NONE, OnnxValue.NONE);
        OnnxOps ops = new OnnxOps(graph, weights);
        OnnxValue hidden =
                network.encodeLast(
                        ops, new Tokens<>(items, behaviours, clock, fields, baskets, lengths));
        OnnxValue scores = network.nextItemScores(ops, hidden);
        graph.output(scores, "scores", DataType.FLOAT, "B", network.settings().items() + 1);
        if (network.settings().foretells().isPresent()) {
            graph.output(hidden, "hidden", DataType.FLOAT, "B", network.settings().width());
        }
        return graph.toBytes();
    }

    /**
     * The same graph with more items, behind those it has been learned for; without a change of the
     * others, down to the bit.
     *
     * @param onnx what {@link #write} gave, with or without more items
     * @param learned V; items beyond them are left out
     * @param more [N, D], whole vectors
     */
    public static byte[] withItems(byte[] onnx, int learned, FloatTensor more) {
        ModelProto model;
        try {
            model = ModelProto.parseFrom(onnx);
        } catch (InvalidProtocolBufferException e) {
            throw new NextactException(
                    NextactException.Category.BUNDLE, "the graph of the next item is no ONNX", e);
        }
        GraphProto.Builder graph = model.getGraph().toBuilder();
        int rows = learned + 1 + more.size(0);
        boolean found = false;
        for (TensorProto.Builder tensor : graph.getInitializerBuilderList()) {
            if (tensor.getName().equals(Network.ITEM_TABLE)) {
                found = true;
                ByteBuffer values =
                        ByteBuffer.allocate(rows * more.size(1) * Float.BYTES)
                                .order(ByteOrder.LITTLE_ENDIAN);
                int kept = (learned + 1) * more.size(1) * Float.BYTES;
                tensor.getRawData().substring(0, kept).copyTo(values);
                values.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(more.values());
                tensor.setDims(0, rows).setRawData(ByteString.copyFrom(values.array()));
            }
        }
        for (ValueInfoProto.Builder output : graph.getOutputBuilderList()) {
            if (output.getName().equals("scores")) {
                output.getTypeBuilder()
                        .getTensorTypeBuilder()
                        .getShapeBuilder()
                        .getDimBuilder(1)
                        .setDimValue(rows);
            }
        }
        if (!found) {
            throw NextactException.bundle(
                    "the graph of the next item holds no table named %s", Network.ITEM_TABLE);
        }
        return model.toBuilder().setGraph(graph).build().toByteArray();
    }
}
