package dev.nextact.train;

import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import java.util.function.Supplier;

/**
 * A process's place in a training of several.
 *
 * @param meeting where they find each other; of this process alone
 * @param name of this attempt, unlike any other that met there
 * @param rank 0, 1, …
 * @param size how many processes
 * @param workers threads of each, where the config does not say
 * @param host name or number of this machine that the others reach it by
 */
public record Place(Rendezvous meeting, String name, int rank, int size, int workers, String host) {

    /** Of all attempts: the number of the run that they go on with. */
    private static final String RUN = "run";

    /**
     * Waits for the others.
     *
     * @throws LostProcessException when one does not come
     */
    ProcessGroup join() {
        return meeting.join(this, Rendezvous.PATIENCE);
    }

    /**
     * @throws NextactException where the config asks for what one process does alone
     */
    static void refuseAlone(ShopConfig config) {
        if (config.train().privacy().isPresent()) {
            throw NextactException.input(
                    "train.privacy: a private training runs in one process: its noise is drawn once,"
                            + " and kept to itself. Train without --engine spark");
        }
        if (config.model().family().equals(ShopConfig.Model.AUTO)) {
            throw NextactException.input(
                    "model.family: found auto, which tries families in one process. Name one, such"
                            + " as transformer, or train without --engine spark");
        }
    }

    /**
     * The run of the attempt before this one; where there was none, a new one, the same for all.
     *
     * @param begin begins it; the first process alone does
     */
    RunDirectory run(ShopConfig config, ProcessGroup group, Supplier<RunDirectory> begin) {
        double number =
                group.ofFirst(
                        () -> {
                            int run =
                                    meeting.find(RUN)
                                            .map(Integer::parseInt)
                                            .orElseGet(() -> begin.get().number());
                            meeting.put(RUN, Integer.toString(run));
                            return run;
                        });
        return RunDirectory.numbered(config.runsDirectory(), (int) number);
    }
}
