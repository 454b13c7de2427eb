package dev.nextact.predict;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/**
 * What was answered on the whole.
 *
 * @param shoppers who were answered
 * @param leftOut shoppers without an event of a known item
 * @param byPopularity shoppers without a known item who were answered all the same
 * @param unknownEvents of items the model does not know
 * @param unknownExamples some of those items, in the order of shoppers
 * @param probabilities the sum of all that were answered
 * @param answered how many those are
 */
public record AnswerTally(
        long shoppers,
        long leftOut,
        long byPopularity,
        long unknownEvents,
        List<String> unknownExamples,
        double probabilities,
        long answered)
        implements Serializable {

    /** Nobody was asked. */
    public static final AnswerTally NONE = new AnswerTally(0, 0, 0, 0, List.of(), 0, 0);

    /** Unknown items named in a summary. */
    static final int EXAMPLES = 5;

    public AnswerTally {
        unknownExamples = unknownExamples.stream().distinct().limit(EXAMPLES).toList();
    }

    /** Of shoppers who were all answered, but for those left out. */
    static AnswerTally of(Histories block, long leftOut) {
        return of(block, leftOut, 0, 0);
    }

    /** The same, each answer a probability. */
    static AnswerTally of(Histories block, long leftOut, double probabilities, long answered) {
        return new AnswerTally(
                block.size() - leftOut,
                leftOut,
                0,
                block.unknownEvents(),
                block.unknownExamples(),
                probabilities,
                answered);
    }

    AnswerTally byPopularity(long count) {
        return new AnswerTally(
                shoppers, leftOut, count, unknownEvents, unknownExamples, probabilities, answered);
    }

    /** With what the shoppers after these were answered. */
    public AnswerTally plus(AnswerTally next) {
        return new AnswerTally(
                shoppers + next.shoppers,
                leftOut + next.leftOut,
                byPopularity + next.byPopularity,
                unknownEvents + next.unknownEvents,
                Stream.concat(unknownExamples.stream(), next.unknownExamples.stream()).toList(),
                probabilities + next.probabilities,
                answered + next.answered);
    }

    /** Of all answers; 0 where there is none. */
    double meanProbability() {
        return probabilities / Math.max(1, answered);
    }
}
