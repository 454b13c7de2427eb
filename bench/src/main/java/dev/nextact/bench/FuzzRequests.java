package dev.nextact.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Requests by an OpenAPI document: right ones, wrong ones, and such as are no HTTP. One thread. */
final class FuzzRequests {

    private static final List<String> METHODS =
            List.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "FOO");

    private static final List<String> TYPES =
            List.of(
                    "text/plain",
                    "application/xml",
                    "application/json; charset=utf-16",
                    "application/json;;;=",
                    "multipart/form-data; boundary=x",
                    "é",
                    "");

    /** What a request is meant to be. */
    enum Kind {
        BY_SCHEMA,
        WRONG_VALUES,
        BROKEN_TEXT,
        DEEP,
        LONG,
        OTHER_TYPE,
        OTHER_METHOD,
        NO_ROUTE,
        NO_HTTP;

        /** Whether the connection may be closed without an answer. */
        boolean mayBeCutOff() {
            return this == NO_HTTP || this == LONG;
        }
    }

    /** Kinds that are wrong outside of the body. */
    private static final List<Kind> NO_BODIES_FAULT =
            List.of(Kind.OTHER_TYPE, Kind.OTHER_METHOD, Kind.NO_ROUTE, Kind.NO_HTTP);

    /**
     * One method of one path.
     *
     * @param body the schema; missing where it takes none
     */
    private record Operation(String method, String path, JsonNode body) {}

    /**
     * A request, ready to be sent.
     *
     * @param name of the operation it is meant for
     */
    record Request(Kind kind, String name, byte[] bytes) {}

    private final Random random;
    private final FuzzBodies bodies;
    private final List<Operation> operations = new ArrayList<>();
    private final int bodyBytes;

    /**
     * @param document of OpenAPI
     * @param bodyBytes the server's limit
     */
    FuzzRequests(JsonNode document, Random random, int bodyBytes) {
        this.random = random;
        this.bodies = new FuzzBodies(random);
        this.bodyBytes = bodyBytes;
        document.path("paths")
                .properties()
                .forEach(
                        path ->
                                path.getValue()
                                        .properties()
                                        .forEach(
                                                operation ->
                                                        add(
                                                                path.getKey(),
                                                                operation.getKey(),
                                                                operation.getValue())));
    }

    private void add(String path, String method, JsonNode operation) {
        JsonNode body =
                operation
                        .path("requestBody")
                        .path("content")
                        .path("application/json")
                        .path("schema");
        Operation added = new Operation(method.toUpperCase(Locale.ROOT), path, body);
        // those with bodies have more to get wrong
        for (int copy = body.isMissingNode() ? 4 : 0; copy < 5; copy++) {
            operations.add(added);
        }
    }

    /** Of all operations. */
    List<String> names() {
        return operations.stream().map(FuzzRequests::name).distinct().toList();
    }

    private static String name(Operation operation) {
        return operation.method() + " " + operation.path();
    }

    Request next() {
        Operation operation = operations.get(random.nextInt(operations.size()));
        Kind kind = kind();
        byte[] body = body(kind, operation);
        String method =
                kind == Kind.OTHER_METHOD
                        ? METHODS.get(random.nextInt(METHODS.size()))
                        : operation.method();
        String path = kind == Kind.NO_ROUTE ? otherPath() : path(operation.path());
        String type =
                kind == Kind.OTHER_TYPE
                        ? TYPES.get(random.nextInt(TYPES.size()))
                        : "application/json";
        StringBuilder head = new StringBuilder();
        head.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: localhost\r\n");
        if (!type.isEmpty()) {
            head.append("Content-Type: ").append(type).append("\r\n");
        }
        if (random.nextInt(20) == 0) {
            head.append("X-Request-Id: ").append("q".repeat(random.nextInt(200))).append("\r\n");
        }
        head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        byte[] bytes = joined(head.toString().getBytes(StandardCharsets.UTF_8), body);
        return new Request(kind, name(operation), kind == Kind.NO_HTTP ? spoiled(bytes) : bytes);
    }

    private Kind kind() {
        int dice = random.nextInt(1000);
        if (dice < 250) {
            return Kind.BY_SCHEMA;
        }
        if (dice < 600) {
            return Kind.WRONG_VALUES;
        }
        if (dice < 800) {
            return Kind.BROKEN_TEXT;
        }
        if (dice < 850) {
            return Kind.DEEP;
        }
        if (dice < 855) {
            return Kind.LONG;
        }
        return NO_BODIES_FAULT.get(random.nextInt(NO_BODIES_FAULT.size()));
    }

    private byte[] body(Kind kind, Operation operation) {
        if (operation.body().isMissingNode()) {
            return random.nextInt(4) == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : new byte[0];
        }
        return switch (kind) {
            case DEEP -> bodies.deep().getBytes(StandardCharsets.UTF_8);
            case LONG ->
                    " "
                            .repeat(bodyBytes + 1 + random.nextInt(bodyBytes))
                            .getBytes(StandardCharsets.UTF_8);
            case BROKEN_TEXT -> broken(bodies.of(operation.body(), 0.02));
            case WRONG_VALUES -> bodies.of(operation.body(), 0.1).getBytes(StandardCharsets.UTF_8);
            default -> bodies.of(operation.body(), 0).getBytes(StandardCharsets.UTF_8);
        };
    }

    /** Some bytes changed, taken out, put in, or the end cut off. */
    private byte[] broken(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int change = random.nextInt(4); change >= 0 && bytes.length > 0; change--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] = (byte) "{}[]\":,\\".charAt(random.nextInt(8));
                case 2 -> bytes = Arrays.copyOf(bytes, at);
                default ->
                        bytes =
                                joined(
                                        Arrays.copyOf(bytes, at),
                                        Arrays.copyOfRange(
                                                bytes, random.nextInt(at + 1), bytes.length));
            }
        }
        return bytes;
    }

    private String path(String template) {
        String name =
                switch (random.nextInt(4)) {
                    case 0 -> "u" + random.nextInt(500);
                    case 1 -> "é /?".repeat(1 + random.nextInt(80));
                    case 2 -> "..";
                    default -> "\u0000\u0001";
                };
        return template.replaceAll(
                "\\{\\w+}", URLEncoder.encode(name, StandardCharsets.UTF_8).replace("$", "%24"));
    }

    private String otherPath() {
        return switch (random.nextInt(6)) {
            case 0 -> "/";
            case 1 -> "/v1/" + "a".repeat(random.nextInt(3000));
            case 2 -> "/v1/predict/../../metrics";
            case 3 -> "//v1//events";
            case 4 -> "/v1/predict/next%00";
            default -> "/v1/events?" + "a=b&".repeat(random.nextInt(500));
        };
    }

    /** What is no HTTP any more, or says other lengths than it has. */
    private byte[] spoiled(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        String spoiled =
                switch (random.nextInt(8)) {
                    case 0 -> text.replace("HTTP/1.1", "HTTP/9.9");
                    case 1 -> text.replace("Host: localhost\r\n", "");
                    case 2 -> text.replaceAll("Content-Length: \\d+", "Content-Length: -5");
                    case 3 ->
                            text.replaceAll(
                                    "Content-Length: \\d+",
                                    "Content-Length: 1\r\nContent-Length: 2");
                    case 4 -> text.replaceAll("Content-Length: \\d+", "Transfer-Encoding: chunked");
                    case 5 -> text.replace("Host:", "X-Long: " + "y".repeat(9000) + "\r\nHost:");
                    case 6 -> text.substring(random.nextInt(text.length()));
                    default -> "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + text;
                };
        return spoiled.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }
}
