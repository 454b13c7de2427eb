package dev.nextact.train;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Asynchronous successive halving (ASHA; Li et al. 2020, algorithm 2): trials climb rungs of ever
 * more epochs, and of those at a rung the best third may climb on. A trial climbs as soon as it
 * belongs to that third; only when none does a new one starts. What comes next follows from the
 * results so far alone, so a tuning that was killed goes on as it would have. Immutable;
 * thread-safe.
 *
 * @param epochs of each rung, ascending
 * @param trials to start
 */
record SuccessiveHalving(List<Integer> epochs, int trials) {

    /** η: the share that climbs is one over it. Li et al. use 4; with few trials 3 loses less. */
    private static final int REDUCTION = 3;

    /**
     * A first rung of fewer epochs than the last's over 3² tells which trial learns fast, not which
     * learns well; and with more rungs few of some twenty trials would come to the last.
     */
    private static final int MOST_RUNGS = 3;

    SuccessiveHalving {
        epochs = List.copyOf(epochs);
    }

    /**
     * @param most epochs, at the last rung
     */
    static SuccessiveHalving of(int most, int trials) {
        List<Integer> epochs = new ArrayList<>();
        for (int rung = most; rung >= 1 && epochs.size() < MOST_RUNGS; rung /= REDUCTION) {
            epochs.add(0, rung);
        }
        return new SuccessiveHalving(epochs, trials);
    }

    /** What a trial reached at a rung. */
    record Reached(int trial, int rung, double score) {}

    /** A trial to be trained up to a rung. */
    record Job(int trial, int rung) {}

    /**
     * @param reached so far, in any order
     * @return empty when all trials have started and none may climb
     */
    Optional<Job> next(List<Reached> reached) {
        for (int rung = epochs.size() - 2; rung >= 0; rung--) {
            int here = rung;
            List<Reached> best =
                    reached.stream()
                            .filter(r -> r.rung() == here)
                            .sorted(
                                    Comparator.comparingDouble(Reached::score)
                                            .reversed()
                                            .thenComparingInt(Reached::trial))
                            .toList();
            for (Reached candidate : best.subList(0, best.size() / REDUCTION)) {
                if (reached.stream()
                        .noneMatch(r -> r.trial() == candidate.trial() && r.rung() == here + 1)) {
                    return Optional.of(new Job(candidate.trial(), rung + 1));
                }
            }
        }
        Set<Integer> started = new HashSet<>();
        reached.forEach(r -> started.add(r.trial()));
        return started.size() < trials ? Optional.of(new Job(started.size(), 0)) : Optional.empty();
    }

    /**
     * When all is done, trial 0 is trained to the last rung, wherever it stopped: what is found is
     * to be compared with it at its best.
     *
     * @return empty when it has come there
     */
    Optional<Job> baseline(List<Reached> reached) {
        int last = epochs.size() - 1;
        return reached.stream().anyMatch(r -> r.trial() == 0 && r.rung() == last)
                ? Optional.empty()
                : Optional.of(new Job(0, last));
    }
}
