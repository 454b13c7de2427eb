package dev.nextact.serve;

import dev.nextact.core.Behaviours;
import dev.nextact.core.NextactException;
import dev.nextact.core.ServeConfig;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.privacy.SecretKeys;
import dev.nextact.core.privacy.ValueCipher;
import dev.nextact.serve.console.Console;
import dev.nextact.serve.history.Forgetting;
import dev.nextact.serve.history.HistoryCodec;
import dev.nextact.serve.history.HistoryRules;
import dev.nextact.serve.history.HistoryStore;
import dev.nextact.serve.history.RedisHistoryStore;
import dev.nextact.serve.history.RocksHistoryStore;
import dev.nextact.serve.http.HttpServer;
import dev.nextact.serve.http.ServeLog;
import dev.nextact.serve.live.AudienceDesk;
import dev.nextact.serve.live.Background;
import dev.nextact.serve.live.LiveDemand;
import dev.nextact.serve.live.LiveModels;
import dev.nextact.serve.live.LogDesk;
import dev.nextact.serve.live.PreparedAnswers;
import dev.nextact.serve.live.ShopActivity;
import dev.nextact.serve.stream.EventStream;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code nextact serve}: a shop's config → a server that is ready. */
public final class ServeModel {

    private final Clock clock;

    public ServeModel(Clock clock) {
        this.clock = clock;
    }

    /** The models answer alone. */
    public RunningServer run(ShopConfig shop, ServeLog log) {
        return run(shop, Prepared.NOTHING, log);
    }

    /**
     * Opens histories, then models, warm, then the ports, and then the stream, if there is one; in
     * the background what is told from the prepared data.
     *
     * @return the caller closes it
     * @throws NextactException of category BUNDLE without a model, CAPACITY without port or store,
     *     USAGE when it would be open to others without keys
     */
    public RunningServer run(ShopConfig shop, Prepared prepared, ServeLog log) {
        ExecutorService batches = batches();
        Background background = new Background();
        HistoryStore store = null;
        LiveModels models = null;
        HttpServer http = null;
        try {
            Forgetting forgetting = Forgetting.of(shop, clock);
            store = forgetting.before(store(shop), shop);
            models =
                    LiveModels.open(
                            shop.modelsDirectory(),
                            shop.model().name(),
                            shop.serve(),
                            batches,
                            line -> log.info("models", "what", line),
                            shop.serve().unavailable().map(shop::file));
            LiveDemand demand = new LiveDemand(prepared.demand());
            AudienceDesk audiences =
                    new AudienceDesk(
                            shop,
                            models,
                            prepared.log(),
                            background,
                            forgetting::count,
                            line -> log.warn("audiences", "what", line));
            LogDesk desk = new LogDesk(shop, prepared.log(), background, forgetting::count);
            http =
                    HttpServer.open(
                            shop,
                            models,
                            store,
                            forgetting,
                            new PreparedAnswers(demand, audiences, desk),
                            new ShopActivity(clock, names(shop.behaviours())),
                            new ReceiptClock(clock),
                            log,
                            parts -> new Console(parts, clock, log).pages());
            foretell(demand, background, log);
            return new RunningServer(
                    stream(shop, store, http, log),
                    http,
                    background,
                    audiences,
                    models,
                    store,
                    batches);
        } catch (RuntimeException e) {
            background.close();
            if (http != null) {
                http.close();
            }
            if (models != null) {
                models.close();
            }
            if (store != null) {
                store.close();
            }
            batches.shutdown();
            throw e;
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a failure is told, and shown to who asks
    private static void foretell(LiveDemand demand, Background background, ServeLog log) {
        demand.begin(background)
                .whenComplete(
                        (table, failure) -> {
                            if (failure != null) {
                                log.warn("demand", "what", "not served: " + failure.getMessage());
                            } else {
                                table.ifPresent(
                                        of ->
                                                log.info(
                                                        "demand",
                                                        "items",
                                                        of.size(),
                                                        "version",
                                                        of.version()));
                            }
                        });
    }

    private static List<String> names(Behaviours behaviours) {
        return behaviours.list().stream().map(Behaviours.Behaviour::name).toList();
    }

    private static Optional<EventStream> stream(
            ShopConfig shop, HistoryStore store, HttpServer http, ServeLog log) {
        Optional<EventStream> stream =
                shop.serve().stream()
                        .map(
                                config ->
                                        EventStream.open(
                                                config,
                                                settings(config.settings().map(shop::file)),
                                                store,
                                                http,
                                                line -> log.warn("stream", "what", line)));
        stream.ifPresent(http::watch);
        return stream;
    }

    /** Of a file in the form of Java's properties. */
    private static Map<String, String> settings(Optional<Path> file) {
        if (file.isEmpty()) {
            return Map.of();
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file.get())) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new NextactException(
                    NextactException.Category.INPUT,
                    "cannot read the settings of Kafka in " + file.get() + ": " + e.getMessage(),
                    e);
        }
        Map<String, String> settings = new TreeMap<>();
        properties
                .stringPropertyNames()
                .forEach(name -> settings.put(name, properties.getProperty(name)));
        return settings;
    }

    private HistoryStore store(ShopConfig shop) {
        return store(shop, clock);
    }

    /**
     * The store of a shop's histories as it is; {@link Forgetting#before} stands before it.
     *
     * @return the caller closes it
     */
    public static HistoryStore store(ShopConfig shop, Clock clock) {
        ServeConfig.History history = shop.serve().history();
        HistoryRules rules = new HistoryRules(history.events(), history.keep(), clock);
        HistoryCodec codec =
                shop.privacy()
                        .historyKeys()
                        .map(keys -> SecretKeys.load(shop, keys, "privacy.history_key"))
                        .map(keys -> HistoryCodec.sealed(new ValueCipher(keys)))
                        .orElse(HistoryCodec.PLAIN);
        return switch (history.store()) {
            case ROCKSDB -> RocksHistoryStore.open(shop.historyDirectory(), rules, codec);
            case REDIS ->
                    RedisHistoryStore.open(
                            history.url().orElseThrow(),
                            history.passwordFile().map(file -> HttpServer.secret(shop.file(file))),
                            rules,
                            codec);
        };
    }

    /** Runs batches and writes their answers; as many threads as there are cores, and one more. */
    private static ExecutorService batches() {
        AtomicInteger number = new AtomicInteger();
        return Executors.newFixedThreadPool(
                Runtime.getRuntime().availableProcessors() + 1,
                task -> new Thread(task, "batch-" + number.incrementAndGet()));
    }
}
