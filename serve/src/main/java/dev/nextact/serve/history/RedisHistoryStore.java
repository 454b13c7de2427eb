package dev.nextact.serve.history;

import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Histories in a Redis that several servers share. A row is a shopper, its value the bytes of the
 * events one behind the other, as in {@link RocksHistoryStore}; Redis lets go of it when its newest
 * append is too old.
 *
 * <p>An append adds bytes, atomically. Where a row has grown long, whoever finds it so writes it
 * back short, if nobody has changed it meanwhile. An event is as durable as Redis is told to be:
 * {@code appendonly yes} with {@code appendfsync always} for every acknowledged event, {@code
 * everysec} for all but the last second. Redis being away, appends and reads fail at once, and go
 * on when it is back.
 */
public final class RedisHistoryStore implements HistoryStore {

    /** Before every row's name, so that one Redis can be shared with other programs. */
    private static final String PREFIX = "nextact:history:";

    /** Appends, and answers the new length. */
    private static final byte[] APPEND =
            """
            local length = redis.call('APPEND', KEYS[1], ARGV[1])
            redis.call('EXPIRE', KEYS[1], ARGV[2])
            return length
            """
                    .getBytes(StandardCharsets.UTF_8);

    /** Replaces what is still as it was read. */
    private static final byte[] REPLACE =
            """
            if redis.call('GET', KEYS[1]) == ARGV[1] then
              redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
              return 1
            end
            return 0
            """
                    .getBytes(StandardCharsets.UTF_8);

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration PATIENCE_AT_START = Duration.ofSeconds(20);

    /** Appends on their way to Redis; more are turned away. */
    private static final int WAITING = 4096;

    /** A row longer than this for every event that is kept is looked at. */
    private static final int BYTES_PER_EVENT = 96;

    /** Rows of one step of a scan. */
    private static final int SCANNED = 1000;

    /** Rows that a list of shoppers looks at. */
    private static final int LOOKED_AT = 100_000;

    private final HistoryRules rules;
    private final HistoryCodec codec;
    private final RedisClient client;
    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final AtomicInteger waiting = new AtomicInteger();

    private RedisHistoryStore(
            HistoryRules rules,
            HistoryCodec codec,
            RedisClient client,
            StatefulRedisConnection<byte[], byte[]> connection) {
        this.rules = rules;
        this.codec = codec;
        this.client = client;
        this.connection = connection;
    }

    /**
     * @param url {@code redis://host:port/database}, or {@code rediss://…} by TLS
     * @throws NextactException of category CAPACITY when Redis does not answer
     */
    public static RedisHistoryStore open(
            String url, Optional<String> password, HistoryRules rules) {
        return open(url, password, rules, HistoryCodec.PLAIN);
    }

    /**
     * @param codec of the rows
     */
    public static RedisHistoryStore open(
            String url, Optional<String> password, HistoryRules rules, HistoryCodec codec) {
        RedisURI.Builder uri =
                RedisURI.builder(RedisURI.create(url)).withTimeout(PATIENCE_AT_START);
        password.ifPresent(p -> uri.withPassword(p.toCharArray()));
        RedisClient client = RedisClient.create(uri.build());
        client.setOptions(
                ClientOptions.builder()
                        // neither answers nor memory may wait for a Redis that is away
                        .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                        .requestQueueSize(2 * WAITING)
                        .timeoutOptions(TimeoutOptions.enabled(PATIENCE))
                        .build());
        try {
            return new RedisHistoryStore(
                    rules, codec, client, client.connect(ByteArrayCodec.INSTANCE));
        } catch (RedisException e) {
            client.shutdown(Duration.ZERO, Duration.ZERO);
            throw failure(e);
        }
    }

    private static NextactException failure(Throwable e) {
        return new NextactException(
                Category.CAPACITY,
                "Redis does not take or give histories: "
                        + e.getMessage()
                        + ". Is it up, and is serve.history.url right?",
                e);
    }

