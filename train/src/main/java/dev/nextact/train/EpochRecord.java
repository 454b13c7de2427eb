package dev.nextact.train;

/**
 * One line of {@code metrics.jsonl}.
 *
 * @param loss mean over the epoch's targets, in nats
 * @param validNdcg ndcg@10 on the validation part, full ranking
 * @param targetsPerSecond of the training steps
 * @param seconds spent in training steps since the start
 */
public record EpochRecord(
        int epoch, double loss, double validNdcg, double targetsPerSecond, double seconds) {}
