package dev.nextact.serve.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.NextactException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionException;
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

    /**
     * Appends until writes have failed and gone again, then prints the numbers of the events it was
     * told are kept.
     */
    static final class AppenderWithoutRoom {
        private AppenderWithoutRoom() {}

        public static void main(String[] args) throws Exception {
            Map<String, String> fields = new HashMap<>();
            Random random = new Random(1);
            int refused = 0;
            int keptAfterwards = 0;
            try (RocksHistoryStore store = RocksHistoryStore.open(Path.of(args[0]), RULES)) {
                limitFiles();
                for (int i = 0; i < 2000 && keptAfterwards < 10; i++) {
                    for (int f = 0; f < 60; f++) {
                        // what no compression makes small
                        fields.put("f" + f, Long.toHexString(random.nextLong()).repeat(12));
                    }
                    ShopperEvent event =
                            new ShopperEvent(
                                    "k" + i, "user" + i % 400, "i", "view", micros(i), fields);
                    try {
                        store.append(List.of(event)).join();
                        keptAfterwards += refused > 0 ? 1 : 0;
                        System.out.println("kept " + i);
                    } catch (CompletionException e) {
                        refused++;
                        System.out.println("refused " + e.getCause().getMessage());
                        Thread.sleep(100);
                    }
                }
            }
        }
    }

    /** A write beyond it fails as on a full disk; a new file has room again. */
    private static void limitFiles() throws Exception {
        String pid = Long.toString(ProcessHandle.current().pid());
        Process prlimit =
                new ProcessBuilder("prlimit", "--pid", pid, "--fsize=4000000:").inheritIO().start();
        if (prlimit.waitFor() != 0) {
            throw new IllegalStateException("prlimit of util-linux is needed");
        }
    }

    @Test
    void withoutRoomEventsAreRefusedNoneIsLostAndWithRoomItGoesOn() throws Exception {
        store.close();
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                AppenderWithoutRoom.class.getName(),
                                directory.toString())
                        .redirectErrorStream(true)
                        .start();
        List<String> lines;
        try (BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            lines = out.lines().toList();
        }
        assertThat(process.waitFor()).as(String.join("\n", lines)).isZero();
        assertThat(lines).anyMatch(line -> line.matches("refused cannot write events: .*full.*"));
        assertThat(lines.get(lines.size() - 1)).startsWith("kept ");

        store = RocksHistoryStore.open(directory, RULES);
        for (String line : lines) {
            if (line.startsWith("kept ")) {
                int number = Integer.parseInt(line.substring("kept ".length()));
                assertThat(store.last("user" + number % 400, 100))
                        .as(line)
                        .filteredOn(event -> event.idHash() == EventBytes.hash("k" + number))
                        .hasSize(1);
            }
        }
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
