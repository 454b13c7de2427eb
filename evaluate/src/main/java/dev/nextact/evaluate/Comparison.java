package dev.nextact.evaluate;

import dev.nextact.evaluate.Bootstrap.Interval;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How a model stands to the best of the baselines.
 *
 * @param better which way of the metric is
 * @param value the model's
 * @param ofBaseline the baseline's
 * @param difference the model's less the baseline's, 95 % of the resamples
 */
public record Comparison(
        String metric,
        Better better,
        String model,
        double value,
        String baseline,
        double ofBaseline,
        Interval difference) {

    /** What is less shows as 0. */
    private static final double LEAST_SHOWN = 5e-5;

    /** Which values are better. */
    public enum Better {
        HIGHER,
        LOWER
    }

    /** Whether the model is no worse. */
    boolean isAhead() {
        return better == Better.HIGHER ? value >= ofBaseline : value <= ofBaseline;
    }

    /** A sentence without its full stop. */
    String toText() {
        if (Math.abs(value - ofBaseline) < LEAST_SHOWN) {
            return String.format(
                    Locale.ROOT,
                    "%s is as good as the best baseline, %s, in %s",
                    model,
                    baseline,
                    metric);
        }
        return String.format(
                Locale.ROOT,
                "%s is %s than the best baseline, %s, by %.4f in %s (95 %%: %+.4f to %+.4f%s)",
                model,
                isAhead() ? "better" : "worse",
                baseline,
                Math.abs(value - ofBaseline),
                metric,
                difference.low(),
                difference.high(),
                difference.low() <= 0 && difference.high() >= 0 ? "; it could be chance" : "");
    }

    Map<String, Object> toTree() {
        return Map.of(
                "metric",
                metric,
                "best_baseline",
                baseline,
                "difference",
                List.of(difference.low(), difference.high()));
    }
}
