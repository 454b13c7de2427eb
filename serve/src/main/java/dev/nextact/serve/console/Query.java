package dev.nextact.serve.console;

import dev.nextact.serve.http.Problem;
import io.javalin.http.Context;
import java.util.Optional;

/** What an address asks for. */
final class Query {

    private Query() {}

    /**
     * @throws dev.nextact.serve.http.Problem where it is not there
     */
    static String required(Context ctx, View view, String name) {
        String value = ctx.queryParam(name);
        if (value == null || value.isEmpty()) {
            throw Problem.of(400, "Bad request", view.t("problem.lacks", name));
        }
        return value;
    }

    /** Empty where it is not there. */
    static String optional(Context ctx, String name) {
        return Optional.ofNullable(ctx.queryParam(name)).orElse("");
    }
}
