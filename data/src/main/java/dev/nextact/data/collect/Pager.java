package dev.nextact.data.collect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nextact.core.NextactException;
import dev.nextact.core.Remote.Cursor;
import dev.nextact.core.Remote.HttpApi;
import dev.nextact.core.Remote.Link;
import dev.nextact.core.Remote.PageNumbers;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How an API's pages are asked for and what they hold. A page goes by its token: a number, a cursor
 * or an address; the first one of the latter two has none.
 */
record Pager(HttpApi api) {

    private static final Pattern NEXT_LINK =
            Pattern.compile("<([^>]*)>[^<]*;\\s*rel=\"?next\"?", Pattern.CASE_INSENSITIVE);

    Optional<String> first() {
        return api.paging() instanceof PageNumbers numbers
                ? Optional.of(Long.toString(numbers.first()))
                : Optional.empty();
    }

    URI address(Optional<String> token) {
        if (token.isEmpty()) {
            return api.uri();
        }
        if (api.paging() instanceof PageNumbers numbers) {
            return withParameter(numbers.parameter(), token.get());
        }
        if (api.paging() instanceof Cursor cursor) {
            return withParameter(cursor.parameter(), token.get());
        }
        return linked(token.get());
    }

    private URI withParameter(String name, String value) {
        URI uri = api.uri();
        String parameter = encoded(name) + "=" + encoded(value);
        Stream<String> others =
                Stream.ofNullable(uri.getRawQuery())
                        .flatMap(query -> Stream.of(query.split("&", -1)))
                        .filter(other -> !other.startsWith(encoded(name) + "="));
        String query = String.join("&", Stream.concat(others, Stream.of(parameter)).toList());
        String text = uri.toString();
        int end = text.indexOf('?');
        return URI.create((end < 0 ? text : text.substring(0, end)) + "?" + query);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Another host must not get the headers. */
    private URI linked(String address) {
        URI uri;
        try {
            uri = api.uri().resolve(address);
        } catch (IllegalArgumentException e) {
            throw NextactException.input(
                    "%s: the address of the next page is none: '%s'", api.uri(), address);
        }
        boolean same =
                api.uri().getScheme().equalsIgnoreCase(uri.getScheme())
                        && api.uri().getAuthority().equalsIgnoreCase(uri.getAuthority());
        if (!same) {
            throw NextactException.input(
                    "%s: the next page is said to be at %s, another server; nextact does not send"
                            + " its headers there",
                    api.uri(), uri);
        }
        return uri;
    }

    /**
     * @throws NextactException when the answer does not hold rows where the config says
     */
    List<JsonNode> rows(JsonNode body) {
        JsonNode rows = api.rows().map(place -> at(body, place)).orElseGet(() -> onlyList(body));
        if (!rows.isArray()) {
            throw NextactException.input(
                    "%s: the answer has no list of rows%s; it holds %s. Name the list's place with"
                            + " rows: in the config",
                    api.uri(),
                    api.rows().map(place -> " at '" + place + "'").orElse(""),
                    keys(body));
        }
        List<JsonNode> list = new ArrayList<>();
        rows.forEach(list::add);
        return list;
    }

    private static JsonNode onlyList(JsonNode body) {
        if (body.isArray()) {
            return body;
        }
        List<JsonNode> lists = new ArrayList<>();
        body.forEach(
                value -> {
                    if (value.isArray()) {
                        lists.add(value);
                    }
                });
        return lists.size() == 1 ? lists.get(0) : body;
    }

    private static String keys(JsonNode body) {
        List<String> keys = new ArrayList<>();
        body.fieldNames().forEachRemaining(keys::add);
        return keys.isEmpty() ? "no keys" : String.join(", ", keys);
    }

    private static JsonNode at(JsonNode body, String place) {
        JsonNode node = body;
        for (String key : place.split("\\.", -1)) {
            node = node.path(key);
        }
        return node;
    }

    /** The token of the page behind, or empty at the end. */
    Optional<String> next(Optional<String> token, ApiClient.Answer answer, int rows) {
        Optional<String> next = Optional.empty();
        if (api.paging() instanceof PageNumbers) {
            next = token.filter(t -> rows > 0).map(t -> Long.toString(Long.parseLong(t) + 1));
        } else if (api.paging() instanceof Cursor cursor) {
            next = text(at(answer.body(), cursor.place()));
        } else if (api.paging() instanceof Link link) {
            next =
                    link.place().isPresent()
                            ? text(at(answer.body(), link.place().get()))
                            : answer.linkHeaders().stream()
                                    .map(NEXT_LINK::matcher)
                                    .filter(Matcher::find)
                                    .map(matcher -> matcher.group(1))
                                    .findFirst();
        }
        if (next.isPresent() && next.equals(token)) {
            throw NextactException.input(
                    "%s: the answer names itself as the next page ('%s')", api.uri(), next.get());
        }
        return next;
    }

    private static Optional<String> text(JsonNode node) {
        return node.isValueNode() && !node.isNull() && !node.isBoolean()
                ? Optional.of(node.asText()).filter(text -> !text.isBlank())
                : Optional.empty();
    }
}
