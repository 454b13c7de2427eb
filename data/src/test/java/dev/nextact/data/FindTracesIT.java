package dev.nextact.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FindTracesIT {

    @TempDir private Path directory;

    private List<String> found(String... wanted) throws IOException {
        return new FindTraces(Map.of())
                        .run(
                                directory,
                                Arrays.stream(wanted)
                                        .map(text -> text.getBytes(StandardCharsets.UTF_8))
                                        .toList())
                        .stream()
                        .map(file -> file.getFileName().toString())
                        .toList();
    }

    @Test
    void idsAreFoundWhereverTheyLieAlsoAcrossChunks() throws IOException {
        int chunk = 1 << 20;
        for (int at : new int[] {0, 1, chunk - 9, chunk - 4, chunk, chunk + 5, 2 * chunk - 3}) {
            byte[] bytes = new byte[2 * chunk + 20];
            byte[] id = "user-7".getBytes(StandardCharsets.UTF_8);
            System.arraycopy(id, 0, bytes, at, id.length);
            Files.write(directory.resolve("at-" + at), bytes);
        }
        Files.write(directory.resolve("none"), new byte[2 * chunk]);
        Files.writeString(directory.resolve("end"), "the last: user-7");

        assertThat(found("another", "user-7")).hasSize(8).doesNotContain("none");
        assertThat(found("another")).isEmpty();
    }

    @Test
    void anIdIsNotFoundInALongerNumber() throws IOException {
        Files.writeString(directory.resolve("a.csv"), "user-70,user-71\n");
        Files.writeString(directory.resolve("b.csv"), "9123456,1234567\n");
        assertThat(found("user-7", "123456")).isEmpty();
        Files.writeString(directory.resolve("c.csv"), "123456,user-7\n");
        assertThat(found("user-7")).containsExactly("c.csv");
        assertThat(found("123456")).containsExactly("c.csv");
    }

    @Test
    void whatCompressionHidesIsFoundInTheValues() throws IOException {
        Path file = directory.resolve("rows.parquet");
        try (DuckDb engine = DuckDb.open(directory)) {
            engine.define(
                    "COPY (SELECT 'shopper-' || (i * 7919 % 100000) AS name FROM range(100000) AS"
                            + " t(i)) TO "
                            + DuckDb.quoted(file)
                            + " (FORMAT parquet, COMPRESSION zstd)");
        }
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                .doesNotContain("shopper-4711");
        assertThat(found("shopper-4711")).containsExactly("rows.parquet");
        assertThat(found("shopper-100001")).isEmpty();
    }

    @Test
    void whatChanceWouldFindIsRefused() {
        assertThatThrownBy(() -> found("u1")).hasMessageContaining("expected 6 bytes or more");
    }
}
