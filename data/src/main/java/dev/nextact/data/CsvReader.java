package dev.nextact.data;

import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.data.LineReader.Line;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads delimited text by RFC 4180, with any delimiter. Finds out delimiter and header from the
 * first lines where the config does not say. A row that does not have the file's number of columns
 * is bad, and so is a quote that is never closed: the line it stands in is given up, the next one
 * is read as usual.
 */
final class CsvReader implements RowReader {

    private static final List<Character> DELIMITERS = List.of(',', '\t', ';', '|');

    /** A quoted field may run over this many lines; beyond, the quote was never meant. */
    private static final int MOST_LINES_A_ROW = 50;

    private final LineReader lines;
    private final char delimiter;
    private final List<String> columns;
    private final boolean header;

    private CsvReader(LineReader lines, char delimiter, List<String> columns, boolean header) {
        this.lines = lines;
        this.delimiter = delimiter;
        this.columns = columns;
        this.header = header;
    }

    static CsvReader open(Path file, ShopConfig.Source source) throws IOException {
        LineReader lines = LineReader.open(file, source.encoding());
        try {
            Line first = lines.next();
            while (first != null && first.text().isBlank()) {
                first = lines.next();
            }
            if (first == null) {
                throw NextactException.input(
                        "%s is empty. Take it out of sources or export it again", file);
            }
            String text = first.text();
            char delimiter = source.delimiter().map(d -> d.charAt(0)).orElse(delimiter(text));
            List<String> fields =
                    split(text, delimiter).orElse(List.of(text)).stream()
                            .map(String::strip)
                            .toList();
            boolean header = source.header().orElse(isHeader(fields, source));
            List<String> columns = fields;
            if (!header) {
                lines.pushBack(first);
                columns =
                        IntStream.rangeClosed(1, fields.size())
                                .mapToObj(Integer::toString)
                                .toList();
            }
            return new CsvReader(lines, delimiter, columns, header);
        } catch (IOException | RuntimeException e) {
            lines.close();
            throw e;
        }
    }

    private static char delimiter(String line) {
        char best = ',';
        int most = 0;
        for (char candidate : DELIMITERS) {
            int fields = split(line, candidate).map(List::size).orElse(0);
            if (fields > most) {
                most = fields;
                best = candidate;
            }
        }
        return best;
    }

    /** A header names a column of the config, or the config names columns and not numbers. */
    private static boolean isHeader(List<String> fields, ShopConfig.Source source) {
        boolean numbers = source.columns().values().stream().allMatch(c -> c.matches("[1-9]\\d*"));
        return !numbers || source.columns().values().stream().anyMatch(fields::contains);
    }

    @Override
    public List<String> columns() {
        return columns;
    }

    @Override
    public Map<String, String> format() {
        Map<String, String> format = new LinkedHashMap<>();
        format.put(
                "delimiter",
                switch (delimiter) {
                    case '\t' -> "tab";
                    case ' ' -> "space";
                    default -> String.valueOf(delimiter);
                });
        format.put("header", header ? "yes" : "no");
        format.put("encoding", lines.charset().name());
        return format;
    }

    @Override
    public @Nullable RawRow next() throws IOException {
        Line first = lines.next();
        while (first != null && first.text().isEmpty()) {
            first = lines.next(); // an empty line is no row
        }
        if (first == null) {
            return null;
        }
        if (first.tooLong()) {
            return RawRow.bad(
                    first.number(), first.text(), "longer than " + LineReader.MOST + " characters");
        }
        String raw = first.text();
        if (raw.indexOf('"') < 0) {
            return plain(first.number(), raw);
        }
        Optional<List<String>> fields = split(raw, delimiter);
        if (fields.isEmpty()) {
            Deque<Line> read = new ArrayDeque<>();
            StringBuilder joined = new StringBuilder(first.text());
            while (fields.isEmpty() && read.size() < MOST_LINES_A_ROW) {
                Line more = lines.next();
                if (more == null) {
                    break;
                }
                read.push(more);
                joined.append('\n').append(more.text());
                fields = split(joined.toString(), delimiter).filter(this::hasRightSize);
            }
            if (fields.isEmpty()) {
                read.forEach(lines::pushBack);
                return RawRow.bad(first.number(), first.text(), "quote never closed");
            }
            raw = joined.toString();
        }
        return row(first.number(), raw, fields.get());
    }

    /** A row without a quote, as nearly all are. */
    private RawRow plain(long line, String raw) {
        @Nullable String[] values = new @Nullable String[columns.size()];
        int from = 0;
        int column = 0;
        while (true) {
            int end = raw.indexOf(delimiter, from);
            int to = end < 0 ? raw.length() : end;
            if (column == values.length) {
                return bad(line, raw, column + 1);
            }
            values[column++] = to == from ? null : raw.substring(from, to);
            if (end < 0) {
                break;
            }
            from = end + 1;
        }
        return column < values.length || !isText(raw)
                ? bad(line, raw, column)
                : RawRow.of(line, raw, values);
    }

    private static boolean isText(String raw) {
        return raw.indexOf(LineReader.REPLACEMENT) < 0;
    }

    /**
     * @param fields how many the row has, or more than there are columns
     */
    private RawRow bad(long line, String raw, int fields) {
        return RawRow.bad(
                line,
                raw,
                !isText(raw)
                        ? "not valid " + lines.charset().name()
                        : fields < columns.size() ? "cut short" : "too many columns");
    }

    private boolean hasRightSize(List<String> fields) {
        return fields.size() == columns.size();
    }

    private RawRow row(long line, String raw, List<String> fields) {
        if (!isText(raw) || !hasRightSize(fields)) {
            return bad(line, raw, fields.size());
        }
        @Nullable String[] values = new @Nullable String[fields.size()];
        for (int i = 0; i < values.length; i++) {
            String value = fields.get(i);
            values[i] = value.isEmpty() ? null : value;
        }
        return RawRow.of(line, raw, values);
    }

    /** The fields of a row, or empty where a quote is not closed. */
    static Optional<List<String>> split(String row, char delimiter) {
        List<String> fields = new ArrayList<>();
        int i = 0;
        int length = row.length();
        while (true) {
            if (i < length && row.charAt(i) == '"') {
                StringBuilder field = new StringBuilder();
                i++;
                while (true) {
                    int quote = row.indexOf('"', i);
                    if (quote < 0) {
                        return Optional.empty();
                    }
                    field.append(row, i, quote);
                    i = quote + 1;
                    if (i < length && row.charAt(i) == '"') {
                        field.append('"');
                        i++;
                    } else {
                        break;
                    }
                }
                int end = row.indexOf(delimiter, i);
                field.append(row, i, end < 0 ? length : end);
                fields.add(field.toString());
                i = end;
            } else {
                int end = row.indexOf(delimiter, i);
                fields.add(row.substring(i, end < 0 ? length : end));
                i = end;
            }
            if (i < 0) {
                return Optional.of(fields);
            }
            i++;
        }
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
