package dev.nextact.data.collect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import dev.nextact.core.Progress;
import dev.nextact.core.Remote.KafkaTopic;
import dev.nextact.data.collect.CollectReport.Collected;
import dev.nextact.data.collect.CollectedDirectory.PartFile;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Collects the messages of a topic, partition by partition, up to what is there when it begins.
 *
 * <p>The offsets are kept in the names of the files and nowhere in Kafka: no consumer group, so
 * nobody else's reading is touched. Messages of aborted transactions are left out.
 */
final class KafkaCollector {

    /** Beside the keys of a message: what Kafka knows of it. */
    static final String KEY = "kafka.key";

    private static final String TIMESTAMP = "kafka.timestamp";
    private static final String PARTITION = "kafka.partition";
    private static final String OFFSET = "kafka.offset";

    static final List<String> COLUMNS = List.of(KEY, TIMESTAMP, PARTITION, OFFSET);

    private static final Duration POLL = Duration.ofSeconds(1);

    /** Without a message for so long the brokers are gone. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int API_TIMEOUT_MILLIS = 30_000;

    /** Settings by which messages would be lost, doubled or not understood. */
    private static final List<String> OWN_SETTINGS =
            List.of(
                    ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                    ConsumerConfig.GROUP_ID_CONFIG,
                    ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                    ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                    ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
                    ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG);

    private final KafkaTopic topic;
    private final CollectedDirectory directory;
    private final Secrets secrets;
    private final Part part;
    private final List<String> notes = new ArrayList<>();
    private long newRows;
    private long unreadable;
    private long encoded;
    private int newFiles;

    KafkaCollector(KafkaTopic topic, CollectedDirectory directory, Secrets secrets, Part part) {
        this.topic = topic;
        this.directory = directory;
        this.secrets = secrets;
        this.part = part;
    }

    Collected run(Progress progress) {
        Map<String, Object> settings = settings();
        try (Admin admin = Admin.create(settings);
                Consumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(
                                settings,
                                new ByteArrayDeserializer(),
                                new ByteArrayDeserializer())) {
            TopicDescription description = describe(admin);
            collect(consumer, description, progress);
        } catch (OffsetOutOfRangeException e) {
            throw new NextactException(
                    Category.INPUT,
                    origin() + ": messages expired while they were collected; run again",
                    e);
        } catch (KafkaException e) {
            throw failure(e);
        }
        if (encoded > 0) {
            notes.add(
                    String.format(
                            "%,d messages begin with a zero byte, as those of a schema registry do;"
                                    + " nextact reads JSON only",
                            encoded));
        }
        return new Collected(
                topic.name(),
                origin(),
                directory.path(),
                newRows,
                unreadable,
                newFiles,
                directory.rows(),
                notes);
    }

