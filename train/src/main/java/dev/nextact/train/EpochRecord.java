package dev.nextact.train;

/**
 * One line of {@code metrics.jsonl}.
 *
 * @param loss mean over the epoch's targets, in nats
 * @param validScore what the epoch is chosen by, on the validation part; the higher, the better
 * @param targetsPerSecond of the training steps
 * @param seconds spent in training steps since the start
 */
public record EpochRecord(
        int epoch, double loss, double validScore, double targetsPerSecond, double seconds) {}
