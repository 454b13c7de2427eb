package dev.nextact.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;

/**
 * One numbered step of {@code sql/}, with its parameters filled in: {@code :name} stands for a
 * value; a line with {@code {behaviour}} in it is repeated for each behaviour, {@code {index}}
 * being its number; {@code {target}} is the name of the behaviour the shop cares for most.
 */
public final class SqlStep {

    private final String name;
    private String text;

    private SqlStep(String name, String text) {
        this.name = name;
        this.text = text;
    }

    /**
     * @throws IllegalArgumentException where there is no such step
     */
    static SqlStep load(String name) {
        try (InputStream in = SqlStep.class.getResourceAsStream("sql/" + name + ".sql")) {
            if (in == null) {
                throw new IllegalArgumentException("there is no SQL step " + name);
            }
            return new SqlStep(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * @param parameters name and value by turns; a path is quoted
     */
    SqlStep with(Object... parameters) {
        for (int i = 0; i < parameters.length; i += 2) {
            Object value = parameters[i + 1];
            String sql = value instanceof Path path ? DuckDb.quoted(path) : value.toString();
            text = text.replaceAll(":" + parameters[i] + "\\b", Matcher.quoteReplacement(sql));
        }
        return this;
    }

    /**
     * @param columns a name for each behaviour, in funnel order
     */
    SqlStep forEachBehaviour(List<String> columns, int target) {
        StringBuilder expanded = new StringBuilder();
        for (String line : text.split("\n", -1)) {
            int times = line.contains("{behaviour}") ? columns.size() : 1;
            for (int b = 0; b < times; b++) {
                expanded.append(
                                line.replace("{behaviour}", columns.get(b))
                                        .replace("{index}", Integer.toString(b))
                                        .replace("{target}", columns.get(target)))
                        .append('\n');
            }
        }
        text = expanded.toString();
        return this;
    }

    /** Of its file, without the ending. */
    public String name() {
        return name;
    }

    /** In the order they are run. */
    public List<String> statements() {
        return Arrays.stream(text.split(";\\s*(\\n|$)", -1)).filter(s -> !s.isBlank()).toList();
    }
}