    private static byte[] key(String user) {
        return (PREFIX + user).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] ascii(long number) {
        return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public CompletableFuture<Void> append(List<ShopperEvent> events) {
        Map<String, List<PastEvent>> byUser = new LinkedHashMap<>();
        for (ShopperEvent event : events) {
            byUser.computeIfAbsent(event.user(), u -> new ArrayList<>()).add(event.past());
        }
        if (waiting.addAndGet(byUser.size()) > WAITING) {
            waiting.addAndGet(-byUser.size());
            return CompletableFuture.failedFuture(
                    new StoreOverloaded(WAITING + " appends are on their way to Redis"));
        }
        List<CompletableFuture<Void>> appends = new ArrayList<>();
        byUser.forEach((user, past) -> appends.add(append(user, past)));
        return CompletableFuture.allOf(appends.toArray(CompletableFuture[]::new))
                .whenComplete((done, e) -> waiting.addAndGet(-byUser.size()))
                .exceptionally(
                        e -> {
                            throw failure(e);
                        });
    }

    private CompletableFuture<Void> append(String user, List<PastEvent> events) {
        byte[] key = key(user);
        RedisFuture<Long> length =
                connection
                        .async()
                        .eval(
                                APPEND,
                                ScriptOutputType.INTEGER,
                                new byte[][] {key},
                                codec.of(user, events),
                                ascii(rules.keep().toSeconds()));
        return length.toCompletableFuture()
                .thenCompose(
                        bytes ->
                                bytes > (long) rules.events() * BYTES_PER_EVENT
                                        ? trim(user, key)
                                        : CompletableFuture.completedFuture(null));
    }

    private CompletableFuture<Void> trim(String user, byte[] key) {
        return connection
                .async()
                .get(key)
                .toCompletableFuture()
                .thenCompose(
                        row -> {
                            if (row == null) {
                                return CompletableFuture.completedFuture(null);
                            }
                            List<PastEvent> all = codec.read(user, row);
                            List<PastEvent> kept = rules.apply(all);
                            if (kept.size() == all.size()) {
                                return CompletableFuture.completedFuture(null);
                            }
                            RedisFuture<Long> replaced =
                                    connection
                                            .async()
                                            .eval(
                                                    REPLACE,
                                                    ScriptOutputType.INTEGER,
                                                    new byte[][] {key},
                                                    row,
                                                    codec.of(user, kept));
                            return replaced.toCompletableFuture().thenAccept(done -> {});
                        });
    }

    @Override
    public List<PastEvent> last(String user, int most) {
        byte @Nullable [] row = await(connection.async().get(key(user)));
        return row == null
                ? List.of()
                : HistoryRules.last(rules.apply(codec.read(user, row)), most);
    }

    /**
     * Redis keeps no order, so this looks at {@value #LOOKED_AT} rows and orders those: where there
     * are more of the prefix, some are missing.
     */
    @Override
    public List<String> users(String prefix, String after, int most) {
        byte[] pattern = (escaped(PREFIX + prefix) + "*").getBytes(StandardCharsets.UTF_8);
        ScanArgs matching = ScanArgs.Builder.matches(pattern).limit(SCANNED);
        TreeSet<String> users =
                new TreeSet<>(
                        (a, b) ->
                                Arrays.compareUnsigned(
                                        a.getBytes(StandardCharsets.UTF_8),
                                        b.getBytes(StandardCharsets.UTF_8)));
        KeyScanCursor<byte[]> cursor = await(connection.async().scan(matching));
        for (int looked = 0; cursor != null; looked += SCANNED) {
            for (byte[] key : cursor.getKeys()) {
                users.add(new String(key, StandardCharsets.UTF_8).substring(PREFIX.length()));
            }
            if (cursor.isFinished() || looked >= LOOKED_AT) {
                break;
            }
            cursor = await(connection.async().scan(cursor, matching));
        }
        return users.tailSet(after, after.isEmpty()).stream()
                .filter(user -> !user.isEmpty())
                .limit(most)
                .toList();
    }

    /** Letters that mean something in a pattern mean themselves. */
    private static String escaped(String text) {
        return text.replaceAll("([\\\\*?\\[\\]])", "\\\\$1");
    }

    private static <T> @Nullable T await(RedisFuture<T> future) {
        try {
            return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure(e);
        } catch (ExecutionException | TimeoutException e) {
            throw failure(e);
        }
    }

    @Override
    public CompletableFuture<Void> forget(String user) {
        return connection
                .async()
                .del(key(user))
                .toCompletableFuture()
                .handle(
                        (done, e) -> {
                            if (e != null) {
                                throw failure(e);
                            }
                            return null;
                        });
    }

    /** Has Redis write its log of appends anew, where it keeps one. */
    @Override
    public CompletableFuture<Void> purge() {
        return connection
                .async()
                .bgrewriteaof()
                .toCompletableFuture()
                .handle(
                        (done, e) -> {
                            if (e != null) {
                                throw failure(e);
                            }
                            return null;
                        });
    }

    @Override
    public boolean isReady() {
        return connection.isOpen();
    }

    @Override
    public void close() {
        connection.close();
        client.shutdown(Duration.ZERO, PATIENCE);
    }
}
