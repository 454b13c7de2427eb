package dev.nextact.serve.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.NextactException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksHistoryStoreIT extends HistoryStoreContract {

    @TempDir private Path directory;
    private RocksHistoryStore store;

    @BeforeEach
    void open() {
        store = RocksHistoryStore.open(directory, RULES);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    HistoryStore store() {
        return store;
    }

    @Test
    void eventsOutliveTheStore() {
        store.append(List.of(event("a", "ann", 1))).join();
        store.close();
        store = RocksHistoryStore.open(directory, RULES);

        assertThat(store.last("ann", 5)).hasSize(1);
    }

    @Test
    void aSecondServerIsRefused() {
        assertThatThrownBy(() -> RocksHistoryStore.open(directory, RULES))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("Does another server have them open");
    }

    @Test
    void aClosedStoreTakesNothingAndGivesNothing() {
        store.close();

        assertThat(store.isReady()).isFalse();
        assertThat(store.append(List.of(event("a", "ann", 1)))).isCompletedExceptionally();
        assertThat(store.last("ann", 5)).isEmpty();
    }

    /** Appends for ever, and prints the number of each event when it is acknowledged. */
    static final class Appender {
        private Appender() {}

        @SuppressWarnings("FutureReturnValueIgnored") // what is not acknowledged is not counted
        public static void main(String[] args) {
            RocksHistoryStore store = RocksHistoryStore.open(Path.of(args[0]), RULES);
            for (int i = Integer.parseInt(args[1]); ; i++) {
                int number = i;
                // never more than a few on their way, sent twice, so that a double would show
                ShopperEvent event = event("k" + i, "user" + i % 7, i);
                store.append(List.of(event));
                store.append(List.of(event))
                        .thenRun(
                                () -> {
                                    System.out.println(number);
                                    System.out.flush();
                                });
                if (i % 8 == 0) {
                    store.append(List.of(event)).join();
                }
            }
        }
    }

    @Test
    void noAcknowledgedEventIsLostOrDoubledByKillingTheProcess() throws Exception {
        store.close();
        Random random = new Random(3);
        int next = 0;
        for (int round = 0; round < 6; round++) {
            Process process =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    Appender.class.getName(),
                                    directory.toString(),
                                    Integer.toString(next))
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            int acknowledged = -1;
            try (BufferedReader out =
                    new BufferedReader(
                            new InputStreamReader(
                                    process.getInputStream(), StandardCharsets.UTF_8))) {
                String line = out.readLine();
                long end = System.nanoTime() + random.nextInt(200) * 1_000_000L;
                while (line != null) {
                    acknowledged = Math.max(acknowledged, Integer.parseInt(line));
                    if (System.nanoTime() > end) {
                        // by its handle: the process would close the stream we read
                        process.toHandle().destroyForcibly();
                    }
                    line = out.readLine();
                }
            }
            process.waitFor();
            store = RocksHistoryStore.open(directory, RULES);
            assertThat(acknowledged).isGreaterThanOrEqualTo(next);
            int newest = acknowledged;
            // each of seven shoppers keeps the newest twenty
            for (int number = Math.max(0, newest - 100); number <= newest; number++) {
                List<PastEvent> events = store.last("user" + number % 7, 100);
                Set<Long> ids = new HashSet<>();
                events.forEach(event -> ids.add(event.idHash()));
                assertThat(ids).as("event %d of %d", number, newest).hasSameSizeAs(events);
                assertThat(ids)
                        .as("event %d of %d", number, newest)
                        .contains(EventBytes.hash("k" + number));
            }
            store.close();
            next = acknowledged + 1;
        }
    }
}
