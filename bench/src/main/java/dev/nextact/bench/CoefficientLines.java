package dev.nextact.bench;

import dev.nextact.core.plan.Coefficient;
import dev.nextact.core.plan.Coefficients;
import dev.nextact.core.plan.Measured;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Measured coefficients as lines of {@code coefficients.properties} of core.plan, each after the
 * value that it holds now.
 */
final class CoefficientLines {

    static final double MILLI = 1e-3;
    static final double MICRO = 1e-6;
    static final double NANO = 1e-9;

    private final Coefficients before = Coefficients.measured();
    private final Map<String, Object> tree = new LinkedHashMap<>();
    private final PrintStream out;

    CoefficientLines(PrintStream out) {
        this.out = out;
    }

    /**
     * @param value in the coefficient's unit
     */
    void tell(Coefficient coefficient, double value, String how) {
        Measured old = before(coefficient);
        out.printf(
                Locale.ROOT,
                "# was %s, in %s%n%s = %.4g; %s; bench/run plan-figures: %s%n",
                old.value(),
                coefficient.unit(),
                coefficient.key(),
                value,
                old.within(),
                how);
        tree.put(coefficient.key(), value);
    }

    /** What the resource holds. */
    Measured before(Coefficient coefficient) {
        return before.of(coefficient);
    }

    /** All that was told, by key. */
    Map<String, Object> tree() {
        return tree;
    }
}
