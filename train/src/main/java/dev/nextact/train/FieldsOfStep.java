package dev.nextact.train;

import dev.nextact.core.EventSequence;
import dev.nextact.core.FieldBags;
import dev.nextact.model.network.TokenBatch;
import dev.nextact.model.network.TokenShape;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * What the tokens of a part of a step tell of fields. A hundredth of the values are taken for
 * unknown, as words are in language models (Iyyer et al. 2015, §3.1): so the vectors of unknown
 * values are learned also where the training part has none. Which ones follows from the step and
 * the window alone, not from the part that the window is in. Confined to one thread.
 */
final class FieldsOfStep {

    /** Enough to learn one vector a field from, too little to miss it elsewhere. */
    private static final double TAKEN_FOR_UNKNOWN = 0.01;

    private final TokenShape shape;
    private final TokenBatch.Fields.Builder fields;
    private final long seed;
    private SplittableRandom random;

    /**
     * @param size B·T
     * @param seed of the step
     */
    FieldsOfStep(TokenShape shape, int size, long seed) {
        this.shape = shape;
        this.fields = TokenBatch.Fields.Builder.ofFields(shape.fields() ? size : 0);
        this.seed = seed;
        this.random = new SplittableRandom(seed);
    }

    /**
     * Begins a window, with its shopper where the network has a token for it.
     *
     * @param token the window's first
     */
    void begin(EventSequence window, int token) {
        random =
                new SplittableRandom(seed * 31 + Objects.hash(window.user(), window.timeMicros(0)));
        if (shape.shopper()) {
            fields.at(token);
            window.forShopperFields(this::add);
        }
    }

    void event(EventSequence window, int index, int token) {
        if (shape.fields()) {
            fields.at(token);
            window.forEventFields(index, this::add);
        }
    }

    private void add(FieldBags field, int number) {
        boolean isTaken = random.nextDouble() < TAKEN_FOR_UNKNOWN;
        fields.accept(field, isTaken ? field.unknown() : number);
    }

    TokenBatch.Fields build() {
        return shape.fields() ? fields.build() : TokenBatch.Fields.NONE;
    }
}
