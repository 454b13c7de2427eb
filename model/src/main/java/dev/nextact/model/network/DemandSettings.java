package dev.nextact.model.network;

import dev.nextact.core.demand.DemandPeriod;
import java.util.List;

/**
 * What a {@link DemandNetwork} is like and how its answers are read. Immutable.
 *
 * @param features names of the numbers it reads of each period, [F]
 * @param horizon H, steps it foretells at once
 * @param width D
 * @param dropout of hidden values, in training only
 * @param length newest periods of a series that it reads
 * @param spread by which the dispersions it gives are multiplied: what made the validation's
 *     quantiles best
 * @param tail level of the lower end of the interval that held 80 % on the validation, within (0,
 *     0.5)
 * @param correlation of the errors of two items, as the validation's totals tell it, from 0 to 1
 * @param stepCorrelation of the errors of two steps of an item, likewise
 */
public record DemandSettings(
        DemandPeriod period,
        List<String> features,
        int horizon,
        int width,
        double dropout,
        int length,
        double spread,
        double tail,
        double correlation,
        double stepCorrelation) {

    public DemandSettings {
        features = List.copyOf(features);
        if (features.isEmpty() || horizon < 1 || width < 1 || length < 1) {
            throw new IllegalArgumentException(
                    "demand: expected features, horizon, width and length of 1 or more, found "
                            + features.size()
                            + ", "
                            + horizon
                            + ", "
                            + width
                            + " and "
                            + length);
        }
        if (!(dropout >= 0 && dropout < 1)
                || !(spread > 0)
                || !(tail > 0 && tail < 0.5)
                || !(correlation >= 0)
                || !(stepCorrelation >= 0)) {
            throw new IllegalArgumentException(
                    "demand: expected dropout in [0, 1), spread above 0, tail in (0, 0.5)"
                            + " and correlations of 0 or more, found "
                            + dropout
                            + ", "
                            + spread
                            + ", "
                            + tail
                            + ", "
                            + correlation
                            + " and "
                            + stepCorrelation);
        }
    }

    /** A network that has not been calibrated. */
    public static DemandSettings of(
            DemandPeriod period,
            List<String> features,
            int horizon,
            int width,
            double dropout,
            int length) {
        return new DemandSettings(period, features, horizon, width, dropout, length, 1, 0.1, 0, 0);
    }

    /** The same network, calibrated. */
    public DemandSettings calibrated(
            double newSpread, double newTail, double newCorrelation, double newStepCorrelation) {
        return new DemandSettings(
                period,
                features,
                horizon,
                width,
                dropout,
                length,
                newSpread,
                newTail,
                newCorrelation,
                newStepCorrelation);
    }
}
