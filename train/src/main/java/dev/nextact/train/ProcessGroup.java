package dev.nextact.train;

import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import java.util.function.DoubleSupplier;
import org.bytedeco.pytorch.Tensor;

/**
 * The processes that train one network together. Each computes its pieces of every batch; the
 * gradients are summed over all, and each takes the same step, so that all hold the same weights.
 * What only one may do, such as writing files, the first does. Confined to one thread.
 */
sealed interface ProcessGroup extends AutoCloseable
        permits LoneProcess, GlooGroup, StepTimes.Unheard {

    /** Of this process: 0, 1, … */
    int rank();

    /** How many processes. */
    int size();

    /** How many threads this process computes with, which are as many as any other's. */
    default int workers(ShopConfig.Train settings) {
        return StepEngine.workers(settings);
    }

    default boolean isFirst() {
        return rank() == 0;
    }

    /**
     * Adds up a vector over all processes, in place, and a number. Everyone gets the same bits.
     *
     * @param vector contiguous, as long as everyone else's
     * @param number this process's
     * @return the sum of the numbers
     * @throws LostProcessException when another process does not answer
     */
    double sum(Tensor vector, double number);

    /**
     * What the first process finds; the others wait for it, however long it takes.
     *
     * @param finding of the first process; the others do not ask it
     * @throws LostProcessException when the first process has ended
     */
    double ofFirst(DoubleSupplier finding);

    /**
     * @param what the number tells of, for a message
     * @param number an exact one, below 2^53
     * @throws NextactException where the first process has another number
     */
    default void refuseUnlike(String what, long number) {
        double ofFirst = ofFirst(() -> number);
        if (ofFirst != number) {
            throw NextactException.input(
                    "the machines of the training do not see the same %s: process %d has another"
                            + " than process 0. All must have the workspace at the same path",
                    what, rank());
        }
    }

    /** What this process has sent so far, without the headers of the network. */
    long bytesSent();

    @Override
    void close();
}
