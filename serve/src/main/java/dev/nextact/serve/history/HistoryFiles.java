package dev.nextact.serve.history;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;
import org.rocksdb.SstFileReaderIterator;
import org.rocksdb.StringAppendOperator;

/** The files that histories lie in, whose compression hides what they hold. */
public final class HistoryFiles {

    /** Of their names. */
    public static final String ENDING = ".sst";

    private HistoryFiles() {}

    /** Every key and every value of a file. */
    public static void forEach(Path file, Consumer<byte[]> value) throws IOException {
        RocksDB.loadLibrary();
        try (StringAppendOperator concatenation = new StringAppendOperator("");
                Options options = new Options().setMergeOperator(concatenation);
                ReadOptions all = new ReadOptions();
                SstFileReader reader = new SstFileReader(options)) {
            reader.open(file.toString());
            try (SstFileReaderIterator rows = reader.newIterator(all)) {
                for (rows.seekToFirst(); rows.isValid(); rows.next()) {
                    value.accept(rows.key());
                    value.accept(rows.value());
                }
            }
        } catch (RocksDBException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}
