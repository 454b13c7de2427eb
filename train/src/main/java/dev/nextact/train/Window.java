package dev.nextact.train;

import dev.nextact.core.EventSequence;
import dev.nextact.core.Grain;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A piece of one shopper's history to learn from: of its events each but the first, or all of its
 * baskets but the first, is a target; where it has labels, each event with one is.
 *
 * @param events of known items
 * @param future what the shopper did, to learn from what came after; where it has labels, from what
 *     came before
 * @param tokens how many tokens the network reads of it
 * @param targets how many there are, the newest events where there are no labels
 * @param labels of {@link StepLabels}, one for each event; none where items are learned
 */
record Window(EventSequence events, Future future, int tokens, int targets, byte[] labels) {

    private static final byte[] NO_LABELS = {};

    /** A token for each event, for the heads learn from what comes after the last one too. */
    Window(EventSequence events, Future future) {
        this(
                events,
                future,
                events.size(),
                events.size() - Math.max(1, future.firstOwned()),
                NO_LABELS);
    }

    /**
     * What came after each event of a window, in the training part.
     *
     * @param training all events of the shopper's training part, those of items too rare to learn
     *     too
     * @param places where in {@code training} each event of the window is
     * @param untilMicros what comes before that is known, what comes later is not
     * @param firstOwned the first event that is this window's to learn from; those before it are
     *     another's, and read here as its history
     * @param ownedUntilMicros the end of the time that is this window's to learn from
     * @param moments how many moments between events are drawn in an epoch, on the average
     */
    record Future(
            EventSequence training,
            int[] places,
            long untilMicros,
            int firstOwned,
            long ownedUntilMicros,
            double moments) {

        /** Of a window whose events and all the time after the first are its own. */
        Future(EventSequence training, int[] places, long untilMicros, double moments) {
            this(training, places, untilMicros, 0, untilMicros, moments);
        }

        /** Of a window whose future nobody asks for. */
        static final Future NONE =
                new Future(
                        EventSequence.of(-1, new int[0], new byte[0], new long[0]),
                        new int[0],
                        0,
                        0);
    }

    /** For the next item alone. */
    static Window of(EventSequence events) {
        return new Window(events, Future.NONE, events.size() - 1, events.size() - 1, NO_LABELS);
    }

    /** For the next item alone, of two baskets or more. */
    static Window of(EventSequence events, Grain grain) {
        int[] begins = grain.begins(events);
        return new Window(
                events, Future.NONE, begins.length - 1, events.size() - begins[1], NO_LABELS);
    }

    /**
     * A stretch of a history.
     *
     * @param from its first event
     * @param owned the first one that is its own; those before belong to the stretch before, and
     *     are read as history
     * @param end behind its last event
     */
    record Cut(int from, int owned, int end) {

        /**
         * Stretches of at most {@code length} events that own every event once, cut from the oldest
         * forwards, each but the first with half a length of history: so what comes later does not
         * change where an event stands in its stretch. Cut from the newest backwards, the last
         * place of a full one is one after which nothing comes, and that is where a long history is
         * always asked; the network counts the places and learns that.
         */
        static List<Cut> of(int size, int length) {
            List<Cut> cuts = new ArrayList<>();
            int owned = 0;
            while (owned < size) {
                int from = Math.max(0, owned - length / 2);
                int end = Math.min(size, from + length);
                cuts.add(new Cut(from, owned, end));
                owned = end;
            }
            return cuts;
        }
    }

    /**
     * Windows of at most {@code length} known events in which each label stands once.
     *
     * @param all of a shopper
     * @param labels of each event
     */
    static List<Window> labelled(EventSequence all, byte[] labels, int length) {
        TrainingSet.Known known = TrainingSet.Known.of(all);
        List<Window> windows = new ArrayList<>();
        for (Cut cut : Cut.of(known.events().size(), length)) {
            byte[] own = new byte[cut.end() - cut.from()];
            Arrays.fill(own, StepLabels.NONE);
            for (int i = cut.owned(); i < cut.end(); i++) {
                own[i - cut.from()] = labels[known.places()[i]];
            }
            int count = count(own);
            if (count > 0) {
                windows.add(labelled(known, all, cut, own));
            }
        }
        return windows;
    }

    /**
     * The newest known events, at most {@code length}, the last of which is asked about: as a
     * bundle is asked.
     *
     * @param all of a shopper, with a known event
     */
    static Window last(EventSequence all, int length) {
        TrainingSet.Known known = TrainingSet.Known.of(all);
        int size = known.events().size();
        Cut cut = new Cut(Math.max(0, size - length), size - 1, size);
        byte[] own = new byte[cut.end() - cut.from()];
        Arrays.fill(own, StepLabels.NONE);
        own[own.length - 1] = StepLabels.NO;
        return labelled(known, all, cut, own);
    }

    private static Window labelled(
            TrainingSet.Known known, EventSequence all, Cut cut, byte[] labels) {
        int[] places = Arrays.copyOfRange(known.places(), cut.from(), cut.end());
        Future history = new Future(all, places, 0, 0);
        return new Window(known.events(cut), history, labels.length, count(labels), labels);
    }

    private static int count(byte[] labels) {
        int count = 0;
        for (byte label : labels) {
            count += label == StepLabels.NONE ? 0 : 1;
        }
        return count;
    }

    /** The first event that is a target, where there are no labels. */
    int firstTarget() {
        return events.size() - targets;
    }
}
