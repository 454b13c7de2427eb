package dev.nextact.serve.http;

import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import dev.nextact.core.ServeConfig;
import dev.nextact.core.ShopConfig;
import dev.nextact.serve.history.Forgetting;
import dev.nextact.serve.history.HistoryStore;
import dev.nextact.serve.history.ShopperEvent;
import dev.nextact.serve.live.Drift;
import dev.nextact.serve.live.LiveModels;
import dev.nextact.serve.live.PreparedAnswers;
import dev.nextact.serve.live.ShopActivity;
import dev.nextact.serve.stream.EventStream;
import dev.nextact.serve.stream.StreamedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * The HTTP interface, open on its two ports; what it knows of events and answers serves a stream
 * too. Thread-safe; the caller closes it.
 */
public final class HttpServer implements StreamedServer, AutoCloseable {

    /** Handlers wait for the processor only; a few more than cores keep it busy. */
    private static final int THREADS = 8;

    private static final int ADMIN_THREADS = 4;

    private static final int DRAIN_MILLIS = 10_000;

    private final List<HttpDoor> doors;
    private final List<Route> routes;
    private final ServeMetrics metrics;
    private final AtomicBoolean ready;
    private final EventRoutes events;
    private final PredictRoutes next;

    private HttpServer(
            List<HttpDoor> doors,
            List<Route> routes,
            ServeMetrics metrics,
            AtomicBoolean ready,
            EventRoutes events,
            PredictRoutes next) {
        this.events = events;
        this.next = next;
        this.doors = doors;
        this.routes = routes;
        this.metrics = metrics;
        this.ready = ready;
    }

    /**
     * @param forgetting how shoppers of the store are forgotten
     * @param prepared what is told beside the models
     * @param activity sees every event that is kept
     * @param nowMicros the time of an event that tells none
     * @param pages beside the operator's routes
     * @throws NextactException of category USAGE when it would be open to others without keys
     */
    public static HttpServer open(
            ShopConfig shop,
            LiveModels models,
            HistoryStore store,
            Forgetting forgetting,
            PreparedAnswers prepared,
            ShopActivity activity,
            LongSupplier nowMicros,
            ServeLog log,
            ServerParts.Pages pages) {
        ServeConfig config = shop.serve();
        Optional<ApiKeys> keys = config.keys().map(file -> ApiKeys.read(shop.file(file), log));
        if (keys.isEmpty()) {
            mustBeLoopback("host", config.host());
            mustBeLoopback("admin_host", config.adminHost());
        }
        ServeMetrics metrics = new ServeMetrics();
        metrics.watch(models);
        Drift drift = new Drift(models);
        metrics.watch(drift);
        AtomicBoolean ready = new AtomicBoolean();
        AtomicReference<String> mainDocument = new AtomicReference<>("");
        AtomicReference<String> adminDocument = new AtomicReference<>("");
        List<Route> main = new ArrayList<>();
        EventRoutes.BehaviourNames behaviours = new EventRoutes.BehaviourNames(shop.behaviours());
        EventRoutes events =
                new EventRoutes(
                        store,
                        forgetting,
                        behaviours,
                        config.limits(),
                        nowMicros,
                        metrics,
                        drift,
                        activity);
        main.addAll(events.routes());
        PredictRoutes next =
                new PredictRoutes(
                        models,
                        store,
                        behaviours,
                        shop.tasks().nextItems(),
                        config.limits(),
                        config.history().events(),
                        metrics,
                        drift);
        main.addAll(next.routes());
        OutlookRoutes outlooks =
                new OutlookRoutes(models, store, behaviours, next, shop, nowMicros, metrics);
        main.addAll(outlooks.routes());
        main.addAll(
                new ExplainRoutes(
                                models,
                                store,
                                behaviours,
                                next,
                                outlooks,
                                prepared.log(),
                                shop,
                                metrics)
                        .routes());
        main.addAll(new DemandRoutes(prepared.demand()).routes());
        main.addAll(
                new HealthRoutes(() -> ready.get() && store.isReady(), metrics, mainDocument::get)
                        .routes(Route.Door.MAIN));
        List<Route> admin =
                new ArrayList<>(
                        new ModelRoutes(
                                        models,
                                        forgetting.audit(),
                                        shop.evaluationDirectory().resolve("importance.json"))
                                .routes());
        admin.addAll(
                new HealthRoutes(() -> ready.get() && store.isReady(), metrics, adminDocument::get)
                        .routes(Route.Door.ADMIN));
        mainDocument.set(OpenApi.json(main, version()));
        adminDocument.set(OpenApi.json(admin, version()));
        Guard guard =
                new Guard(
                        keys,
                        new RateLimit(config.limits().requestsPerSecond(), System::nanoTime),
                        metrics,
                        log);
        List<HttpDoor> doors = new ArrayList<>();
        Optional<HttpDoor.Keystore> tls = config.tls().map(t -> keystore(shop, t));
        int body = config.limits().bodyBytes();
        try {
            doors.add(
                    HttpDoor.open(
                            new HttpDoor.Settings(
                                    config.host(), config.port(), THREADS, body, DRAIN_MILLIS, tls),
                            main,
                            guard));
            doors.add(
                    HttpDoor.open(
                            new HttpDoor.Settings(
                                    config.adminHost(),
                                    config.adminPort(),
                                    ADMIN_THREADS,
                                    body,
                                    DRAIN_MILLIS,
                                    tls),
                            admin,
                            pages.apply(
                                    new ServerParts(
                                            shop,
                                            keys,
                                            models,
                                            store,
                                            forgetting,
                                            drift,
                                            activity,
                                            prepared,
                                            metrics::answers,
                                            nowMicros)),
                            guard));
        } catch (RuntimeException e) {
            doors.forEach(HttpDoor::close);
            metrics.close();
            throw e;
        }
        List<Route> all = new ArrayList<>(main);
        all.addAll(admin);
        ready.set(true);
        return new HttpServer(doors, List.copyOf(all), metrics, ready, events, next);
    }

