package dev.nextact.serve.http;

import dev.nextact.serve.live.Drift;
import dev.nextact.serve.live.LiveModels;
import dev.nextact.serve.stream.EventStream;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

/**
 * What the server counts, for Prometheus. Names of shoppers or items are in no label. Thread-safe.
 */
final class ServeMetrics implements AutoCloseable {

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(20),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(1000)
    };

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final Map<String, Timer> requests = new ConcurrentHashMap<>();
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();
    private final DistributionSummary shadowOverlap;
    private final LongAdder answers = new LongAdder();

    ServeMetrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        gc.bindTo(registry);
        shadowOverlap =
                DistributionSummary.builder("nextact.shadow.overlap")
                        .description("share of the answer's items that the shadow answers too")
                        .publishPercentiles(0.1, 0.5)
                        .register(registry);
    }

    void watch(LiveModels models) {
        Gauge.builder("nextact.waiting", models, LiveModels::waiting)
                .description("requests that wait for the champion")
                .register(registry);
        Gauge.builder("nextact.model.version", models, m -> m.deployment().champion())
                .description("version of the champion")
                .register(registry);
        Gauge.builder("nextact.model.refused", models, m -> m.failure().isPresent() ? 1 : 0)
                .description("1 while the wanted versions cannot be served")
                .register(registry);
    }

    void watch(Drift drift) {
        gauge(drift, "unknown_items", Drift::unknownItems);
        gauge(drift, "behaviours", Drift::behaviours);
        gauge(drift, "predictions", Drift::predictions);
    }

    private void gauge(Drift drift, String what, ToDoubleFunction<Drift> value) {
        Gauge.builder("nextact.drift", drift, value)
                .description("how far the newest are from the champion's training part, 0 to 1")
                .tag("what", what)
                .register(registry);
    }

    void watch(EventStream stream) {
        Gauge.builder("nextact.stream.lag", stream, EventStream::lag)
                .description("messages that wait in the partitions this server reads")
                .register(registry);
    }

    /** Messages read from the stream, also those that came again. */
    void streamed(String what, int messages) {
        count("nextact.stream.messages", "messages read from Kafka", "what", what, messages);
    }

    /** A request, answered. */
    void request(Route route, int status, long nanos) {
        requests.computeIfAbsent(
                        route.name() + status,
                        key ->
                                Timer.builder("nextact.requests")
                                        .description("requests by route and status")
                                        .tag("route", route.path())
                                        .tag("method", route.method().name())
                                        .tag("status", Integer.toString(status))
                                        .serviceLevelObjectives(BUCKETS)
                                        .register(registry))
                .record(Duration.ofNanos(nanos));
    }

    /** A request that met no route, or was turned away before its route was known. */
    void refused(String reason) {
        count("nextact.refused", "requests turned away before their route", "reason", reason, 1);
    }

    void predicted(LiveModels.Variant variant, String basis) {
        answers.increment();
        count(
                "nextact.predictions",
                "answers by variant and by what they rest on",
                "variant",
                variant.name().toLowerCase(Locale.ROOT) + "/" + basis,
                1);
    }

    /** Answers given since the start. */
    long answers() {
        return answers.sum();
    }

    /** Events read for an answer: drift of the input shows as a growing share of unknown ones. */
    void read(int known, int unknown) {
        count("nextact.events.read", "events read for answers", "item", "known", known);
        count("nextact.events.read", "events read for answers", "item", "unknown", unknown);
    }

    /** Events kept, by behaviour: drift of the mix shows here. */
    void kept(String behaviour, int events) {
        count("nextact.events.kept", "events kept", "behaviour", behaviour, events);
    }

    void compared(double overlap) {
        shadowOverlap.record(overlap);
    }

    private void count(String name, String description, String tag, String value, double by) {
        counters.computeIfAbsent(
                        name + "/" + value,
                        key ->
                                Counter.builder(name)
                                        .description(description)
                                        .tag(tag, value)
                                        .register(registry))
                .increment(by);
    }

    /** In Prometheus' text format. */
    String toText() {
        return registry.scrape();
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
