package dev.nextact.core.probability;

import dev.nextact.core.Orders;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Probabilities that something happens, and whether it did. Where a measure needs a case that
 * happened or one that did not and there is none, it is NaN. Immutable; thread-safe.
 */
public final class BinaryOutcomes {

    /** Below it a probability costs no more: log-loss stays finite, at most 34.5 nats a case. */
    private static final double LEAST_PROBABILITY = 1e-15;

    /** Ten bins of equal count: enough to see a bend, each still well filled. */
    public static final int RELIABILITY_BINS = 10;

    private final double[] probabilities;
    private final boolean[] happened;
    private final int[] order;
    private final int positives;

    private BinaryOutcomes(double[] probabilities, boolean[] happened) {
        this.probabilities = probabilities;
        this.happened = happened;
        this.order = Orders.descending(probabilities);
        int count = 0;
        for (boolean one : happened) {
            count += one ? 1 : 0;
        }
        this.positives = count;
    }

    /**
     * @param probabilities N of them, each from 0 to 1
     * @param happened N
     */
    public static BinaryOutcomes of(double[] probabilities, boolean[] happened) {
        if (probabilities.length != happened.length || probabilities.length == 0) {
            throw new IllegalArgumentException(
                    "happened: expected as many as probabilities and at least one, found "
                            + happened.length
                            + " and "
                            + probabilities.length);
        }
        for (double p : probabilities) {
            if (!(p >= 0 && p <= 1)) {
                throw new IllegalArgumentException("probability: expected 0 to 1, found " + p);
            }
        }
        return new BinaryOutcomes(probabilities.clone(), happened.clone());
    }

    public int size() {
        return probabilities.length;
    }

    /** How many happened. */
    public int positives() {
        return positives;
    }

    /** The share of cases that the rule "at or above the threshold it happens" gets right. */
    public double accuracy(double threshold) {
        int right = 0;
        for (int i = 0; i < size(); i++) {
            right += (probabilities[i] >= threshold) == happened[i] ? 1 : 0;
        }
        return right / (double) size();
    }

    /** Of the cases at or above the threshold, the share that happened; NaN where none is. */
    public double precision(double threshold) {
        return truePositives(threshold) / (double) flagged(threshold);
    }

    /** Of the cases that happened, the share at or above the threshold. */
    public double recall(double threshold) {
        return truePositives(threshold) / (double) positives;
    }

    /** The harmonic mean of precision and recall, 2·TP / (flagged + positives). */
    public double f1(double threshold) {
        return 2.0 * truePositives(threshold) / (flagged(threshold) + positives);
    }

    private int flagged(double threshold) {
        int count = 0;
        for (double p : probabilities) {
            count += p >= threshold ? 1 : 0;
        }
        return count;
    }

    private int truePositives(double threshold) {
        int count = 0;
        for (int i = 0; i < size(); i++) {
            count += happened[i] && probabilities[i] >= threshold ? 1 : 0;
        }
        return count;
    }

    /**
     * The probability that a case that happened stands above one that did not, equal ones counting
     * half (Hanley and McNeil 1982).
     */
    public double auc() {
        double above = 0;
        long seen = 0; // that happened and stand higher
        int i = 0;
        while (i < order.length) {
            double p = probabilities[order[i]];
            int equalYes = 0;
            int equalNo = 0;
            while (i < order.length && probabilities[order[i]] == p) {
                if (happened[order[i++]]) {
                    equalYes++;
                } else {
                    equalNo++;
                }
            }
            above += (double) equalNo * seen + 0.5 * equalNo * equalYes;
            seen += equalYes;
        }
        return above / ((double) positives * (size() - positives));
    }

    /** {@link AveragePrecision} of the probabilities. */
    public double prAuc() {
        return AveragePrecision.of(probabilities, happened, positives);
    }

    /** The mean of −ln of the probability given to what came, in nats. */
    public double logLoss() {
        double sum = 0;
        for (int i = 0; i < size(); i++) {
            sum += logLoss(i);
        }
        return sum / size();
    }

    /** Of one case, in nats. */
    public double logLoss(int index) {
        double given = happened[index] ? probabilities[index] : 1 - probabilities[index];
        return -Math.log(Math.max(LEAST_PROBABILITY, given));
    }

    /**
     * The mean squared distance of probability and outcome (Brier 1950, for one of two classes).
     */
    public double brier() {
        double sum = 0;
        for (int i = 0; i < size(); i++) {
            double miss = probabilities[i] - (happened[i] ? 1 : 0);
            sum += miss * miss;
        }
        return sum / size();
    }

    /**
     * Σ count/N · |predicted − observed| over bins of equal count: the expected calibration error
     * (Naeini et al. 2015) with adaptive bins (Nixon et al. 2019), which fixed bins of width 0.1
     * leave nearly empty where most probabilities are small.
     */
    public double calibrationError(int bins) {
        double sum = 0;
        for (ReliabilityBin bin : reliability(bins)) {
            sum += bin.count() * Math.abs(bin.predicted() - bin.observed());
        }
        return sum / size();
    }

    /**
     * Bins of as equal count as equal probabilities allow, which are never torn apart; lowest
     * probabilities first.
     *
     * @param bins at most so many
     */
    public List<ReliabilityBin> reliability(int bins) {
        if (bins < 1) {
            throw new IllegalArgumentException("bins: expected at least 1, found " + bins);
        }
        List<ReliabilityBin> result = new ArrayList<>();
        int from = size();
        for (int bin = 0; bin < bins && from > 0; bin++) {
            int to = (int) ((long) size() * (bins - 1 - bin) / bins);
            while (to > 0 && probabilities[order[to]] == probabilities[order[to - 1]]) {
                to--;
            }
            double predicted = 0;
            int yes = 0;
            for (int i = to; i < from; i++) {
                predicted += probabilities[order[i]];
                yes += happened[order[i]] ? 1 : 0;
            }
            if (to < from) {
                int count = from - to;
                result.add(new ReliabilityBin(count, predicted / count, yes / (double) count));
                from = to;
            }
        }
        return result;
    }

    /**
     * Of all that happened, the share among the {@code depth} of cases with the highest
     * probabilities; equal probabilities at the edge count in proportion.
     *
     * @param depth share of the cases, above 0 and at most 1
     */
    public double gain(double depth) {
        if (!(depth > 0 && depth <= 1)) {
            throw new IllegalArgumentException("depth: expected above 0 to 1, found " + depth);
        }
        double wanted = depth * size();
        double found = 0;
        int i = 0;
        while (i < order.length && i < wanted) {
            double p = probabilities[order[i]];
            int first = i;
            int yes = 0;
            while (i < order.length && probabilities[order[i]] == p) {
                yes += happened[order[i++]] ? 1 : 0;
            }
            found += yes * Math.min(1, (wanted - first) / (i - first));
        }
        return found / positives;
    }

    /** How many times more happened there than among as many taken at random. */
    public double lift(double depth) {
        return gain(depth) / depth;
    }

    /** Every metric by name; the threshold is 0.5, the depth a tenth. */
    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("log-loss", logLoss());
        metrics.put("auc", auc());
        metrics.put("pr-auc", prAuc());
        metrics.put("brier", brier());
        metrics.put("ece", calibrationError(RELIABILITY_BINS));
        metrics.put("accuracy", accuracy(0.5));
        metrics.put("precision", precision(0.5));
        metrics.put("recall", recall(0.5));
        metrics.put("f1", f1(0.5));
        metrics.put("lift@10%", lift(0.1));
        metrics.put("gain@10%", gain(0.1));
        return metrics;
    }
}
