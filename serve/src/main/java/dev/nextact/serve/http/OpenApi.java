package dev.nextact.serve.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The OpenAPI 3.1 document of routes, made from the very objects that answer them. */
final class OpenApi {

    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)}");

    private OpenApi() {}

    static String json(List<Route> routes, String version) {
        Map<String, Object> paths = new LinkedHashMap<>();
        for (Route route : routes) {
            @SuppressWarnings("unchecked") // made in the line
            Map<String, Object> path =
                    (Map<String, Object>)
                            paths.computeIfAbsent(route.path(), p -> new LinkedHashMap<>());
            path.put(route.method().name().toLowerCase(Locale.ROOT), operation(route));
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("openapi", "3.1.0");
        document.put("info", Map.of("title", "nextact", "version", version));
        document.put("paths", paths);
        document.put(
                "components",
                Map.of(
                        "securitySchemes",
                        Map.of("key", Map.of("type", "http", "scheme", "bearer")),
                        "schemas",
                        Map.of("Problem", problem())));
        try {
            return JSON.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> operation(Route route) {
        Map<String, Object> operation = new LinkedHashMap<>();
        operation.put("operationId", route.name());
        operation.put("summary", route.summary());
        List<Object> parameters = new ArrayList<>();
        Matcher matcher = PARAMETER.matcher(route.path());
        while (matcher.find()) {
            parameters.add(
                    Map.of(
                            "name",
                            matcher.group(1),
                            "in",
                            "path",
                            "required",
                            true,
                            "schema",
                            Map.of("type", "string")));
        }
        if (!parameters.isEmpty()) {
            operation.put("parameters", parameters);
        }
        route.request()
                .ifPresent(
                        schema ->
                                operation.put(
                                        "requestBody",
                                        Map.of(
                                                "required",
                                                true,
                                                "content",
                                                Map.of(
                                                        "application/json",
                                                        Map.of("schema", schema)))));
        Map<String, Object> responses = new LinkedHashMap<>();
        Map<String, Object> good = new LinkedHashMap<>();
        good.put("description", "done");
        route.response()
                .ifPresent(
                        schema ->
                                good.put(
                                        "content",
                                        Map.of("application/json", Map.of("schema", schema))));
        responses.put(Integer.toString(route.status()), good);
        responses.put(
                "default",
                Map.of(
                        "description",
                        "refused; see RFC 9457",
                        "content",
                        Map.of(
                                Problem.CONTENT_TYPE,
                                Map.of("schema", Map.of("$ref", "#/components/schemas/Problem")))));
        operation.put("responses", responses);
        operation.put(
                "security",
                route.scope() == Scope.PUBLIC
                        ? List.of()
                        : List.of(Map.of("key", List.of(route.scope().lower()))));
        return operation;
    }

    private static Map<String, Object> problem() {
        return Schema.object(
                "type*", Schema.text("always about:blank"),
                "title*", Schema.text("the kind of problem"),
                "status*", Schema.whole("the HTTP status", 400, 599),
                "detail*", Schema.text("what was found where, and what was expected"),
                "request_id*", Schema.text("under which the server's log knows it"));
    }
}
