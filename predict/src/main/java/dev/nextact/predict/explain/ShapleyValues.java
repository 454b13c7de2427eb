package dev.nextact.predict.explain;

import dev.nextact.core.Orders;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Shapley values by permutation sampling (Castro, Gómez and Tejada 2009): what a player adds when
 * it joins those before it, on the mean over orders of joining. Orders come in antithetic pairs,
 * one being the other reversed (Mitchell et al. 2022, §4.2), which takes out much of the variance.
 * In each order the gains add up to the whole difference, and so do their means. The arrays are not
 * copied.
 *
 * @param values by player
 * @param standardErrors of the values, from the spread over the pairs
 * @param permutations how many orders were taken
 */
public record ShapleyValues(double[] values, double[] standardErrors, int permutations) {

    /**
     * @param players at least 1
     * @param empty what no player is worth
     * @param full what all are
     * @param pairs of orders, at least 2, or there is no error to be told
     */
    static ShapleyValues sample(
            int players, double empty, double full, Game game, int pairs, SplittableRandom random) {
        if (pairs < 2) {
            throw new IllegalArgumentException("pairs: expected at least 2, found " + pairs);
        }
        double[] sums = new double[players];
        double[] squares = new double[players];
        for (int pair = 0; pair < pairs; pair++) {
            int[] order = Orders.shuffled(players, random);
            double[] gains = gains(order, empty, full, game);
            for (int player = 0; player < players; player++) {
                sums[player] += gains[player];
                squares[player] += gains[player] * gains[player];
            }
        }
        double[] values = new double[players];
        double[] errors = new double[players];
        for (int player = 0; player < players; player++) {
            values[player] = sums[player] / pairs;
            double variance =
                    (squares[player] - pairs * values[player] * values[player]) / (pairs - 1);
            errors[player] = Math.sqrt(Math.max(0, variance) / pairs);
        }
        return new ShapleyValues(values, errors, 2 * pairs);
    }

    /** By player, on the mean over an order and its reverse. */
    private static double[] gains(int[] order, double empty, double full, Game game) {
        int players = order.length;
        List<BitSet> coalitions = new ArrayList<>();
        for (int size = 1; size < players; size++) {
            BitSet first = new BitSet(players);
            for (int i = 0; i < size; i++) {
                first.set(order[i]);
            }
            BitSet last = new BitSet(players);
            last.set(0, players);
            last.andNot(first);
            coalitions.add(first);
            coalitions.add(last);
        }
        List<Reading> worth = coalitions.isEmpty() ? List.of() : game.play(coalitions);
        double[] forward = new double[players + 1]; // by how many have joined
        double[] backward = new double[players + 1];
        forward[0] = empty;
        backward[0] = empty;
        forward[players] = full;
        backward[players] = full;
        for (int size = 1; size < players; size++) {
            forward[size] = worth.get(2 * (size - 1)).value();
            backward[players - size] = worth.get(2 * (size - 1) + 1).value();
        }
        double[] gains = new double[players];
        for (int i = 0; i < players; i++) {
            double joining = forward[i + 1] - forward[i];
            double reversed = backward[players - i] - backward[players - i - 1];
            gains[order[i]] = (joining + reversed) / 2;
        }
        return gains;
    }
}
