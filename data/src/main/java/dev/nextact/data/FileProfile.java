package dev.nextact.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What one raw file looks like.
 *
 * @param format as the reader found it out
 * @param hasNames whether the columns have names; else they are numbered from 1
 * @param rows that were read
 * @param whole whether these are all rows
 * @param unreadable rows that could not be read, by reason
 * @param first the first row with values
 */
record FileProfile(
        Path file,
        Map<String, String> format,
        boolean hasNames,
        List<ColumnProfile> columns,
        long rows,
        boolean whole,
        Map<String, Long> unreadable,
        List<@Nullable String> first) {

    /** Rows that decide whether the first one is a header. */
    private static final int HEADER_SAMPLE = 100;

    /** Rows whose keys are a JSON file's columns. */
    private static final int KEY_SAMPLE = 10_000;

    private static final int ROWS_BETWEEN_SIGNS = 20_000;

    /** Numbers between these seconds since 1970 may be times of a shop's log. */
    private static final Instant EARLIEST = Instant.parse("1995-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");

    /**
     * @param mostRows to read
     * @throws NextactException when it is empty or cannot be read
     */
    static FileProfile read(Path file, long mostRows, Progress.Task progress) {
        try {
            Map<String, String> keys = new LinkedHashMap<>();
            boolean names = true;
            if (SourceFiles.isJsonLines(file)) {
                keys(file).forEach(key -> keys.put(key, key));
            } else if (!SourceFiles.isParquet(file)) {
                names = hasHeader(file);
            }
            try (RowReader reader =
                    SourceFiles.open(
                            file,
                            AttributeTableReader.source(
                                    file.toString(), keys, Optional.of(names)))) {
                return read(file, reader, names, mostRows, progress);
            }
        } catch (IOException e) {
            throw SourceFiles.unreadable(file, e);
        }
    }

    private static FileProfile read(
            Path file, RowReader reader, boolean names, long mostRows, Progress.Task progress)
            throws IOException {
        List<ColumnProfile> columns = reader.columns().stream().map(ColumnProfile::new).toList();
        Map<String, Long> unreadable = new LinkedHashMap<>();
        List<@Nullable String> first = List.of();
        long rows = 0;
        boolean whole = true;
        for (RawRow row = reader.next(); row != null; row = reader.next()) {
            if (rows == mostRows) {
                whole = false;
                break;
            }
            rows++;
            if (row.problem().isPresent()) {
                unreadable.merge(row.problem().get(), 1L, Long::sum);
                continue;
            }
            if (first.isEmpty()) {
                first = Arrays.asList(row.fields());
            }
            for (int i = 0; i < columns.size(); i++) {
                columns.get(i).add(row.fields()[i]);
            }
            if (rows % ROWS_BETWEEN_SIGNS == 0) {
                progress.at(rows, file.getFileName().toString());
            }
        }
        if (first.isEmpty()) {
            throw NextactException.input(
                    "%s holds no row that can be read%s. Is it a CSV, TSV, JSON lines or Parquet"
                            + " file whose ending says so?",
                    file, unreadable.isEmpty() ? "" : ": " + unreadable);
        }
        return new FileProfile(
                file, reader.format(), names, columns, rows, whole, unreadable, first);
    }

    /** The same rows again. */
    RowReader reopen() throws IOException {
        Map<String, String> keys = new LinkedHashMap<>();
        if (SourceFiles.isJsonLines(file)) {
            columnNames().forEach(key -> keys.put(key, key));
        }
        return SourceFiles.open(
                file, AttributeTableReader.source(file.toString(), keys, Optional.of(hasNames)));
    }

    /** The keys of a JSON lines file, in the order they appear. */
    private static Set<String> keys(Path file) throws IOException {
        JsonMapper json = JsonMapper.builder().build();
        Set<String> keys = new LinkedHashSet<>();
        try (LineReader lines = LineReader.open(file, "auto")) {
            for (int i = 0; i < KEY_SAMPLE; i++) {
                LineReader.@Nullable Line line = lines.next();
                if (line == null) {
                    break;
                }
                keysOf(json, line.text()).forEachRemaining(keys::add);
            }
        }
        if (keys.isEmpty()) {
            throw NextactException.input("%s holds no JSON object a line", file);
        }
        return keys;
    }

    /** None where the line is no JSON: the reader of the rows counts it. */
    private static Iterator<String> keysOf(JsonMapper json, String line) {
        try {
            return json.readTree(line).fieldNames();
        } catch (JsonProcessingException e) {
            return Collections.emptyIterator();
        }
    }

    /**
     * A header names every column, each differently and with a word. It is one for certain where a
     * word is a name that logs use for a column, or where the rows below hold numbers or times.
     */
    private static boolean hasHeader(Path file) throws IOException {
        try (RowReader reader =
                SourceFiles.open(
                        file,
                        AttributeTableReader.source(
                                file.toString(), Map.of(), Optional.of(false)))) {
            @Nullable RawRow first = reader.next();
            if (first == null || first.problem().isPresent()) {
                return false;
            }
            List<String> words = new ArrayList<>();
            for (@Nullable String field : first.fields()) {
                if (field == null || isNumberOrTime(field.strip())) {
                    return false;
                }
                words.add(field.strip());
            }
            if (new HashSet<>(words).size() < words.size()) {
                return false;
            }
            return words.stream().anyMatch(FieldNames::isKnown)
                    || isAboveOtherValues(reader, words.size());
        }
    }

    private static boolean isAboveOtherValues(RowReader reader, int columns) throws IOException {
        Deque<RawRow> rows = new ArrayDeque<>();
        for (RawRow row = reader.next(); row != null; row = reader.next()) {
            if (row.problem().isEmpty()) {
                rows.add(row);
            }
            if (rows.size() == HEADER_SAMPLE) {
                break;
            }
        }
        return IntStream.range(0, columns)
                .anyMatch(c -> !rows.isEmpty() && rows.stream().allMatch(row -> isOther(row, c)));
    }

    private static boolean isOther(RawRow row, int column) {
        @Nullable String value = row.fields()[column];
        return value != null && isNumberOrTime(value.strip());
    }

    private static boolean isNumberOrTime(String text) {
        return TimeParser.detect(List.of(text), ZoneOffset.UTC).micros(text).isPresent();
    }

    Optional<ColumnProfile> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }

    List<String> columnNames() {
        return columns.stream().map(ColumnProfile::name).toList();
    }

    /** Whether the values can be times of a log: they tell the time of day, within a lifetime. */
    static boolean looksLikeTimes(ColumnProfile column) {
        Optional<TimeParser> parser = column.times().filter(TimeParser::isClock);
        if (parser.isEmpty()) {
            return false;
        }
        long plausible =
                column.sample().stream()
                        .map(parser.get()::micros)
                        .filter(OptionalLong::isPresent)
                        .mapToLong(OptionalLong::getAsLong)
                        .filter(micros -> micros >= EARLIEST.getEpochSecond() * 1_000_000)
                        .filter(micros -> micros < LATEST.getEpochSecond() * 1_000_000)
                        .count();
        return plausible * 10 >= column.sample().size() * 9L;
    }

    /** For messages: what was found out about the file. */
    String formatText() {
        return format.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }
}
