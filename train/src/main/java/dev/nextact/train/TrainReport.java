package dev.nextact.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a training did.
 *
 * @param bundle the model it made
 * @param run its folder of metrics
 * @param parameters how many values were learned
 * @param targets of one epoch
 * @param why the family was chosen; empty where the config names it
 * @param measure what the epoch was chosen by on the validation part
 * @param bestEpoch whose weights are in the bundle
 * @param validScore that measure of that epoch
 * @param seconds spent in training steps
 * @param workers threads of each process
 * @param processes that trained together
 * @param bytesPerStep that each of them sent to others
 */
public record TrainReport(
        String model,
        Path bundle,
        Path run,
        long parameters,
        int targets,
        String why,
        String measure,
        int bestEpoch,
        double validScore,
        double seconds,
        int workers,
        int processes,
        long bytesPerStep,
        List<EpochRecord> epochs) {

    public TrainReport {
        epochs = List.copyOf(epochs);
    }

    /** Targets learned from in a second, over all epochs. */
    public double targetsPerSecond() {
        return seconds == 0 ? 0 : (double) targets * epochs.size() / seconds;
    }

    /** For the terminal. */
    public String toText() {
        return String.format(
                Locale.ROOT,
                "trained %s: %,d values from %,d targets, %d epochs in %.0f s (%,.0f targets/s,"
                        + " %s)%n%sbest epoch %d, validation %s %.4f%nmodel  %s%ncurve  %s%n",
                model,
                parameters,
                targets,
                epochs.size(),
                seconds,
                targetsPerSecond(),
                processes == 1
                        ? workers + " workers"
                        : String.format(
                                Locale.ROOT,
                                "%d processes of %d workers, each sent %,d bytes a step",
                                processes,
                                workers,
                                bytesPerStep),
                why.isEmpty() ? "" : "family  " + why + System.lineSeparator(),
                bestEpoch,
                measure,
                validScore,
                bundle,
                run.resolve("learning-curve.svg"));
    }

    /** For {@code --json}. */
    public Map<String, Object> toTree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("model", model);
        tree.put("bundle", bundle.toString());
        tree.put("run", run.toString());
        tree.put("parameters", parameters);
        tree.put("targets", targets);
        if (!why.isEmpty()) {
            tree.put("family_because", why);
        }
        tree.put("best_epoch", bestEpoch);
        tree.put("valid", Map.of(measure, validScore));
        tree.put("seconds", seconds);
        tree.put("targets_per_second", targetsPerSecond());
        tree.put("workers", workers);
        if (processes > 1) {
            tree.put("processes", processes);
            tree.put("bytes_per_step", bytesPerStep);
        }
        List<Map<String, Object>> list = new ArrayList<>();
        for (EpochRecord epoch : epochs) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("epoch", epoch.epoch());
            entry.put("loss", epoch.loss());
            entry.put(measure, epoch.validScore());
            entry.put("targets_per_second", epoch.targetsPerSecond());
            list.add(entry);
        }
        tree.put("epochs", list);
        return tree;
    }
}
