package dev.nextact.evaluate.uplift;

import dev.nextact.core.Orders;
import dev.nextact.core.uplift.CouponTerms;
import dev.nextact.core.uplift.Estimate;
import dev.nextact.core.uplift.QiniCurve;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What policies are worth to shoppers from whom they learned nothing. In each fold shoppers are
 * ranked by models that were learned, and chosen among, on the other folds alone. Immutable.
 */
public final class HeldOutPolicy {

    /** By what shoppers are put in order. */
    public enum Order {
        /** What is gained by a contact. */
        GAIN,
        /** What is gained for each unit of money that a contact costs. */
        GAIN_PER_COST
    }

    private final CouponTerms terms;
    private final int[] folds;
    private final double[] gains;
    private final double[] with;
    private final double[] intent;
    private final double[] scores;

    /**
     * @param folds [N]
     * @param gains [N], foretold
     * @param with [N], foretold outcomes when contacted
     * @param intent [N], foretold outcomes when left alone
     * @param scores [N], unbiased of what a contact gains; see {@code Trial.gains}
     */
    HeldOutPolicy(
            CouponTerms terms,
            int[] folds,
            double[] gains,
            double[] with,
            double[] intent,
            double[] scores) {
        this.terms = terms;
        this.folds = folds;
        this.gains = gains;
        this.with = with;
        this.intent = intent;
        this.scores = scores;
    }

    /** What contacting the first by a ranking gains, estimated from the outcomes. */
    public QiniCurve curve() {
        return curve(scores);
    }

    /**
     * The same as it truly is.
     *
     * @param truth [N], what a contact gains of each
     */
    public QiniCurve curve(double[] truth) {
        return QiniCurve.of(places(gains), truth);
    }

    /** What contacting first those who buy most likely anyway gains. */
    public QiniCurve intentCurve() {
        return intentCurve(scores);
    }

    /**
     * @param truth [N], what a contact gains of each
     */
    public QiniCurve intentCurve(double[] truth) {
        return QiniCurve.of(places(intent), truth);
    }

    /**
     * Whom the policy contacts: in each fold so large a share, the best first, but nobody whose
     * contact is foretold to gain nothing.
     *
     * @return [N]
     */
    public boolean[] chosen(double share, Order order) {
        double[] key = new double[gains.length];
        Arrays.setAll(key, i -> order == Order.GAIN ? gains[i] : gains[i] / terms.cost(with[i]));
        double[] places = places(key);
        boolean[] chosen = new boolean[gains.length];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = -places[i] < share && gains[i] > 0;
        }
        return chosen;
    }

    /** What the policy gains per shopper of all, contacted or not, estimated from the outcomes. */
    public Estimate value(double share, Order order) {
        return Estimate.ofMean(ofChosen(chosen(share, order), scores));
    }

    /**
     * What it truly gains.
     *
     * @param truth [N], what a contact gains of each
     */
    public double value(double share, Order order, double[] truth) {
        return Estimate.ofMean(ofChosen(chosen(share, order), truth)).value();
    }

    /** What contacting as large a share of those who buy most likely gains, per shopper of all. */
    public Estimate valueOfIntent(double share) {
        double[] places = places(intent);
        boolean[] chosen = new boolean[places.length];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = -places[i] < share;
        }
        return Estimate.ofMean(ofChosen(chosen, scores));
    }

    /** What contacting everybody gains, per shopper. */
    public Estimate valueOfAll() {
        return Estimate.ofMean(scores);
    }

    private static double[] ofChosen(boolean[] chosen, double[] ofEach) {
        double[] values = new double[chosen.length];
        Arrays.setAll(values, i -> chosen[i] ? ofEach[i] : 0);
        return values;
    }

    /**
     * Where each stands in its fold, from 0 down to −1: models of different folds need not mean the
     * same by the same number.
     */
    private double[] places(double[] key) {
        double[] places = new double[key.length];
        int most = Arrays.stream(folds).max().orElse(0);
        for (int fold = 0; fold <= most; fold++) {
            int[] members = Orders.descending(IntStream.of(Folds.members(folds, fold)), key);
            int from = 0;
            while (from < members.length) {
                int to = from + 1;
                while (to < members.length && key[members[to]] == key[members[from]]) {
                    to++;
                }
                for (int i = from; i < to; i++) {
                    places[members[i]] = -(from + to) / 2.0 / members.length;
                }
                from = to;
            }
        }
        return places;
    }
}
