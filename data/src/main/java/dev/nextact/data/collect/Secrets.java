package dev.nextact.data.collect;

import dev.nextact.core.NextactException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts environment variables in the place of {@code $NAME}; {@code $$} is a dollar sign. So a
 * config names its secrets and does not hold them.
 */
record Secrets(Map<String, String> environment) {

    private static final Pattern VARIABLE = Pattern.compile("\\$(\\$|[A-Za-z_]\\w*)");

    /**
     * @param where the text stands, for the message
     * @throws NextactException naming a variable that is not set
     */
    String fill(String text, String where) {
        return VARIABLE.matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(value(match.group(1), where)));
    }

    private String value(String name, String where) {
        if (name.equals("$")) {
            return "$";
        }
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw NextactException.input(
                    "%s needs the environment variable %s, which is not set", where, name);
        }
        return value;
    }
}
