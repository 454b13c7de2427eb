package dev.nextact.core.plan;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/** The value of every {@link Coefficient}. Immutable. */
public final class Coefficients {

    private static final String RESOURCE = "coefficients.properties";
    private static final String MACHINE = "machine";
    private static final String CHECKED = "checked";

    private final Map<Coefficient, Measured> values;
    private final String machine;
    private final String checked;

    private Coefficients(Map<Coefficient, Measured> values, String machine, String checked) {
        this.values = values;
        this.machine = machine;
        this.checked = checked;
    }

    /** Those that nextact brings with it. */
    public static Coefficients measured() {
        try (InputStream in = Coefficients.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is not on the class path");
            }
            Properties properties = new Properties();
            properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
            Map<String, String> texts = new LinkedHashMap<>();
            properties.stringPropertyNames().forEach(n -> texts.put(n, properties.getProperty(n)));
            return of(texts);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @param texts by {@link Coefficient#key}, as {@link Measured#parse} reads them; {@code
     *     machine} and {@code checked} beside them
     * @throws IllegalArgumentException where one is missing, unknown or cannot be read
     */
    static Coefficients of(Map<String, String> texts) {
        Map<Coefficient, Measured> values = new EnumMap<>(Coefficient.class);
        Set<String> unknown = new HashSet<>(texts.keySet());
        for (Coefficient coefficient : Coefficient.values()) {
            String text = text(texts, coefficient.key());
            try {
                values.put(coefficient, Measured.parse(text));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(coefficient.key() + ": " + e.getMessage(), e);
            }
            unknown.remove(coefficient.key());
        }
        unknown.remove(MACHINE);
        unknown.remove(CHECKED);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("unknown coefficients: " + unknown);
        }
        return new Coefficients(values, text(texts, MACHINE), text(texts, CHECKED));
    }

    private static String text(Map<String, String> texts, String key) {
        String text = texts.get(key);
        if (text == null) {
            throw new IllegalArgumentException(key + ": is missing");
        }
        return text;
    }

    public Measured of(Coefficient coefficient) {
        Measured measured = values.get(coefficient);
        if (measured == null) {
            throw new IllegalStateException(coefficient.key());
        }
        return measured;
    }

    double value(Coefficient coefficient) {
        return of(coefficient).value();
    }

    /** On which they were measured. */
    public String machine() {
        return machine;
    }

    /** How far estimates from them were held against runs. */
    public String checked() {
        return checked;
    }
}
