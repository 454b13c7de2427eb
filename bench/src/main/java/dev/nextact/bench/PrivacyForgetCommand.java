package dev.nextact.bench;

import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.privacy.Pseudonyms;
import dev.nextact.data.FindTraces;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.serve.history.HistoryFiles;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "privacy-forget",
        description = {
            "Forgets shoppers of a server under load, sends more events of theirs, and looks for them:",
            "in answers, which must be a stranger's, and byte by byte, by their ids, their pseudonyms and",
            "the ids of their events, in the workspace and the server's log.",
            "Exit code 5 when a request fails, it takes more than 60 s, or anything of them is found."
        })
final class PrivacyForgetCommand implements Callable<Integer> {

    private static final int OTHERS = 1000;
    private static final int EVENTS = 20;
    private static final double MOST_SECONDS = 60;
    private static final long PURGE_MILLIS = 20_000;

    private final Terminal terminal;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Option(
            names = "--shoppers",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Shoppers to forget (default: ${DEFAULT-VALUE}).")
    private int shoppers = 1000;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "100",
            description = "Requests a second beside (default: ${DEFAULT-VALUE}).")
    private double rate = 100;

    @Option(names = "--pseudonyms", description = "Keep shoppers under pseudonyms.")
    private boolean pseudonyms;

    @Mixin private ServingShopOptions options = new ServingShopOptions();
    @Mixin private JsonOption json = new JsonOption();

    PrivacyForgetCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path config = options.shop().write(", history: {keep: 3650d}");
        Path key = options.directory().resolve("shop.key");
        Files.writeString(key, "0123456789abcdef".repeat(4) + "\n");
        if (pseudonyms) {
            Files.writeString(
                    config,
                    Files.readString(config) + "privacy: {pseudonyms: {key: {file: shop.key}}}\n");
        }
        Path workspace = options.directory().resolve("work");
        Pseudonyms names = Pseudonyms.of(ShopConfigReader.read(config, Map.of()));
        List<String> ids =
                Bundle.newest(workspace.resolve("models"), "m" + options.items()).catalog().ids();
        double seconds;
        HttpLoad.Result load;
        int strangers = 0;
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (ServedProcess server = ServedProcess.start(config, List.of("-Xmx320m"))) {
            for (int user = 0; user < shoppers; user++) {
                send(server.port(), "POST", "/v1/events", events("leaver-" + user, ids));
            }
            for (int user = 0; user < OTHERS; user++) {
                send(server.port(), "POST", "/v1/events", events("stayer-" + user, ids));
            }
            for (List<byte[]> of :
                    List.of(
                            List.of(bytes(names.ofUser("leaver-7"))),
                            List.of(eventHash("leaver-7", 0)))) {
                if (find(of).isEmpty()) {
                    throw new NextactException(
                            Category.QUALITY,
                            "the search does not find who is there: it shows nothing");
                }
            }
            String stranger = next(server.port(), "nobody");
            long start = System.nanoTime();
            Future<HttpLoad.Result> beside =
                    threads.submit(
                            () ->
                                    new HttpLoad(server.port(), 8)
                                            .run(n -> beside(n, ids), rate, MOST_SECONDS / 2));
            for (int user = 0; user < shoppers; user++) {
                send(server.port(), "DELETE", "/v1/users/leaver-" + user, "");
            }
            seconds = (System.nanoTime() - start) / 1e9;
            for (int user = 0; user < shoppers; user++) {
                send(server.port(), "POST", "/v1/events", events("leaver-" + user, ids));
                strangers += next(server.port(), "leaver-" + user).equals(stranger) ? 1 : 0;
            }
            load = beside.get();
            Thread.sleep(PURGE_MILLIS);
            List<byte[]> traces = new ArrayList<>();
            for (int user = 0; user < shoppers; user++) {
                String id = "leaver-" + user;
                traces.add(bytes(id));
                traces.add(bytes(names.ofUser(id)));
                for (int i = 0; i < EVENTS; i++) {
                    traces.add(bytes(eventId(id, i)));
                    traces.add(eventHash(id, i));
                }
            }
            report(seconds, load, strangers, traces.size(), find(traces));
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            threads.shutdownNow();
        }
        return 0;
    }

    private void report(
            double seconds, HttpLoad.Result load, int strangers, int traces, List<Path> found) {
        terminal.out()
                .printf(
                        "%,d shoppers forgotten in %.1f s, beside %s%n%,d of %,d are answered as a"
                                + " stranger is; of %,d ids, pseudonyms and ids of events, and the"
                                + " hashes of these, %s%n",
                        shoppers,
                        seconds,
                        load.toText(),
                        strangers,
                        shoppers,
                        traces,
                        found.isEmpty() ? "none is found" : "some are FOUND in " + found);
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("shoppers", shoppers);
        tree.put("seconds", seconds);
        tree.put("beside", load.toTree());
        tree.put("as_strangers", strangers);
        tree.put("looked_for", traces);
        tree.put("found_in", found.stream().map(Path::toString).toList());
        json.write(tree);
        if (seconds > MOST_SECONDS
                || !load.statuses().isEmpty()
                || strangers < shoppers
                || !found.isEmpty()) {
            throw new NextactException(Category.QUALITY, "shoppers are not forgotten as promised");
        }
    }

    private static byte[] beside(long n, List<String> ids) {
        String user = "stayer-" + n % OTHERS;
        return n % 4 == 0
                ? HttpLoad.post("/v1/events", events(user, ids))
                : HttpLoad.post("/v1/predict/next", "{\"user\":\"" + user + "\"}");
    }

    private static String events(String user, List<String> ids) {
        List<String> events = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            int item = Math.floorMod(user.hashCode() * 31 + i, ids.size());
            events.add(
                    String.format(
                            "{\"id\":\"%s\",\"user\":\"%s\",\"item\":\"%s\"}",
                            eventId(user, i), user, ids.get(item)));
        }
        return "{\"events\":[" + String.join(",", events) + "]}";
    }

    /** What is answered but for the shopper's own name. */
    private String next(int port, String user) throws IOException, InterruptedException {
        return send(port, "POST", "/v1/predict/next", "{\"user\":\"" + user + "\"}")
                .replace(user, "");
    }

    private String send(int port, String method, String path, String body)
            throws IOException, InterruptedException {
        HttpResponse<String> answer =
                http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .header("Content-Type", "application/json")
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new NextactException(
                    Category.QUALITY,
                    method + " " + path + ": status " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }

    private static String eventId(String user, int number) {
        return "order-" + user + "-" + number;
    }

    /** As histories keep the id of an event. */
    private static byte[] eventHash(String user, int number) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(bytes(eventId(user, number)));
            return Arrays.copyOf(digest, Long.BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** In the workspace, and beside it, where the server's log and output are. */
    private List<Path> find(List<byte[]> traces) throws IOException {
        return new FindTraces(Map.of(HistoryFiles.ENDING, HistoryFiles::forEach))
                .run(options.directory(), traces);
    }
}
