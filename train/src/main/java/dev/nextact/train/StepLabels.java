package dev.nextact.train;

import dev.nextact.core.EventSequence;
import dev.nextact.core.LearningData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a classifier learns: after each event of each shopper yes, no, or nothing, where the answer
 * is not known or not asked for; where it counts, how often in place of yes. Immutable;
 * thread-safe.
 */
public sealed interface StepLabels {

    byte NO = 0;
    byte YES = 1;

    /** Where it is counted how often it came, no label is higher. */
    byte MOST = Byte.MAX_VALUE;

    /** The step does not count. */
    byte NONE = -1;

    /**
     * To learn from, known when the training part ends.
     *
     * @return a label for each event of the shopper's training part
     */
    byte[] training(LearningData data, int user);

    /**
     * To choose and calibrate by, known when the validation part ends and not before it begins.
     *
     * @return a label for each event of the shopper's training and validation part
     */
    byte[] validation(LearningData data, int user);

    /** Who will be asked about when the validation part is over, with what is known then. */
    List<Asked> asked(LearningData data);

    /**
     * A shopper as known at a moment.
     *
     * @param history not empty, nothing of it later than the moment
     */
    record Asked(EventSequence history, long nowMicros) {}

    /**
     * Whether, or how often, a behaviour comes strictly later than the event, and at most the
     * horizon later.
     *
     * @param counts whether a label tells how often, at most {@link #MOST} times
     */
    record Within(int behaviour, long horizonMicros, boolean counts) implements StepLabels {

        public Within {
            if (horizonMicros < 1) {
                throw new IllegalArgumentException(
                        "horizonMicros: expected above 0, found " + horizonMicros);
            }
        }

        @Override
        public byte[] training(LearningData data, int user) {
            return labels(data.training(user), Long.MIN_VALUE, data.trainedUntilMicros(user));
        }

        @Override
        public byte[] validation(LearningData data, int user) {
            EventSequence seen = data.sequences().get(user).prefix(data.split().validEnd(user));
            return seen.isEmpty()
                    ? new byte[0]
                    : labels(seen, data.trainedUntilMicros(user), HeadValidation.until(data, seen));
        }

        /** Everybody, at the end of the validation part. */
        @Override
        public List<Asked> asked(LearningData data) {
            List<Asked> asked = new ArrayList<>();
            for (int user = 0; user < data.sequences().size(); user++) {
                EventSequence seen = data.sequences().get(user).prefix(data.split().validEnd(user));
                if (!seen.isEmpty()) {
                    asked.add(new Asked(seen, HeadValidation.until(data, seen)));
                }
            }
            return asked;
        }

        /**
         * Of the events whose horizon ends in a stretch of time. A yes that came already waits for
         * that end too: else of the newest events only those with a yes would count.
         *
         * @param until from when on nothing is known
         */
        private byte[] labels(EventSequence events, long from, long until) {
            byte[] labels = new byte[events.size()];
            int most = counts ? MOST : YES;
            int later = 0; // the first event at a later time
            int beyond = 0; // the first one behind the horizon
            int came = 0; // from the one to the other
            for (int i = 0; i < labels.length; i++) {
                long now = events.timeMicros(i);
                long end = now + horizonMicros;
                for (; beyond < labels.length && events.timeMicros(beyond) <= end; beyond++) {
                    came += events.behaviour(beyond) == behaviour ? 1 : 0;
                }
                for (; later < labels.length && events.timeMicros(later) <= now; later++) {
                    came -= events.behaviour(later) == behaviour ? 1 : 0;
                }
                labels[i] = end >= from && end < until ? (byte) Math.min(most, came) : NONE;
            }
            return labels;
        }
    }

    /**
     * A caller's own, such as one of a whole sequence at its last event. Those of the training
     * part's events are learned from, those of the validation part's are chosen and calibrated by.
     *
     * @param ofShoppers for each shopper of the log a label for each event
     * @param asked who will be asked about, not all of them in the log
     */
    record Given(byte[][] ofShoppers, List<Asked> asked) implements StepLabels {

        public Given {
            ofShoppers = Arrays.stream(ofShoppers).map(byte[]::clone).toArray(byte[][]::new);
            asked = List.copyOf(asked);
        }

        /** Who will be asked about is not told. */
        public Given(byte[][] ofShoppers) {
            this(ofShoppers, List.of());
        }

        @Override
        public List<Asked> asked(LearningData data) {
            return asked;
        }

        @Override
        public byte[] training(LearningData data, int user) {
            return Arrays.copyOf(of(data, user), data.split().trainEnd(user));
        }

        @Override
        public byte[] validation(LearningData data, int user) {
            byte[] labels = Arrays.copyOf(of(data, user), data.split().validEnd(user));
            Arrays.fill(labels, 0, data.split().trainEnd(user), NONE);
            return labels;
        }

        private byte[] of(LearningData data, int user) {
            int users = data.sequences().size();
            int events = data.sequences().get(user).size();
            if (ofShoppers.length != users || ofShoppers[user].length != events) {
                throw new IllegalArgumentException(
                        "labels: expected one for each event of each of "
                                + users
                                + " shoppers, found "
                                + ofShoppers.length
                                + " shoppers, or another number than "
                                + events
                                + " for the events of shopper "
                                + user);
            }
            return ofShoppers[user];
        }
    }
}
