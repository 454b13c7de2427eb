package dev.nextact.predict.explain;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Events without which the decision is another one. Found greedily, the event that moves the number
 * most being left out first; then each is put back where the decision stays turned without it. So
 * none of those left can be put back alone, but fewer others may do the same: that is not searched.
 *
 * @param removed by their number among the players, in the order in which they were left out
 * @param after what the model tells without them
 */
record Counterfactual(List<Integer> removed, Reading after) {

    /** Of so many and more nobody would say that they are why. */
    static final int MOST_REMOVED = 10;

    Counterfactual {
        removed = List.copyOf(removed);
    }

    /**
     * @param isUp whether the number must rise to turn the decision
     * @param isTurned whether it is turned
     * @return empty where leaving out {@value #MOST_REMOVED} does not turn it
     */
    static Optional<Counterfactual> search(
            int players, Game game, boolean isUp, Predicate<Reading> isTurned) {
        BitSet kept = new BitSet(players);
        kept.set(0, players);
        List<Integer> removed = new ArrayList<>();
        while (removed.size() < MOST_REMOVED && kept.cardinality() > 1) {
            int[] left = kept.stream().toArray();
            List<BitSet> tried = new ArrayList<>();
            for (int player : left) {
                tried.add(without(kept, player));
            }
            List<Reading> readings = game.play(tried);
            int best = 0;
            for (int i = 1; i < left.length; i++) {
                double more = readings.get(i).value() - readings.get(best).value();
                if (isUp ? more > 0 : more < 0) {
                    best = i;
                }
            }
            removed.add(left[best]);
            kept.clear(left[best]);
            if (isTurned.test(readings.get(best))) {
                return Optional.of(prune(removed, kept, readings.get(best), game, isTurned));
            }
        }
        return Optional.empty();
    }

    /** Puts back what need not be left out. */
    private static Counterfactual prune(
            List<Integer> removed,
            BitSet kept,
            Reading turned,
            Game game,
            Predicate<Reading> isTurned) {
        List<Integer> needed = new ArrayList<>(removed);
        Reading after = turned;
        for (int player : removed) {
            if (needed.size() == 1) {
                break;
            }
            BitSet more = (BitSet) kept.clone();
            more.set(player);
            Reading reading = game.play(List.of(more)).get(0);
            if (isTurned.test(reading)) {
                kept.set(player);
                needed.remove(Integer.valueOf(player));
                after = reading;
            }
        }
        return new Counterfactual(needed, after);
    }

    private static BitSet without(BitSet players, int player) {
        BitSet fewer = (BitSet) players.clone();
        fewer.clear(player);
        return fewer;
    }
}
