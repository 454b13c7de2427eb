package dev.nextact.predict;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventWay;
import dev.nextact.core.events.EventStatistics;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.bundle.BundleContent;
import dev.nextact.model.bundle.BundleWriter;
import dev.nextact.model.bundle.Manifest;
import dev.nextact.model.bundle.NextEvents;
import dev.nextact.model.network.HeadSettings;
import dev.nextact.model.network.HistoryTotals;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.NetworkSettings;
import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.network.NetworkSettings.FeedForward;
import dev.nextact.model.network.NetworkSettings.Positions;
import dev.nextact.model.network.NetworkSettings.TimeField;
import dev.nextact.model.onnx.HeadsGraph;
import dev.nextact.model.onnx.NextItemGraph;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A small bundle with heads, its weights those before training. */
public final class OutlookBundle {

    public static final List<String> ITEMS = List.of("tea", "cup", "pot");

    /** Eight for the next five events. */
    static final HeadSettings.Slots SLOTS = new HeadSettings.Slots(8, 5, 600, 2, 1);

    private OutlookBundle() {}

    /** Its versions count up. */
    public static Bundle write(Path directory, boolean nextEvent, boolean hazards) {
        HeadSettings heads =
                new HeadSettings(
                        nextEvent,
                        hazards,
                        3,
                        new HeadSettings.GapScale(1, 8, 2),
                        List.of(0.0, 3_600.0, 86_400.0, 864_000.0),
                        hazards
                                ? HeadSettings.TotalsScale.same(HistoryTotals.size(2))
                                : HeadSettings.TotalsScale.same(0),
                        HeadSettings.Calendar.even(2),
                        nextEvent ? SLOTS : HeadSettings.Slots.NONE);
        Network network =
                Network.of(
                        new NetworkSettings(
                                Family.GRU,
                                Block.PRE_NORM,
                                FeedForward.GELU,
                                Positions.ABSOLUTE,
                                ITEMS.size(),
                                2,
                                8,
                                1,
                                1,
                                10,
                                0,
                                List.of(),
                                List.of(TimeField.GAP),
                                Optional.of(heads)));
        Map<String, FloatTensor> weights = network.initialWeights(5);
        return Bundle.open(
                new BundleWriter(Clock.systemUTC())
                        .write(
                                directory,
                                new BundleContent(
                                        "shop",
                                        "gru",
                                        10,
                                        List.of("view", "buy"),
                                        "keep",
                                        5,
                                        new Manifest.Data("f", 3, ITEMS.size(), 9, 6, "time"),
                                        Map.of(),
                                        Map.of(),
                                        Catalog.of(ITEMS),
                                        new int[] {0, 5, 9, 1},
                                        weights,
                                        NextItemGraph.write(network, weights),
                                        List.of("next-items", "next-events", "intent"),
                                        Optional.of(
                                                new BundleContent.Heads(
                                                        heads,
                                                        HeadsGraph.write(network, weights),
                                                        nextEvent
                                                                ? Optional.of(BY_ROLL_OUT)
                                                                : Optional.empty())))));
    }

    private static final NextEvents BY_ROLL_OUT =
            new NextEvents(
                    EventWay.ROLL_OUT,
                    new EventStatistics(new double[] {0.75, 0.25}, 1_800, 7_200));
}
