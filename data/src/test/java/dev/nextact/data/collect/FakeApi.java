package dev.nextact.data.collect;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A shop's API on a free port: its orders, some a page, and whatever can go wrong. */
final class FakeApi implements AutoCloseable {

    /** What goes wrong with one answer. */
    @FunctionalInterface
    interface Mishap {
        void answer(HttpExchange exchange) throws IOException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final int pageSize;
    private volatile long delayMillis;
    private final List<String> rows = Collections.synchronizedList(new ArrayList<>());
    private final Deque<Mishap> mishaps = new ArrayDeque<>();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final List<String> tokens = Collections.synchronizedList(new ArrayList<>());

    FakeApi(int pageSize) {
        this.pageSize = pageSize;
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/numbers", this::numbers);
        server.createContext("/cursors", this::cursors);
        server.createContext("/links", this::links);
        server.start();
    }

    /** Every answer takes so long. */
    void slowDown(long millis) {
        delayMillis = millis;
    }

    String address(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    void add(String row) {
        rows.add(row);
    }

    /** Orders of numbered items. */
    void addOrders(int from, int to) {
        for (int i = from; i < to; i++) {
            add(
                    String.format(
                            "{\"id\": %d, \"customer\": {\"id\": \"u%d\"}, \"item\": \"i%d\","
                                    + " \"price\": %d.50, \"tags\": [\"a\", %d]}",
                            i, i % 7, i % 11, i, i));
        }
    }

    void replace(int index, String row) {
        rows.set(index, row);
    }

    String all() {
        return String.join(",", rows);
    }

    /** The next answers go wrong, one each. */
    void next(Mishap... more) {
        synchronized (mishaps) {
            mishaps.addAll(List.of(more));
        }
    }

    static Mishap status(int status, String header, String value) {
        return exchange -> {
            exchange.getResponseHeaders().set(header, value);
            send(exchange, status, "out of order");
        };
    }

    static Mishap body(String text) {
        return exchange -> send(exchange, 200, text);
    }

    /** Says nothing for a while. */
    static Mishap stall(long millis) {
        return exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            OutputStream out = exchange.getResponseBody();
            out.write('[');
            out.flush();
            pause(millis);
            exchange.close();
        };
    }

    /** Breaks off within the answer. */
    static Mishap cut() {
        return exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write("[{\"id\": 1".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        };
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The queries, in order. */
    List<String> requests() {
        return requests;
    }

    /** The header Authorization of each request. */
    List<String> tokens() {
        return tokens;
    }

    private boolean isMishap(HttpExchange exchange) throws IOException {
        requests.add(String.valueOf(exchange.getRequestURI().getRawQuery()));
        tokens.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        Mishap mishap;
        synchronized (mishaps) {
            mishap = mishaps.poll();
        }
        if (mishap != null) {
            mishap.answer(exchange);
        }
        return mishap != null;
    }

    private void numbers(HttpExchange exchange) throws IOException {
        if (!isMishap(exchange)) {
            int page = Integer.parseInt(query(exchange).get("page"));
            answer(exchange, "[" + page(page - 1) + "]");
        }
    }

    private void cursors(HttpExchange exchange) throws IOException {
        if (!isMishap(exchange)) {
            String cursor = query(exchange).getOrDefault("after", "c/0 &=");
            int page = Integer.parseInt(cursor.replaceAll("\\D", ""));
            boolean more = (page + 1) * pageSize < rows.size();
            String next = more ? "\"c/" + (page + 1) + " &=\"" : "null";
            answer(
                    exchange,
                    "{\"data\": {\"orders\": ["
                            + page(page)
                            + "]}, \"meta\": {\"next\": "
                            + next
                            + "}}");
        }
    }

    private void links(HttpExchange exchange) throws IOException {
        if (!isMishap(exchange)) {
            int page = Integer.parseInt(query(exchange).getOrDefault("p", "0"));
            if ((page + 1) * pageSize < rows.size()) {
                exchange.getResponseHeaders()
                        .set(
                                "Link",
                                "</links?p=0>; rel=\"first\", </links?p="
                                        + (page + 1)
                                        + ">; rel=\"next\"");
            }
            answer(exchange, "{\"count\": 3, \"orders\": [" + page(page) + "]}");
        }
    }

    private String page(int number) {
        int from = Math.min(rows.size(), number * pageSize);
        int to = Math.min(rows.size(), from + pageSize);
        return String.join(",", rows.subList(from, to));
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new HashMap<>();
        String text = exchange.getRequestURI().getRawQuery();
        if (text != null) {
            for (String pair : text.split("&", -1)) {
                int equals = pair.indexOf('=');
                query.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return query;
    }

    private void answer(HttpExchange exchange, String body) throws IOException {
        pause(delayMillis);
        send(exchange, 200, body);
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
