package dev.nextact.serve.console;

import io.javalin.http.Context;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A table as a file (RFC 4180). Confined to one request. */
final class Csv {

    private final StringBuilder text = new StringBuilder();

    Csv(String... header) {
        row((Object[]) header);
    }

    Csv row(Object... cells) {
        return row(List.of(cells));
    }

    private Csv row(List<Object> cells) {
        for (int i = 0; i < cells.size(); i++) {
            text.append(i == 0 ? "" : ",").append(cell(cells.get(i)));
        }
        text.append("\r\n");
        return this;
    }

    /** Empty where a number is not known. */
    private static String cell(Object value) {
        String plain = value.equals(Double.NaN) ? "" : value.toString();
        String safe = value instanceof String ? harmless(plain) : plain;
        return safe.matches("[^\",\r\n]*") ? safe : "\"" + safe.replace("\"", "\"\"") + "\"";
    }

    /** A text that a spreadsheet would take for a formula is made one that it does not. */
    private static String harmless(String text) {
        return !text.isEmpty() && "=+-@\t".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }

    /**
     * Sends a file whose lines begin with a text of others', such as an id.
     *
     * @param name of the file
     */
    static void send(Context ctx, String name, Path file) throws IOException {
        StringBuilder text = new StringBuilder();
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                boolean isQuoted = line.startsWith("\"");
                text.append(isQuoted ? "\"" + harmless(line.substring(1)) : harmless(line))
                        .append("\r\n");
            }
        }
        send(ctx, name, text.toString());
    }

    /**
     * @param name of the file
     */
    void send(Context ctx, String name) {
        send(ctx, name, text.toString());
    }

    private static void send(Context ctx, String name, String text) {
        ctx.contentType("text/csv; charset=utf-8")
                .header("Content-Disposition", "attachment; filename=\"" + name + ".csv\"")
                .result(text);
    }
}
