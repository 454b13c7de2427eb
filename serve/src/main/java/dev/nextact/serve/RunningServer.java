package dev.nextact.serve;

import dev.nextact.serve.history.HistoryStore;
import dev.nextact.serve.http.HttpServer;
import dev.nextact.serve.live.AudienceDesk;
import dev.nextact.serve.live.Background;
import dev.nextact.serve.live.LiveModels;
import dev.nextact.serve.stream.EventStream;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/** A server that answers. Thread-safe; the caller closes it. */
public final class RunningServer implements AutoCloseable {

    private final Optional<EventStream> stream;
    private final HttpServer http;
    private final Background background;
    private final AudienceDesk audiences;
    private final LiveModels models;
    private final HistoryStore store;
    private final ExecutorService batches;

    RunningServer(
            Optional<EventStream> stream,
            HttpServer http,
            Background background,
            AudienceDesk audiences,
            LiveModels models,
            HistoryStore store,
            ExecutorService batches) {
        this.stream = stream;
        this.http = http;
        this.background = background;
        this.audiences = audiences;
        this.models = models;
        this.store = store;
        this.batches = batches;
    }

    /** Of the shop's own requests. */
    public int port() {
        return http.port();
    }

    /** Of models and metrics. */
    public int adminPort() {
        return http.adminPort();
    }

    /** Answers what is under way, makes every event durable, and ends. */
    @Override
    public void close() {
        try (audiences;
                background;
                http) {
            stream.ifPresent(EventStream::close);
        } finally {
            models.close();
            batches.shutdown();
            store.close();
        }
    }
}
