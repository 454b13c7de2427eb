package dev.nextact.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sends a running server what its OpenAPI documents say and what they do not, from several threads,
 * and holds it to three promises: no status 500, no request without an answer but such as are no
 * HTTP or too long, no more threads or memory at the end than after the first tenth. Every request
 * follows from the seed and its thread.
 */
final class ApiFuzz {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int THREADS = 4;
    private static final int TIMEOUT_MILLIS = 25_000;

    /** What is no HTTP may be half a request, which a server waits for. */
    private static final int IMPATIENCE_MILLIS = 150;

    private static final int LONG_BODY_BYTES = 100 << 20;

    /** Connections of a thread that send a part of a request and then nothing. */
    private static final int SLOW = 25;

    /** One request in so many is a slow one. */
    private static final int SLOW_EVERY = 50;

    /**
     * One request in so many goes to the admin port: there it may open a model, which takes long.
     */
    private static final int ADMIN_EVERY = 25;

    /** Threads come and go in the server's pools. */
    private static final int MORE_THREADS = 16;

    private static final long MORE_HEAP_BYTES = 32L << 20;

    private final int port;
    private final int adminPort;
    private final int bodyBytes;
    private final Runnable collectGarbage;

    /**
     * @param bodyBytes the server's limit
     * @param collectGarbage of the server's process
     */
    ApiFuzz(int port, int adminPort, int bodyBytes, Runnable collectGarbage) {
        this.port = port;
        this.adminPort = adminPort;
        this.bodyBytes = bodyBytes;
        this.collectGarbage = collectGarbage;
    }

    /**
     * What a server holds.
     *
     * @param heapBytes after a collection
     */
    record Holds(int threads, long heapBytes) {}

    /**
     * What a run gave.
     *
     * @param statuses of each kind of request; 0 = no answer
     * @param answered operations that were answered with 2xx
     * @param operations all there are
     */
    record Result(
            Map<String, Map<Integer, Integer>> statuses,
            List<String> answered,
            List<String> operations,
            Holds before,
            Holds after) {

        String toText() {
            StringBuilder text = new StringBuilder();
            statuses.forEach(
                    (kind, of) -> text.append(String.format(Locale.ROOT, "%-14s %s%n", kind, of)));
            return text.append(
                            String.format(
                                    Locale.ROOT,
                                    "%d of %d operations answered with 2xx; threads %d, then %d;"
                                            + " heap %.1f MiB, then %.1f%n",
                                    answered.size(),
                                    operations.size(),
                                    before.threads(),
                                    after.threads(),
                                    before.heapBytes() / 1048576.0,
                                    after.heapBytes() / 1048576.0))
                    .toString();
        }
    }

    /**
     * @throws NextactException of category QUALITY when a promise is broken, with the request
     */
    Result run(int requests, long seed) {
        Map<String, Map<Integer, Integer>> statuses = new TreeMap<>();
        List<String> answered = new ArrayList<>();
        List<String> operations = new ArrayList<>();
        int first = Math.max(1, requests / 10);
        send(first, seed, statuses, answered, operations);
        Holds before = holds();
        send(requests - first, seed + THREADS, statuses, answered, operations);
        Holds after = holds();
        if (after.threads() > before.threads() + MORE_THREADS
                || after.heapBytes() > before.heapBytes() + MORE_HEAP_BYTES) {
            throw new NextactException(
                    Category.QUALITY,
                    "the server holds more than after the first tenth: " + before + ", " + after);
        }
        if (!get(port, "/health/ready").contains("ready")) {
            throw new NextactException(Category.QUALITY, "the server is not ready any more");
        }
        return new Result(
                statuses,
                answered.stream().distinct().sorted().toList(),
                operations.stream().distinct().sorted().toList(),
                before,
                after);
    }

