package dev.nextact.core.uplift;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What came of those contacted against those held out.
 *
 * @param ofContacted mean outcome
 * @param ofHoldout mean outcome
 * @param low of the difference, the lower end of its 95 % interval
 * @param high the upper end
 */
public record Lift(
        int contacted, int heldOut, double ofContacted, double ofHoldout, double low, double high) {

    /**
     * Of shares, such as of buyers: Newcombe's interval from Wilson's (1998, method 10), which
     * holds with few buyers and small holdouts too.
     *
     * @param bought of those contacted
     * @param boughtOfHoldout of those held out
     */
    public static Lift ofShares(int contacted, int bought, int heldOut, int boughtOfHoldout) {
        checkArms(contacted, heldOut);
        double p = bought / (double) contacted;
        double q = boughtOfHoldout / (double) heldOut;
        double[] wilsonP = wilson(p, contacted);
        double[] wilsonQ = wilson(q, heldOut);
        return new Lift(
                contacted,
                heldOut,
                p,
                q,
                p - q - Math.hypot(p - wilsonP[0], wilsonQ[1] - q),
                p - q + Math.hypot(wilsonP[1] - p, q - wilsonQ[0]));
    }

    private static double[] wilson(double share, int size) {
        double z = Estimate.Z95;
        double centre = share + z * z / (2 * size);
        double half = z * Math.sqrt(share * (1 - share) / size + z * z / (4.0 * size * size));
        double scale = 1 + z * z / size;
        return new double[] {(centre - half) / scale, (centre + half) / scale};
    }

    /** Of amounts, such as purchases a shopper: Welch's interval (1947). */
    public static Lift ofMeans(double[] contacted, double[] heldOut) {
        checkArms(contacted.length, heldOut.length);
        double mean = Estimate.mean(contacted);
        double other = Estimate.mean(heldOut);
        double a = Estimate.variance(contacted, mean) / contacted.length;
        double b = Estimate.variance(heldOut, other) / heldOut.length;
        double freedom =
                (a + b)
                        * (a + b)
                        / Math.max(
                                1e-300,
                                a * a / Math.max(1, contacted.length - 1)
                                        + b * b / Math.max(1, heldOut.length - 1));
        double half = student(Math.max(1, freedom)) * Math.sqrt(a + b);
        return new Lift(
                contacted.length,
                heldOut.length,
                mean,
                other,
                mean - other - half,
                mean - other + half);
    }

    private static void checkArms(int contacted, int heldOut) {
        if (contacted < 1 || heldOut < 1) {
            throw new IllegalArgumentException(
                    "expected at least one contacted and one held out, found "
                            + contacted
                            + " and "
                            + heldOut);
        }
    }

    /**
     * 97.5 % of Student's distribution, from the normal one (Cornish and Fisher; Abramowitz and
     * Stegun 26.7.5): 0.3 % off at 3 degrees of freedom, less beyond.
     */
    private static double student(double freedom) {
        double z = Estimate.Z95;
        double z3 = z * z * z;
        double z5 = z3 * z * z;
        return z
                + (z3 + z) / (4 * freedom)
                + (5 * z5 + 16 * z3 + 3 * z) / (96 * freedom * freedom)
                + (3 * z5 * z * z + 19 * z5 + 17 * z3 - 15 * z)
                        / (384 * freedom * freedom * freedom);
    }

    /** How much more came of one contacted than of one held out. */
    public double difference() {
        return ofContacted - ofHoldout;
    }

    /** What the contacts brought in all, with its interval. */
    public List<Double> extra() {
        return List.of(difference() * contacted, low * contacted, high * contacted);
    }

    /** Whether it can be told from nothing. */
    public boolean isTold() {
        return low > 0 || high < 0;
    }

    /**
     * The least true difference of shares that is told from nothing four times in five; 1, more
     * than there can be, where one of the groups is empty.
     *
     * @param share that buys
     */
    public static double leastTold(double share, int contacted, int heldOut) {
        if (contacted == 0 || heldOut == 0) {
            return 1;
        }
        double z = Estimate.Z95 + 0.8416212335729143; // of the standard normal, 80 % lie below
        return z * Math.sqrt(share * (1 - share) * (1.0 / contacted + 1.0 / heldOut));
    }

    /** For {@code --json}. */
    public Map<String, Object> toTree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("contacted", contacted);
        tree.put("held_out", heldOut);
        tree.put("of_contacted", ofContacted);
        tree.put("of_holdout", ofHoldout);
        tree.put("lift", List.of(difference(), low, high));
        tree.put("extra", extra());
        return tree;
    }
}
