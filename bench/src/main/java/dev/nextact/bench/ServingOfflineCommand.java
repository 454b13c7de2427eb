package dev.nextact.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.Behaviours;
import dev.nextact.core.Catalog;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequences;
import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import dev.nextact.core.ShopConfig.SeenItems;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.PredictNext;
import dev.nextact.predict.Prediction;
import dev.nextact.predict.Shoppers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "serving-offline",
        description = {
            "Whether nextact serve answers what nextact predict next answers: for each shopper once",
            "by the history kept in its store, once by the history in the request.",
            "Exit code 5 when an answer differs by more than the order of equal scores."
        })
final class ServingOfflineCommand implements Callable<Integer> {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Scores nearer than this are equal: a batch adds up in another order than one request. */
    private static final double EQUAL = 1e-5;

    private static final int LONGEST = 80;
    private static final int THREADS = 4;
    private static final long FIRST_MILLIS = 1_750_000_000_000L;

    /** Items that the model does not know, in the log. */
    private static final int UNKNOWN = 50;

    private final Terminal terminal;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger same = new AtomicInteger();
    private final AtomicInteger reordered = new AtomicInteger();

    @Option(
            names = "--shoppers",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Shoppers (default: ${DEFAULT-VALUE}).")
    private int shoppers;

    @Option(
            names = "--k",
            paramLabel = "K",
            defaultValue = "100",
            description = "Items of an answer (default: ${DEFAULT-VALUE}).")
    private int k;

    @Mixin private ServingShopOptions options = new ServingShopOptions();
    @Mixin private JsonOption json = new JsonOption();

    ServingOfflineCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** What a shopper did: numbers of items, and of behaviours. */
    private record History(String user, int[] items, byte[] behaviours) {

        /** The shopper's events as JSON, each beginning with {@code first}. */
        String json(List<String> ids, String first) {
            StringBuilder json = new StringBuilder();
            for (int t = 0; t < items.length; t++) {
                json.append(t == 0 ? "" : ",")
                        .append('{')
                        .append(first.isEmpty() ? "" : "\"id\":\"" + user + "-" + t + "\"," + first)
                        .append("\"item\":\"")
                        .append(ids.get(items[t] - 1))
                        .append("\",\"behaviour\":\"")
                        .append(ServingShop.BEHAVIOURS.get(behaviours[t]))
                        .append("\",\"time\":")
                        .append(FIRST_MILLIS + t)
                        .append('}');
            }
            return json.toString();
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        // what was kept long ago counts too
        Path config = options.shop().write(", history: {keep: 3650d}");
        Bundle bundle =
                Bundle.newest(options.directory().resolve("work/models"), "m" + options.items());
        List<String> ids = new ArrayList<>(bundle.catalog().ids());
        for (int i = 1; i <= UNKNOWN; i++) {
            ids.add("unknown-" + i);
        }
        List<History> histories = histories(ids.size());
        Map<String, List<Prediction>> offline = offline(bundle, ids, histories);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (ServedProcess server = ServedProcess.start(config, List.of("-Xmx320m"))) {
            List<Future<?>> done = new ArrayList<>();
            for (History history : histories) {
                List<Prediction> expected = offline.getOrDefault(history.user(), List.of());
                done.add(
                        threads.submit(
                                () -> {
                                    compare(server.port(), ids, history, expected);
                                    return null;
                                }));
            }
            for (Future<?> one : done) {
                one.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NextactException known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            threads.shutdownNow();
        }
        terminal.out()
                .printf(
                        "%d shoppers, asked twice, top %d of %d items: %d answers the same in each"
                                + " place, %d but for the order of scores nearer than %s, 0 others%n",
                        shoppers, k, options.items(), same.get(), reordered.get(), EQUAL);
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("shoppers", shoppers);
        tree.put("same", same.get());
        tree.put("same_but_for_equal_scores", reordered.get());
        json.write(tree);
        return 0;
    }

    /**
     * One in fifty without an event; one event in fifty of an item that the model does not know.
     */
    private List<History> histories(int known) {
        Random random = new Random(23);
        List<History> histories = new ArrayList<>();
        for (int user = 0; user < shoppers; user++) {
            int size = user % 50 == 0 ? 0 : 1 + random.nextInt(LONGEST);
            int[] of = new int[size];
            byte[] acts = new byte[size];
            for (int t = 0; t < size; t++) {
                of[t] = 1 + random.nextInt(random.nextInt(50) == 0 ? known : options.items());
                acts[t] = (byte) random.nextInt(ServingShop.BEHAVIOURS.size());
            }
            histories.add(new History("shopper-" + user, of, acts));
        }
        return histories;
    }

    private Map<String, List<Prediction>> offline(
            Bundle bundle, List<String> ids, List<History> histories) {
        EventSequences.Builder sequences = new EventSequences.Builder(shoppers * LONGEST);
        for (History history : histories) {
            for (int t = 0; t < history.items().length; t++) {
                sequences.event(
                        history.items()[t], history.behaviours()[t], (FIRST_MILLIS + t) * 1000);
            }
            sequences.endUser();
        }
        Map<String, List<String>> behaviours = new LinkedHashMap<>();
        ServingShop.BEHAVIOURS.forEach(name -> behaviours.put(name, List.of(name)));
        EventLog log =
                new EventLog(
                        Catalog.of(ids),
                        histories.stream().map(History::user).toList(),
                        Behaviours.of(behaviours),
                        sequences.build(),
                        "random");
        Map<String, List<Prediction>> answers = new LinkedHashMap<>();
        new PredictNext()
                .run(
                        bundle,
                        Optional.of(log),
                        new PredictNext.Request(
                                new Shoppers.All(), k, Optional.of(SeenItems.REMOVE)),
                        p -> answers.computeIfAbsent(p.user(), u -> new ArrayList<>()).add(p),
                        terminal.progress());
        return answers;
    }

    private void compare(int port, List<String> ids, History history, List<Prediction> expected)
            throws IOException, InterruptedException {
        String user = "\"user\":\"" + history.user() + "\"";
        post(port, "/v1/events", "{\"events\":[" + history.json(ids, user + ",") + "]}");
        for (String whose :
                Stream.of(user, "\"history\":[" + history.json(ids, "") + "]").toList()) {
            JsonNode answer =
                    JSON.readTree(
                            post(
                                    port,
                                    "/v1/predict/next",
                                    "{%s,\"k\":%d,\"seen\":\"remove\"}".formatted(whose, k)));
            boolean inPlace = isSame(history.user(), expected, answer);
            (inPlace ? same : reordered).incrementAndGet();
        }
    }

    /**
     * @return false when only items of equal scores stand in other places
     * @throws NextactException of category QUALITY when it is another answer
     */
    private static boolean isSame(String user, List<Prediction> expected, JsonNode answer) {
        JsonNode found = answer.path("items");
        Map<String, Float> scores = new HashMap<>();
        expected.forEach(prediction -> scores.put(prediction.item(), prediction.score()));
        boolean same = true;
        boolean alike =
                found.size() == expected.size()
                        && (expected.isEmpty()
                                || answer.path("basis").asText().equals(expected.get(0).basis()));
        for (int rank = 0; alike && rank < expected.size(); rank++) {
            String item = found.path(rank).path("item").asText();
            double score = found.path(rank).path("score").asDouble();
            same &= item.equals(expected.get(rank).item());
            // an item that is missing there may only be as good as the last one
            float then = scores.getOrDefault(item, expected.get(expected.size() - 1).score());
            alike =
                    Math.abs(score - expected.get(rank).score()) <= EQUAL
                            && Math.abs(score - then) <= EQUAL;
        }
        if (!alike) {
            throw new NextactException(
                    Category.QUALITY,
                    user + " is answered otherwise: expected " + expected + ", found " + answer);
        }
        return same;
    }

    private String post(int port, String path, String body)
            throws IOException, InterruptedException {
        HttpResponse<String> response =
                http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new NextactException(
                    Category.QUALITY, path + ": status 200 expected, found " + response.body());
        }
        return response.body();
    }
}
