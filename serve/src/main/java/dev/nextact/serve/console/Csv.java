package dev.nextact.serve.console;

import io.javalin.http.Context;
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

    /** A text that a spreadsheet would take for a formula is made one that it does not. */
    private static String cell(Object value) {
        String plain = value.toString();
        String safe =
                value instanceof String
                                && !plain.isEmpty()
                                && "=+-@\t".indexOf(plain.charAt(0)) >= 0
                        ? "'" + plain
                        : plain;
        return safe.matches("[^\",\r\n]*") ? safe : "\"" + safe.replace("\"", "\"\"") + "\"";
    }

    /**
     * @param name of the file
     */
    void send(Context ctx, String name) {
        ctx.contentType("text/csv; charset=utf-8")
                .header("Content-Disposition", "attachment; filename=\"" + name + ".csv\"")
                .result(text.toString());
    }
}
