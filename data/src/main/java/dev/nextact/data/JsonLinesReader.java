package dev.nextact.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.data.LineReader.Line;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads a file of one JSON object a line; its columns are those the config names. */
final class JsonLinesReader implements RowReader {

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final LineReader lines;
    private final List<String> columns;

    private JsonLinesReader(LineReader lines, List<String> columns) {
        this.lines = lines;
        this.columns = columns;
    }

    static JsonLinesReader open(Path file, ShopConfig.Source source) throws IOException {
        LineReader lines = LineReader.open(file, source.encoding());
        Line first = lines.next();
        if (first == null) {
            lines.close();
            throw NextactException.input(
                    "%s is empty. Take it out of sources or export it again", file);
        }
        lines.pushBack(first);
        return new JsonLinesReader(lines, List.copyOf(new TreeSet<>(source.columns().values())));
    }

    @Override
    public List<String> columns() {
        return columns;
    }

    @Override
    public Map<String, String> format() {
        return Map.of("format", "JSON lines", "encoding", lines.charset().name());
    }

    @Override
    public @Nullable RawRow next() throws IOException {
        Line line = lines.next();
        while (line != null && line.text().isBlank()) {
            line = lines.next();
        }
        if (line == null) {
            return null;
        }
        String text = line.text();
        if (line.tooLong()) {
            return RawRow.bad(
                    line.number(), text, "longer than " + LineReader.MOST + " characters");
        }
        if (text.indexOf(LineReader.REPLACEMENT) >= 0) {
            return RawRow.bad(line.number(), text, "not valid " + lines.charset().name());
        }
        try {
            JsonNode node = JSON.readTree(text);
            if (!node.isObject()) {
                return RawRow.bad(line.number(), text, "no JSON object");
            }
            List<@Nullable String> values = new ArrayList<>();
            for (String column : columns) {
                JsonNode value = node.path(column);
                values.add(value.isValueNode() && !value.isNull() ? value.asText() : null);
            }
            return RawRow.of(line.number(), text, values.toArray(new @Nullable String[0]));
        } catch (JsonProcessingException e) {
            return RawRow.bad(line.number(), text, "no JSON object");
        }
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
