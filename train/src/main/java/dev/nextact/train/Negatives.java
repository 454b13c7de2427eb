package dev.nextact.train;

/**
 * Items drawn against the targets of a step.
 *
 * @param items each once
 * @param corrections the log of how many items each stands for: of one over the probability that it
 *     is drawn
 */
record Negatives(int[] items, float[] corrections) {

    /** Of the full softmax, where every item counts. */
    static final Negatives NONE = new Negatives(new int[0], new float[0]);

    Negatives {
        if (items.length != corrections.length) {
            throw new IllegalArgumentException(
                    "corrections: expected " + items.length + ", found " + corrections.length);
        }
    }

    int size() {
        return items.length;
    }
}
