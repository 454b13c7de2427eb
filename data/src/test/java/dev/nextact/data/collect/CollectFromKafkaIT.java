package dev.nextact.data.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.data.PrepareData;
import dev.nextact.data.PrepareReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class CollectFromKafkaIT {

    private static final Clock NOW =
            Clock.fixed(Instant.parse("2020-01-01T00:00:00Z"), ZoneOffset.UTC);

    private static final int PARTITIONS = 3;

    @TempDir private static Path kafka;
    private static Broker broker;

    @TempDir private Path shop;

    @BeforeAll
    static void start() throws IOException {
        broker = Broker.start(kafka);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static String topic(TestInfo test) throws Exception {
        String topic = test.getTestMethod().orElseThrow().getName();
        broker.create(topic, PARTITIONS);
        return topic;
    }

    private static String yaml(String topic, String more) {
        return "sources: [{path: 'kafka://"
                + broker.address()
                + "/"
                + topic
                + "', name: events, "
                + more
                + "columns: {user: kafka.key, item: item, time: kafka.timestamp}}]\n";
    }

    private ShopConfig config(String topic, String more) throws IOException {
        Path file = Files.writeString(shop.resolve("shop.yaml"), yaml(topic, more));
        return ShopConfigReader.read(file, Map.of());
    }

    private static CollectReport.Collected collect(ShopConfig config) {
        return new CollectSources(NOW, Map.of(), time -> {}, 40)
                .run(config, Progress.silent())
                .sources()
                .get(0);
    }

    private static PrepareReport prepare(ShopConfig config) {
        return new PrepareData(NOW).run(config, Progress.silent());
    }

    /** The numbers in the messages that were collected. */
    private List<Integer> numbers() throws SQLException {
        List<Integer> numbers = new ArrayList<>();
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var rows =
                        connection
                                .createStatement()
                                .executeQuery(
                                        "SELECT CAST(n AS INTEGER) FROM '"
                                                + shop
                                                + "/work/collected/events/*.parquet' ORDER BY 1")) {
            while (rows.next()) {
                numbers.add(rows.getInt(1));
            }
        }
        return numbers;
    }

    private static List<Integer> upTo(int end) {
        return IntStream.range(0, end).boxed().toList();
    }

    @Test
    void everyMessageIsCollectedOnceOverSeveralRuns(TestInfo test) throws Exception {
        String topic = topic(test);
        ShopConfig config = config(topic, "");
        broker.send(topic, PARTITIONS, 0, 200);
        assertThat(collect(config).newRows()).isEqualTo(200);
        assertThat(collect(config).newRows()).isZero();
        broker.send(topic, PARTITIONS, 200, 301);

        CollectReport.Collected report = collect(config);

        assertThat(report.newRows()).isEqualTo(101);
        assertThat(report.rows()).isEqualTo(301);
        assertThat(numbers()).isEqualTo(upTo(301));
        PrepareReport prepared = prepare(config);
        assertThat(prepared.users()).isEqualTo(7);
        assertThat(prepared.items()).isEqualTo(11);
        assertThat(prepared.events()).isEqualTo(301);
        assertThat(prepared.clock()).isTrue();
    }

    @Test
    void aKillAtAnyMomentChangesNothing(TestInfo test) throws Exception {
        String topic = topic(test);
        broker.send(topic, PARTITIONS, 0, 300);

        KilledChild.assertKillsChangeNothing(shop, yaml(topic, ""), 40);
    }

    @Test
    void whatAnAbortedTransactionSentIsLeftOut(TestInfo test) throws Exception {
        String topic = topic(test);
        broker.send(topic, PARTITIONS, 0, 3);
        try (Producer<String, String> producer =
                broker.producer(Map.of("transactional.id", "shop"))) {
            producer.initTransactions();
            producer.beginTransaction();
            Broker.send(producer, topic, "u", "{\"n\": 99}");
            producer.abortTransaction();
            producer.beginTransaction();
            Broker.send(producer, topic, "u", "{\"n\": 3}");
            producer.commitTransaction();
        }
        ShopConfig config = config(topic, "");

        assertThat(collect(config).newRows()).isEqualTo(4);
        assertThat(collect(config).newRows()).as("markers are no messages").isZero();
        assertThat(numbers()).isEqualTo(upTo(4));
    }

    @Test
    void messagesThatAreNoJsonAreKeptAndRejectedByPrepare(TestInfo test) throws Exception {
        String topic = topic(test);
        broker.send(topic, PARTITIONS, 0, 3);
        try (Producer<String, String> producer = broker.producer(Map.of())) {
            Broker.send(producer, topic, null, "view;u1;i1");
            Broker.send(producer, topic, null, "\0\0\0\0\1avro");
            Broker.send(producer, topic, null, null);
        }
        ShopConfig config = config(topic, "");

        CollectReport.Collected report = collect(config);

        assertThat(report.newRows()).isEqualTo(6);
        assertThat(report.unreadable()).isEqualTo(3);
        assertThat(report.notes()).singleElement().asString().contains("schema registry");
        assertThat(prepare(config).rejected()).isEqualTo(3);
        assertThat(shop.resolve("work/prepared/rejected.csv")).content().contains("view;u1;i1");
    }

    @Test
    void whatExpiredBeforeItWasCollectedIsSaid(TestInfo test) throws Exception {
        String topic = topic(test);
        ShopConfig config = config(topic, "");
        broker.send(topic, PARTITIONS, 0, 30);
        collect(config);
        broker.send(topic, PARTITIONS, 30, 60);
        broker.expire(topic, 1, 15);

        CollectReport.Collected report = collect(config);

        assertThat(report.newRows()).isEqualTo(25);
        assertThat(report.notes())
                .containsExactly(
                        "partition 1: the offsets 10 to 14 had expired before they were collected");
    }

    @Test
    void aTopicThatWasMadeAnewIsNotTakenForTheOldOne(TestInfo test) throws Exception {
        String topic = topic(test);
        ShopConfig config = config(topic, "");
        broker.send(topic, PARTITIONS, 0, 30);
        collect(config);
        broker.delete(topic);
        broker.create(topic, PARTITIONS);
        broker.send(topic, PARTITIONS, 0, 60);

        assertThatThrownBy(() -> collect(config))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("deleted and made again");
    }

    @Test
    void mistakesAreSaidInOneLine(TestInfo test) throws Exception {
        assertThatThrownBy(() -> collect(config("no-such-topic", "")))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("/no-such-topic: there is no such topic");
        assertThatThrownBy(() -> collect(config("t", "kafka: {group.id: mine}, ")))
                .hasMessageContaining(
                        "kafka.group.id of the source events: nextact sets it itself");
        assertThatThrownBy(() -> collect(config("t", "kafka: {sasl.jaas.config: $PASSWORD}, ")))
                .hasMessageContaining("environment variable PASSWORD, which is not set");
        assertThatThrownBy(() -> prepare(config("t", "")))
                .hasMessageContaining("nothing has been collected from kafka://");
    }
}
