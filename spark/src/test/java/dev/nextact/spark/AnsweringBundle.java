package dev.nextact.spark;

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
import dev.nextact.model.onnx.HeadsGraph;
import dev.nextact.model.onnx.NextItemGraph;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A small transformer that answers every question, its weights those before training. */
final class AnsweringBundle {

    private static final List<String> BEHAVIOURS = List.of("view", "buy");

    private AnsweringBundle() {}

    static Bundle write(Path models, Catalog catalog) {
        HeadSettings heads =
                new HeadSettings(
                        true,
                        true,
                        2,
                        new HeadSettings.GapScale(1, 6, 3),
                        List.of(0.0, 43_200.0, 604_800.0, 2_592_000.0),
                        HeadSettings.TotalsScale.same(HistoryTotals.size(BEHAVIOURS.size())),
                        HeadSettings.Calendar.even(BEHAVIOURS.size()),
                        new HeadSettings.Slots(4, 3, 900, 2, 1));
        Network network =
                Network.of(
                        new NetworkSettings(
                                NetworkSettings.Family.TRANSFORMER,
                                NetworkSettings.Block.PRE_NORM,
                                NetworkSettings.FeedForward.GELU,
                                NetworkSettings.Positions.ABSOLUTE,
                                catalog.size(),
                                BEHAVIOURS.size(),
                                16,
                                1,
                                2,
                                12,
                                0,
                                List.of(),
                                List.of(NetworkSettings.TimeField.GAP),
                                Optional.of(heads)));
        Map<String, FloatTensor> weights = network.initialWeights(7);
        BundleContent.Heads ofHeads =
                new BundleContent.Heads(
                        heads,
                        HeadsGraph.write(network, weights),
                        Optional.of(
                                new NextEvents(
                                        EventWay.ROLL_OUT,
                                        new EventStatistics(new double[] {0.6, 0.4}, 900, 3_600))));
        int[] events = new int[catalog.size() + 1];
        for (int item = 1; item < events.length; item++) {
            events[item] = 100 - item;
        }
        return Bundle.open(
                new BundleWriter(Clock.systemUTC())
                        .write(
                                models,
                                new BundleContent(
                                        "shop",
                                        "transformer",
                                        12,
                                        BEHAVIOURS,
                                        "remove",
                                        7,
                                        new Manifest.Data("f", 9, catalog.size(), 99, 66, "time"),
                                        Map.of(),
                                        Map.of(),
                                        catalog,
                                        events,
                                        weights,
                                        NextItemGraph.write(network, weights),
                                        List.of("next-items", "next-events", "intent", "churn"),
                                        Optional.of(ofHeads))));
    }
}
