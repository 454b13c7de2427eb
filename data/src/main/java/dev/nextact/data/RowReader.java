package dev.nextact.data;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one raw file row by row, in the order of the file. Confined to one thread. */
interface RowReader extends AutoCloseable {

    /** The file's columns; numbers from 1 as names where it has no header. */
    List<String> columns();

    /** What was found out about the file, for the report: delimiter, encoding, … */
    Map<String, String> format();

    /** The next row, or null at the end. */
    @Nullable RawRow next() throws IOException;

    @Override
    void close() throws IOException;
}
