package dev.nextact.core.uplift;

import dev.nextact.core.Orders;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What is gained by contacting first those of the highest scores: the gain, per shopper of all,
 * over the share that is contacted (Radcliffe 2007). Shoppers of equal scores stand on a straight
 * line. The gains of single shoppers may be true ones, or such as {@link Trial#gains} gives; these
 * must not have helped to make the scores. Immutable.
 */
public final class QiniCurve {

    private final double[] shares; // [G + 1], from 0 to 1
    private final double[] gains; // [G + 1], from 0
    private final double[] contributions; // [N]

    private QiniCurve(double[] shares, double[] gains, double[] contributions) {
        this.shares = shares;
        this.gains = gains;
        this.contributions = contributions;
    }

    /**
     * @param scores [N], the higher, the earlier contacted
     * @param ofEach [N], gains
     */
    public static QiniCurve of(double[] scores, double[] ofEach) {
        int size = scores.length;
        if (size == 0 || ofEach.length != size) {
            throw new IllegalArgumentException(
                    "gains: expected as many as scores and at least one, found "
                            + ofEach.length
                            + " and "
                            + size);
        }
        int[] order = Orders.descending(scores);
        double[] shares = new double[size + 1];
        double[] gains = new double[size + 1];
        double[] contributions = new double[size];
        int groups = 0;
        int from = 0;
        double sum = 0;
        while (from < size) {
            int to = from;
            while (to < size && scores[order[to]] == scores[order[from]]) {
                sum += ofEach[order[to++]];
            }
            double place = (from + to) / 2.0 / size;
            for (int i = from; i < to; i++) {
                contributions[order[i]] = ofEach[order[i]] * (0.5 - place);
            }
            groups++;
            shares[groups] = to / (double) size;
            gains[groups] = sum / size;
            from = to;
        }
        return new QiniCurve(
                Arrays.copyOf(shares, groups + 1), Arrays.copyOf(gains, groups + 1), contributions);
    }

    /** The area between the curve and that of contacting at random, with its spread. */
    public Estimate qini() {
        return Estimate.ofMean(contributions);
    }

    /** By how much the area is larger than another's over the same shoppers. */
    public Estimate less(QiniCurve other) {
        double[] differences = contributions.clone();
        for (int i = 0; i < differences.length; i++) {
            differences[i] -= other.contributions[i];
        }
        return Estimate.ofMean(differences);
    }

    /** The area below the curve (AUUC). */
    public double area() {
        return qini().value() + gains[gains.length - 1] / 2;
    }

    /** The gain, per shopper of all, of contacting a share. */
    public double at(double share) {
        int high = Arrays.binarySearch(shares, share);
        if (high >= 0) {
            return gains[high];
        }
        int after = Math.min(shares.length - 1, -high - 1);
        double part = (share - shares[after - 1]) / (shares[after] - shares[after - 1]);
        return gains[after - 1] + part * (gains[after] - gains[after - 1]);
    }

    /**
     * Gains at even shares from 0 to 1.
     *
     * @param steps from 1
     * @return [steps + 1]
     */
    public double[] points(int steps) {
        return IntStream.rangeClosed(0, steps).mapToDouble(i -> at(i / (double) steps)).toArray();
    }
}
