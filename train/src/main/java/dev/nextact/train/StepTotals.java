package dev.nextact.train;

import dev.nextact.model.network.HeadSettings.TotalsScale;
import dev.nextact.model.network.HistoryTotals;
import java.util.ArrayList;
import java.util.List;

/**
 * What the histories of labelled steps come to, up to and with the step's own event: what a
 * classifier reads beside the encoder's state.
 */
final class StepTotals {

    /** Enough to know means and deviations by; more only take time. */
    private static final int MOST_MEASURED = 100_000;

    private StepTotals() {}

    /**
     * Of every labelled step, window by window.
     *
     * @param scale of size 0 where none are read
     * @param behaviours C
     * @return [M·F]
     */
    static float[] of(List<Window> windows, TotalsScale scale, int behaviours) {
        int size = scale.size();
        int steps = windows.stream().mapToInt(Window::targets).sum();
        float[] totals = new float[steps * size];
        if (size == 0) {
            return totals;
        }
        int m = 0;
        for (Window window : windows) {
            Window.Future known = window.future();
            for (int t = 0; t < window.labels().length; t++) {
                if (window.labels()[t] != StepLabels.NONE) {
                    scale.write(
                            known.training(),
                            known.places()[t] + 1,
                            window.events().timeMicros(t),
                            behaviours,
                            totals,
                            m++ * size);
                }
            }
        }
        return totals;
    }

    /** Of the steps that are learned, evenly chosen where they are many. */
    static TotalsScale scale(TrainingSet set, int behaviours) {
        int stride = Math.max(1, set.targets() / MOST_MEASURED);
        List<double[]> measured = new ArrayList<>();
        int m = 0;
        for (int w = 0; w < set.size(); w++) {
            Window window = set.window(w);
            Window.Future known = window.future();
            for (int t = 0; t < window.labels().length; t++) {
                if (window.labels()[t] != StepLabels.NONE && m++ % stride == 0) {
                    measured.add(
                            HistoryTotals.at(
                                    known.training(),
                                    known.places()[t] + 1,
                                    window.events().timeMicros(t),
                                    behaviours));
                }
            }
        }
        return HeadPlan.scale(measured, HistoryTotals.size(behaviours));
    }
}
