package dev.nextact.simulator;

import java.util.List;

/**
 * What a shopper may do next.
 *
 * @param item number in the {@link Assortment}
 * @param behaviour {@link #VIEW}, {@link #CART} or {@link #PURCHASE}
 */
record Act(int item, int behaviour) {

    static final int VIEW = 0;
    static final int CART = 1;
    static final int PURCHASE = 2;

    /** The behaviours as the log names them, in funnel order. */
    static final List<String> BEHAVIOURS = List.of("view", "cart", "purchase");
}
