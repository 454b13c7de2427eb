package dev.nextact.serve.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.NextactException;
import dev.nextact.core.ServeConfig;
import dev.nextact.serve.history.HistoryStore;
import dev.nextact.serve.history.PastEvent;
import dev.nextact.serve.history.ShopperEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The order of things, by Kafka's own stand-ins; {@code EventStreamIT} has a true broker. */
class EventStreamTest {

    private static final TopicPartition PLACE = new TopicPartition("clicks", 0);

    private final Partition consumer = new Partition();
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final Words server = new Words();
    private final Store store = new Store();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private @Nullable EventStream stream;

    /** Kafka's stand-in forgets what was read once; this one has it again after a seek. */
    private static final class Partition extends MockConsumer<byte[], byte[]> {

        private List<String> messages = List.of();

        Partition() {
            super("earliest");
        }

        void addFrom(int first) {
            for (int i = first; i < messages.size(); i++) {
                addRecord(
                        new ConsumerRecord<>(
                                "clicks",
                                0,
                                i,
                                1_700_000_000_000L + i,
                                TimestampType.CREATE_TIME,
                                0,
                                0,
                                null,
                                messages.get(i).getBytes(StandardCharsets.UTF_8),
                                new RecordHeaders(),
                                Optional.empty()));
            }
        }

        @Override
        public synchronized void seek(TopicPartition partition, long offset) {
            super.seek(partition, offset);
            addFrom((int) offset);
        }
    }

    /** Keeps what it is given, when it is let. */
    private static final class Store implements HistoryStore {

        private final List<CompletableFuture<Void>> asked = new CopyOnWriteArrayList<>();
        private final List<ShopperEvent> events = new CopyOnWriteArrayList<>();
        private int failures;
        private boolean waits;

        @Override
        public List<String> users(String prefix, String after, int most) {
            throw new UnsupportedOperationException("a stream lists no shoppers");
        }

        @Override
        public CompletableFuture<Void> append(List<ShopperEvent> more) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            asked.add(done);
            if (failures-- > 0) {
                done.completeExceptionally(new IllegalStateException("the disk is full"));
            } else {
                events.addAll(more);
                if (!waits) {
                    done.complete(null);
                }
            }
            return done;
        }

        @Override
        public List<PastEvent> last(String user, int most) {
            return List.of();
        }

        @Override
        public CompletableFuture<Void> forget(String user) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Void> purge() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void close() {}
    }

    private void open(EventStream.@Nullable Predictions predictions, String... messages) {
        stream = new EventStream(consumer, "clicks", predictions, store, server, told::add);
        consumer.schedulePollTask(
                () -> {
                    consumer.messages = List.of(messages);
                    consumer.rebalance(List.of(PLACE));
                    consumer.updateBeginningOffsets(Map.of(PLACE, 0L));
                    consumer.updateEndOffsets(Map.of(PLACE, (long) messages.length));
                    consumer.addFrom(0);
                });
    }

    @AfterEach
    void close() {
        store.asked.forEach(done -> done.complete(null));
        if (stream != null) {
            stream.close();
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            Thread.sleep(5);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    private long told() {
        OffsetAndMetadata offset = consumer.committed(Set.of(PLACE)).get(PLACE);
        return offset == null ? -1 : offset.offset();
    }

    @Test
    void messagesAreToldAsReadWhenTheStoreHasThemAndNotBefore() throws Exception {
        store.waits = true;
        open(null, "ann sku-1", "bob sku-2 my-id");
        await(() -> store.asked.size() == 1);
        Thread.sleep(100);
        assertThat(told()).isEqualTo(-1);
        assertThat(server.kept.get()).isZero();

        store.asked.get(0).complete(null);
        await(() -> told() == 2);
        assertThat(server.kept.get()).isEqualTo(2);
        assertThat(store.events)
                .containsExactly(
                        new ShopperEvent(
                                "clicks-0-0", "ann", "sku-1", "view", 1_700_000_000_000_000L),
                        new ShopperEvent("my-id", "bob", "sku-2", "view", 1_700_000_000_001_000L));
    }

    @Test
    void whatTheStoreCouldNotKeepComesAgainWithTheSameIds() throws Exception {
        store.failures = 2;
        open(null, "ann sku-1", "ann sku-2");
        await(() -> told() == 2);

        assertThat(store.asked).hasSize(3);
        assertThat(store.events.stream().map(ShopperEvent::id))
                .containsExactly("clicks-0-0", "clicks-0-1");
        assertThat(told).containsExactly("messages wait: the disk is full");
    }

    @Test
    void aSettingThatKafkaDoesNotTakeIsAClearError() {
        ServeConfig.Stream config =
                new ServeConfig.Stream(
                        "127.0.0.1:1", "clicks", "g", Optional.empty(), Optional.empty());

        assertThatThrownBy(
                        () ->
                                EventStream.open(
                                        config,
                                        Map.of("session.timeout.ms", "soon"),
                                        store,
                                        server,
                                        told::add))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("serve.stream cannot be opened")
                .hasMessageContaining("session.timeout.ms");
    }

    @Test
    void whatIsNoEventIsCountedToldAndPassedOver() throws Exception {
        open(null, "", "ann sku-1", "nonsense");
        await(() -> told() == 3);

        assertThat(store.events).hasSize(1);
        assertThat(server.passedOver.get()).isEqualTo(2);
        assertThat(told)
                .containsExactly(
                        "the message clicks-0-0 is no event", "the message clicks-0-2 is no event");
    }

    @Test
    void eachShopperOfTheMessagesIsForetoldOnceAndBeforeTheyAreToldAsRead() throws Exception {
        server.failures = 1;
        open(new EventStream.Predictions(producer, "next"), "ann sku-1", "bob sku-2", "ann sku-3");
        await(() -> told() == 3);

        List<String> sent = new ArrayList<>();
        producer.history()
                .forEach(
                        record ->
                                sent.add(
                                        new String(record.key(), StandardCharsets.UTF_8)
                                                + ": "
                                                + new String(
                                                        record.value(), StandardCharsets.UTF_8)));
        assertThat(sent).containsExactly("ann: next of ann", "bob: next of bob");
        // the first attempt failed at ann
        assertThat(server.asked).containsExactly("ann", "ann", "bob");
        assertThat(server.kept.get()).isEqualTo(3);
    }
}
