package dev.nextact.serve.history;

import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import dev.nextact.core.privacy.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.CompactRangeOptions.BottommostLevelCompaction;
import org.rocksdb.CompressionType;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.StringAppendOperator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Histories in an embedded RocksDB. A row is a shopper, its value the bytes of the events one
 * behind the other; an append is a merge that reads nothing.
 *
 * <p>One thread writes. It takes all that waits, writes it as one batch with one sync of the log,
 * and then answers all who wait (group commit). Being alone, it can also read a row that has grown,
 * apply the {@link HistoryRules} and write it back short, with no append lost in between.
 */
public final class RocksHistoryStore implements HistoryStore {

    /** Appends that may wait to be written, each of one request. */
    private static final int WAITING = 256;

    /** Appends of one sync. */
    private static final int GROUP = 64;

    /** After so many appends to a row it is read and written back short. */
    private static final int APPENDS_BEFORE_TRIM = 64;

    /**
     * Counters of appends; shoppers whose hashes fall together share one and are trimmed sooner.
     */
    private static final int COUNTERS = 1 << 20;

    private static final long MIB = 1 << 20;

    /** Rows looked at, when idle, for whether all their events are too old. */
    private static final int SWEEP = 256;

    private static final Duration IDLE = Duration.ofMillis(200);

    /** Between the first who is forgotten and the new files without all who were until then. */
    private static final Duration PURGE_AFTER = Duration.ofSeconds(5);

    /** Between attempts to open a broken store again. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final HistoryRules rules;
    private final HistoryCodec codec;
    private final List<AutoCloseable> native_;
    private final Options options;
    private final String directory;
    private final WriteOptions durable;
    private final BlockingQueue<Work> waiting = new ArrayBlockingQueue<>(WAITING);
    private final byte[] appends = new byte[COUNTERS];
    private final Thread writer;
    private final ScheduledExecutorService purger;
    private final AtomicBoolean purgeIsDue = new AtomicBoolean();
    private final ReentrantReadWriteLock open = new ReentrantReadWriteLock();
    private volatile boolean closed;
    private volatile boolean broken;

    /**
     * Changed by the writer alone, while it holds the lock; read under the lock, or by the writer.
     */
    private volatile @Nullable RocksDB db;

    private byte[] sweepFrom = new byte[0];
    private long triedNanos = System.nanoTime();

    /** What the writer is asked for. */
    private sealed interface Work {
        CompletableFuture<Void> done();

        record Append(List<ShopperEvent> events, CompletableFuture<Void> done) implements Work {}

        record Forget(String user, CompletableFuture<Void> done) implements Work {}
    }

    private RocksHistoryStore(
            HistoryRules rules,
            HistoryCodec codec,
            List<AutoCloseable> native_,
            Options options,
            String directory,
            WriteOptions durable)
            throws RocksDBException {
        this.rules = rules;
        this.codec = codec;
        this.native_ = native_;
        this.options = options;
        this.directory = directory;
        this.db = RocksDB.open(options, directory);
        this.durable = durable;
        this.writer = new Thread(this::writeAll, "history-writer");
        this.purger =
                Executors.newSingleThreadScheduledExecutor(
                        task -> new Thread(task, "history-purger"));
    }

    /**
     * @param directory made if it is not there; one process at a time has it open
     * @throws NextactException of category CAPACITY when it cannot be opened
     */
    public static RocksHistoryStore open(Path directory, HistoryRules rules) {
        return open(directory, rules, HistoryCodec.PLAIN);
    }

