package dev.nextact.train;

import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.privacy.LossAccountant;
import dev.nextact.core.privacy.SecretNoise;
import dev.nextact.model.bundle.TrainingPrivacy;
import java.util.List;
import java.util.Locale;

/**
 * How a training keeps to its budget.
 *
 * @param epsilon ε, what it comes to
 * @param delta δ
 * @param clip the most that a shopper's gradient may be long
 * @param noise the deviation of the noise of a step, in clips
 * @param rate the probability that a shopper is in a step
 * @param steps of the whole training
 * @param stepsOfEpoch in which each shopper is once on the average
 * @param users who have something to learn from
 * @param ofCounts the deviation of the noise of each of the two counts that a bundle tells, in the
 *     most that one shopper adds to it
 */
record PrivacyPlan(
        double epsilon,
        double delta,
        double clip,
        double noise,
        double rate,
        long steps,
        long stepsOfEpoch,
        int users,
        double ofCounts) {

    /** Of ε, for the counts: they are told once, the gradients in every step. */
    private static final double SHARE_OF_COUNTS = 0.1;

    /** Items by shoppers, and behaviours. */
    static final int COUNTS = 2;

    private static final List<String> OUTSIDE =
            List.of(
                    "which items there are (those of at least "
                            + ShopConfig.DifferentialPrivacy.LEAST_ITEM_USERS
                            + " shoppers and clean.min_item_events events)",
                    "the numbers of shoppers, events and targets, and the fingerprint of the log",
                    "the metrics on validation, which choose nothing here",
                    "whatever a person read off earlier trainings to choose this config");

    /**
     * @throws NextactException where the budget is too small for any noise, or the config asks for
     *     what has no promise
     */
    static PrivacyPlan of(ShopConfig config, TrainingSet set) {
        ShopConfig.Train train = config.train();
        ShopConfig.DifferentialPrivacy asked = train.privacy().orElseThrow();
        refuseOther(config);
        int users = PoissonSampling.users(set);
        double delta = asked.delta() > 0 ? asked.delta() : 1.0 / users;
        double rate = Math.min(1, train.batch() / (double) users);
        long stepsOfEpoch = Math.max(1, Math.round(1 / rate));
        long steps = stepsOfEpoch * train.epochs();
        try {
            double ofCounts =
                    LossAccountant.start()
                            .noiseFor(SHARE_OF_COUNTS * asked.epsilon(), delta, 1, COUNTS);
            LossAccountant counted = LossAccountant.start().after(ofCounts, 1, COUNTS);
            double noise = counted.noiseFor(asked.epsilon(), delta, rate, steps);
            return new PrivacyPlan(
                    counted.after(noise, rate, steps).epsilon(delta),
                    delta,
                    asked.clip(),
                    noise,
                    rate,
                    steps,
                    stepsOfEpoch,
                    users,
                    ofCounts);
        } catch (IllegalArgumentException e) {
            throw new NextactException(
                    NextactException.Category.INPUT,
                    "train.privacy.epsilon "
                            + asked.epsilon()
                            + " cannot be kept: "
                            + e.getMessage()
                            + ". Raise epsilon, or train with fewer epochs",
                    e);
        }
    }

    /** What the bundle tells of it. */
    TrainingPrivacy statement() {
        return new TrainingPrivacy(
                epsilon,
                delta,
                noise,
                clip,
                rate,
                steps,
                users,
                ofCounts,
                "privacy loss distributions of the sampled Gaussian mechanism (Koskela et al."
                        + " 2020, Doroshenko et al. 2022)",
                OUTSIDE);
    }

    String toText() {
        return String.format(
                Locale.ROOT,
                "private training: (ε, δ) = (%.2f, %.2g) of whole shoppers; %,d steps, each of"
                        + " about %,.0f of %,d shoppers, with noise of %.3f clips",
                epsilon,
                delta,
                steps,
                rate * users,
                users,
                noise);
    }

    /** Of the gradients of a step. */
    GradientNoise noise(SecretNoise secret) {
        return new GradientNoise(secret, noise * clip, rate * users);
    }

    /** What learns, counts or chooses something beside the gradients that are counted. */
    static void refuseOther(ShopConfig config) {
        ShopConfig.Model model = config.model();
        ShopConfig.Train train = config.train();
        refuse(
                !config.tasks().learn().equals(List.of("next-items")),
                "tasks.learn",
                "[next-items]: the other heads learn without a budget");
        refuse(model.family().equals(ShopConfig.Model.AUTO), "model.family", "one family");
        refuse(!model.positions().equals("absolute"), "model.positions", "absolute");
        refuse(model.timeBias(), "model.time_bias", "false");
        refuse(model.baskets(), "model.baskets", "false");
        refuse(model.newItems(), "model.new_items", "false");
        refuse(
                !model.itemFacts().isEmpty()
                        || !model.eventFields().isEmpty()
                        || !model.userFields().isEmpty(),
                "model.item_fields, item_numbers, item_text, event_fields, user_fields",
                "none: their values are learned from the log without a budget");
        refuse(
                !train.loss().sampling().equals("uniform"),
                "train.sampling",
                "uniform: others follow what shoppers did");
        refuse(
                !List.of("sampled-softmax", "full-softmax").contains(train.loss().kind())
                        || train.loss().temperature() != 1
                        || train.loss().labelSmoothing() != 0
                        || !train.loss().precision().equals(ShopConfig.Loss.FP32),
                "train.loss",
                "sampled-softmax or full-softmax, without temperature, label_smoothing or bf16");
        refuse(train.deterministic(), "train.deterministic", "false: noise is never repeated");
        refuse(
                train.behaviourWeights().size() > 0,
                "train.behaviour_weights",
                "none: they are scaled by how often each behaviour is");
    }

    private static void refuse(boolean wrong, String key, String expected) {
        if (wrong) {
            throw NextactException.input("train.privacy: with it %s must be %s", key, expected);
        }
    }
}
