package dev.nextact.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/**
 * Sends requests over keep-alive connections and times the answers: at a constant rate ({@link
 * OpenLoop}), or as fast as the answers come, with a thread for each connection.
 */
final class HttpLoad {

    private static final int TIMEOUT_MILLIS = 20_000;
    private static final double LONGEST_SECONDS = 3600;

    private final int port;
    private final int connections;

    HttpLoad(int port, int connections) {
        this.port = port;
        this.connections = connections;
    }

    /** A request, ready to be sent. */
    static byte[] post(String path, String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        byte[] head =
                ("POST "
                                + path
                                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                + "Content-Length: "
                                + body.length
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }

    /**
     * What a run gave.
     *
     * @param nanos of the answers with status 200, ascending
     * @param statuses how many of each other status; 0 = no answer
     */
    record Result(double seconds, long[] nanos, Map<Integer, Integer> statuses) {

        double perSecond() {
            return nanos.length / seconds;
        }

        /** Milliseconds. */
        double quantile(double share) {
            if (nanos.length == 0) {
                return Double.NaN;
            }
            return nanos[(int) Math.min(nanos.length - 1, (long) (share * nanos.length))] / 1e6;
        }

        String toText() {
            return String.format(
                    Locale.ROOT,
                    "%,.0f answers/s; p50 %.2f  p90 %.2f  p99 %.2f  p99.9 %.2f  most %.2f ms;"
                            + " other statuses %s",
                    perSecond(),
                    quantile(0.5),
                    quantile(0.9),
                    quantile(0.99),
                    quantile(0.999),
                    quantile(1),
                    statuses);
        }

        Map<String, Object> toTree() {
            Map<String, Object> tree = new TreeMap<>();
            tree.put("answers_per_second", perSecond());
            for (double share : new double[] {0.5, 0.9, 0.99, 0.999}) {
                tree.put("p" + String.format(Locale.ROOT, "%s", share * 100), quantile(share));
            }
            tree.put("most", quantile(1));
            tree.put("other_statuses", statuses);
            return tree;
        }
    }

    /** Requests 0 to count − 1, as fast as the answers come. */
    Result runAll(LongFunction<byte[]> request, long count) {
        return run(request, count, LONGEST_SECONDS);
    }

    /**
     * @param request the n-th
     * @param rate a second; 0 = as fast as the answers come
     */
    Result run(LongFunction<byte[]> request, double rate, double seconds) {
        return rate > 0
                ? OpenLoop.run(port, connections, request, rate, seconds)
                : run(request, Long.MAX_VALUE, seconds);
    }

    private Result run(LongFunction<byte[]> request, long most, double seconds) {
        ExecutorService threads = Executors.newFixedThreadPool(connections);
        try {
            long start = System.nanoTime();
            long end = start + (long) (seconds * 1e9);
            AtomicLong next = new AtomicLong();
            List<Callable<Connection>> tasks = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                tasks.add(
                        () -> {
                            Connection connection = new Connection(port);
                            connection.run(request, next, most, end);
                            return connection;
                        });
            }
            LoadTally all = new LoadTally();
            for (Future<Connection> future : threads.invokeAll(tasks)) {
                all.addAll(future.get().tally);
            }
            return all.result((System.nanoTime() - start) / 1e9);
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            threads.shutdownNow();
        }
    }

    /** One keep-alive connection; made anew after a failure. Confined to its thread. */
    private static final class Connection {

        private final int port;
        private final HttpAnswer answer = new HttpAnswer();
        private final LoadTally tally = new LoadTally();
        private Socket socket = new Socket();

        Connection(int port) {
            this.port = port;
        }

        void run(LongFunction<byte[]> request, AtomicLong next, long most, long end) {
            while (true) {
                long number = next.getAndIncrement();
                long sent = System.nanoTime();
                if (number >= most || sent >= end) {
                    close();
                    return;
                }
                int status = status(request.apply(number));
                tally.add(status, System.nanoTime() - sent);
            }
        }

        private int status(byte[] request) {
            try {
                if (!socket.isConnected() || socket.isClosed()) {
                    socket = new Socket();
                    socket.setTcpNoDelay(true);
                    socket.setSoTimeout(TIMEOUT_MILLIS);
                    socket.connect(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                            TIMEOUT_MILLIS);
                }
                OutputStream out = socket.getOutputStream();
                out.write(request);
                return read(socket.getInputStream());
            } catch (IOException e) {
                close();
                return 0;
            }
        }

        private int read(InputStream in) throws IOException {
            answer.begin();
            int got;
            do {
                byte[] buffer = answer.buffer();
                got = in.read(buffer, answer.at(), buffer.length - answer.at());
                if (got < 0) {
                    throw new IOException("the server closed the connection");
                }
            } while (!answer.isWholeWith(got));
            return answer.status();
        }

        private void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
