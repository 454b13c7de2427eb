package dev.nextact.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DuckDbTest {

    private static final int PARTS = 4;
    private static final int ROWS = 1_500_000;

    @TempDir Path directory;

    /** Such as Spark writes: all rows of a part in one group, more than the memory holds. */
    @Test
    void joinsPartsThatAreLargerThanTheMemory() throws IOException {
        List<Path> parts = new ArrayList<>();
        try (DuckDb engine = DuckDb.open(directory)) {
            for (int part = 0; part < PARTS; part++) {
                Path file = directory.resolve("part-" + part + ".parquet");
                engine.define(
                        String.format(
                                "COPY (SELECT %d + i AS place, repeat('reason ', 20) || i %% 3 AS"
                                        + " reason FROM range(%d) AS r(i)) TO %s (FORMAT parquet,"
                                        + " ROW_GROUP_SIZE %d)",
                                part * ROWS, ROWS, DuckDb.quoted(file), ROWS));
                parts.add(file);
            }
        }
        Path whole = directory.resolve("whole.parquet");

        try (DuckDb engine = DuckDb.openInMemory(directory, 64L << 20)) {
            engine.join(parts, whole);
        }

        try (DuckDb engine = DuckDb.open(directory)) {
            String rows =
                    " FROM read_parquet(" + DuckDb.quoted(whole) + ", file_row_number = true)";
            assertThat(engine.count("SELECT count(*)" + rows)).isEqualTo(PARTS * ROWS);
            assertThat(engine.count("SELECT count(*)" + rows + " WHERE place <> file_row_number"))
                    .isZero();
        }
        assertThat(parts).noneMatch(part -> part.toFile().exists());
    }
}
