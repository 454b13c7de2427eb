package dev.nextact.evaluate;

import dev.nextact.core.EventSequence;
import dev.nextact.core.LearningData;
import dev.nextact.core.NextItemScorer;
import java.util.Arrays;
import java.util.List;

/**
 * A first-order Markov chain: ranks items by how often they came right after the shopper's last
 * known item in training, and items that never did, below all others, by popularity. Immutable;
 * thread-safe.
 */
final class Markov implements NextItemScorer {

    private final Popularity popularity;
    private final float backOff;
    private final long[] transitions;

    /**
     * @param transitions from · 2^32 + to, one for each pair of neighbours, ascending
     */
    private Markov(Popularity popularity, float backOff, long[] transitions) {
        this.popularity = popularity;
        this.backOff = backOff;
        this.transitions = transitions;
    }

    static Markov of(LearningData data, Popularity popularity) {
        long[] transitions = new long[data.sequences().events()];
        int size = 0;
        for (int user = 0; user < data.sequences().size(); user++) {
            EventSequence events = data.training(user);
            int last = 0;
            for (int i = 0; i < events.size(); i++) {
                int item = events.item(i);
                if (item != 0) {
                    if (last != 0) {
                        transitions[size++] = key(last, item);
                    }
                    last = item;
                }
            }
        }
        long[] sorted = Arrays.copyOf(transitions, size);
        Arrays.sort(sorted);
        float most = 0;
        for (int item = 1; item <= data.catalog().size(); item++) {
            most = Math.max(most, popularity.events(item));
        }
        return new Markov(popularity, 1 / (most + 1), sorted);
    }

    private static long key(int from, int to) {
        return ((long) from << 32) | to;
    }

    @Override
    public String name() {
        return "markov";
    }

    @Override
    public void score(List<EventSequence> histories, float[][] out) {
        popularity.score(histories, out);
        for (int b = 0; b < histories.size(); b++) {
            float[] scores = out[b];
            for (int item = 1; item < scores.length; item++) {
                scores[item] *= backOff; // below 1, and so below one transition
            }
            int last = lastKnown(histories.get(b));
            int i = Arrays.binarySearch(transitions, key(last, 0));
            for (i = i < 0 ? -i - 1 : i; i < transitions.length; i++) {
                if (transitions[i] >>> 32 != last) {
                    break;
                }
                scores[(int) transitions[i]] += 1;
            }
        }
    }

    private static int lastKnown(EventSequence history) {
        for (int i = history.size() - 1; i >= 0; i--) {
            if (history.item(i) != 0) {
                return history.item(i);
            }
        }
        return 0;
    }
}
