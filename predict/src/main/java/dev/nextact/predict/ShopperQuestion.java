package dev.nextact.predict;

import java.io.Serializable;
import java.util.List;
import java.util.function.Consumer;

/**
 * A question to shoppers of which nothing is left to be looked up, so that one machine can ask it
 * of all, or many machines each of some. Shoppers are asked block by block, and what is answered
 * depends on the block alone: however blocks are shared out, the answers are the same to the bit.
 * Immutable.
 *
 * @param <T> an answer
 */
public sealed interface ShopperQuestion<T> extends Serializable
        permits NextItemsQuestion, NextEventsQuestion, HorizonQuestion, StepsQuestion {

    /** Shoppers of a block: those whose number in the log is n · 64 .. n · 64 + 63. */
    int BLOCK = 64;

    /** About how many events could be read in the time that one shopper's answer takes. */
    default int costInEvents() {
        return 1000;
    }

    /** Of the rows that answers are kept as. */
    List<PredictionFile.Column> columns();

    /** A value for each column. */
    Object[] row(T answer);

    /**
     * @param models stay open as long as somebody is asked
     * @throws dev.nextact.core.NextactException when the model has not learned what is asked
     */
    Answerer<T> answerer(OpenModels models);

    /** Knows the answers. Confined to one thread. */
    @FunctionalInterface
    interface Answerer<T> {

        /**
         * @param block at most {@link #BLOCK} shoppers
         * @param answers takes them, those of a shopper together
         */
        AnswerTally answer(Histories block, Consumer<T> answers);
    }
}
