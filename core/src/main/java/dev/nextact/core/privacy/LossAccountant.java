package dev.nextact.core.privacy;

import dev.nextact.core.privacy.LossDistribution.Answer;
import dev.nextact.core.privacy.LossDistribution.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoublePredicate;
import org.hipparchus.transform.DftNormalization;
import org.hipparchus.transform.FastFourierTransformer;
import org.hipparchus.transform.TransformType;

/**
 * Adds up what noisy answers tell of one shopper, as the distribution of the privacy loss of all of
 * them together, and says it as (ε, δ): some per cent tighter than Rényi divergences. Losses of
 * answers add up, so their distributions are convolved, by a Fourier transform (Koskela, Jälkö and
 * Honkela 2020, "Computing Tight Differential Privacy Guarantees Using FFT"). Grid, ends of the
 * grid and rounding are on the safe side, so ε is never too small; the bound of {@link
 * RenyiAccountant} is taken where it is the smaller one. Neighbours are data sets of which one has
 * one shopper more, in both directions. Immutable; thread-safe.
 */
public final class LossAccountant {

    /**
     * Of the grid, to the deviation of the loss of one answer. What a stretch spreads makes the
     * variance greater by at most a part in 4 · 50².
     */
    private static final double STEPS_OF_DEVIATION = 50;

    private static final int MOST_CELLS = 1 << 20;

    /** Of δ, for the losses that lie beyond the ends of the grid. */
    private static final double SHARE_OF_ENDS = 1e-4;

    /** Of δ, for each answer, for what the transforms round. */
    private static final double ROUNDING = 1e-14;

    /** Orders of the moments that tell where the grid may end. */
    private static final double LEAST_ORDER = 1.0 / 16;

    private static final double MOST_ORDER = 2048;

    /** To which a multiplier of noise is found. */
    private static final double PRECISION = 2e-4;

    private record Answers(Answer answer, long times) {}

    private final List<Answers> told;
    private final RenyiAccountant bound;

    private LossAccountant(List<Answers> told, RenyiAccountant bound) {
        this.told = told;
        this.bound = bound;
    }

    /** Before anything was told. */
    public static LossAccountant start() {
        return new LossAccountant(List.of(), RenyiAccountant.start());
    }

    /**
     * After more answers, each with Gaussian noise, of samples that each shopper is in with the
     * same probability, independently ("Poisson sampling").
     *
     * @param noise its standard deviation, in multiples of the most that one shopper can change the
     *     answer by; above 0
     * @param rate the probability of being in a sample; 1 = always
     * @param times how many answers
     */
    public LossAccountant after(double noise, double rate, long times) {
        List<Answers> all = new ArrayList<>(told);
        if (rate > 0 && times > 0) {
            Answer answer = new Answer(noise, rate);
            long alike =
                    told.stream()
                            .filter(answers -> answers.answer().equals(answer))
                            .mapToLong(Answers::times)
                            .sum();
            all.removeIf(answers -> answers.answer().equals(answer));
            all.add(new Answers(answer, alike + times));
        }
        return new LossAccountant(List.copyOf(all), bound.after(noise, rate, times));
    }

    /**
     * ε of what was told.
     *
     * @param delta δ, between 0 and 1
     */
    public double epsilon(double delta) {
        if (told.isEmpty()) {
            return 0;
        }
        double safe = bound.epsilon(delta);
        double rounding =
                ROUNDING * told.stream().mapToDouble(answers -> (double) answers.times()).sum();
        if (2 * rounding > delta || Double.isInfinite(safe)) {
            return safe;
        }
        double tight = 0;
        for (Side side : Side.values()) {
            tight = Math.max(tight, epsilon(side, delta, rounding));
        }
        return Math.min(safe, tight);
    }

    /**
     * The least noise, to three digits and rounded up, with which so many answers stay within a
     * budget, after what this accountant has seen.
     *
     * @throws IllegalArgumentException when what was told before leaves nothing
     */
    public double noiseFor(double epsilon, double delta, double rate, long times) {
        double enough = bound.noiseFor(epsilon, delta, rate, times);
        DoublePredicate isEnough = noise -> after(noise, rate, times).epsilon(delta) <= epsilon;
        double little = enough / 2;
        while (isEnough.test(little)) {
            enough = little;
            little /= 2;
        }
        return RenyiAccountant.least(little, enough, PRECISION, isEnough);
    }

