package dev.nextact.serve.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.NextactException;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.embedded.RedisServer;

class RedisHistoryStoreIT extends HistoryStoreContract {

    private int port;
    private RedisServer redis;
    private RedisHistoryStore store;

    @BeforeEach
    void open() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        redis = start();
        store = RedisHistoryStore.open("redis://127.0.0.1:" + port, Optional.empty(), RULES);
    }

    private RedisServer start() throws IOException {
        RedisServer server =
                RedisServer.newRedisServer()
                        .port(port)
                        .bind("127.0.0.1")
                        .setting("save \"\"")
                        .build();
        server.start();
        return server;
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        redis.stop();
    }

    @Override
    HistoryStore store() {
        return store;
    }

    @Test
    void severalServersShareHistories() {
        try (RedisHistoryStore other =
                RedisHistoryStore.open("redis://127.0.0.1:" + port, Optional.empty(), RULES)) {
            store.append(List.of(event("a", "ann", 1))).join();

            assertThat(other.last("ann", 5)).hasSize(1);
        }
    }

    @Test
    void whileRedisIsAwayAllFailsQuicklyAndThenGoesOn() throws Exception {
        redis.stop();
        long start = System.nanoTime();
        assertThatThrownBy(() -> store.last("ann", 5)).isInstanceOf(NextactException.class);
        assertThatThrownBy(() -> store.append(List.of(event("a", "ann", 1))).join())
                .hasRootCauseInstanceOf(Exception.class);
        assertThat(System.nanoTime() - start).isLessThan(10_000_000_000L);
        waitUntilReady(false); // the client learns of it a moment after the commands fail

        redis = start();
        waitUntilReady(true);
        store.append(List.of(event("a", "ann", 1))).join();
        assertThat(store.last("ann", 5)).hasSize(1);
    }

    private void waitUntilReady(boolean wanted) throws InterruptedException {
        long end = System.nanoTime() + 20_000_000_000L;
        while (store.isReady() != wanted && System.nanoTime() < end) {
            Thread.sleep(50);
        }
        assertThat(store.isReady()).isEqualTo(wanted);
    }

    @Test
    void aRedisThatIsNotThereIsAClearError() {
        assertThatThrownBy(
                        () ->
                                RedisHistoryStore.open(
                                        "redis://127.0.0.1:1", Optional.empty(), RULES))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("serve.history.url");
    }
}
