package dev.nextact.train;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a training stands: all that a killed run needs to go on as if nothing had happened, next to
 * the weights and the optimiser's vectors.
 *
 * @param epoch the one under way, from 1
 * @param batch of that epoch, the next to take, from 0
 * @param step steps taken since the start
 * @param lossSum of this epoch so far, in nats
 * @param targets of this epoch so far
 * @param seconds spent in training steps since the start
 * @param bestScore on validation, the higher, the better; lowest before the first
 * @param bestEpoch 0 before the first
 * @param epochs what is over
 */
record TrainingState(
        int epoch,
        int batch,
        long step,
        double lossSum,
        long targets,
        double seconds,
        double bestScore,
        int bestEpoch,
        List<EpochRecord> epochs) {

    TrainingState {
        epochs = List.copyOf(epochs);
    }

    static TrainingState start() {
        return new TrainingState(1, 0, 0, 0, 0, 0, -Double.MAX_VALUE, 0, List.of());
    }

    TrainingState afterStep(StepEngine.Step done, double stepSeconds) {
        return new TrainingState(
                epoch,
                batch + 1,
                step + 1,
                lossSum + done.lossSum(),
                targets + done.targets(),
                seconds + stepSeconds,
                bestScore,
                bestEpoch,
                epochs);
    }

    TrainingState afterEpoch(EpochRecord record) {
        boolean better = record.validScore() > bestScore;
        List<EpochRecord> over = new ArrayList<>(epochs);
        over.add(record);
        return new TrainingState(
                epoch + 1,
                0,
                step,
                0,
                0,
                seconds,
                better ? record.validScore() : bestScore,
                better ? epoch : bestEpoch,
                over);
    }

    /** Whether the epoch just over was the best so far. */
    boolean improved() {
        return bestEpoch == epoch - 1;
    }

    int epochsSinceBest() {
        return epoch - 1 - bestEpoch;
    }

    double meanLoss() {
        return targets == 0 ? 0 : lossSum / targets;
    }
}
