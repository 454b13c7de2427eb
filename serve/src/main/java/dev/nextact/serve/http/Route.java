package dev.nextact.serve.http;

import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.util.Map;
import java.util.Optional;

/**
 * One method of one path: how it is answered, who may ask, and what the OpenAPI document says.
 *
 * @param path {@code {name}} is a parameter
 * @param door where it is answered
 * @param request JSON schema of the body, if there is one
 * @param response JSON schema of the answer with {@code status}, if it is JSON
 */
record Route(
        HandlerType method,
        String path,
        Scope scope,
        Door door,
        String name,
        String summary,
        Optional<Map<String, Object>> request,
        int status,
        Optional<Map<String, Object>> response,
        Handler handler) {

    /** The shop's own requests and the operator's come by ports of their own. */
    enum Door {
        MAIN,
        ADMIN
    }
}