    /**
     * @param directory made if it is not there; one process at a time has it open
     * @param codec of the rows
     * @throws NextactException of category CAPACITY when it cannot be opened, INPUT when its rows
     *     cannot be read with this codec
     */
    public static RocksHistoryStore open(Path directory, HistoryRules rules, HistoryCodec codec) {
        RocksDB.loadLibrary();
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            PrivateFiles.directory(directory);
            LRUCache cache = kept(opened, new LRUCache(64 * MIB));
            BloomFilter filter = kept(opened, new BloomFilter(10, false));
            StringAppendOperator concatenation = kept(opened, new StringAppendOperator(""));
            Options options = kept(opened, new Options());
            options.setCreateIfMissing(true)
                    .setMergeOperator(concatenation)
                    .setCompressionType(CompressionType.LZ4_COMPRESSION)
                    .setBottommostCompressionType(CompressionType.ZSTD_COMPRESSION)
                    .setWriteBufferSize(32 * MIB)
                    .setMaxWriteBufferNumber(3)
                    .setMaxTotalWalSize(128 * MIB)
                    .setMaxBackgroundJobs(2)
                    .setBytesPerSync(MIB)
                    .setMaxOpenFiles(256)
                    .setKeepLogFileNum(4)
                    .setMaxLogFileSize(4 * MIB)
                    // below warnings its own log names keys, and its manifest the ends of files
                    .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                    .setMaxManifestFileSize(1)
                    // what was deleted is also gone from the disk after a while
                    .setPeriodicCompactionSeconds(Duration.ofDays(7).toSeconds())
                    .setTableFormatConfig(
                            new BlockBasedTableConfig()
                                    .setBlockCache(cache)
                                    .setFilterPolicy(filter)
                                    .setBlockSize(8192)
                                    .setCacheIndexAndFilterBlocks(true));
            WriteOptions durable = kept(opened, new WriteOptions().setSync(true));
            RocksHistoryStore store =
                    new RocksHistoryStore(
                            rules, codec, opened, options, directory.toString(), durable);
            try {
                store.refuseOtherKeys();
            } catch (NextactException e) {
                store.purger.shutdown();
                store.db().close();
                closeAll(opened);
                throw e;
            }
            store.writer.start();
            return store;
        } catch (RocksDBException | IOException e) {
            closeAll(opened);
            throw new NextactException(
                    Category.CAPACITY,
                    "cannot open the histories in "
                            + directory
                            + ": "
                            + e.getMessage()
                            + ". Does another server have them open, or is the disk full?",
                    e);
        }
    }

    private static <T extends AutoCloseable> T kept(List<AutoCloseable> opened, T resource) {
        opened.add(resource);
        return resource;
    }

    private static void closeAll(List<AutoCloseable> opened) {
        for (int i = opened.size() - 1; i >= 0; i--) {
            try {
                opened.get(i).close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public CompletableFuture<Void> append(List<ShopperEvent> events) {
        return asked(new Work.Append(List.copyOf(events), new CompletableFuture<>()));
    }

    @Override
    public CompletableFuture<Void> forget(String user) {
        return asked(new Work.Forget(user, new CompletableFuture<>()));
    }

    private CompletableFuture<Void> asked(Work work) {
        open.readLock().lock();
        try {
            if (closed) {
                work.done().completeExceptionally(new StoreOverloaded("the store is closing"));
            } else if (!waiting.offer(work)) {
                work.done()
                        .completeExceptionally(
                                new StoreOverloaded(
                                        WAITING + " requests wait for their events to be written"));
            }
        } finally {
            open.readLock().unlock();
        }
        return work.done();
    }

    @Override
    public List<PastEvent> last(String user, int most) {
        open.readLock().lock();
        try {
            if (closed) {
                return List.of();
            }
            byte @Nullable [] row = db().get(key(user));
            return row == null
                    ? List.of()
                    : HistoryRules.last(rules.apply(codec.read(user, row)), most);
        } catch (RocksDBException e) {
            throw failure("cannot read a history", e);
        } finally {
            open.readLock().unlock();
        }
    }

    @Override
    public List<String> users(String prefix, String after, int most) {
        List<String> users = new ArrayList<>();
        byte[] begin = key(prefix);
        byte[] behind = key(after);
        open.readLock().lock();
        try {
            if (closed) {
                return List.of();
            }
            try (RocksIterator rows = db().newIterator()) {
                rows.seek(Arrays.compareUnsigned(begin, behind) > 0 ? begin : behind);
                while (rows.isValid() && users.size() < most) {
                    byte[] key = rows.key();
                    if (!startsWith(key, begin)) {
                        break;
                    }
                    if (key.length > 0 && Arrays.compareUnsigned(key, behind) > 0) {
                        users.add(new String(key, StandardCharsets.UTF_8));
                    }
                    rows.next();
                }
            }
            return users;
        } catch (RocksDBException e) {
            throw failure("cannot list the shoppers", e);
        } finally {
            open.readLock().unlock();
        }
    }

    private static boolean startsWith(byte[] key, byte[] begin) {
        return key.length >= begin.length
                && Arrays.equals(key, 0, begin.length, begin, 0, begin.length);
    }

    private RocksDB db() throws RocksDBException {
        RocksDB now = db;
        if (now == null) {
            throw new RocksDBException("the store could not be opened again yet");
        }
        return now;
    }

    @Override
    public boolean isReady() {
        return !closed && !broken;
    }

    private static byte[] key(String user) {
        return user.getBytes(StandardCharsets.UTF_8);
    }

    private static String user(byte[] key) {
        return new String(key, StandardCharsets.UTF_8);
    }

    /** By the first row: told now, and not to the first shopper who comes. */
    private void refuseOtherKeys() throws RocksDBException {
        try (RocksIterator rows = db().newIterator()) {
            rows.seekToFirst();
            if (rows.isValid()) {
                List<PastEvent> readable = codec.read(user(rows.key()), rows.value());
                if (readable.isEmpty()) {
                    throw new RocksDBException("the first row holds no event");
                }
            }
        }
    }

    /** Writes what lies in memory, and all files anew without what was deleted. */
    @Override
    public CompletableFuture<Void> purge() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        try {
            purger.execute(() -> purge(done));
        } catch (RejectedExecutionException e) {
            done.completeExceptionally(new StoreOverloaded("the store is closing"));
        }
        return done;
    }

    private void writeAnew() throws RocksDBException {
        try (FlushOptions now = new FlushOptions().setWaitForFlush(true);
                CompactRangeOptions everything =
                        new CompactRangeOptions()
                                .setBottommostLevelCompaction(BottommostLevelCompaction.kForce)) {
            db().flush(now);
            db().compactRange(db().getDefaultColumnFamily(), null, null, everything);
            // the manifest names the ends of files that are gone until one more is written
            db().delete(new byte[0]);
            db().flush(now);
        }
    }

    /** Once for all who are forgotten until then. */
    @SuppressWarnings("FutureReturnValueIgnored") // what fails, the next one or the end tries again
    private void purgeSoon() {
        if (purgeIsDue.compareAndSet(false, true)) {
            try {
                purger.schedule(
                        () -> {
                            purgeIsDue.set(false);
                            purge(new CompletableFuture<>());
                        },
                        PURGE_AFTER.toMillis(),
                        TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException closing) {
                purgeIsDue.set(false);
            }
        }
    }

    private void purge(CompletableFuture<Void> done) {
        open.readLock().lock();
        try {
            if (closed) {
                throw new RocksDBException("the store is closed");
            }
            writeAnew();
            done.complete(null);
        } catch (RocksDBException e) {
            done.completeExceptionally(failure("cannot take what was forgotten from the disk", e));
        } finally {
            open.readLock().unlock();
        }
    }

    private static NextactException failure(String what, RocksDBException e) {
        return new NextactException(
                Category.CAPACITY,
                what + ": " + e.getMessage() + ". Is the disk full or broken?",
                e);
    }

    private void writeAll() {
        List<Work> group = new ArrayList<>(GROUP);
        while (!closed || !waiting.isEmpty()) {
            try {
                Work first = waiting.poll(IDLE.toMillis(), TimeUnit.MILLISECONDS);
                if (broken && System.nanoTime() - triedNanos > AGAIN.toNanos()) {
                    openAgain();
                    triedNanos = System.nanoTime();
                }
                if (first == null) {
                    sweep();
                    continue;
                }
                group.add(first);
                waiting.drainTo(group, GROUP - 1);
                write(group);
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts the writer", e);
            } finally {
                group.clear();
            }
        }
    }

    private void write(List<Work> group) {
        try {
            List<byte[]> grown = commit(group);
            broken = false;
            // before the answers: who asks next finds short rows
            trim(grown);
            if (group.stream().anyMatch(Work.Forget.class::isInstance)) {
                purgeSoon();
            }
            group.forEach(work -> work.done().complete(null));
        } catch (RocksDBException e) {
            broken = true;
            NextactException told = failure("cannot write events", e);
            group.forEach(work -> work.done().completeExceptionally(told));
        } catch (RuntimeException e) {
            group.forEach(work -> work.done().completeExceptionally(e));
        }
    }

    /** After a failed write, as on a full disk, RocksDB takes no more until it is opened again. */
    private void openAgain() {
        open.writeLock().lock();
        try {
            RocksDB before = db;
            db = null;
            if (before != null) {
                before.close();
            }
            db = RocksDB.open(options, directory);
            try (WriteBatch nothing = new WriteBatch()) {
                // an empty row of no shopper: whether there is room
                nothing.delete(new byte[0]);
                db().write(durable, nothing);
            }
            broken = false;
        } catch (RocksDBException stillBroken) {
            broken = true;
        } finally {
            open.writeLock().unlock();
        }
    }

    /**
     * @return keys of rows that have grown long
     */
    private List<byte[]> commit(List<Work> group) throws RocksDBException {
        List<byte[]> grown = new ArrayList<>();
        Map<String, byte[]> keys = new HashMap<>();
        try (WriteBatch batch = new WriteBatch()) {
            for (Work work : group) {
                if (work instanceof Work.Append append) {
                    for (ShopperEvent event : append.events()) {
                        byte[] key = keys.computeIfAbsent(event.user(), RocksHistoryStore::key);
                        batch.merge(key, codec.of(event.user(), List.of(event.past())));
                        if (isGrown(key)) {
                            grown.add(key);
                        }
                    }
                } else if (work instanceof Work.Forget forget) {
                    batch.delete(key(forget.user()));
                }
            }
            db().write(durable, batch);
        }
        return grown;
    }

    private boolean isGrown(byte[] key) {
        int counter = Arrays.hashCode(key) & (COUNTERS - 1);
        appends[counter] = (byte) ((appends[counter] + 1) % APPENDS_BEFORE_TRIM);
        return appends[counter] == 0;
    }

    private void trim(List<byte[]> keys) throws RocksDBException {
        if (keys.isEmpty()) {
            return;
        }
        try (WriteBatch batch = new WriteBatch();
                // what is lost of a shortening is shortened again
                WriteOptions relaxed = new WriteOptions().setSync(false)) {
            for (byte[] key : keys) {
                byte @Nullable [] row = db().get(key);
                if (row != null) {
                    String user = user(key);
                    List<PastEvent> all = codec.read(user, row);
                    List<PastEvent> kept = rules.apply(all);
                    if (kept.size() < all.size()) {
                        batch.put(key, codec.of(user, kept));
                    }
                }
            }
            db().write(relaxed, batch);
        }
    }

    /** Looks at the next rows; those with nothing but old events go. */
    private void sweep() {
        long oldest = rules.oldestMicros();
        try (RocksIterator rows = db().newIterator();
                WriteBatch batch = new WriteBatch();
                WriteOptions relaxed = new WriteOptions()) {
            rows.seek(sweepFrom);
            for (int i = 0; i < SWEEP && rows.isValid(); i++) {
                List<PastEvent> events = codec.read(user(rows.key()), rows.value());
                if (events.stream().allMatch(event -> event.timeMicros() < oldest)) {
                    batch.delete(rows.key());
                }
                rows.next();
            }
            sweepFrom = rows.isValid() ? rows.key() : new byte[0];
            db().write(relaxed, batch);
        } catch (RocksDBException | NextactException e) {
            broken = true;
        }
    }

    /** Writes what waits, then closes. */
    @Override
    public void close() {
        open.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            open.writeLock().unlock();
        }
        purger.shutdownNow();
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // nobody reads any more: each reader looks at closed first, and holds the lock
        open.writeLock().lock();
        try {
            RocksDB last = db;
            if (last != null) {
                if (purgeIsDue.get()) {
                    writeAnew();
                }
                last.close();
            }
            db = null;
            closeAll(native_);
        } catch (RocksDBException e) {
            throw failure("cannot take what was forgotten from the disk", e);
        } finally {
            open.writeLock().unlock();
        }
    }
}
