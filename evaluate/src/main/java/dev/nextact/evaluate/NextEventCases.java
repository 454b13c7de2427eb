package dev.nextact.evaluate;

import dev.nextact.core.EventSequence;
import dev.nextact.core.LearningData;
import dev.nextact.core.Split;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Shoppers with events in the test part, in a seeded order; of events only those of items the model
 * knows, for it reads no others. Immutable; thread-safe.
 *
 * @param sequences up to the end of the test
 * @param first the first event of each in the test part, at least 1: before it there must be one
 * @param training the training part of all shoppers
 * @param leftOut events of the test of other items
 * @param watchedUntil the end of the test, where shoppers are watched beyond their last events
 */
record NextEventCases(
        List<EventSequence> sequences,
        int[] first,
        List<EventSequence> training,
        int leftOut,
        Optional<Long> watchedUntil) {

    NextEventCases {
        sequences = List.copyOf(sequences);
        training = List.copyOf(training);
    }

    static NextEventCases of(LearningData data, long seed) {
        List<EventSequence> sequences = new ArrayList<>();
        List<Integer> first = new ArrayList<>();
        List<EventSequence> training = new ArrayList<>();
        int leftOut = 0;
        for (int user : shuffled(data.sequences().size(), seed)) {
            EventSequence all = data.sequences().get(user);
            int begin = data.split().validEnd(user);
            EventSequence tested = all.prefix(data.split().testEnd(user));
            EventSequence known = known(tested);
            int before = known(all.prefix(begin)).size();
            leftOut += tested.size() - begin - (known.size() - before);
            if (known.size() > Math.max(1, before)) {
                sequences.add(known);
                first.add(Math.max(1, before));
            }
        }
        for (int user = 0; user < data.sequences().size(); user++) {
            training.add(known(data.training(user)));
        }
        return new NextEventCases(
                sequences,
                first.stream().mapToInt(i -> i).toArray(),
                training,
                leftOut,
                data.split().cutOffs().map(Split.CutOffs::testUntil));
    }

    private static int[] shuffled(int size, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            int place = random.nextInt(i + 1); // Knuth 1997, §3.4.2, inside out
            order[i] = order[place];
            order[place] = i;
        }
        return order;
    }

    private static EventSequence known(EventSequence events) {
        return events.select(
                IntStream.range(0, events.size()).filter(i -> events.item(i) != 0).toArray());
    }

    /** The first shoppers, as many as have no more than so many events of the test together. */
    NextEventCases withEvents(int most) {
        int events = 0;
        int size = 0;
        while (size < sequences.size()) {
            events += sequences.get(size).size() - first[size];
            if (size > 0 && events > most) {
                break;
            }
            size++;
        }
        return withShoppers(size);
    }

    /** The first shoppers. */
    NextEventCases withShoppers(int most) {
        int size = Math.min(most, sequences.size());
        return new NextEventCases(
                sequences.subList(0, size),
                Arrays.copyOf(first, size),
                training,
                leftOut,
                watchedUntil);
    }

    int events() {
        int events = 0;
        for (int s = 0; s < first.length; s++) {
            events += sequences.get(s).size() - first[s];
        }
        return events;
    }
}
