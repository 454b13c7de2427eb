package dev.nextact.bench;

import dev.nextact.core.Catalog;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.bundle.BundleContent;
import dev.nextact.model.bundle.BundleWriter;
import dev.nextact.model.bundle.Manifest;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.NetworkSettings;
import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.network.NetworkSettings.Positions;
import dev.nextact.model.onnx.NextItemGraph;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A shop of many items for load tests: a transformer of width 64, 2 blocks, 2 heads and length 50
 * with random weights (speed does not depend on what they are), and random requests.
 */
final class ServingShop {

    static final int LENGTH = 50;
    static final int TOP = 100;
    static final List<String> BEHAVIOURS = List.of("view", "cart", "purchase");

    private final Path directory;
    private final int items;

    ServingShop(Path directory, int items) {
        this.directory = directory;
        this.items = items;
    }

    /**
     * Writes a bundle, if there is none yet, and the config.
     *
     * @param serve more keys of {@code serve}, in YAML's flow style
     */
    Path write(String serve) {
        try {
            Files.createDirectories(directory);
            Path config = directory.resolve("shop.yaml");
            Files.writeString(
                    config,
                    """
                    sources: [{path: log.csv, columns: {user: u, item: i, behaviour: b}}]
                    behaviours: {view: [pv], cart: [cart], purchase: [buy]}
                    model: {name: m%d}
                    serve: {port: 0, admin_port: 0%s}
                    """
                            .formatted(items, serve));
            if (!Files.exists(directory.resolve("work/models/m" + items + "/2"))) {
                addModel(1);
                addModel(2);
            }
            return config;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void addModel(long seed) {
        Network network =
                Network.of(
                        new NetworkSettings(
                                Family.TRANSFORMER,
                                Block.PRE_NORM,
                                Positions.ABSOLUTE,
                                items,
                                BEHAVIOURS.size(),
                                64,
                                2,
                                2,
                                LENGTH,
                                0,
                                List.of()));
        Map<String, FloatTensor> weights = network.initialWeights(seed);
        List<String> ids = IntStream.rangeClosed(1, items).mapToObj(ServingShop::item).toList();
        new BundleWriter(Clock.systemUTC())
                .write(
                        directory.resolve("work/models"),
                        new BundleContent(
                                "m" + items,
                                "transformer",
                                LENGTH,
                                BEHAVIOURS,
                                "keep",
                                seed,
                                new Manifest.Data("random", 1, items, 1, 1, "none"),
                                Map.of(),
                                Map.of(),
                                Catalog.of(ids),
                                IntStream.rangeClosed(0, items).toArray(),
                                weights,
                                NextItemGraph.write(network, weights)));
    }

    private static String item(int index) {
        return "item-" + index;
    }

    /** Requests with a history of 50 events in the body. */
    byte[][] inline(int count, long seed) {
        Random random = new Random(seed);
        byte[][] requests = new byte[count][];
        for (int r = 0; r < count; r++) {
            StringBuilder json = new StringBuilder("{\"k\":" + TOP + ",\"history\":[");
            for (int t = 0; t < LENGTH; t++) {
                json.append(t == 0 ? "" : ",")
                        .append("{\"item\":\"")
                        .append(item(1 + random.nextInt(items)))
                        .append("\",\"behaviour\":\"")
                        .append(BEHAVIOURS.get(random.nextInt(BEHAVIOURS.size())))
                        .append("\"}");
            }
            requests[r] = HttpLoad.post("/v1/predict/next", json.append("]}").toString());
        }
        return requests;
    }

    /** A request for a shopper whose history is kept. */
    static byte[] byUser(long user) {
        return HttpLoad.post(
                "/v1/predict/next", "{\"k\":" + TOP + ",\"user\":\"user-" + user + "\"}");
    }

    /**
     * A batch of events, each of another shopper.
     *
     * @param number of the batch; ids of events never repeat
     */
    byte[] events(long number, int size, long users) {
        Random random = new Random(number);
        StringBuilder json = new StringBuilder("{\"events\":[");
        for (int e = 0; e < size; e++) {
            json.append(e == 0 ? "" : ",")
                    .append("{\"id\":\"")
                    .append(number)
                    .append('-')
                    .append(e)
                    .append("\",\"user\":\"user-")
                    .append((number * size + e) % users)
                    .append("\",\"item\":\"")
                    .append(item(1 + random.nextInt(items)))
                    .append("\",\"behaviour\":\"")
                    .append(BEHAVIOURS.get(random.nextInt(BEHAVIOURS.size())))
                    .append("\"}");
        }
        return HttpLoad.post("/v1/events", json.append("]}").toString());
    }
}