    private double epsilon(Side side, double delta, double rounding) {
        double variance = 0;
        double count = 0;
        for (Answers answers : told) {
            variance += answers.times() * answers.answer().variance();
            count += answers.times();
        }
        double step = Math.sqrt(variance / count) / STEPS_OF_DEVIATION;
        while (true) {
            List<LossDistribution> ofOne = new ArrayList<>();
            for (Answers answers : told) {
                ofOne.add(LossDistribution.of(answers.answer(), side, step));
            }
            double ends = SHARE_OF_ENDS * delta;
            double lower = -end(ofOne, step, -1, ends);
            double upper = end(ofOne, step, 1, ends);
            double cells = (upper - lower) / step + 2;
            if (cells <= MOST_CELLS) {
                double[] masses = composed(ofOne, Integer.highestOneBit((int) cells) * 2);
                double spent = 2 * ends + rounding;
                for (int i = 0; i < ofOne.size(); i++) {
                    spent += told.get(i).times() * ofOne.get(i).unbounded();
                }
                return epsilon(masses, (long) Math.floor(lower / step), step, delta - spent);
            }
            step *= 2 * cells / MOST_CELLS;
        }
    }

    /** Behind which the sum of all losses lies with no more than this probability (Chernoff). */
    private double end(
            List<LossDistribution> ofOne, double step, int direction, double probability) {
        double nearest = Double.POSITIVE_INFINITY;
        for (double order = LEAST_ORDER; order <= MOST_ORDER; order *= Math.sqrt(2)) {
            double logMoment = 0;
            for (int i = 0; i < ofOne.size(); i++) {
                logMoment += told.get(i).times() * ofOne.get(i).logMoment(direction * order, step);
            }
            nearest = Math.min(nearest, (logMoment - Math.log(probability)) / order);
        }
        return nearest;
    }

    /** The distribution of the sum of all losses; cell i is that of i steps, modulo the cells. */
    private double[] composed(List<LossDistribution> ofOne, int cells) {
        double[] real = new double[cells];
        double[] imaginary = new double[cells];
        real[0] = 1;
        transform(real, imaginary, TransformType.FORWARD);
        for (int k = 0; k < ofOne.size(); k++) {
            LossDistribution one = ofOne.get(k);
            double[] x = new double[cells];
            double[] y = new double[cells];
            for (int i = 0; i < one.masses().length; i++) {
                x[Math.floorMod(one.from() + i, cells)] += one.masses()[i];
            }
            transform(x, y, TransformType.FORWARD);
            multiplyByPower(real, imaginary, x, y, told.get(k).times());
        }
        transform(real, imaginary, TransformType.INVERSE);
        return real;
    }

    private static void transform(double[] real, double[] imaginary, TransformType direction) {
        FastFourierTransformer.transformInPlace(
                new double[][] {real, imaginary}, DftNormalization.STANDARD, direction);
    }

    /** Takes x and y, which are overwritten, to a power by squaring. */
    private static void multiplyByPower(
            double[] real, double[] imaginary, double[] x, double[] y, long power) {
        for (int i = 0; i < real.length; i++) {
            for (long left = power; left > 0; left /= 2) {
                if (left % 2 == 1) {
                    double product = real[i] * x[i] - imaginary[i] * y[i];
                    imaginary[i] = real[i] * y[i] + imaginary[i] * x[i];
                    real[i] = product;
                }
                double square = x[i] * x[i] - y[i] * y[i];
                y[i] = 2 * x[i] * y[i];
                x[i] = square;
            }
        }
    }

    /**
     * The least ε at which {@code Σ p (1 - exp(ε - loss))} over the losses above it is no more than
     * δ, from the greatest loss down.
     *
     * @param first the least loss on the grid, in steps
     */
    private static double epsilon(double[] masses, long first, double step, double delta) {
        double above = 0;
        double shrunk = 0; // by exp(-loss)
        for (int i = masses.length - 1; i >= 0; i--) {
            double loss = (first + i) * step;
            if (loss < 0 && above - shrunk <= delta) {
                return 0;
            }
            if (above - Math.exp(loss) * shrunk > delta) {
                return Math.max(0, Math.log((above - delta) / shrunk));
            }
            double mass = Math.max(0, masses[(int) Math.floorMod(first + i, (long) masses.length)]);
            above += mass;
            shrunk += mass * Math.exp(-loss);
        }
        return 0;
    }
}