    private static String version() {
        String version = HttpServer.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private static void mustBeLoopback(String key, String host) {
        try {
            if (InetAddress.getByName(host).isLoopbackAddress()) {
                return;
            }
        } catch (UnknownHostException e) {
            throw new NextactException(
                    Category.USAGE, "serve." + key + ": no host is named " + host, e);
        }
        throw new NextactException(
                Category.USAGE,
                "serve."
                        + key
                        + " is "
                        + host
                        + ", which others can reach, and there are no API keys: make one with"
                        + " `nextact keys add` and name its file in serve.keys");
    }

    private static HttpDoor.Keystore keystore(ShopConfig shop, ServeConfig.Tls tls) {
        return new HttpDoor.Keystore(
                shop.file(tls.keystore()), secret(shop.file(tls.passwordFile())));
    }

    /** The first line of a file. */
    public static String secret(Path file) {
        try {
            return Files.readAllLines(file).stream().findFirst().orElse("").strip();
        } catch (IOException e) {
            throw new NextactException(
                    Category.INPUT,
                    "cannot read the password in " + file + ": " + e.getMessage(),
                    e);
        }
    }

    public int port() {
        return doors.get(0).port();
    }

    public int adminPort() {
        return doors.get(1).port();
    }

    @Override
    public ShopperEvent event(byte[] json, String id, long timeMicros) {
        try {
            return events.event(json, id, timeMicros);
        } catch (Problem e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    @Override
    public CompletableFuture<byte[]> next(String user, long deadlineNanos) {
        return next.next(user, deadlineNanos);
    }

    @Override
    public void kept(List<ShopperEvent> kept) {
        events.count(kept);
        metrics.streamed("kept", kept.size());
    }

    @Override
    public void passedOver() {
        metrics.streamed("passed over", 1);
    }

    /** Shows how far behind a stream is. */
    public void watch(EventStream stream) {
        metrics.watch(stream);
    }

    List<Route> routes() {
        return routes;
    }

    /** Says it is not ready, answers what is under way, and closes the ports. */
    @Override
    public void close() {
        ready.set(false);
        doors.forEach(HttpDoor::close);
        metrics.close();
    }
}
