package dev.nextact.evaluate.uplift;

import dev.nextact.core.probability.BinaryOutcomes;
import dev.nextact.core.uplift.Contact;
import dev.nextact.evaluate.Bootstrap;
import dev.nextact.evaluate.tabular.Completed;
import dev.nextact.evaluate.tabular.LogisticRegression;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How it was decided whom a past campaign contacts: whether chance had a part in it, without which
 * no log tells whom the contact moved.
 *
 * @param way how
 * @param kept indices of the contacts that can be learned from
 * @param propensities of these
 * @param sentence for people
 */
public record Assignment(Way way, int[] kept, double[] propensities, String sentence) {

    /** How contacts were chosen. */
    public enum Way {
        /** The log tells each shopper's probability. */
        LOGGED,
        /** By chance alone, as far as the features can tell. */
        RANDOM,
        /** Nearly by chance: a little of it follows from the features, and is put right. */
        NEARLY_RANDOM,
        /** Not by chance: nothing can be learned of whom it moves. */
        NOT_RANDOM
    }

    /** Fewer in one arm tell nothing. */
    static final int LEAST_ARM = 50;

    /** Beyond it one shopper's outcome would count for fifty. */
    private static final double LEAST_PROPENSITY = 0.02;

    /**
     * Of the area under the curve by which features foretell who is contacted. Chance gives 0.5; a
     * rule such as "who was here this month" far more. Between the two a model of who is contacted
     * is still near enough to the constant that weighting by it is safe.
     */
    private static final double MOST_FORETOLD = 0.55;

    private static final int FOLDS = 5;
    private static final int MOST_MOMENTS = 24;

    public boolean isRandom() {
        return way != Way.NOT_RANDOM;
    }

    /**
     * @param rows [N][F] of features as of the campaign
     */
    static Assignment of(List<Contact> contacts, double[][] rows, long seed) {
        boolean[] treated = new boolean[contacts.size()];
        int count = 0;
        for (int i = 0; i < treated.length; i++) {
            treated[i] = contacts.get(i).treated();
            count += treated[i] ? 1 : 0;
        }
        if (Math.min(count, treated.length - count) < LEAST_ARM) {
            return notRandom(
                    "%,d shoppers of the campaign were contacted and %,d were not: without at least"
                            + " %d of each there is nothing to compare",
                    count, treated.length - count, LEAST_ARM);
        }
        if (contacts.stream().allMatch(contact -> contact.propensity().isPresent())) {
            return logged(contacts, treated);
        }
        double[] foretold = foretold(withMoments(contacts, rows), treated, seed);
        double auc = BinaryOutcomes.of(foretold, treated).auc();
        Bootstrap.Interval interval = Bootstrap.ofAuc(foretold, treated, seed).interval();
        String measured =
                String.format(
                        Locale.ROOT,
                        "AUC %.3f, 95 %%: %.3f to %.3f; chance is 0.5",
                        auc,
                        interval.low(),
                        interval.high());
        if (interval.low() > MOST_FORETOLD) {
            return notRandom(
                    "who was contacted is foretold by what was known of the shoppers (%s): it was"
                            + " no draw, and those left alone are no comparison. If it was a draw"
                            + " with different odds, log each shopper's in a column propensity",
                    measured);
        }
        int[] all = IntStream.range(0, treated.length).toArray();
        if (interval.low() > 0.5) {
            return new Assignment(
                    Way.NEARLY_RANDOM,
                    all,
                    bounded(foretold),
                    "who was contacted is foretold a little by what was known of the shoppers ("
                            + measured
                            + "); each counts by the odds that says");
        }
        double[] even = new double[treated.length];
        Arrays.fill(even, count / (double) treated.length);
        return new Assignment(
                Way.RANDOM,
                all,
                even,
                String.format(
                        Locale.ROOT,
                        "%.0f %% were contacted, by chance as far as the features tell (%s)",
                        100.0 * count / treated.length,
                        measured));
    }

    private static Assignment logged(List<Contact> contacts, boolean[] treated) {
        List<Integer> kept = new ArrayList<>();
        int keptTreated = 0;
        for (int i = 0; i < treated.length; i++) {
            double propensity = contacts.get(i).propensity().orElseThrow();
            if (propensity >= LEAST_PROPENSITY && propensity <= 1 - LEAST_PROPENSITY) {
                kept.add(i);
                keptTreated += treated[i] ? 1 : 0;
            }
        }
        if (Math.min(keptTreated, kept.size() - keptTreated) < LEAST_ARM) {
            return notRandom(
                    "of %,d shoppers %,d had a real chance both to be contacted and not to be"
                            + " (propensity from %s to %s): there is no overlap to compare",
                    treated.length, kept.size(), LEAST_PROPENSITY, 1 - LEAST_PROPENSITY);
        }
        int[] indices = kept.stream().mapToInt(i -> i).toArray();
        double[] propensities =
                Arrays.stream(indices)
                        .mapToDouble(i -> contacts.get(i).propensity().orElseThrow())
                        .toArray();
        return new Assignment(
                Way.LOGGED,
                indices,
                propensities,
                String.format(
                        Locale.ROOT,
                        "the log tells with which odds each was contacted; %,d without a real"
                                + " chance of both are left out",
                        treated.length - indices.length));
    }

    private static Assignment notRandom(String format, Object... args) {
        return new Assignment(
                Way.NOT_RANDOM,
                new int[0],
                new double[0],
                String.format(Locale.ROOT, format, args));
    }

    private static double[] bounded(double[] propensities) {
        return Arrays.stream(propensities)
                .map(p -> Math.max(LEAST_PROPENSITY, Math.min(1 - LEAST_PROPENSITY, p)))
                .toArray();
    }

    /**
     * The features, and when it was decided: waves of different odds are no even draw. A column for
     * each moment where they are few, else the time.
     */
    private static double[][] withMoments(List<Contact> contacts, double[][] rows) {
        List<Long> moments =
                contacts.stream().map(Contact::timeMicros).distinct().sorted().toList();
        boolean isFew = moments.size() <= MOST_MOMENTS;
        double[][] extended = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            int features = rows[i].length;
            long time = contacts.get(i).timeMicros();
            extended[i] = Arrays.copyOf(rows[i], features + (isFew ? moments.size() : 1));
            if (isFew) {
                extended[i][features + moments.indexOf(time)] = 1;
            } else {
                extended[i][features] = (time - moments.get(0)) / 3_600e6;
            }
        }
        return extended;
    }

    /** The probability that each is contacted, by features, from a model of the other folds. */
    private static double[] foretold(double[][] rows, boolean[] treated, long seed) {
        int[] folds = Folds.of(treated, FOLDS, seed);
        double[] foretold = new double[treated.length];
        for (int fold = 0; fold < FOLDS; fold++) {
            int[] learned = Folds.others(folds, fold);
            int[] held = Folds.members(folds, fold);
            double[][] some =
                    Arrays.stream(learned).mapToObj(i -> rows[i]).toArray(double[][]::new);
            boolean[] labels = new boolean[learned.length];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = treated[learned[i]];
            }
            Completed completed = Completed.of(some);
            LogisticRegression model = LogisticRegression.fit(completed.rows(some), labels);
            double[] ofHeld =
                    model.probabilities(
                            completed.rows(
                                    Arrays.stream(held)
                                            .mapToObj(i -> rows[i])
                                            .toArray(double[][]::new)));
            for (int i = 0; i < held.length; i++) {
                foretold[held[i]] = ofHeld[i];
            }
        }
        return foretold;
    }
}
