package dev.nextact.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;

/**
 * Requests at a constant rate over many keep-alive connections, all by one thread.
 *
 * <p>A thread for each connection would take the processors from a server on the same machine, and
 * the more the more it is asked. Request n is due at n/rate seconds, and its time counts from when
 * it was due, not from when a connection was free for it: a server that stalls is charged for all
 * that had to wait (Tene, "How NOT to measure latency": coordinated omission).
 */
final class OpenLoop {

    private static final long PAUSE_NANOS = 50_000;

    /** A selector waits in whole milliseconds; what is due sooner is waited for in short pauses. */
    private static final long SELECTED_NANOS = 2_000_000;

    /** How long answers are waited for after the last request. */
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private final InetSocketAddress server;
    private final Selector selector;
    private final Deque<SelectionKey> free = new ArrayDeque<>();
    private final LoadTally tally = new LoadTally();

    /** Requests under way. */
    private int open;

    private OpenLoop(int port, Selector selector) {
        this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.selector = selector;
    }

    /** A request under way. */
    private static final class Sent {
        private final HttpAnswer answer = new HttpAnswer();
        private ByteBuffer left = ByteBuffer.allocate(0);
        private long due;
    }

    /**
     * @param request the n-th
     * @param rate a second
     */
    static HttpLoad.Result run(
            int port, int connections, LongFunction<byte[]> request, double rate, double seconds) {
        try (Selector selector = Selector.open()) {
            OpenLoop loop = new OpenLoop(port, selector);
            for (int i = 0; i < connections; i++) {
                loop.free.add(loop.connect());
            }
            return loop.run(request, rate, (long) (rate * seconds));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpLoad.Result run(LongFunction<byte[]> request, double rate, long all)
            throws IOException {
        long start = System.nanoTime();
        long number = 0;
        while (number < all) {
            long due = start + (long) (number / rate * 1e9);
            if (due <= System.nanoTime() && !free.isEmpty()) {
                send(request.apply(number), due);
                number++;
            } else if (read() == 0) {
                await(due - System.nanoTime());
            }
        }
        long last = System.nanoTime();
        while (open > 0 && System.nanoTime() - last < PATIENCE_NANOS) {
            if (read() == 0) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        while (open > 0) {
            done(0, last);
        }
        double took = (System.nanoTime() - start) / 1e9;
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        return tally.result(took);
    }

    /**
     * Pauses until a request is due in this time, or less long; below 0 = none is free to send it.
     */
    private void await(long nanos) throws IOException {
        if (nanos > SELECTED_NANOS) {
            selector.select(1);
        } else {
            LockSupport.parkNanos(nanos > 0 ? Math.min(PAUSE_NANOS, nanos) : PAUSE_NANOS);
        }
    }

    private SelectionKey connect() throws IOException {
        SocketChannel channel = SocketChannel.open(server);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        return channel.register(selector, SelectionKey.OP_READ, new Sent());
    }

    private void send(byte[] request, long due) throws IOException {
        SelectionKey key = free.remove();
        Sent sent = (Sent) key.attachment();
        sent.due = due;
        sent.left = ByteBuffer.wrap(request);
        sent.answer.begin();
        open++;
        write(key, sent);
    }

    private void write(SelectionKey key, Sent sent) throws IOException {
        try {
            ((SocketChannel) key.channel()).write(sent.left);
            key.interestOps(
                    sent.left.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        } catch (IOException e) {
            fail(key);
        }
    }

    /** Takes what came, without waiting; from how many connections. */
    private int read() throws IOException {
        int ready = selector.selectNow();
        for (SelectionKey key : selector.selectedKeys()) {
            Sent sent = (Sent) key.attachment();
            if (sent.left.hasRemaining()) {
                write(key, sent);
                continue;
            }
            try {
                byte[] buffer = sent.answer.buffer();
                int at = sent.answer.at();
                int got =
                        ((SocketChannel) key.channel())
                                .read(ByteBuffer.wrap(buffer, at, buffer.length - at));
                if (got < 0) {
                    fail(key);
                } else if (sent.answer.isWholeWith(got)) {
                    done(sent.answer.status(), sent.due);
                    free.add(key);
                }
            } catch (IOException e) {
                fail(key);
            }
        }
        selector.selectedKeys().clear();
        return ready;
    }

    private void done(int status, long due) {
        open--;
        tally.add(status, System.nanoTime() - due);
    }

    /** Without an answer; another connection takes its place. */
    private void fail(SelectionKey key) throws IOException {
        key.channel().close();
        if (!free.remove(key)) {
            done(0, 0);
        }
        free.add(connect());
    }
}
