package dev.nextact.train;

import dev.nextact.train.PieceWorker.Gradient;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Adds up gradients in pairs, then pairs of pairs, and so on. So a sum over 2^n pieces is that of
 * the sums over their halves, bit for bit, wherever the halves are added up. Confined to one
 * thread.
 */
final class PairwiseSum {

    /** Sums that wait for another of as many pieces, the newest first. */
    private final Deque<Sum> waiting = new ArrayDeque<>();

    private record Sum(int pieces, Gradient gradient) {

        /** Takes the later one in. */
        Sum with(Sum later) {
            try (Gradient added = later.gradient()) {
                gradient.whole().add_(added.whole());
                return new Sum(
                        pieces + later.pieces(),
                        gradient.withLoss(gradient.lossSum() + added.lossSum()));
            }
        }
    }

    /**
     * @param next is taken over
     */
    void add(Gradient next) {
        Sum sum = new Sum(1, next);
        while (!waiting.isEmpty() && waiting.peek().pieces() == sum.pieces()) {
            sum = waiting.pop().with(sum);
        }
        waiting.push(sum);
    }

    /** Of all; the caller closes it. */
    Optional<Gradient> total() {
        while (waiting.size() > 1) {
            Sum later = waiting.pop();
            waiting.push(waiting.pop().with(later));
        }
        return Optional.ofNullable(waiting.poll()).map(Sum::gradient);
    }
}
