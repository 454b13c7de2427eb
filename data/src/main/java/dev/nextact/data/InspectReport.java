package dev.nextact.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What raw files look like, and the config written for them.
 *
 * @param config the file that was written; empty where a question must be answered first
 * @param questions what cannot be found out
 * @param notes what a person should look at
 */
public record InspectReport(
        List<FileFinding> files,
        Optional<Path> config,
        List<Question> questions,
        List<String> notes) {

    /** What a file is for. */
    public enum Role {
        EVENTS,
        ITEMS,
        USERS,
        UNKNOWN
    }

    /**
     * @param rows that were read
     * @param whole whether these are all
     */
    public record FileFinding(
            Path file,
            Role role,
            Map<String, String> format,
            long rows,
            boolean whole,
            Map<String, Long> unreadable,
            List<ColumnFinding> columns) {}

    /**
     * @param field of the config; empty where it is not used
     * @param example the first row's value
     * @param holds what the values look like, in a few words
     */
    public record ColumnFinding(String column, String field, String example, String holds) {}

    /**
     * @param text what is not known, and how to answer
     * @param answer the command to complete
     */
    public record Question(Path file, String text, String answer) {}

    private static final int WIDEST = 32;

    /** For the terminal. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        for (FileFinding file : files) {
            line(
                    text,
                    "%s: %s, %s%,d rows read%s",
                    file.file().getFileName(),
                    join(file.format()),
                    file.whole() ? "" : "the first ",
                    file.rows(),
                    file.unreadable().isEmpty() ? "" : ", unreadable " + file.unreadable());
            table(text, file.columns());
            line(text, "");
        }
        notes.forEach(note -> line(text, "note: %s", note));
        for (Question question : questions) {
            line(text, "%s", question.text());
            line(text, "");
            line(text, "  %s", question.answer());
        }
        config.ifPresent(
                file -> {
                    line(text, "wrote %s", file);
                    line(text, "next: nextact prepare --config %s", file);
                });
        return text.toString();
    }

    private static void table(StringBuilder text, List<ColumnFinding> columns) {
        List<ColumnFinding> rows = new ArrayList<>();
        rows.add(new ColumnFinding("column", "field", "first row", "holds"));
        rows.addAll(columns);
        int name = width(rows.stream().map(ColumnFinding::column).toList());
        int field = width(rows.stream().map(ColumnFinding::field).toList());
        int example = width(rows.stream().map(ColumnFinding::example).toList());
        for (ColumnFinding row : rows) {
            line(
                    text,
                    "  %s  %s  %s  %s",
                    padded(row.column(), name),
                    padded(row.field(), field),
                    padded(row.example(), example),
                    row.holds());
        }
    }

    private static int width(List<String> cells) {
        return Math.min(WIDEST, cells.stream().mapToInt(String::length).max().orElse(0));
    }

    private static String padded(String cell, int width) {
        String cut = cell.length() <= width ? cell : cell.substring(0, width - 1) + "…";
        return cut + " ".repeat(width - cut.length());
    }

    private static String join(Map<String, String> format) {
        List<String> list = new ArrayList<>();
        format.forEach((key, value) -> list.add(key + " " + value));
        return String.join(", ", list);
    }

    private static void line(StringBuilder text, String format, Object... args) {
        text.append(String.format(Locale.ROOT, format, args).stripTrailing())
                .append(System.lineSeparator());
    }

    /** For {@code --json}. */
    public Map<String, Object> toTree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        List<Object> list = new ArrayList<>();
        for (FileFinding file : files) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("file", file.file().toString());
            entry.put("role", file.role().name().toLowerCase(Locale.ROOT));
            entry.put("format", file.format());
            entry.put("rows", file.rows());
            entry.put("whole", file.whole());
            entry.put("unreadable", file.unreadable());
            entry.put("columns", file.columns());
            list.add(entry);
        }
        tree.put("files", list);
        tree.put("config", config.map(Path::toString).orElse(null));
        tree.put("notes", notes);
        tree.put("questions", questions.stream().map(Question::text).toList());
        return tree;
    }
}
