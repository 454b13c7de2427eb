package dev.nextact.model.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.network.EventSlots;
import dev.nextact.model.network.HeadSettings;
import dev.nextact.model.network.Mixture;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.Tokens;
import java.util.Map;

/**
 * The graph of the heads beside the next item's: questions about histories.
 *
 * <p>Inputs for the B histories: {@code hidden} float [B, D] of the {@link NextItemGraph}; {@code
 * behaviours} int64 [B, T], where there are several; {@code gaps}, {@code hours}, {@code weekdays}
 * int64 [B, T]; {@code lengths} int64 [B]. For the N questions: {@code rows} int64 [N], which
 * history each is about. Outputs, where the network foretells the next event: {@code gap_weights},
 * {@code gap_means}, {@code gap_deviations} float [N, M], see {@link Mixture}; with several
 * behaviours {@code next_behaviours} float [N, C] for the input {@code gap} int64 [N]. With
 * hazards: {@code hazards} float [N, C·G] for the inputs {@code totals} float [N, F] and {@code
 * elapsed}, {@code hour}, {@code weekday}, {@code week_hour} int64 [N]. With slots: {@code
 * slot_presence}, {@code slot_times}, {@code slot_spreads} float [N, S, 1] and {@code
 * slot_behaviours} float [N, S, C], see {@link EventSlots}. A classifier reads {@code hidden}
 * alone, or {@code totals} float [B, F] beside it; its output is {@code probability} float [B, 1],
 * and where it counts {@code log_count} float [B, 1], the logarithm of how many to expect.
 */
public final class HeadsGraph {

    private HeadsGraph() {}

    /** An ONNX file, as bytes. */
    public static byte[] write(Network network, Map<String, FloatTensor> weights) {
        HeadSettings heads = network.settings().foretells().orElseThrow();
        OnnxGraph graph = new OnnxGraph("heads");
        OnnxOps ops = new OnnxOps(graph, weights);
        OnnxValue hidden = graph.input("hidden", DataType.FLOAT, "B", network.settings().width());
        if (network.classifies()) {
            OnnxValue totals =
                    heads.totals().size() > 0
                            ? graph.input("totals", DataType.FLOAT, "B", heads.totals().size())
                            : OnnxValue.NONE;
            OnnxValue probability = ops.sigmoid(network.classify(ops, hidden, totals));
            graph.output(probability, "probability", DataType.FLOAT, "B", 1);
            if (network.counts()) {
                OnnxValue count = network.logCounts(ops, hidden, totals);
                graph.output(count, "log_count", DataType.FLOAT, "B", 1);
            }
            return graph.toBytes();
        }
        int behaviours = network.settings().behaviours();
        Tokens<OnnxValue> tokens =
                new Tokens<>(
                        OnnxValue.NONE, // the hidden state knows the items
                        behaviours > 1
                                ? graph.input("behaviours", DataType.INT64, "B", "T")
                                : OnnxValue.NONE,
                        new Tokens.Clock<>(
                                graph.input("gaps", DataType.INT64, "B", "T"),
                                graph.input("hours", DataType.INT64, "B", "T"),
                                graph.input("weekdays", DataType.INT64, "B", "T"),
                                OnnxValue.NONE),
                        new Tokens.Fields<>(OnnxValue.NONE, OnnxValue.NONE),
                        new Tokens.Fields<>(OnnxValue.NONE, OnnxValue.NONE),
                        graph.input("lengths", DataType.INT64, "B"));
        OnnxValue context =
                ops.embedding(
                        network.lastContext(ops, tokens, hidden),
                        graph.input("rows", DataType.INT64, "N")); // [N, D]
        if (heads.nextEvent()) {
            Mixture<OnnxValue> gap = network.nextGap(ops, context);
            graph.output(gap.weights(), "gap_weights", DataType.FLOAT, "N", heads.components());
            graph.output(gap.means(), "gap_means", DataType.FLOAT, "N", heads.components());
            graph.output(
                    gap.deviations(), "gap_deviations", DataType.FLOAT, "N", heads.components());
            if (behaviours > 1) {
                OnnxValue asked = graph.input("gap", DataType.INT64, "N");
                graph.output(
                        network.nextBehaviour(ops, context, asked),
                        "next_behaviours",
                        DataType.FLOAT,
                        "N",
                        behaviours);
            }
        }
        if (heads.hazards()) {
            Tokens.Now<OnnxValue> now =
                    new Tokens.Now<>(
                            new Tokens.Clock<>(
                                    graph.input("elapsed", DataType.INT64, "N"),
                                    graph.input("hour", DataType.INT64, "N"),
                                    graph.input("weekday", DataType.INT64, "N"),
                                    OnnxValue.NONE),
                            graph.input("week_hour", DataType.INT64, "N"),
                            graph.input("totals", DataType.FLOAT, "N", heads.totals().size()));
            graph.output(
                    network.hazards(ops, context, now),
                    "hazards",
                    DataType.FLOAT,
                    "N",
                    behaviours * heads.steps());
        }
        if (heads.direct()) {
            EventSlots<OnnxValue> slots = network.slots(ops, context);
            int count = heads.slots().count();
            graph.output(slots.presence(), "slot_presence", DataType.FLOAT, "N", count, 1);
            graph.output(
                    slots.behaviours(), "slot_behaviours", DataType.FLOAT, "N", count, behaviours);
            graph.output(slots.times(), "slot_times", DataType.FLOAT, "N", count, 1);
            graph.output(slots.spreads(), "slot_spreads", DataType.FLOAT, "N", count, 1);
        }
        return graph.toBytes();
    }
}
