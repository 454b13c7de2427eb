package dev.nextact.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "serving-faults",
        description = {
            "Kills nextact serve (-9) at random moments while events come, and looks for every",
            "acknowledged one after the start; then changes versions every 2 s under load.",
            "Exit code 5 when an event is lost or doubled, or a request fails."
        })
final class ServingFaultsCommand implements Callable<Integer> {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Events of a batch, all of one shopper who is in no other batch. */
    private static final int BATCH = 20;

    private static final int SENDERS = 4;

    private final Terminal terminal;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicLong next = new AtomicLong();

    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "100",
            description = "How often it is killed (default: ${DEFAULT-VALUE}).")
    private int kills;

    @Option(
            names = "--swap-seconds",
            paramLabel = "N",
            defaultValue = "120",
            description = "How long versions change (default: ${DEFAULT-VALUE}).")
    private int swapSeconds;

    @Mixin private ServingShopOptions options = new ServingShopOptions();
    @Mixin private JsonOption json = new JsonOption();

    ServingFaultsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        ServingShop shop = options.shop();
        Path config = shop.write("");
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("kills", kill(config));
        tree.put("swap", swap(shop, config));
        json.write(tree);
        return 0;
    }

    private Map<String, Object> kill(Path config) throws InterruptedException {
        Random random = new Random(17);
        double slowest = 0;
        long checked = 0;
        for (int round = 0; round < kills; round++) {
            long first = next.get();
            AtomicBoolean ended = new AtomicBoolean();
            ServedProcess server = ServedProcess.start(config, List.of("-Xmx320m"));
            slowest = Math.max(slowest, server.secondsToReady());
            CompletableFuture<?>[] senders = new CompletableFuture<?>[SENDERS];
            for (int s = 0; s < SENDERS; s++) {
                senders[s] = CompletableFuture.runAsync(() -> send(server.port(), ended));
            }
            Thread.sleep(50 + random.nextInt(1500));
            server.kill();
            ended.set(true);
            CompletableFuture.allOf(senders).join();
            try (ServedProcess again = ServedProcess.start(config, List.of("-Xmx320m"))) {
                slowest = Math.max(slowest, again.secondsToReady());
                for (long user = first; user < next.get(); user++) {
                    check(again.port(), user);
                    checked++;
                }
            }
            terminal.progress().say("killed " + (round + 1) + " times, " + checked + " batches");
        }
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "killed %d times: %d acknowledged batches of %d events, each there once;"
                                + " slowest start %.1f s%n",
                        kills,
                        acknowledged.size(),
                        BATCH,
                        slowest);
        return Map.of(
                "times",
                kills,
                "acknowledged_batches",
                acknowledged.size(),
                "slowest_start_seconds",
                slowest);
    }

    /** Each batch twice, as a sender does that missed the first answer. */
    private void send(int port, AtomicBoolean ended) {
        while (!ended.get()) {
            long user = next.getAndIncrement();
            StringBuilder body = new StringBuilder("{\"events\":[");
            for (int e = 0; e < BATCH; e++) {
                body.append(e == 0 ? "" : ",")
                        .append(
                                "{\"id\":\"%d\",\"user\":\"kill-%d\",\"item\":\"item-%d\"}"
                                        .formatted(e, user, e + 1));
            }
            String batch = body.append("]}").toString();
            for (int copy = 0; copy < 2; copy++) {
                try {
                    if (post(port, "/v1/events", batch).statusCode() == 200) {
                        acknowledged.add(user);
                    }
                } catch (IOException e) {
                    return; // it was killed
                }
            }
        }
    }

    private void check(int port, long user) {
        try {
            JsonNode answer =
                    JSON.readTree(
                            post(
                                            port,
                                            "/v1/predict/next",
                                            "{\"k\":1,\"user\":\"kill-" + user + "\"}")
                                    .body());
            int found = answer.path("events").asInt(-1);
            boolean right = found == BATCH || (found == 0 && !acknowledged.contains(user));
            if (!right) {
                throw new NextactException(
                        Category.QUALITY,
                        "batch "
                                + user
                                + ", acknowledged "
                                + acknowledged.contains(user)
                                + ": expected "
                                + BATCH
                                + " events, found "
                                + found);
            }
        } catch (IOException e) {
            throw new NextactException(
                    Category.QUALITY, "the server does not answer: " + e.getMessage(), e);
        }
    }

    private HttpResponse<String> post(int port, String path, String body) throws IOException {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private Map<String, Object> swap(ServingShop shop, Path config) throws InterruptedException {
        byte[][] inline = shop.inline(200, 1);
        try (ServedProcess server = ServedProcess.start(config, List.of("-Xmx320m"))) {
            CompletableFuture<HttpLoad.Result> load =
                    CompletableFuture.supplyAsync(
                            () ->
                                    new HttpLoad(server.port(), 4)
                                            .run(
                                                    n -> inline[(int) (n % inline.length)],
                                                    50,
                                                    swapSeconds));
            int changes = 0;
            while (!load.isDone()) {
                int version = 1 + changes % 2;
                HttpResponse<String> changed =
                        post(
                                server.adminPort(),
                                "/v1/models/promote",
                                "{\"version\":" + version + "}");
                if (changed.statusCode() != 200) {
                    throw new NextactException(
                            Category.QUALITY, "a version was refused: " + changed.body());
                }
                changes++;
                Thread.sleep(2000);
            }
            HttpLoad.Result result = load.join();
            terminal.out()
                    .printf("%d changes of version under load: %s%n", changes, result.toText());
            if (!result.statuses().isEmpty()) {
                throw new NextactException(
                        Category.QUALITY, "requests failed: " + result.statuses());
            }
            return Map.of("changes", changes, "load", result.toTree());
        } catch (IOException e) {
            throw new NextactException(
                    Category.QUALITY, "the server does not answer: " + e.getMessage(), e);
        }
    }
}
