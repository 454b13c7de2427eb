package dev.nextact.train;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A forward pass in pieces that LibTorch differentiates, with cuts between them that are taken back
 * by hand. What is behind a cut sees a leaf; gradients go from cut to cut, the last first. Confined
 * to one thread; its tensors belong to the caller's {@code PointerScope}.
 */
final class Tape {

    /**
     * @param inputs what the cut's value was worked out from
     * @param leaf its value, as the pieces behind it see it
     * @param back from the gradient of the value to those of the inputs
     */
    private record Cut(List<Tensor> inputs, Tensor leaf, Function<Tensor, List<Tensor>> back) {}

    private final List<Tensor> leaves;
    private final List<Tensor> sums;
    private final List<Cut> cuts = new ArrayList<>();

    /**
     * @param leaves whose gradients are asked for
     * @param sums to which they are added, each in the shape of its leaf
     */
    Tape(List<Tensor> leaves, List<Tensor> sums) {
        this.leaves = List.copyOf(leaves);
        this.sums = List.copyOf(sums);
    }

    /** An empty tape whose gradients go to the same sums. */
    Tape another() {
        return new Tape(leaves, sums);
    }

    /** A value as a leaf: between its piece and those behind it nothing is shared. */
    Tensor cut(Tensor value) {
        return cut(List.of(value), value, List::of);
    }

    /**
     * A value worked out by hand.
     *
     * @param back from its gradient to those of the inputs
     * @return the value as a leaf
     */
    Tensor cut(List<Tensor> inputs, Tensor value, Function<Tensor, List<Tensor>> back) {
        Tensor leaf = value.detach().requires_grad_(true);
        cuts.add(new Cut(inputs, leaf, back));
        return leaf;
    }

    /** Ends of a pass, with the gradients that begin there. */
    static final class Ends {
        private final TensorVector tensors = new TensorVector();
        private final TensorVector slopes = new TensorVector();

        Ends add(Tensor end, Tensor slope) {
            if (end.requires_grad()) {
                tensors.push_back(end);
                slopes.push_back(slope);
            }
            return this;
        }
    }

    /** Takes the pass back, and empties the tape. */
    void back(Ends from) {
        @Nullable Tensor[] ofCuts = new Tensor[cuts.size()];
        piece(from, cuts.size(), ofCuts);
        for (int last = cuts.size() - 1; last >= 0; last--) {
            Tensor gradient = ofCuts[last];
            if (gradient != null) {
                Cut cut = cuts.get(last);
                List<Tensor> gradients = cut.back().apply(gradient);
                Ends ends = new Ends();
                for (int i = 0; i < gradients.size(); i++) {
                    ends.add(cut.inputs().get(i), gradients.get(i));
                }
                piece(ends, last, ofCuts);
            }
        }
        cuts.clear();
    }

    /** To the leaves and the first {@code count} cuts, as far as these ends reach. */
    private void piece(Ends ends, int count, @Nullable Tensor[] ofCuts) {
        if (ends.tensors.empty()) {
            return;
        }
        TensorVector of = new TensorVector();
        leaves.forEach(of::push_back);
        for (Cut cut : cuts.subList(0, count)) {
            of.push_back(cut.leaf());
        }
        // pieces may share what is before their cuts, so a piece's graph is kept for the next
        TensorVector gradients =
                torch.grad(ends.tensors, of, ends.slopes, new BoolOptional(true), false, true);
        try (NoGradGuard adding = new NoGradGuard()) {
            for (int i = 0; i < leaves.size(); i++) {
                if (gradients.get(i).defined()) {
                    sums.get(i).add_(gradients.get(i));
                }
            }
            for (int cut = 0; cut < count; cut++) {
                Tensor gradient = gradients.get((long) leaves.size() + cut);
                if (gradient.defined()) {
                    Tensor sum = ofCuts[cut];
                    // a copy of the handle: get() refers into the vector
                    ofCuts[cut] = sum == null ? new Tensor(gradient) : sum.add(gradient);
                }
            }
        }
    }
}
