package dev.nextact.model.network;

import dev.nextact.core.demand.DemandBlend;
import dev.nextact.core.demand.DemandClass;
import dev.nextact.core.demand.DemandPeriod;
import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.network.NetworkSettings.FeedForward;
import dev.nextact.model.network.NetworkSettings.Positions;
import java.util.List;
import java.util.Map;

/**
 * What a {@link DemandNetwork} is like and how its answers are read. Immutable.
 *
 * @param features names of the numbers it reads of each period, [F]
 * @param horizon H, steps it foretells at once
 * @param family of its encoder
 * @param width D
 * @param layers of attention; a recurrent network has one layer
 * @param heads of attention, a divisor of the width; 1 without
 * @param dropout of hidden values, in training only
 * @param length newest periods of a series that it reads
 * @param calibration how what it says is put right
 */
public record DemandSettings(
        DemandPeriod period,
        List<String> features,
        int horizon,
        Family family,
        int width,
        int layers,
        int heads,
        double dropout,
        int length,
        Calibration calibration) {

    private static final int LAYERS = 2;
    private static final int HEADS = 2;

    /**
     * What the validation tells beside the weights.
     *
     * @param spread by which the dispersions are multiplied: what made the quantiles best
     * @param tail level of the lower end of the interval that held 80 %, within (0, 0.5)
     * @param tails the same of the items of a class; of others {@code tail} holds
     * @param correlation of the errors of two items, as the totals tell it, from 0 to 1
     * @param stepCorrelation of the errors of two steps of an item, likewise
     * @param blend how much the shoppers' predicted purchases count
     */
    public record Calibration(
            double spread,
            double tail,
            Map<DemandClass, Double> tails,
            double correlation,
            double stepCorrelation,
            DemandBlend blend) {

        /** Quantiles as they are: those of an interval of 80 % lie at 0.1 and 0.9. */
        public static final Calibration NONE =
                new Calibration(1, 0.1, Map.of(), 0, 0, DemandBlend.NONE);

        public Calibration {
            tails = Map.copyOf(tails);
            boolean tailsAreLevels = tail > 0 && tail < 0.5;
            for (double ofClass : tails.values()) {
                tailsAreLevels &= ofClass > 0 && ofClass < 0.5;
            }
            if (!(spread > 0)
                    || !tailsAreLevels
                    || !(correlation >= 0)
                    || !(stepCorrelation >= 0)) {
                throw new IllegalArgumentException(
                        "calibration: expected spread above 0, tails in (0, 0.5) and correlations"
                                + " of 0 or more, found "
                                + spread
                                + ", "
                                + tail
                                + ", "
                                + tails
                                + ", "
                                + correlation
                                + " and "
                                + stepCorrelation);
            }
        }

        /** Of an item that has sold like this. */
        public double tail(DemandClass of) {
            return tails.getOrDefault(of, tail);
        }
    }

    public DemandSettings {
        features = List.copyOf(features);
        if (features.isEmpty()
                || horizon < 1
                || width < 1
                || length < 1
                || !(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException(
                    "demand: expected features, horizon, width and length of 1 or more and dropout"
                            + " in [0, 1), found "
                            + features.size()
                            + ", "
                            + horizon
                            + ", "
                            + width
                            + ", "
                            + length
                            + " and "
                            + dropout);
        }
        boolean fits = family.attends() ? layers > 0 && heads > 0 : layers == 1 && heads == 1;
        if (!fits) {
            throw new IllegalArgumentException(
                    "layers and heads: expected 1 or more of a "
                            + Family.TRANSFORMER.title()
                            + " or "
                            + Family.HSTU.title()
                            + ", else 1, found "
                            + layers
                            + " and "
                            + heads
                            + " of "
                            + family.title());
        }
        family.checkHeads(width, heads);
    }

    /** A network of the usual size that has not been calibrated. */
    public static DemandSettings of(
            DemandPeriod period,
            List<String> features,
            int horizon,
            Family family,
            int width,
            double dropout,
            int length) {
        return new DemandSettings(
                period,
                features,
                horizon,
                family,
                width,
                family.attends() ? LAYERS : 1,
                family.attends() ? HEADS : 1,
                dropout,
                length,
                Calibration.NONE);
    }

    /** The same network, calibrated. */
    public DemandSettings calibrated(Calibration other) {
        return new DemandSettings(
                period, features, horizon, family, width, layers, heads, dropout, length, other);
    }

    /** Of the encoder: blocks that normalise first, which learn at once without a warm-up. */
    EncoderSettings encoder() {
        return new EncoderSettings(
                family,
                Block.PRE_NORM,
                FeedForward.GELU,
                Positions.RELATIVE,
                width,
                layers,
                heads,
                length,
                dropout,
                false);
    }
}
