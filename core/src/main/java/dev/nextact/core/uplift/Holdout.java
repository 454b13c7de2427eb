package dev.nextact.core.uplift;

import java.util.SplittableRandom;

/**
 * Who is left alone to compare with: drawn by seed and the shopper's id alone, so that a shopper is
 * in the same group whoever else is on the list.
 *
 * @param share within [0, 1)
 */
public record Holdout(double share, long seed) {

    public Holdout {
        if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException("holdout: expected within [0, 1), found " + share);
        }
    }

    /** The group of those who are contacted, as lists name it. */
    public static final String CONTACT = "contact";

    /** The group of those who are left alone. */
    public static final String HELD_OUT = "holdout";

    public boolean holds(String user) {
        // FNV-1a, 64 bits (Fowler, Noll and Vo), then mixed with the seed
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < user.length(); i++) {
            hash = (hash ^ user.charAt(i)) * 0x100000001b3L;
        }
        return new SplittableRandom(hash ^ new SplittableRandom(seed).nextLong()).nextDouble()
                < share;
    }
}
