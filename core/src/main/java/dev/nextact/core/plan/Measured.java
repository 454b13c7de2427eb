package dev.nextact.core.plan;

/**
 * A coefficient's value.
 *
 * @param value in the unit of its {@link Coefficient}
 * @param within how far the truth may be from it, as a factor: between value / within and value ×
 *     within; 1 where it is no measurement but a choice or a count
 * @param how it was measured: the command, the data, the machine
 */
public record Measured(double value, double within, String how) {

    public Measured {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("value: expected 0 or more, found " + value);
        }
        if (!(within >= 1 && within < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("within: expected 1 or more, found " + within);
        }
        if (how.isBlank()) {
            throw new IllegalArgumentException("how: expected a sentence, found none");
        }
    }

    /** As {@code coefficients.properties} holds it: value, factor and source, by semicolons. */
    public static Measured parse(String text) {
        String[] parts = text.split(";", 3);
        if (parts.length < 3) {
            throw new IllegalArgumentException(
                    "expected 'value; within; how', found '" + text + "'");
        }
        return new Measured(
                Double.parseDouble(parts[0].strip()),
                Double.parseDouble(parts[1].strip()),
                parts[2].strip());
    }
}
