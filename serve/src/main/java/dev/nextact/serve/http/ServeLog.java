package dev.nextact.serve.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The server's log: JSON, a line an entry. No body, no key and no shopper's id is ever in it.
 * Thread-safe.
 */
public final class ServeLog {

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final PrintStream out;
    private final Clock clock;

    public ServeLog(PrintStream out, Clock clock) {
        this.out = out;
        this.clock = clock;
    }

    /**
     * @param namesAndValues more about it, name by name
     */
    public void info(String message, Object... namesAndValues) {
        write("info", message, namesAndValues);
    }

    public void warn(String message, Object... namesAndValues) {
        write("warn", message, namesAndValues);
    }

    /** What should not happen, with its trace. */
    public void error(String message, Throwable failure, Object... namesAndValues) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        Object[] all = new Object[namesAndValues.length + 2];
        System.arraycopy(namesAndValues, 0, all, 0, namesAndValues.length);
        all[namesAndValues.length] = "trace";
        all[namesAndValues.length + 1] = trace.toString();
        write("error", message, all);
    }

    private void write(String level, String message, Object... namesAndValues) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("time", clock.instant().toString());
        entry.put("level", level);
        entry.put("message", message);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            entry.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        try {
            out.println(JSON.writeValueAsString(entry));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
