package dev.nextact.core.privacy;

import org.hipparchus.special.Erf;

/**
 * How much likelier one noisy answer is with a shopper than without, as a distribution over the
 * answers: the privacy loss (Dwork and Rothblum 2016), on a grid. Each stretch of the grid keeps
 * the probability that both data sets give it, and puts it on its two ends; the two-point
 * distribution tells an attacker at least as much as what it stands for, and hardly more
 * (Doroshenko, Ghazi, Kamath, Kumar and Manurangsi 2022, "Connect the Dots", §4). Immutable.
 *
 * @param from the loss of the first mass, in steps of the grid
 * @param masses by the loss
 * @param unbounded the probability of losses beyond the last one
 */
record LossDistribution(int from, double[] masses, double unbounded) {

    /** Normal noise of more deviations than this is left to {@code unbounded}: some 1e-19. */
    private static final double MOST_DEVIATIONS = 9;

    private static final int POINTS_OF_SPREAD = 2000;

    /** Which of two neighbouring data sets gave the answer. */
    enum Side {
        WITH,
        WITHOUT
    }

    /**
     * One sum with Gaussian noise over a sample that each shopper is in with the same probability.
     *
     * @param noise its standard deviation σ; a shopper adds at most 1
     * @param rate the probability q of being in the sample
     */
    record Answer(double noise, double rate) {

        /** ln of the density with the shopper over the one without, at a sum of t. */
        double loss(double t) {
            double u = (2 * t - 1) / (2 * noise * noise);
            return u > 0
                    ? u + Math.log(rate + (1 - rate) * Math.exp(-u))
                    : Math.log1p(rate * Math.expm1(u));
        }

        /** The sum at which the loss is this; -∞ where no sum has so small a one. */
        double at(double loss) {
            if (rate == 1) {
                return noise * noise * loss + 0.5; // exp(loss) would be rounded away
            }
            double u =
                    loss > 0
                            ? loss + Math.log1p((rate - 1) * Math.exp(-loss)) - Math.log(rate)
                            : Math.log(Math.max(0, Math.expm1(loss) + rate) / rate);
            return noise * noise * u + 0.5;
        }

        double least() {
            return -MOST_DEVIATIONS * noise;
        }

        double most() {
            return 1 + MOST_DEVIATIONS * noise;
        }

        /** The variance of the loss, with the shopper in the data. */
        double variance() {
            double step = (most() - least()) / POINTS_OF_SPREAD;
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < POINTS_OF_SPREAD; i++) {
                double t = least() + (i + 0.5) * step;
                double mass =
                        step * ((1 - rate) * density(t / noise) + rate * density((t - 1) / noise));
                double loss = loss(t);
                sum += mass * loss;
                squares += mass * loss * loss;
            }
            return Math.max(0, squares - sum * sum);
        }

        private double density(double z) {
            return Math.exp(-z * z / 2) / (noise * Math.sqrt(2 * Math.PI));
        }
    }

    /**
     * @param step of the grid
     */
    static LossDistribution of(Answer answer, Side side, double step) {
        int first = (int) Math.floor(answer.loss(answer.least()) / step);
        int last = Math.max(first + 1, (int) Math.ceil(answer.loss(answer.most()) / step));
        Normal without = new Normal(0, answer.noise());
        Normal with = new Normal(1, answer.noise());
        double[] masses = new double[last - first + 1];
        double rate = answer.rate();
        double before = answer.at(first * step);
        // beyond both ends: what the shopper's side finds too improbable, and what tells least
        double below = without.below(before);
        double belowWith = (1 - rate) * below + rate * with.below(before);
        for (int i = first; i < last; i++) {
            double next = answer.at((i + 1) * step);
            double q = without.between(before, next);
            double p = (1 - rate) * q + rate * with.between(before, next);
            if (side == Side.WITH) {
                double upper = ofUpperEnd(p, q, i * step, step);
                masses[i + 1 - first] += upper;
                masses[i - first] += p - upper;
            } else {
                // losses change their sign, and so the two ends their places
                double upper = ofUpperEnd(q, p, -(i + 1) * step, step);
                masses[last - i] += upper;
                masses[last - i - 1] += q - upper;
            }
            before = next;
        }
        double above = without.above(before);
        double aboveWith = (1 - rate) * above + rate * with.above(before);
        if (side == Side.WITH) {
            masses[0] += belowWith;
            return new LossDistribution(first, masses, aboveWith);
        }
        masses[0] += above;
        return new LossDistribution(-last, masses, below);
    }

    /** So that the two ends together are as probable as the stretch, for both data sets. */
    private static double ofUpperEnd(double p, double q, double lower, double step) {
        return Math.min(p, Math.max(0, (p - q * Math.exp(lower)) / -Math.expm1(-step)));
    }

    /** {@code ln E[exp(order · loss)]}, of the losses on the grid. */
    double logMoment(double order, double step) {
        double greatest = order * (order > 0 ? from + masses.length - 1.0 : from) * step;
        double sum = 0;
        for (int i = 0; i < masses.length; i++) {
            sum += masses[i] * Math.exp(order * (from + i) * step - greatest);
        }
        return Math.log(sum) + greatest;
    }

    /** With tails as exact as the middle. */
    private record Normal(double mean, double deviation) {

        double below(double t) {
            return tail((mean - t) / deviation);
        }

        double above(double t) {
            return tail((t - mean) / deviation);
        }

        double between(double t, double next) {
            return t > mean ? above(t) - above(next) : below(next) - below(t);
        }

        private static double tail(double z) {
            return Erf.erfc(z / Math.sqrt(2)) / 2;
        }
    }
}
