package dev.nextact.serve.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.ServeConfig;
import dev.nextact.serve.RunningServer;
import dev.nextact.serve.ServeModel;
import dev.nextact.serve.TestShop;
import dev.nextact.serve.history.HistoryRules;
import dev.nextact.serve.history.PastEvent;
import dev.nextact.serve.history.RocksHistoryStore;
import dev.nextact.serve.http.ServeLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventStreamIT {

    private static final int PARTITIONS = 2;

    @TempDir private static Path kafka;
    private static Broker broker;

    @TempDir private Path directory;

    @BeforeAll
    static void start() throws IOException {
        broker = Broker.start(kafka);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static void send(String topic, int from, int to, String form) throws Exception {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (Producer<String, String> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.address()),
                        new StringSerializer(),
                        new StringSerializer())) {
            for (int i = from; i < to; i++) {
                sent.add(
                        producer.send(
                                new ProducerRecord<>(
                                        topic,
                                        i % PARTITIONS,
                                        "key",
                                        form.formatted(i % 5, 1 + i))));
            }
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        }
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + 40_000_000_000L;
        while (!condition.call() && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        assertThat(condition.call()).isTrue();
    }

    private static RunningServer serve(TestShop shop, String topic) {
        return new ServeModel(Clock.systemUTC())
                .run(
                        shop.config(
                                ", limits: {timeout_millis: 20000}, stream: {path: 'kafka://"
                                        + broker.address()
                                        + "/"
                                        + topic
                                        + "', predictions: next}"),
                        new ServeLog(
                                new PrintStream(new ByteArrayOutputStream()), Clock.systemUTC()));
    }

    private static String get(int port, String path, Optional<String> body) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        body.ifPresent(
                json ->
                        request.header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(json)));
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString()).body();
    }

    private static int events(RunningServer server, int user) throws Exception {
        JsonNode answer =
                JsonMapper.builder()
                        .build()
                        .readTree(
                                get(
                                        server.port(),
                                        "/v1/predict/next",
                                        Optional.of("{\"user\":\"u" + user + "\"}")));
        return answer.path("events").asInt(-1);
    }

    private static int allEvents(RunningServer server) throws Exception {
        int sum = 0;
        for (int user = 0; user < 5; user++) {
            sum += events(server, user);
        }
        return sum;
    }

    @Test
    void aServerReadsForetellsAndCountsOnceWhatComesAgainAfterARestart() throws Exception {
        broker.create("clicks", PARTITIONS);
        broker.create("next", 1);
        TestShop shop = new TestShop(directory);
        shop.addModel(1);
        send("clicks", 0, 200, "{\"user\":\"u%d\",\"item\":\"item-%d\"}");
        send("clicks", 0, 1, "nonsense");
        try (RunningServer server = serve(shop, "clicks")) {
            await(() -> allEvents(server) == 200);
            await(
                    () ->
                            get(server.adminPort(), "/metrics", Optional.empty())
                                    .contains("nextact_stream_lag 0.0"));
            assertThat(get(server.adminPort(), "/metrics", Optional.empty()))
                    .contains("nextact_stream_messages_total{what=\"kept\"} 200.0")
                    .contains("nextact_stream_messages_total{what=\"passed over\"} 1.0");
        }
        assertThat(foretold()).containsExactlyInAnyOrder("u0", "u1", "u2", "u3", "u4");

        // as if it had been killed before it could tell Kafka: all comes again
        try (Admin admin = broker.admin()) {
            admin.alterConsumerGroupOffsets(
                            "nextact",
                            Map.of(
                                    new TopicPartition("clicks", 0), new OffsetAndMetadata(0),
                                    new TopicPartition("clicks", 1), new OffsetAndMetadata(0)))
                    .all()
                    .get();
        }
        send("clicks", 200, 210, "{\"user\":\"u%d\",\"item\":\"item-%d\"}");
        try (RunningServer server = serve(shop, "clicks")) {
            await(
                    () ->
                            get(server.adminPort(), "/metrics", Optional.empty())
                                    .contains("what=\"kept\"} 210.0"));
            assertThat(allEvents(server)).isEqualTo(210);
        }
    }

    /** Keys of the predictions; each must be an answer with items. */
    private static Set<String> foretold() throws Exception {
        Set<String> users = new HashSet<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", broker.address()),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            TopicPartition place = new TopicPartition("next", 0);
            consumer.assign(List.of(place));
            consumer.seekToBeginning(List.of(place));
            await(
                    () -> {
                        for (ConsumerRecord<String, String> record :
                                consumer.poll(Duration.ofMillis(200))) {
                            JsonNode answer = JsonMapper.builder().build().readTree(record.value());
                            assertThat(answer.path("user").asText()).isEqualTo(record.key());
                            assertThat(answer.path("items").size()).isEqualTo(10);
                            users.add(record.key());
                        }
                        return users.size() == 5;
                    });
        }
        return users;
    }

    private EventStream open(String topic, RocksHistoryStore store, Words server) {
        return EventStream.open(
                new ServeConfig.Stream(
                        broker.address(), topic, topic, Optional.empty(), Optional.empty()),
                Map.of("session.timeout.ms", "6000"),
                store,
                server,
                new CopyOnWriteArrayList<String>()::add);
    }

    private static List<String> items(RocksHistoryStore store) {
        List<String> items = new ArrayList<>();
        for (int user = 0; user < 5; user++) {
            store.last("u" + user, 1000).stream().map(PastEvent::item).forEach(items::add);
        }
        return items;
    }

    private static List<String> expected(int events) {
        List<String> items = new ArrayList<>();
        for (int i = 0; i < events; i++) {
            items.add("i" + (1 + i));
        }
        return items;
    }

    @Test
    void eachEventCountsOnceThroughRebalancesAndARestartOfTheBroker() throws Exception {
        broker.create("moves", PARTITIONS);
        HistoryRules rules = new HistoryRules(1000, Duration.ofDays(30), Clock.systemUTC());
        try (RocksHistoryStore store = RocksHistoryStore.open(directory, rules)) {
            Words server = new Words();
            try (EventStream one = open("moves", store, server)) {
                send("moves", 0, 100, "u%d i%d");
                await(() -> items(store).size() == 100);
                // another joins while messages come, and leaves again
                try (EventStream two = open("moves", store, server)) {
                    for (int from = 100; from < 400; from += 50) {
                        send("moves", from, from + 50, "u%d i%d");
                    }
                    await(() -> items(store).size() == 400);
                    assertThat(two.lag()).isZero();
                }
                send("moves", 400, 450, "u%d i%d");
                await(() -> items(store).size() == 450);
                assertThat(one.lag()).isZero();

                broker.restart();
                send("moves", 450, 500, "u%d i%d");
                await(() -> items(store).size() == 500);
            }
            assertThat(items(store)).containsExactlyInAnyOrderElementsOf(expected(500));
        }
    }
}
