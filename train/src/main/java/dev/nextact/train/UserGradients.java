package dev.nextact.train;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The gradients of a step's shoppers, one row of the batch each, as what they are made of: what
 * went into each weight and the gradient of what came out. Their norms follow from the inner
 * products of these over the steps, so no shopper's gradient is ever written down ("ghost norm",
 * Goodfellow 2015, "Efficient per-example gradient computations"; Li et al. 2022, "Large Language
 * Models Can Be Strong Differentially Private Learners", §4), and their clipped sum from the same
 * parts, each shopper's shrunk, without a second pass (Bu et al. 2023, "Differentially Private
 * Optimization on Large Model at Small Cost", §2). Confined to one thread; its tensors belong to
 * the caller's {@code PointerScope}.
 */
final class UserGradients {

    /** What of a shopper's gradient is about the weights of one place in the network. */
    private interface Piece {
        /** [B]. */
        Tensor squaredNorms();

        /**
         * @param factors of the shoppers, [B, 1, 1]
         */
        void addTo(Tensor factors);
    }

    private final List<Piece> pieces = new ArrayList<>();

    private static Tensor sum(Tensor x, long... dimensions) {
        return x.sum(dimensions, false, new ScalarTypeOptional());
    }

    private static Tensor squares(Tensor x, long... dimensions) {
        return sum(x.square(), dimensions);
    }

    /** Inner products of each shopper's rows, [B, T, D] -> [B, T, T]. */
    private static Tensor products(Tensor x) {
        return x.bmm(x.transpose(1, 2));
    }

    /**
     * Of x Wᵀ + b.
     *
     * @param x [B, T, I]
     * @param gradient of the result, [B, T, O]
     * @param weight where the sum of the weight's gradients goes, [O, I]
     * @param bias likewise, [O]
     */
    void linear(Tensor x, Tensor gradient, Tensor weight, Tensor bias) {
        pieces.add(
                new Piece() {
                    @Override
                    public Tensor squaredNorms() {
                        long steps = x.size(1);
                        Tensor ofWeight =
                                steps * steps <= x.size(2) * gradient.size(2)
                                        ? sum(products(x).mul_(products(gradient)), 1, 2)
                                        : squares(gradient.transpose(1, 2).bmm(x), 1, 2);
                        return ofWeight.add_(squares(sum(gradient, 1), 1));
                    }

                    @Override
                    public void addTo(Tensor factors) {
                        Tensor shrunk = gradient.mul(factors).reshape(-1, gradient.size(2));
                        weight.addmm_(shrunk.t(), x.reshape(-1, x.size(2)));
                        bias.add_(sum(shrunk, 0));
                    }
                });
    }

    /**
     * Of x · gain + bias.
     *
     * @param x normalised, [B, T, D]
     * @param gradient of the result, [B, T, D]
     */
    void norm(Tensor x, Tensor gradient, Tensor gain, Tensor bias) {
        Tensor ofGain = sum(gradient.mul(x), 1); // [B, D]
        Tensor ofBias = sum(gradient, 1);
        pieces.add(
                new Piece() {
                    @Override
                    public Tensor squaredNorms() {
                        return squares(ofGain, 1).add_(squares(ofBias, 1));
                    }

                    @Override
                    public void addTo(Tensor factors) {
                        Tensor each = factors.squeeze(2); // [B, 1]
                        gain.add_(sum(ofGain.mul(each), 0));
                        bias.add_(sum(ofBias.mul(each), 0));
                    }
                });
    }

    /**
     * Of rows of a table.
     *
     * @param indices [B, T]
     * @param gradient of the rows read, [B, T, D]
     * @param table [V, D]
     */
    void rows(Tensor indices, Tensor gradient, Tensor table) {
        pieces.add(
                new Piece() {
                    @Override
                    public Tensor squaredNorms() {
                        return sum(products(gradient).mul_(same(indices, indices)), 1, 2);
                    }

                    @Override
                    public void addTo(Tensor factors) {
                        addRows(indices, gradient, factors, table);
                    }
                });
    }

    /**
     * Of the first rows of a table, the same for every shopper.
     *
     * @param gradient [B, T, D]
     * @param table [L, D], L ≥ T
     */
    void firstRows(Tensor gradient, Tensor table) {
        pieces.add(
                new Piece() {
                    @Override
                    public Tensor squaredNorms() {
                        return squares(gradient, 1, 2);
                    }

                    @Override
                    public void addTo(Tensor factors) {
                        table.narrow(0, 0, gradient.size(1)).add_(sum(gradient.mul(factors), 0));
                    }
                });
    }

