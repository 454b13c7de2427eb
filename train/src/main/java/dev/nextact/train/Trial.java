package dev.nextact.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far a trial of a tuning has come; one line of {@code trials.jsonl}.
 *
 * @param trial its number; 0 is the config as it was
 * @param rung from 0
 * @param epochs it was allowed up to there
 * @param score the best on validation of these epochs; {@link #NO_SCORE} where it failed
 * @param bestEpoch that has it
 * @param seconds spent in training steps since the trial's start
 * @param values by the keys of the config
 * @param failed why there is no score; empty where there is one
 */
public record Trial(
        int trial,
        int rung,
        int epochs,
        double score,
        @JsonProperty("best_epoch") int bestEpoch,
        double seconds,
        Map<String, Double> values,
        String failed) {

    /** Worse than any. */
    static final double NO_SCORE = -Double.MAX_VALUE;

    public Trial {
        values = new LinkedHashMap<>(values);
    }

    /** 0 where the trial has no such value. */
    double value(String key) {
        return values.getOrDefault(key, 0.0);
    }

    /** Number, rung and score: what decides about the next. */
    SuccessiveHalving.Reached reached() {
        return new SuccessiveHalving.Reached(trial, rung, score);
    }
}
