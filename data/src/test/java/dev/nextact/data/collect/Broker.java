package dev.nextact.data.collect;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/** A whole Kafka, one node, in this process. */
final class Broker implements AutoCloseable {

    private final KafkaRaftServer server;
    private final String address;

    private Broker(KafkaRaftServer server, String address) {
        this.server = server;
        this.address = address;
    }

    static Broker start(Path directory) throws IOException {
        String address = "127.0.0.1:" + freePort();
        String controller = "127.0.0.1:" + freePort();
        Properties settings = new Properties();
        Map.of(
                        "process.roles", "broker,controller",
                        "node.id", "1",
                        "controller.quorum.voters", "1@" + controller,
                        "controller.listener.names", "CONTROLLER",
                        "listeners", "PLAINTEXT://" + address + ",CONTROLLER://" + controller,
                        "advertised.listeners", "PLAINTEXT://" + address,
                        "listener.security.protocol.map",
                                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                        "log.dirs", directory.resolve("log").toString(),
                        "transaction.state.log.replication.factor", "1",
                        "transaction.state.log.min.isr", "1")
                .forEach(settings::setProperty);
        settings.setProperty("transaction.state.log.num.partitions", "1");
        settings.setProperty("log.retention.ms", "-1"); // the messages' times are years ago
        Path file = directory.resolve("server.properties");
        try (var out = Files.newBufferedWriter(file)) {
            settings.store(out, null);
        }
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int code =
                StorageTool.execute(
                        new String[] {
                            "format", "-t", Uuid.randomUuid().toString(), "-c", file.toString()
                        },
                        new PrintStream(said, true, StandardCharsets.UTF_8));
        if (code != 0) {
            throw new IllegalStateException(said.toString(StandardCharsets.UTF_8));
        }
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
        server.startup();
        return new Broker(server, address);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    String address() {
        return address;
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", address));
    }

    void create(String topic, int partitions) throws ExecutionException, InterruptedException {
        try (Admin admin = admin()) {
            NewTopic fresh = new NewTopic(topic, Optional.of(partitions), Optional.empty());
            admin.createTopics(List.of(fresh)).all().get();
        }
    }

    void delete(String topic) throws ExecutionException, InterruptedException {
        try (Admin admin = admin()) {
            admin.deleteTopics(List.of(topic)).all().get();
        }
    }

    /** What lies before an offset expires. */
    void expire(String topic, int partition, long before)
            throws ExecutionException, InterruptedException {
        try (Admin admin = admin()) {
            admin.deleteRecords(
                            Map.of(
                                    new TopicPartition(topic, partition),
                                    RecordsToDelete.beforeOffset(before)))
                    .all()
                    .get();
        }
    }

    Producer<String, String> producer(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put("bootstrap.servers", address);
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    /** Clicks of numbered users on numbered items, spread over the partitions. */
    void send(String topic, int partitions, int from, int to)
            throws ExecutionException, InterruptedException {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (Producer<String, String> producer = producer(Map.of("linger.ms", 5))) {
            for (int i = from; i < to; i++) {
                sent.add(
                        producer.send(
                                new ProducerRecord<>(
                                        topic,
                                        i % partitions,
                                        1_569_888_000_000L + i,
                                        "u" + i % 7,
                                        "{\"item\": \"i" + i % 11 + "\", \"n\": " + i + "}")));
            }
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        }
    }

    /** Sends one message and waits until it is there. */
    static void send(
            Producer<String, String> producer,
            String topic,
            @Nullable String key,
            @Nullable String value)
            throws ExecutionException, InterruptedException {
        producer.send(new ProducerRecord<>(topic, 0, key, value)).get();
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
