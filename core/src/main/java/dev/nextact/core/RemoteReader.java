package dev.nextact.core;

import dev.nextact.core.Remote.Cursor;
import dev.nextact.core.Remote.HttpApi;
import dev.nextact.core.Remote.KafkaTopic;
import dev.nextact.core.Remote.Link;
import dev.nextact.core.Remote.OnePage;
import dev.nextact.core.Remote.PageNumbers;
import dev.nextact.core.Remote.Paging;
import dev.nextact.core.Remote.Retry;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the part of a source's config that says where it lies when it is no file. */
final class RemoteReader {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final Pattern HTTP = Pattern.compile("https?://.*");
    static final Pattern KAFKA = Pattern.compile("kafka://([^/\\s]+)/([A-Za-z0-9._-]+)");

    private RemoteReader() {}

    /** Empty where the path is a file or a glob. */
    static Optional<Remote> read(ConfigNode source, String path) {
        Optional<Remote> remote = Optional.empty();
        if (HTTP.matcher(path).matches()) {
            remote = Optional.of(http(source, path));
        } else if (path.startsWith("kafka:")) {
            remote = Optional.of(kafka(source, path));
        }
        return remote;
    }

    private static HttpApi http(ConfigNode source, String path) {
        URI uri = source.parsed("path", path, URI::create);
        if (uri.getHost() == null) {
            throw source.found("path", path, "expected an address such as https://host/path");
        }
        ConfigNode node = source.section("http").orElseGet(ConfigNode::nothing);
        HttpApi api =
                new HttpApi(
                        name(source, uri.getHost() + Optional.ofNullable(uri.getPath()).orElse("")),
                        uri,
                        texts(node.section("headers")),
                        node.text("rows"),
                        paging(node),
                        new Retry(
                                node.whole("retries", 6, 0, 100),
                                node.duration("timeout", Duration.ofSeconds(30)),
                                node.duration("wait", Duration.ofSeconds(1))));
        node.close();
        return api;
    }

    private static Paging paging(ConfigNode http) {
        ConfigNode node = http.section("pages").orElseGet(ConfigNode::nothing);
        Optional<String> number = node.text("number");
        Optional<String> cursor = node.text("cursor");
        Optional<String> link = node.text("link");
        if (number.isPresent()
                ? cursor.isPresent() || link.isPresent()
                : cursor.isPresent() && link.isPresent()) {
            throw http.found("pages", "", "expected one of number, cursor and link");
        }
        Paging paging;
        if (number.isPresent()) {
            paging =
                    new PageNumbers(number.get(), node.wholeLong("first", 1, 0, Integer.MAX_VALUE));
        } else if (cursor.isPresent()) {
            paging = new Cursor(cursor.get(), node.text("parameter").orElse("cursor"));
        } else {
            paging =
                    link.isPresent()
                            ? new Link(link.filter(place -> !place.equals("header")))
                            : new OnePage();
        }
        node.close();
        return paging;
    }

    private static KafkaTopic kafka(ConfigNode source, String path) {
        Matcher matcher = KAFKA.matcher(path);
        if (!matcher.matches()) {
            throw source.found("path", path, "expected kafka://host:port/topic");
        }
        Map<String, String> settings = texts(source.section("kafka"));
        return new KafkaTopic(
                name(source, matcher.group(2)), matcher.group(1), matcher.group(2), settings);
    }

    private static Map<String, String> texts(Optional<ConfigNode> node) {
        Map<String, String> texts = new LinkedHashMap<>();
        node.ifPresent(n -> n.keys().forEach(key -> texts.put(key, n.required(key))));
        return texts;
    }

    private static String name(ConfigNode source, String otherwise) {
        String plain =
                otherwise
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9._-]+", "-")
                        .replaceAll("^[^a-z0-9]+|-+$", "");
        String name = source.text("name").orElse(plain.substring(0, Math.min(100, plain.length())));
        if (!NAME.matcher(name).matches()) {
            throw source.found("name", name, "expected letters, digits, dots, dashes, at most 100");
        }
        return name;
    }
}
