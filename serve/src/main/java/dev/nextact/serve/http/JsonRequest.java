package dev.nextact.serve.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.nextact.core.Nearest;
import dev.nextact.serve.history.ShopperEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads a request's body token by token, with limits, and without a tree in between. Every mistake
 * is a {@link Problem} that names its place. Confined to one request.
 */
final class JsonRequest implements AutoCloseable {

    /** No body of this interface nests deeper than 3. */
    private static final int DEEPEST = 8;

    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_NUMBER = 40;

    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(DEEPEST)
                                    .maxNameLength(LONGEST_NAME)
                                    .maxNumberLength(LONGEST_NUMBER)
                                    .maxStringLength(4 * ShopperEvent.LONGEST_ID)
                                    .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    // names of callers' choosing are not kept for ever
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .build();

    /** Times before and after these are mistakes. */
    private static final long EARLIEST_MILLIS =
            Instant.parse("1970-01-01T00:00:00Z").toEpochMilli();

    private static final long LATEST_MILLIS = Instant.parse("3000-01-01T00:00:00Z").toEpochMilli();

    private final JsonParser parser;

    private JsonRequest(JsonParser parser) {
        this.parser = parser;
    }

    /** What reads one field's value. */
    @FunctionalInterface
    interface Field {
        /** Reads the value, or returns false where it knows no such field. */
        boolean read(String name) throws IOException;
    }

    /** What reads one element of a list. */
    @FunctionalInterface
    interface Element<T> {
        T read() throws IOException;
    }

    /** Reads a whole body, which is one object. */
    static void read(byte[] body, List<String> fields, Function<JsonRequest, Field> reader) {
        try (JsonRequest request = new JsonRequest(JSON.createParser(body))) {
            request.parser.nextToken();
            request.object(fields, reader.apply(request));
            if (request.parser.nextToken() != null) {
                throw request.wrong("nothing after the object");
            }
        } catch (IOException e) {
            throw Problem.badRequest("The body is no JSON that is taken here: " + oneLine(e));
        }
    }

    private static String oneLine(IOException e) {
        String message =
                e instanceof JsonProcessingException json
                        ? json.getOriginalMessage()
                                + (json.getLocation() == null
                                        ? ""
                                        : " (line "
                                                + json.getLocation().getLineNr()
                                                + ", column "
                                                + json.getLocation().getColumnNr()
                                                + ")")
                        : String.valueOf(e.getMessage());
        return message.replaceAll("\\s+", " ");
    }

