package dev.nextact.data;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.OptionalLong;

/**
 * Turns a price's text into millionths of its currency: whole numbers, so that sums are the same in
 * any order on any engine. Currency signs and thousands separators are passed over; no currency is
 * converted. Immutable; thread-safe.
 */
final class DecimalParser {

    private static final long MICROS = 1_000_000;

    /** 15 digits and 6 decimals: beyond, a long overflows. */
    private static final int MOST_DIGITS = 12;

    private final char point;

    private DecimalParser(char point) {
        this.point = point;
    }

    /**
     * @param decimal the sign before the decimals, or {@code auto}
     * @param sample texts that decide where it is {@code auto}
     */
    static DecimalParser of(String decimal, List<String> sample) {
        if (!decimal.equals("auto")) {
            return new DecimalParser(decimal.charAt(0));
        }
        int commas = 0;
        int points = 0;
        for (String text : sample) {
            int comma = text.lastIndexOf(',');
            int dot = text.lastIndexOf('.');
            if (comma > dot && (dot >= 0 || digitsBehind(text, comma) != 3)) {
                commas++;
            } else if (dot > comma && (comma >= 0 || digitsBehind(text, dot) != 3)) {
                points++;
            }
        }
        return new DecimalParser(commas > points ? ',' : '.');
    }

    private static int digitsBehind(String text, int place) {
        int digits = 0;
        for (int i = place + 1; i < text.length() && isDigit(text.charAt(i)); i++) {
            digits++;
        }
        return digits;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** The sign before the decimals. */
    char point() {
        return point;
    }

    /** Of a plain number such as {@code -12.5}, with a point whatever the file's decimal sign. */
    OptionalLong plain(String text) {
        if (point == ',' && text.indexOf('.') >= 0) {
            return OptionalLong.empty();
        }
        int i = 0;
        boolean negative = text.startsWith("-");
        if (negative) {
            i++;
        }
        long value = 0;
        int start = i;
        while (i < text.length() && isDigit(text.charAt(i))) {
            value = value * 10 + text.charAt(i++) - '0';
            if (i - start > MOST_DIGITS) {
                return OptionalLong.empty();
            }
        }
        if (i == start) {
            return OptionalLong.empty();
        }
        value *= MICROS;
        if (i < text.length() && text.charAt(i) == '.') {
            long unit = MICROS / 10;
            for (i++; i < text.length() && isDigit(text.charAt(i)) && unit > 0; i++) {
                value += (text.charAt(i) - '0') * unit;
                unit /= 10;
            }
        }
        if (i < text.length()) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(negative ? -value : value);
    }

    /**
     * Of any text with one number in it: with a currency's sign or name, thousands separators, a
     * decimal comma, accounting brackets or an exponent. Empty where there is none.
     */
    OptionalLong any(String text) {
        String kept = text.strip();
        boolean negative = kept.startsWith("(") && kept.endsWith(")");
        StringBuilder number = new StringBuilder();
        boolean ended = false;
        for (int i = 0; i < kept.length(); i++) {
            char c = kept.charAt(i);
            boolean inside = number.length() > 0;
            if (isDigit(c)) {
                if (ended) {
                    return OptionalLong.empty(); // two numbers
                }
                number.append(c);
            } else if (c == point && inside) {
                number.append('.');
            } else if ((c == '-' || c == '\u2212') && !inside) {
                negative = true;
            } else if ((c == 'e' || c == 'E') && inside && exponent(kept, i)) {
                number.append(kept, i, kept.length());
                break;
            } else if (inside && !isThousands(kept, i)) {
                ended = true;
            }
        }
        int end = number.length();
        if (end > 0 && number.charAt(end - 1) == '.') {
            number.setLength(end - 1); // "12.-"
        }
        try {
            BigDecimal value =
                    new BigDecimal(number.toString())
                            .movePointRight(6)
                            .setScale(0, RoundingMode.HALF_UP);
            if (value.precision() > 18) {
                return OptionalLong.empty();
            }
            return OptionalLong.of(negative ? -value.longValueExact() : value.longValueExact());
        } catch (ArithmeticException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    private static boolean exponent(String text, int place) {
        return text.substring(place + 1).matches("[+-]?\\d{1,2}");
    }

    /** A point, comma, blank or apostrophe with three digits behind it. */
    private boolean isThousands(String text, int place) {
        char c = text.charAt(place);
        return (c == ',' || c == '.' || c == '\'' || c == '\u2019' || Character.isSpaceChar(c))
                && digitsBehind(text, place) == 3;
    }
}