    private String origin() {
        return "kafka://" + topic.servers() + "/" + topic.topic();
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, API_TIMEOUT_MILLIS);
        topic.settings()
                .forEach(
                        (name, value) -> {
                            if (OWN_SETTINGS.contains(name)) {
                                throw NextactException.input(
                                        "kafka.%s of the source %s: nextact sets it itself; leave"
                                                + " it out",
                                        name, topic.name());
                            }
                            settings.put(
                                    name,
                                    secrets.fill(
                                            value,
                                            "kafka." + name + " of the source " + topic.name()));
                        });
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, topic.servers());
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        return settings;
    }

    private TopicDescription describe(Admin admin) {
        try {
            return admin.describeTopics(List.of(topic.topic()))
                    .topicNameValues()
                    .values()
                    .iterator()
                    .next()
                    .get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                throw NextactException.input("%s: there is no such topic", origin());
            }
            throw failure(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NextactException(Category.INTERNAL, "interrupted while collecting", e);
        }
    }

    private NextactException failure(Throwable e) {
        String message = String.valueOf(e.getMessage());
        if (e.getCause() != null && e.getCause().getMessage() != null) {
            message += " (" + e.getCause().getMessage() + ")";
        }
        return new NextactException(
                Category.INPUT,
                origin()
                        + ": "
                        + message
                        + ". Is the address right, and are security settings, if any, under kafka:"
                        + " in the config? What was collected is kept",
                e);
    }

    private void collect(
            Consumer<byte[], byte[]> consumer, TopicDescription description, Progress progress) {
        List<TopicPartition> partitions =
                description.partitions().stream()
                        .map(info -> new TopicPartition(topic.topic(), info.partition()))
                        .toList();
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        String topicId = description.topicId().toString();
        List<Stretch> stretches = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            long begin = begins.getOrDefault(partition, 0L);
            long end = ends.getOrDefault(partition, begin);
            stretches.add(new Stretch(partition, from(partition, begin, end, topicId), end));
        }
        long total = stretches.stream().mapToLong(s -> s.end() - s.from()).sum();
        try (Progress.Task task = progress.start("collect " + topic.name(), total, "messages")) {
            for (Stretch stretch : stretches) {
                read(consumer, stretch, topicId, task);
            }
        }
    }

    /**
     * The messages of a partition that are to be read.
     *
     * @param end the first offset that is not
     */
    private record Stretch(TopicPartition partition, long from, long end) {}

    private static String stream(TopicPartition partition) {
        return String.format("partition-%05d", partition.partition());
    }

    /**
     * Where to go on: behind the newest file of the partition, or where Kafka still has messages.
     */
    private long from(TopicPartition partition, long begin, long end, String topicId) {
        @Nullable PartFile newest = null;
        for (PartFile file : directory.parts()) {
            if (file.stream().equals(stream(partition))) {
                newest = file;
            }
        }
        if (newest == null) {
            return begin;
        }
        if (!topicId.equals(topicId(newest)) || newest.to() > end) {
            throw NextactException.input(
                    "%s is not the topic that was collected into %s: it has been deleted and made"
                            + " again. Give it another name: in the config, or delete the directory",
                    origin(), directory.path());
        }
        if (newest.to() < begin) {
            notes.add(
                    String.format(
                            "partition %d: the offsets %,d to %,d had expired before they were"
                                    + " collected",
                            partition.partition(), newest.to(), begin - 1));
        }
        return Math.max(newest.to(), begin);
    }

    private static String topicId(PartFile file) {
        try {
            JsonNode position = JsonRow.JSON.readTree(Part.position(file.file()));
            return position.path("topic_id").asText();
        } catch (JsonProcessingException e) {
            throw Part.failure("read " + file.file(), e);
        }
    }

    private void read(
            Consumer<byte[], byte[]> consumer,
            Stretch stretch,
            String topicId,
            Progress.Task task) {
        TopicPartition partition = stretch.partition();
        long end = stretch.end();
        consumer.assign(List.of(partition));
        consumer.seek(partition, stretch.from());
        long partFrom = stretch.from();
        long partTo = stretch.from();
        long heardAt = System.nanoTime();
        while (consumer.position(partition) < end) {
            long before = consumer.position(partition);
            for (ConsumerRecord<byte[], byte[]> message : consumer.poll(POLL)) {
                if (message.offset() >= end) {
                    break;
                }
                add(message);
                partTo = message.offset() + 1;
                if (part.isFull()) {
                    write(partition, partFrom, partTo, topicId);
                    partFrom = partTo;
                }
            }
            long now = System.nanoTime();
            if (consumer.position(partition) > before) {
                heardAt = now;
            } else if (now - heardAt > PATIENCE.toNanos()) {
                throw NextactException.input(
                        "%s: no message for %d s, with %,d still to come in partition %d. What was"
                                + " collected is kept: run `nextact collect` again to go on",
                        origin(), PATIENCE.toSeconds(), end - before, partition.partition());
            }
            task.at(newRows, partition.toString());
        }
        if (!part.isEmpty()) {
            write(partition, partFrom, partTo, topicId);
        }
    }

    private void add(ConsumerRecord<byte[], byte[]> message) {
        byte[] value = message.value();
        JsonRow row = JsonRow.parse(value == null ? "null" : text(value));
        if (!row.isReadable()) {
            unreadable++;
            encoded += value != null && value.length > 0 && value[0] == 0 ? 1 : 0;
        }
        if (message.key() != null) {
            row.values().put(KEY, text(message.key()));
        }
        row.values().put(TIMESTAMP, Long.toString(message.timestamp()));
        row.values().put(PARTITION, Integer.toString(message.partition()));
        row.values().put(OFFSET, Long.toString(message.offset()));
        part.add(row);
        newRows++;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void write(TopicPartition partition, long from, long to, String topicId) {
        part.write(
                directory.file(stream(partition), from, to),
                JsonRow.JSON
                        .createObjectNode()
                        .put("topic_id", topicId)
                        .put("offset", to)
                        .toString());
        newFiles++;
    }
}
