package dev.nextact.core.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of who did what, and the tombstones whose key it is made with. */
class AuditLogTest {

    @TempDir private Path directory;
    private ShopConfig shop;
    private Tombstones tombstones;
    private AuditLog log;

    @BeforeEach
    void open() throws IOException {
        Path yaml = directory.resolve("shop.yaml");
        Files.writeString(yaml, "sources: [{path: a.csv, columns: {user: u, item: i}}]\n");
        shop = ShopConfigReader.read(yaml, Map.of());
        tombstones = Tombstones.open(shop);
        log = AuditLog.open(shop, tombstones, Clock.systemUTC());
        log.add("ann", "promote", "model 2");
        log.add("http", "forget", tombstones.of("bob"));
        log.add("ann", "export", tombstones.of("eve"));
    }

    private Path file(String name) {
        return directory.resolve("work/privacy").resolve(name);
    }

    @Test
    void whatIsUntouchedVerifies() {
        assertThat(log.verify()).isEqualTo(3);
        assertThat(AuditLog.open(shop, Tombstones.open(shop), Clock.systemUTC()).verify())
                .isEqualTo(3);
        assertThat(file("audit.jsonl")).content().doesNotContain("bob").doesNotContain("eve");
    }

    @Test
    void everyChangedByteIsSeen() throws IOException {
        for (String name : List.of("audit.jsonl", "audit.head")) {
            byte[] whole = Files.readAllBytes(file(name));
            for (int i = 0; i < whole.length - 1; i++) {
                byte[] changed = whole.clone();
                changed[i] ^= 1;
                Files.write(file(name), changed);
                assertThatThrownBy(log::verify)
                        .as(name + ", byte " + i)
                        .isInstanceOf(NextactException.class);
            }
            Files.write(file(name), whole);
        }
        assertThat(log.verify()).isEqualTo(3);
    }

    @Test
    void entriesThatAreTakenAwayOrMovedAreMissed() throws IOException {
        List<String> lines = Files.readAllLines(file("audit.jsonl"));
        for (List<String> left :
                List.of(
                        lines.subList(0, 2),
                        lines.subList(1, 3),
                        List.of(lines.get(1), lines.get(0), lines.get(2)))) {
            Files.write(file("audit.jsonl"), left);
            assertThatThrownBy(log::verify).isInstanceOf(NextactException.class);
        }
    }

    @Test
    void tombstonesOutliveTheProcessAndNameNobody() throws IOException {
        tombstones.add(List.of("bob", "zoe"));
        tombstones.add(List.of("bob"));
        Tombstones again = Tombstones.open(shop);

        assertThat(again.size()).isEqualTo(2);
        assertThat(again.covers("bob")).isTrue();
        assertThat(again.covers("ann")).isFalse();
        assertThat(file("forgotten")).content().doesNotContain("bob").hasLineCount(2);
    }

    @Test
    void aReceiptIsOfOneShopperAndOneKey() {
        Receipt receipt = Receipt.of(tombstones, "bob", Instant.parse("2026-01-02T03:04:05Z"));

        assertThat(receipt.isGenuine(Tombstones.open(shop), "bob")).isTrue();
        assertThat(receipt.isGenuine(tombstones, "ann")).isFalse();
        assertThat(
                        new Receipt(
                                        receipt.tombstone(),
                                        "2025-01-02T03:04:05Z",
                                        receipt.key(),
                                        receipt.signature())
                                .isGenuine(tombstones, "bob"))
                .isFalse();
    }

    @Test
    void nobodyElseMayReadThem() throws IOException {
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            for (String name : List.of("key", "audit.jsonl", "audit.head")) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file(name))))
                        .as(name)
                        .isEqualTo("rw-------");
            }
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file("."))))
                    .isEqualTo("rwx------");
        }
    }
}
