package dev.nextact.serve.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.privacy.Pseudonyms;
import dev.nextact.core.privacy.Receipt;
import dev.nextact.core.privacy.SecretKeys;
import dev.nextact.core.privacy.Tombstones;
import dev.nextact.core.privacy.ValueCipher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Histories under pseudonyms, sealed, and gone without a trace. */
class KeptHistoryStoreIT {

    private static final String KEY = "01".repeat(32);
    private static final String OTHER = "02".repeat(32);
    private static final HistoryRules RULES =
            new HistoryRules(50, Duration.ofDays(36_500), Clock.systemUTC());

    @TempDir private Path directory;

    private ShopConfig shop(String privacy, String... keys) throws IOException {
        Path yaml = directory.resolve("shop.yaml");
        Files.write(directory.resolve("keys"), List.of(keys));
        Files.writeString(
                yaml,
                "sources: [{path: a.csv, columns: {user: u, item: i, region: r}}]\n" + privacy);
        return ShopConfigReader.read(yaml, Map.of());
    }

    private Path histories() {
        return directory.resolve("work/history");
    }

    private static HistoryCodec sealed(String... keys) {
        return HistoryCodec.sealed(new ValueCipher(SecretKeys.of(List.of(keys), "test")));
    }

    private static ShopperEvent event(String user, int number) {
        return new ShopperEvent(
                "event-" + user + "-" + number, user, "kettle-" + number, "view", number);
    }

