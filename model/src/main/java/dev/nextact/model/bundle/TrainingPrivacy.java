package dev.nextact.model.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What a training promises: (ε, δ)-differential privacy of whole shoppers, where neighbouring logs
 * differ by all events of one.
 *
 * @param epsilon ε
 * @param delta δ
 * @param noise the deviation of the noise of each step, in clips
 * @param clip the most that a shopper's gradient may be long
 * @param rate the probability that a shopper is in a step, whoever else is
 * @param countsNoise the deviation of the noise of the counts that the bundle tells, in the most
 *     that one shopper adds to them
 * @param accountant how ε was added up
 * @param outside what was learned, counted or chosen without a part in ε, in plain words
 */
public record TrainingPrivacy(
        double epsilon,
        double delta,
        double noise,
        double clip,
        double rate,
        long steps,
        int users,
        @JsonProperty("counts_noise") double countsNoise,
        String accountant,
        List<String> outside) {
    public TrainingPrivacy {
        outside = List.copyOf(outside);
    }
}
