package dev.nextact.cli;

import java.util.Locale;

/** Lengths of time and amounts of bytes in the unit that suits them. */
final class Amounts {

    private static final double MINUTE = 60;
    private static final double HOUR = 60 * MINUTE;
    private static final double DAY = 24 * HOUR;

    private static final String[] BYTES = {"B", "kB", "MB", "GB", "TB", "PB"};

    private Amounts() {}

    private record Unit(String name, double seconds) {
        static Unit of(double seconds) {
            if (seconds < 1) {
                return new Unit("ms", 1e-3);
            }
            if (seconds < 2 * MINUTE) {
                return new Unit("s", 1);
            }
            if (seconds < 2 * HOUR) {
                return new Unit("min", MINUTE);
            }
            return seconds < 2 * DAY ? new Unit("h", HOUR) : new Unit("days", DAY);
        }

        String number(double all) {
            return digits(all / seconds);
        }
    }

    /** Such as {@code 3.4 h}. */
    static String time(double seconds) {
        Unit unit = Unit.of(seconds);
        return unit.number(seconds) + " " + unit.name();
    }

    /** Such as {@code 3.4 h (2.1 to 5.3)}, all in one unit. */
    static String time(double seconds, double least, double most) {
        Unit unit = Unit.of(seconds);
        return time(seconds) + " (" + unit.number(least) + " to " + unit.number(most) + ")";
    }

    /** Such as {@code 12 GB}, in powers of a thousand; {@code -} for none. */
    static String bytes(double bytes) {
        if (bytes <= 0) {
            return "-";
        }
        int unit = 0;
        double value = bytes;
        while (value >= 999.5 && unit < BYTES.length - 1) {
            value /= 1000;
            unit++;
        }
        return (unit == 0 ? String.format(Locale.ROOT, "%.0f", value) : digits(value))
                + " "
                + BYTES[unit];
    }

    /** Two that count below ten, else no fraction. */
    private static String digits(double value) {
        return String.format(Locale.ROOT, value < 9.95 ? "%.1f" : "%,.0f", value);
    }
}
