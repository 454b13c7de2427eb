package dev.nextact.serve.stream;

import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import dev.nextact.core.ServeConfig;
import dev.nextact.serve.history.HistoryStore;
import dev.nextact.serve.history.ShopperEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads events from a topic, as a member of a consumer group, into the history store.
 *
 * <p>Messages are told to Kafka as read only when the store has synced their events, so a crash, a
 * rebalance or a store that is away loses none: what was not told as read comes again. An event
 * that comes again has the same id, that of the message's place in Kafka where it brings none, and
 * the store counts it once. Where predictions go to a topic, they are sent before the messages are
 * told as read, so each is sent at least once.
 *
 * <p>One thread does all of it. Thread-safe; the caller closes it.
 */
public final class EventStream implements AutoCloseable {

    private static final int MOST_MESSAGES = 500;

    private static final Duration POLL = Duration.ofMillis(200);

    /** Before the same messages are tried again. */
    private static final Duration AGAIN = Duration.ofMillis(500);

    /** For a prediction nobody waits on the line. */
    private static final Duration PREDICTION = Duration.ofSeconds(10);

    private static final Duration CLOSE = Duration.ofSeconds(10);

    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private final @Nullable Predictions predictions;
    private final HistoryStore store;
    private final StreamedServer server;
    private final Consumer<String> told;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile long lag;
    private @Nullable String trouble;

    /** Where predictions go. */
    record Predictions(Producer<byte[], byte[]> producer, String topic) {}

    /**
     * @param consumer of this stream alone; it is closed with it
     * @param told what the operator should know, a line each
     */
    EventStream(
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
            String topic,
            @Nullable Predictions predictions,
            HistoryStore store,
            StreamedServer server,
            Consumer<String> told) {
        this.consumer = consumer;
        this.predictions = predictions;
        this.store = store;
        this.server = server;
        this.told = told;
        consumer.subscribe(List.of(topic));
        this.thread = new Thread(this::read, "event-stream");
        thread.start();
    }

    /**
     * @param settings more of them, as Kafka names them
     * @param told what the operator should know, a line each
     * @throws NextactException of category INPUT when a setting is none of Kafka's
     */
    public static EventStream open(
            ServeConfig.Stream config,
            Map<String, String> settings,
            HistoryStore store,
            StreamedServer server,
            Consumer<String> told) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, config.servers());
        Map<String, Object> reading = new HashMap<>(all);
        reading.put(ConsumerConfig.GROUP_ID_CONFIG, config.group());
        reading.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        reading.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        reading.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MOST_MESSAGES);
        // a new group reads all there is
        reading.putIfAbsent(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        KafkaConsumer<byte[], byte[]> consumer = null;
        try {
            consumer =
                    new KafkaConsumer<>(
                            reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            Predictions predictions = null;
            if (config.predictions().isPresent()) {
                Map<String, Object> writing = new HashMap<>(all);
                writing.put(ProducerConfig.ACKS_CONFIG, "all");
                writing.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
                predictions =
                        new Predictions(
                                new KafkaProducer<>(
                                        writing,
                                        new ByteArraySerializer(),
                                        new ByteArraySerializer()),
                                config.predictions().get());
            }
            return new EventStream(consumer, config.topic(), predictions, store, server, told);
        } catch (KafkaException e) {
            if (consumer != null) {
                consumer.close();
            }
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new NextactException(
                    Category.INPUT, "serve.stream cannot be opened: " + cause.getMessage(), e);
        }
    }

    /** Messages that wait in the partitions this stream reads, as far as Kafka has told. */
    public long lag() {
        return lag;
    }

    private void read() {
        try {
            while (closing.getCount() > 0) {
                step();
            }
        } finally {
            consumer.close();
            if (predictions != null) {
                predictions.producer().close(CLOSE);
            }
        }
    }

    private void step() {
        try {
            ConsumerRecords<byte[], byte[]> messages = consumer.poll(POLL);
            if (!messages.isEmpty()) {
                keep(messages);
            }
            countLag();
        } catch (WakeupException closed) {
            // the loop looks
        } catch (KafkaException e) {
            trouble("Kafka: " + e.getMessage());
            rest();
        }
    }

    private void keep(ConsumerRecords<byte[], byte[]> messages) {
        try {
            List<ShopperEvent> events = events(messages);
            if (!events.isEmpty()) {
                store.append(events).join();
                predict(events);
            }
            server.kept(events);
            trouble = null;
        } catch (RuntimeException | ExecutionException notKept) {
            Throwable cause = notKept.getCause() == null ? notKept : notKept.getCause();
            trouble("messages wait: " + cause.getMessage());
            rewind(messages);
            rest();
            return;
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the stream", e);
        }
        try {
            consumer.commitSync();
        } catch (CommitFailedException | RebalanceInProgressException | RetriableException e) {
            // they come again, to this server or another, and count once
            trouble("messages may come again: " + e.getMessage());
        }
    }

    /** What is no event would be none the next time either: it is counted and passed over. */
    private List<ShopperEvent> events(ConsumerRecords<byte[], byte[]> messages) {
        List<ShopperEvent> events = new ArrayList<>(messages.count());
        for (ConsumerRecord<byte[], byte[]> message : messages) {
            String place = message.topic() + "-" + message.partition() + "-" + message.offset();
            try {
                byte[] json = message.value();
                events.add(
                        server.event(
                                json == null ? new byte[0] : json,
                                place,
                                Math.max(0, message.timestamp()) * 1000));
            } catch (IllegalArgumentException noEvent) {
                server.passedOver();
                // not why: that would name what the message holds, and logs name no shoppers
                told.accept("the message " + place + " is no event");
            }
        }
        return events;
    }

    private void predict(List<ShopperEvent> events)
            throws ExecutionException, InterruptedException {
        if (predictions == null) {
            return;
        }
        Set<String> users = new LinkedHashSet<>();
        events.forEach(event -> users.add(event.user()));
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (String user : users) {
            byte[] next = server.next(user, System.nanoTime() + PREDICTION.toNanos()).join();
            sent.add(
                    predictions
                            .producer()
                            .send(
                                    new ProducerRecord<>(
                                            predictions.topic(),
                                            user.getBytes(StandardCharsets.UTF_8),
                                            next)));
        }
        predictions.producer().flush();
        for (Future<RecordMetadata> one : sent) {
            one.get();
        }
    }

    /** The same messages come again with the next poll. */
    private void rewind(ConsumerRecords<byte[], byte[]> messages) {
        for (TopicPartition partition : messages.partitions()) {
            if (consumer.assignment().contains(partition)) {
                consumer.seek(partition, messages.records(partition).get(0).offset());
            }
        }
    }

    private void countLag() {
        long sum = 0;
        for (TopicPartition partition : consumer.assignment()) {
            OptionalLong one = consumer.currentLag(partition);
            sum += one.orElse(0);
        }
        lag = sum;
    }

    /** Says the same thing once. */
    private void trouble(String line) {
        if (!line.equals(trouble)) {
            trouble = line;
            told.accept(line);
        }
    }

    @SuppressWarnings("ResultOfMethodCallIgnored") // whether it closes, the loop looks
    private void rest() {
        try {
            closing.await(AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the stream", e);
        }
    }

    /** Ends what is under way and leaves the group. */
    @Override
    public void close() {
        closing.countDown();
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