    /** Names of files with these bytes in them. */
    private static List<String> holding(Path directory, String text) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
                if (bytes.contains(text)) {
                    found.add(file.getFileName().toString());
                }
            }
        }
        return found;
    }

    @Test
    void whoIsForgottenLeavesNothingButATombstone() throws IOException {
        ShopConfig shop = shop("");
        Forgetting forgetting = Forgetting.of(shop, Clock.systemUTC());
        Receipt receipt;
        try (HistoryStore store =
                forgetting.before(RocksHistoryStore.open(histories(), RULES), shop)) {
            List<CompletableFuture<Void>> kept = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                kept.add(store.append(List.of(event("user-" + i, 1), event("anneliese", i))));
            }
            kept.forEach(CompletableFuture::join);
            assertThat(store.last("anneliese", 50)).hasSize(50);
            assertThat(holding(directory, "anneliese")).isNotEmpty();

            receipt = forgetting.forget(store, "anneliese", "test").join();
            store.append(List.of(event("anneliese", 1000))).join();
            assertThat(store.last("anneliese", 50)).isEmpty();
            store.purge().join();

            assertThat(holding(directory, "anneliese")).isEmpty();
            assertThat(store.last("user-7", 5)).hasSize(1);
            // what lies in the files is compressed, and the ids of events are kept as hashes
            assertThat(inRows("user-7", eventHash("user-7", 1))).isNotEmpty();
            for (int i = 0; i < 200; i++) {
                assertThat(inRows("anneliese", eventHash("anneliese", i))).isEmpty();
            }
        }
        assertThat(holding(directory, "anneliese")).isEmpty();
        assertThat(receipt.isGenuine(Tombstones.open(shop), "anneliese")).isTrue();
        assertThat(forgetting.audit().verify()).isEqualTo(1);
    }

    /** What files of rows hold of a shopper, or of an event. */
    private List<String> inRows(String user, long eventHash) throws IOException {
        byte[] hash = ByteBuffer.allocate(Long.BYTES).putLong(eventHash).array();
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(histories())) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(HistoryFiles.ENDING)).toList()) {
                HistoryFiles.forEach(
                        file,
                        value -> {
                            String text = new String(value, StandardCharsets.ISO_8859_1);
                            if (text.contains(user)
                                    || text.contains(
                                            new String(hash, StandardCharsets.ISO_8859_1))) {
                                found.add(file.getFileName().toString());
                            }
                        });
            }
        }
        return found;
    }

    private static long eventHash(String user, int number) {
        return event(user, number).past().idHash();
    }

    @Test
    void oneWhoWasForgottenElsewhereIsForgottenHereWithinTwoSeconds() throws Exception {
        ShopConfig shop = shop("");
        Forgetting server = Forgetting.of(shop, Clock.systemUTC());
        try (HistoryStore store = server.before(RocksHistoryStore.open(histories(), RULES), shop)) {
            store.append(List.of(event("ann", 1))).join();
            Forgetting.of(shop, Clock.systemUTC()).entomb("ann", "test");
            Thread.sleep(1100);
            assertThat(store.last("ann", 5)).isEmpty();
        }
    }

    @Test
    void theStoreKnowsPseudonymsOnlyAndFindsThoseOfEarlierKeys() throws IOException {
        String privacy = "privacy: {pseudonyms: {key: {file: keys}}}\n";
        ShopConfig before = shop(privacy, KEY);
        Forgetting then = Forgetting.of(before, Clock.systemUTC());
        try (HistoryStore store = then.before(RocksHistoryStore.open(histories(), RULES), before)) {
            store.append(
                            List.of(
                                    new ShopperEvent(
                                            "e1",
                                            "anneliese",
                                            "kettle",
                                            "view",
                                            1,
                                            Map.of("region", "north", "diary", "dear diary"))))
                    .join();
            assertThat(store.last("anneliese", 5).get(0).fields())
                    .isEqualTo(Map.of("region", "north"));
            String pseudonym = Pseudonyms.of(before).ofUser("anneliese");
            assertThat(store.users("", "", 5)).containsExactly(pseudonym);
            assertThat(store.last(pseudonym, 5)).isEqualTo(store.last("anneliese", 5));
            assertThat(then.named(List.of(event("anneliese", 1))).get(0).user())
                    .isEqualTo(pseudonym);
        }
        ShopConfig after = shop(privacy, OTHER, KEY);
        Forgetting now = Forgetting.of(after, Clock.systemUTC());
        try (HistoryStore store = now.before(RocksHistoryStore.open(histories(), RULES), after)) {
            store.append(List.of(event("anneliese", 2))).join();
            assertThat(store.last("anneliese", 5).stream().map(PastEvent::timeMicros))
                    .containsExactly(1L, 2L);
            now.forget(store, "anneliese", "test").join();
            assertThat(store.last("anneliese", 5)).isEmpty();
        }
        assertThat(holding(histories(), "anneliese")).isEmpty();
    }

    @Test
    void sealedHistoriesOpenWithTheirKeyAlone() throws IOException {
        try (RocksHistoryStore store = RocksHistoryStore.open(histories(), RULES, sealed(KEY))) {
            for (int i = 0; i < 200; i++) { // so many that the row is written back short
                store.append(List.of(event("ann", i))).join();
            }
            assertThat(store.last("ann", 50)).hasSize(50);
        }
        assertThat(holding(histories(), "kettle")).isEmpty();
        assertThatThrownBy(() -> RocksHistoryStore.open(histories(), RULES, sealed(OTHER)))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("encrypted with the key");
        assertThatThrownBy(() -> RocksHistoryStore.open(histories(), RULES))
                .hasMessageContaining("privacy.history_key");
        try (RocksHistoryStore store =
                RocksHistoryStore.open(histories(), RULES, sealed(OTHER, KEY))) {
            assertThat(store.last("ann", 50)).hasSize(50);
        }
    }

    @Test
    void everyChangedByteOfASealedRowIsSeen() {
        HistoryCodec codec = sealed(KEY);
        byte[] row = codec.of("ann", List.of(event("ann", 1).past(), event("ann", 2).past()));
        assertThat(codec.read("ann", row)).hasSize(2);
        for (int i = 0; i < row.length; i++) {
            byte[] changed = row.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> codec.read("ann", changed))
                    .as("byte " + i)
                    .isInstanceOf(NextactException.class);
        }
        assertThatThrownBy(() -> codec.read("bob", row)).isInstanceOf(NextactException.class);
    }
}
