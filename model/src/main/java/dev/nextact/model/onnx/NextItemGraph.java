package dev.nextact.model.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.Tokens;
import java.util.Map;

/**
 * The graph that serves the next item.
 *
 * <p>Inputs: {@code items} int64 [B, T], 1..V, padded with 0 at the end; {@code behaviours} int64
 * [B, T], where there are several; {@code lengths} int64 [B], 1..T. Output: {@code scores} float
 * [B, V+1], the higher the likelier; column 0 means nothing.
 */
public final class NextItemGraph {

    private NextItemGraph() {}

    /** An ONNX file, as bytes. */
    public static byte[] write(Network network, Map<String, FloatTensor> weights) {
        OnnxGraph graph = new OnnxGraph("next-items");
        OnnxValue items = graph.input("items", DataType.INT64, "B", "T");
        OnnxValue behaviours =
                network.settings().behaviours() > 1
                        ? graph.input("behaviours", DataType.INT64, "B", "T")
                        : OnnxValue.NONE;
        OnnxValue lengths = graph.input("lengths", DataType.INT64, "B");
        OnnxValue scores =
                network.nextItemScores(
                        new OnnxOps(graph, weights), new Tokens<>(items, behaviours, lengths));
        graph.output(scores, "scores", DataType.FLOAT, "B", network.settings().items() + 1);
        return graph.toBytes();
    }
}