    private void send(
            int requests,
            long seed,
            Map<String, Map<Integer, Integer>> statuses,
            List<String> answered,
            List<String> operations) {
        JsonNode[] documents = {document(port), document(adminPort)};
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<Sender>> tasks = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                Random random = new Random(seed + t);
                int share = requests / THREADS + (t < requests % THREADS ? 1 : 0);
                tasks.add(
                        () -> {
                            try (Sender sender = new Sender(documents, random)) {
                                sender.run(share);
                                return sender;
                            }
                        });
            }
            for (Future<Sender> future : threads.invokeAll(tasks)) {
                Sender sender = future.get();
                sender.statuses.forEach(
                        (kind, of) ->
                                of.forEach(
                                        (status, count) ->
                                                statuses.computeIfAbsent(kind, k -> new TreeMap<>())
                                                        .merge(status, count, Integer::sum)));
                answered.addAll(sender.answered);
                for (FuzzRequests door : sender.doors) {
                    operations.addAll(door.names());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NextactException broken) {
                throw broken;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    /**
     * Sends bodies of 100 MB, with their length told and in chunks.
     *
     * @return the statuses; 0 = the connection was closed
     * @throws NextactException of category QUALITY when one is taken, or the server is gone
     */
    List<Integer> longBodies() {
        List<Integer> statuses = new ArrayList<>();
        for (String length :
                List.of("Content-Length: " + LONG_BODY_BYTES, "Transfer-Encoding: chunked")) {
            statuses.add(longBody(length));
        }
        if (statuses.stream().anyMatch(status -> status != 0 && status != 413)) {
            throw new NextactException(
                    Category.QUALITY, "100 MB: expected 413 or a closed connection: " + statuses);
        }
        get(port, "/health/ready");
        return statuses;
    }

    private int longBody(String length) {
        byte[] piece = new byte[1 << 16];
        Arrays.fill(piece, (byte) ' ');
        try (Socket socket = Sender.connected(port)) {
            OutputStream out = socket.getOutputStream();
            out.write(
                    ("POST /v1/events HTTP/1.1\r\nHost: localhost\r\n"
                                    + "Content-Type: application/json\r\n"
                                    + length
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            try {
                for (int sent = 0; sent < LONG_BODY_BYTES; sent += piece.length) {
                    if (length.startsWith("Transfer")) {
                        out.write("10000\r\n".getBytes(StandardCharsets.US_ASCII));
                    }
                    out.write(piece);
                    if (length.startsWith("Transfer")) {
                        out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                    }
                }
            } catch (IOException closed) {
                // its answer may be there already
            }
            return Integer.parseInt(Sender.head(socket.getInputStream()).substring(9, 12));
        } catch (IOException closed) {
            return 0;
        }
    }

    private Holds holds() {
        collectGarbage.run();
        String metrics = get(adminPort, "/metrics");
        double heap = 0;
        Matcher areas =
                Pattern.compile("(?m)^jvm_memory_used_bytes\\{area=\"heap\".*\\} (\\S+)$")
                        .matcher(metrics);
        while (areas.find()) {
            heap += Double.parseDouble(areas.group(1));
        }
        Matcher threads = Pattern.compile("(?m)^jvm_threads_live_threads (\\S+)$").matcher(metrics);
        if (!threads.find()) {
            throw new IllegalStateException("no jvm_threads_live_threads in /metrics");
        }
        return new Holds((int) Double.parseDouble(threads.group(1)), (long) heap);
    }

    private static JsonNode document(int port) {
        try {
            return JSON.readTree(get(port, "/openapi.json"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String get(int port, String path) {
        try (InputStream in = URI.create("http://127.0.0.1:" + port + path).toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new NextactException(
                    Category.QUALITY, path + " is not answered: " + e.getMessage(), e);
        }
    }

    /** One thread's connections. */
    private final class Sender implements AutoCloseable {

        private final FuzzRequests[] doors;
        private final Socket[] sockets = {new Socket(), new Socket()};
        private final int[] ports = {port, adminPort};
        private final Random random;
        private final Deque<Socket> slow = new ArrayDeque<>();
        private final Map<String, Map<Integer, Integer>> statuses = new TreeMap<>();
        private final List<String> answered = new ArrayList<>();

        Sender(JsonNode[] documents, Random random) {
            this.random = random;
            this.doors =
                    new FuzzRequests[] {
                        new FuzzRequests(documents[0], random, bodyBytes),
                        new FuzzRequests(documents[1], random, bodyBytes)
                    };
        }

        void run(int requests) throws IOException {
            for (int i = 0; i < requests; i++) {
                int door = random.nextInt(ADMIN_EVERY) == 0 ? 1 : 0;
                FuzzRequests.Request request = doors[door].next();
                if (random.nextInt(SLOW_EVERY) == 0) {
                    beSlow(door, request.bytes());
                    count("SLOW", 0);
                    continue;
                }
                int status = status(door, request);
                count(request.kind().name(), status);
                judge(request, status);
            }
        }

        private void count(String kind, int status) {
            statuses.computeIfAbsent(kind, k -> new TreeMap<>()).merge(status, 1, Integer::sum);
        }

        private void judge(FuzzRequests.Request request, int status) {
            // 501: a method that no HTTP knows; 505: another version
            boolean fails =
                    (status >= 500 && status != 503 && status != 501 && status != 505)
                            || (status == 0 && !request.kind().mayBeCutOff());
            if (fails) {
                String sent = new String(request.bytes(), StandardCharsets.UTF_8);
                throw new NextactException(
                        Category.QUALITY,
                        "status "
                                + status
                                + " for "
                                + request.kind()
                                + ": "
                                + sent.substring(0, Math.min(sent.length(), 2000)));
            }
            if (status >= 200 && status < 300 && request.kind() == FuzzRequests.Kind.BY_SCHEMA) {
                answered.add(request.name());
            }
        }

        /** Sends a part and keeps the connection; the oldest of those goes. */
        private void beSlow(int door, byte[] bytes) throws IOException {
            if (slow.size() == SLOW) {
                slow.remove().close();
            }
            Socket socket = connected(ports[door]);
            slow.add(socket);
            try {
                socket.getOutputStream().write(bytes, 0, random.nextInt(bytes.length));
                socket.getOutputStream().flush();
            } catch (IOException refused) {
                // it may close what it does not want
            }
        }

        private static Socket connected(int port) throws IOException {
            Socket socket = new Socket();
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            return socket;
        }

        /** 0 = the connection was closed, or stays silent, without an answer. */
        private int status(int door, FuzzRequests.Request request) throws IOException {
            for (int attempt = 0; attempt < 2; attempt++) {
                boolean fresh = sockets[door].isClosed() || !sockets[door].isConnected();
                if (fresh) {
                    sockets[door] = connected(ports[door]);
                }
                sockets[door].setSoTimeout(
                        request.kind() == FuzzRequests.Kind.NO_HTTP
                                ? IMPATIENCE_MILLIS
                                : TIMEOUT_MILLIS);
                int status = exchange(sockets[door], request.bytes());
                if (request.kind().mayBeCutOff()) {
                    // its rest would be taken for the next request
                    sockets[door].close();
                    return status;
                }
                // the connection may have been idle for too long: a new one must answer
                if (status != 0 || fresh) {
                    return status;
                }
            }
            return 0;
        }

        private int exchange(Socket socket, byte[] bytes) throws IOException {
            try {
                OutputStream out = socket.getOutputStream();
                try {
                    out.write(bytes);
                    out.flush();
                } catch (IOException closed) {
                    // its answer may be there already
                }
                String head = head(socket.getInputStream());
                int status = Integer.parseInt(head.substring(9, 12));
                if (!skipBody(socket.getInputStream(), head, bytes)) {
                    socket.close();
                }
                return status;
            } catch (IOException | RuntimeException e) {
                socket.close();
                return 0;
            }
        }

        private static String head(InputStream in) throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            int last = 0;
            while (true) {
                int next = in.read();
                if (next < 0) {
                    throw new IOException("closed");
                }
                head.write(next);
                if (next == '\n' && last == '\n') {
                    return head.toString(StandardCharsets.ISO_8859_1);
                }
                last = next == '\r' ? last : next;
            }
        }

        /**
         * @return whether the connection can be used again
         */
        private static boolean skipBody(InputStream in, String head, byte[] request)
                throws IOException {
            String lower = head.toLowerCase(Locale.ROOT);
            Matcher length = Pattern.compile("\ncontent-length: (\\d+)").matcher(lower);
            boolean headOnly = request.length > 4 && request[0] == 'H' && request[1] == 'E';
            if (lower.contains("connection: close") || headOnly || !lower.startsWith("http/1.1")) {
                return false;
            }
            if (!length.find()) {
                return lower.startsWith("http/1.1 204");
            }
            in.skipNBytes(Long.parseLong(length.group(1)));
            return true;
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : sockets) {
                socket.close();
            }
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }
}
