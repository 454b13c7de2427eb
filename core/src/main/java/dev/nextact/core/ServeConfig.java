package dev.nextact.core;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a shop's model is served; the key {@code serve}. Paths are as the config says them, relative
 * to its directory.
 *
 * @param host the address that {@code port} listens on
 * @param port of the shop's own requests; 0 = any free one
 * @param adminHost the address that {@code adminPort} listens on
 * @param adminPort of models and metrics; 0 = any free one
 * @param keys the file of API keys; without it the server listens on loopback addresses only
 * @param filters facts about items that bundles keep, so that requests may choose by them
 * @param stream events from Kafka, beside those by HTTP
 * @param unavailable the file of items that are never answered, an id a line
 * @param pictures the folder of the items' pictures, whose names in it are their fact {@code image}
 */
public record ServeConfig(
        String host,
        int port,
        String adminHost,
        int adminPort,
        Optional<Path> keys,
        Optional<Tls> tls,
        History history,
        Limits limits,
        Engine engine,
        List<String> filters,
        Optional<Path> unavailable,
        Optional<Path> pictures,
        Optional<Stream> stream) {

    public ServeConfig {
        filters = List.copyOf(filters);
    }

    /** On other ports; a negative one = as before. */
    public ServeConfig withPorts(int otherPort, int otherAdminPort) {
        return new ServeConfig(
                host,
                otherPort < 0 ? port : otherPort,
                adminHost,
                otherAdminPort < 0 ? adminPort : otherAdminPort,
                keys,
                tls,
                history,
                limits,
                engine,
                filters,
                unavailable,
                pictures,
                stream);
    }

    /**
     * @param keystore PKCS#12, with the certificate and its private key
     * @param passwordFile whose first line is the keystore's password
     */
    public record Tls(Path keystore, Path passwordFile) {}

    /** Where the histories of shoppers are kept. */
    public enum Store {
        /** In this process, on this machine's disk. */
        ROCKSDB,
        /** In a Redis that several servers share. */
        REDIS
    }

    /**
     * @param url of Redis, without a password in it
     * @param passwordFile whose first line is the password of Redis
     * @param events the newest of a shopper that are kept
     * @param keep how long an event is kept
     */
    public record History(
            Store store,
            Optional<String> url,
            Optional<Path> passwordFile,
            int events,
            Duration keep) {}

    /**
     * @param bodyBytes the longest request
     * @param batch the most events of one request, and of a history handed in
     * @param waiting requests that may wait for the model; what comes then is turned away
     * @param timeoutMillis in which a prediction is made, or turned away
     * @param requestsPerSecond of one key, or of one address where there are no keys; 0 = any
     *     number
     */
    public record Limits(
            int bodyBytes, int batch, int waiting, int timeoutMillis, int requestsPerSecond) {}

    /**
     * Events from a topic of Kafka.
     *
     * @param servers to start from, host:port, commas between
     * @param group of consumers; what one of them has read, none reads again
     * @param settings a file of Kafka's own settings, such as those of a login
     * @param predictions the topic that takes what is next for the shoppers of the events
     */
    public record Stream(
            String servers,
            String topic,
            String group,
            Optional<Path> settings,
            Optional<String> predictions) {}

    /**
     * @param threads that run the model at the same time; 0 = one per core
     * @param batch the most requests answered in one run
     */
    public record Engine(int threads, int batch) {}

    static final List<String> STORES = List.of("rocksdb", "redis");
}
