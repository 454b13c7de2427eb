package dev.nextact.model.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.network.DemandNetwork;
import java.util.Map;

/**
 * The graph of a {@link DemandNetwork}. Inputs: {@code rows} float [B, T, F]; {@code lengths} int64
 * [B], 1..T. Output: {@code outputs} float [B, 2H], after the last period of each series.
 */
public final class DemandGraph {

    private DemandGraph() {}

    /** An ONNX file, as bytes. */
    public static byte[] write(DemandNetwork network, Map<String, FloatTensor> weights) {
        OnnxGraph graph = new OnnxGraph("demand");
        OnnxOps ops = new OnnxOps(graph, weights);
        int features = network.settings().features().size();
        OnnxValue outputs =
                network.lastOutputs(
                        ops,
                        graph.input("rows", DataType.FLOAT, "B", "T", features),
                        graph.input("lengths", DataType.INT64, "B"));
        graph.output(outputs, "outputs", DataType.FLOAT, "B", 2 * network.settings().horizon());
        return graph.toBytes();
    }
}