    /**
     * Of the item table, which is read at both ends: a shopper's gradient is the sum of both, and
     * its norm has the products of one with the other.
     *
     * @param read of the table's rows in the step
     * @param scores how the loss falls with the scores, one for each target
     * @param hidden the states that the scores come from, [B·T, D]
     * @param table rows of the step, [R, D]
     */
    void items(
            GhostOps.Read read,
            ItemLoss.Slopes scores,
            StepBatch.Part part,
            Tensor hidden,
            Tensor table) {
        Tensor indices = read.indices();
        Tensor gradient = read.gradient();
        long users = indices.size(0);
        long steps = indices.size(1);
        Tensor places = Tensor.create(part.positions()); // [M]
        // one row for each step; those without a target hold nothing
        Tensor states =
                torch.zeros_like(hidden).index_copy_(0, places, hidden.index_select(0, places));
        Tensor h = states.view(users, steps, hidden.size(1)); // [B, T, D]
        Tensor others = spread(scores.negatives(), places, users, steps); // [B, T, N]
        Tensor own = spread(scores.target(), places, users, steps).squeeze(2); // [B, T]
        Tensor targets =
                torch.zeros(new long[] {users * steps}, TorchOps.longs())
                        .index_copy_(0, places, Tensor.create(part.targets()))
                        .view(users, steps);
        pieces.add(
                new Piece() {
                    @Override
                    public Tensor squaredNorms() {
                        // what step m gives the row of step n's target, [B, m, n]
                        Tensor toTargets = columns(others, targets);
                        Tensor ofOwn = own.unsqueeze(2).mul(own.unsqueeze(1));
                        Tensor crossed = toTargets.mul_(own.unsqueeze(1));
                        Tensor out =
                                products(others)
                                        .add_(crossed)
                                        .add_(crossed.transpose(1, 2))
                                        .add_(same(targets, targets).mul_(ofOwn));
                        Tensor norms = sum(out.mul_(products(h)), 1, 2);
                        norms.add_(sum(products(gradient).mul_(same(indices, indices)), 1, 2));
                        // what step m gives the row of the item read at step t, [B, m, t]
                        Tensor both =
                                columns(others, indices)
                                        .add_(same(targets, indices).mul_(own.unsqueeze(2)));
                        both.mul_(h.bmm(gradient.transpose(1, 2)));
                        return norms.add_(sum(both, 1, 2), new Scalar(2.0));
                    }

                    @Override
                    public void addTo(Tensor factors) {
                        Tensor shrunk = h.mul(factors).view(-1, h.size(2)); // [B·T, D]
                        table.narrow(0, 1, others.size(2))
                                .addmm_(others.view(-1, others.size(2)).t(), shrunk);
                        table.index_add_(
                                0,
                                targets.view(-1),
                                shrunk.mul(own.reshape(-1, 1)),
                                new Scalar(1.0));
                        addRows(indices, gradient, factors, table);
                    }
                });
    }

    /** Each target's row to its step: [M, N] -> [B, T, N], 0 elsewhere. */
    private static Tensor spread(Tensor rows, Tensor places, long users, long steps) {
        return torch.zeros(users * steps, rows.size(1))
                .index_copy_(0, places, rows)
                .view(users, steps, rows.size(1));
    }

    /**
     * Of each row the values in the columns of these rows of the step; 0 where it is no negative.
     *
     * @param negatives [B, T, N], of rows 1..N
     * @param rows [B, S]
     * @return [B, T, S]
     */
    private static Tensor columns(Tensor negatives, Tensor rows) {
        long count = negatives.size(2);
        Tensor place =
                rows.sub(new Scalar(1)).clamp_min(new Scalar(0)).clamp_max_(new Scalar(count - 1));
        Tensor known = rows.ge(new Scalar(1)).bitwise_and(rows.le(new Scalar(count)));
        Tensor index =
                place.unsqueeze(1).expand(negatives.size(0), negatives.size(1), rows.size(1));
        return negatives.gather(2, index).mul_(known.unsqueeze(1));
    }

    /** 1 where indices are equal: [B, S] and [B, T] -> [B, S, T]. */
    private static Tensor same(Tensor a, Tensor b) {
        return a.unsqueeze(2).eq(b.unsqueeze(1)).to(torch.ScalarType.Float);
    }

    private static void addRows(Tensor indices, Tensor gradient, Tensor factors, Tensor table) {
        table.index_add_(
                0,
                indices.reshape(-1),
                gradient.mul(factors).reshape(-1, gradient.size(2)),
                new Scalar(1.0));
    }

    /** The norm of each shopper's whole gradient, [B]. */
    Tensor norms() {
        Tensor squares = pieces.get(0).squaredNorms();
        for (Piece piece : pieces.subList(1, pieces.size())) {
            squares.add_(piece.squaredNorms());
        }
        return squares.clamp_min(new Scalar(0)).sqrt_();
    }

    /**
     * Adds every shopper's gradient to the sums it goes to, each shrunk to a norm of at most {@code
     * most}. One that is not finite makes the sums so.
     */
    void addClipped(double most) {
        Tensor norms = norms();
        Tensor factors =
                norms.clamp_min(new Scalar(most))
                        .reciprocal_()
                        .mul_(new Scalar(most))
                        .view(-1, 1, 1);
        pieces.forEach(piece -> piece.addTo(factors));
    }
}
