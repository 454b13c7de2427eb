package dev.nextact.core;

import dev.nextact.core.ServeConfig.Engine;
import dev.nextact.core.ServeConfig.History;
import dev.nextact.core.ServeConfig.Limits;
import dev.nextact.core.ServeConfig.Store;
import dev.nextact.core.ServeConfig.Stream;
import dev.nextact.core.ServeConfig.Tls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;

/** Reads the key {@code serve}; its defaults stand here. */
final class ServeConfigReader {

    private static final int ANY_PORT_TO = 65_535;

    /** Facts that most shops know of their items. */
    private static final List<String> FILTERS = List.of("category", "brand", "price");

    private ServeConfigReader() {}

    /**
     * @param root the whole config
     * @param nothing a section that is left out
     */
    static ServeConfig read(ConfigNode root, Supplier<ConfigNode> nothing) {
        ConfigNode node = root.section("serve").orElseGet(nothing);
        Optional<ConfigNode> tls = node.section("tls");
        Optional<ConfigNode> stream = node.section("stream");
        ConfigNode history = node.section("history").orElseGet(nothing);
        ConfigNode limits = node.section("limits").orElseGet(nothing);
        ConfigNode engine = node.section("engine").orElseGet(nothing);
        int port = node.whole("port", 8080, 0, ANY_PORT_TO);
        ServeConfig serve =
                new ServeConfig(
                        node.text("host").orElse("127.0.0.1"),
                        port,
                        node.text("admin_host").orElse("127.0.0.1"),
                        node.whole(
                                "admin_port",
                                port == 0 ? 0 : Math.min(port + 1, ANY_PORT_TO),
                                0,
                                ANY_PORT_TO),
                        node.text("keys").map(Path::of),
                        tls.map(
                                t ->
                                        new Tls(
                                                Path.of(t.required("keystore")),
                                                Path.of(t.required("password_file")))),
                        history(history),
                        new Limits(
                                limits.whole("body_bytes", 1 << 20, 1 << 10, 1 << 28),
                                limits.whole("batch", 1000, 1, 100_000),
                                limits.whole("waiting", 512, 1, 1_000_000),
                                limits.whole("timeout_millis", 250, 1, 60_000),
                                limits.whole("requests_per_second", 0, 0, 10_000_000)),
                        new Engine(
                                engine.whole("threads", 0, 0, 1024),
                                engine.whole("batch", 8, 1, 1024)),
                        node.has("filters") ? node.texts("filters") : FILTERS,
                        node.text("unavailable").map(Path::of),
                        node.text("pictures").map(Path::of),
                        stream.map(ServeConfigReader::stream));
        tls.ifPresent(ConfigNode::close);
        stream.ifPresent(ConfigNode::close);
        List.of(history, limits, engine, node).forEach(ConfigNode::close);
        return serve;
    }

    private static Stream stream(ConfigNode node) {
        String path = node.required("path");
        Matcher matcher = RemoteReader.KAFKA.matcher(path);
        if (!matcher.matches()) {
            throw node.found("path", path, "expected kafka://host:port/topic");
        }
        return new Stream(
                matcher.group(1),
                matcher.group(2),
                node.text("group").orElse("nextact"),
                node.text("settings").map(Path::of),
                node.text("predictions"));
    }

    private static History history(ConfigNode node) {
        Store store = Store.valueOf(upper(node.choice("store", "rocksdb", ServeConfig.STORES)));
        Optional<String> url = node.text("url");
        if (store == Store.REDIS && url.isEmpty()) {
            node.required("url");
        }
        if (url.isPresent() && url.get().contains("@")) {
            throw node.found(
                    "url", "redis://…@…", "expected one without a password; name a password_file");
        }
        return new History(
                store,
                url,
                node.text("password_file").map(Path::of),
                node.whole("events", 200, 1, 10_000),
                node.duration("keep", Duration.ofDays(365)));
    }

    private static String upper(String name) {
        return name.toUpperCase(Locale.ROOT);
    }
}
