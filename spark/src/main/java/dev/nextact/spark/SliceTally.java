package dev.nextact.spark;

import dev.nextact.predict.AnswerTally;
import java.io.Serializable;

/**
 * What the shoppers of a slice were answered.
 *
 * @param first number of a shopper of it
 */
record SliceTally(int first, AnswerTally tally) implements Serializable {}