    /** The object that begins at the current token. */
    void object(List<String> fields, Field field) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw wrong("an object");
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            if (parser.currentToken() != JsonToken.FIELD_NAME) {
                throw wrong("the name of a field");
            }
            String name = parser.currentName();
            parser.nextToken();
            if (!field.read(name)) {
                String near =
                        Nearest.of(name, fields).map(n -> "; did you mean " + n + "?").orElse("");
                throw Problem.badRequest(
                        "%s: there is no such field%s. Known here: %s"
                                .formatted(pointer(), near, String.join(", ", fields)));
            }
        }
    }

    /** What reads the value of a name that the caller chose. */
    @FunctionalInterface
    interface Named {
        void read(String name) throws IOException;
    }

    /** The object that begins at the current token, of at most so many names of any kind. */
    void byName(int most, Named field) throws IOException {
        if (!isObject()) {
            throw wrong("an object");
        }
        int size = 0;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            if (parser.currentToken() != JsonToken.FIELD_NAME) {
                throw wrong("the name of a field");
            }
            String name = parser.currentName();
            parser.nextToken();
            if (size++ == most) {
                throw wrong("at most " + most + " fields");
            }
            field.read(name);
        }
    }

    boolean isObject() {
        return parser.currentToken() == JsonToken.START_OBJECT;
    }

    boolean isList() {
        return parser.currentToken() == JsonToken.START_ARRAY;
    }

    /** A text or a number, as text. */
    String scalar() throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getText();
            case VALUE_STRING -> id();
            default -> throw wrong("a text or a number");
        };
    }

    /** A finite number. */
    double number() throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT
                || parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            double value = parser.getDoubleValue();
            if (Double.isFinite(value)) {
                return value;
            }
        }
        throw wrong("a finite number");
    }

    /** The list that begins at the current token. */
    <T> List<T> list(int most, Element<T> element) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw wrong("a list");
        }
        List<T> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == null) {
                throw wrong("the end of the list");
            }
            if (list.size() == most) {
                throw Problem.of(
                        413,
                        "Too large",
                        pointer() + ": expected at most " + most + " elements, found more");
            }
            list.add(element.read());
        }
        return list;
    }

    /** An id: 1 to 256 bytes of UTF-8, without control characters. */
    String id() throws IOException {
        String text = text();
        if (text.isEmpty() || isLonger(text, ShopperEvent.LONGEST_ID)) {
            throw wrong("1 to " + ShopperEvent.LONGEST_ID + " bytes");
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i)) || isLoneSurrogate(text, i)) {
                throw wrong("no control characters and no broken ones");
            }
        }
        return text;
    }

    private static boolean isLonger(String text, int bytes) {
        return text.length() * 4 > bytes && text.getBytes(StandardCharsets.UTF_8).length > bytes;
    }

    private static boolean isLoneSurrogate(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        return Character.isLowSurrogate(c)
                && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
    }

    /**
     * An object of any names with texts, numbers or truth values.
     *
     * @return as text, by name; a null or an empty text is no value
     */
    Map<String, String> fields() throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw wrong("an object");
        }
        Map<String, String> fields = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            if (parser.currentToken() != JsonToken.FIELD_NAME) {
                throw wrong("the name of a field");
            }
            String name = parser.currentName();
            parser.nextToken();
            if (fields.size() == ShopperEvent.MOST_FIELDS) {
                throw wrong("at most " + ShopperEvent.MOST_FIELDS + " fields");
            }
            if (name.isEmpty() || isLonger(name, ShopperEvent.LONGEST_NAME)) {
                throw wrong("a name of 1 to " + ShopperEvent.LONGEST_NAME + " bytes");
            }
            switch (parser.currentToken()) {
                case VALUE_NULL -> {}
                case VALUE_STRING -> {
                    if (!parser.getText().isEmpty()) {
                        fields.put(name, id());
                    }
                }
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE ->
                        fields.put(name, parser.getText());
                default -> throw wrong("a text, a number, true or false");
            }
        }
        return fields;
    }

    String text() throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw wrong("a text");
        }
        return parser.getText();
    }

    boolean truth() throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw wrong("true or false");
        };
    }

    int whole(int least, int most) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() == JsonParser.NumberType.INT) {
            int value = parser.getIntValue();
            if (value >= least && value <= most) {
                return value;
            }
        }
        throw wrong("a whole number from " + least + " to " + most);
    }

    double decimal(double above, double most) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT
                || parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            double value = parser.getDoubleValue();
            if (value > above && value <= most) {
                return value;
            }
        }
        throw wrong("a number above " + above + " and at most " + most);
    }

    /** Microseconds since 1970-01-01 UTC. */
    long timeMicros() throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            long millis = parser.getLongValue();
            if (millis >= EARLIEST_MILLIS && millis < LATEST_MILLIS) {
                return millis * 1000;
            }
        } else if (parser.currentToken() == JsonToken.VALUE_STRING) {
            try {
                Instant instant = OffsetDateTime.parse(parser.getText()).toInstant();
                if (instant.toEpochMilli() >= EARLIEST_MILLIS
                        && instant.toEpochMilli() < LATEST_MILLIS) {
                    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1000;
                }
            } catch (DateTimeException | ArithmeticException e) {
                throw wrong("a time such as 2026-01-31T12:00:00Z or 1769860800000");
            }
        }
        throw wrong("a time such as 2026-01-31T12:00:00Z or 1769860800000");
    }

    /** The current value is not what it should be. */
    Problem wrong(String expected) throws IOException {
        return Problem.badRequest(pointer() + ": expected " + expected + ", found " + found());
    }

    private String found() throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            return "the end";
        }
        return switch (token) {
            case START_OBJECT, END_OBJECT -> "an object";
            case START_ARRAY, END_ARRAY -> "a list";
            default -> {
                String text = parser.getText();
                yield text.length() <= 40 ? "'" + text + "'" : "'" + text.substring(0, 40) + "…'";
            }
        };
    }

    /** RFC 6901. */
    private String pointer() {
        String pointer = parser.getParsingContext().pathAsPointer().toString();
        return pointer.isEmpty() ? "the body" : pointer;
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
