package dev.nextact.evaluate.uplift;

import java.util.ArrayList;
import java.util.List;

/** What was fitted together and is closed together: some of it holds native memory. */
public final class FittedModels implements AutoCloseable {

    /** Foretells a number for each row. */
    @FunctionalInterface
    interface Fitted {
        /**
         * @param rows [N][F], NaN = missing
         * @return [N]
         */
        double[] predict(double[][] rows);
    }

    private final List<Runnable> closings = new ArrayList<>();

    void onClose(Runnable closing) {
        closings.add(closing);
    }

    @Override
    public void close() {
        closings.forEach(Runnable::run);
        closings.clear();
    }
}
