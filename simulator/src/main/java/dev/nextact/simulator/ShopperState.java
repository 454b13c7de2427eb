package dev.nextact.simulator;

import java.util.ArrayList;
import java.util.List;

/**
 * What the log shows of one shopper so far, as far as the next act depends on it. Generator and
 * oracle keep it alike; it holds nothing that is not in the log. Confined to one thread.
 */
final class ShopperState {

    /** How far a session has come; it decides the odds of what kind of act follows. */
    enum Phase {
        /** Has viewed fewer than {@link #VIEWS_TO_DECIDE} items of the session's category. */
        LOOKING,
        /** Has viewed enough to put something into the cart. */
        DECIDING,
        /** Has just viewed something from the accessory category. */
        ASIDE,
        /** Has just put something into the cart. */
        CARTED,
        /** Has just bought, and more is in the cart. */
        PAYING,
        /** Has just bought all that was in the cart. */
        PAID
    }

    private static final int VIEWS_TO_DECIDE = 3;
    static final int NONE = -1;

    private final Assortment assortment;

    private int stage;
    private int acts;
    private int category;
    private int anchor;
    private int aside;
    private Phase phase = Phase.LOOKING;
    private final List<Integer> viewed = new ArrayList<>();
    private final List<Integer> cart = new ArrayList<>();
    private final List<Integer> carted = new ArrayList<>();
    private int bought = NONE;
    private int boughtBefore = NONE;
    private final List<Integer> supplies = new ArrayList<>();

    ShopperState(Assortment assortment) {
        this.assortment = assortment;
        startSession(0);
    }

    /** An abandoned cart is not kept. */
    void startSession(int newStage) {
        stage = newStage;
        acts = 0;
        category = NONE;
        anchor = NONE;
        aside = NONE;
        phase = Phase.LOOKING;
        viewed.clear();
        cart.clear();
        carted.clear();
        boughtBefore = bought;
        bought = NONE;
    }

    void record(int item, int behaviour) {
        if (acts++ == 0) {
            category = assortment.category(item);
            anchor = item;
        }
        switch (behaviour) {
            case Act.VIEW -> view(item);
            case Act.CART -> {
                if (!carted.contains(item)) {
                    carted.add(item);
                    cart.add(item);
                }
                phase = Phase.CARTED;
            }
            case Act.PURCHASE -> {
                cart.remove((Integer) item);
                bought = item;
                if (assortment.consumable(assortment.category(item))) {
                    supplies.remove((Integer) item);
                    supplies.add(item);
                }
                phase = cart.isEmpty() ? Phase.PAID : Phase.PAYING;
            }
            default ->
                    throw new IllegalArgumentException(
                            "behaviour: expected 0 to 2, found " + behaviour);
        }
    }

    private void view(int item) {
        if (assortment.category(item) == category) {
            anchor = item;
            if (!viewed.contains(item)) {
                viewed.add(item);
            }
            phase = viewed.size() < VIEWS_TO_DECIDE ? Phase.LOOKING : Phase.DECIDING;
        } else {
            aside = item;
            phase = Phase.ASIDE;
        }
    }

    /** The assortment's stage on the day the session began. */
    int stage() {
        return stage;
    }

    /** How many acts the session has so far. */
    int acts() {
        return acts;
    }

    Phase phase() {
        return phase;
    }

    /** What the session is about: the category of its first act. */
    int category() {
        return category;
    }

    /** The last item viewed in the session's category: where the way goes on from. */
    int anchor() {
        return anchor;
    }

    /** The last item viewed in the accessory category, or {@link #NONE}. */
    int aside() {
        return aside;
    }

    /** Items of the session's category viewed in this session, each once, oldest first. */
    List<Integer> viewed() {
        return viewed;
    }

    /** What is in the cart, oldest first. */
    List<Integer> cart() {
        return cart;
    }

    /** Whether it was put into the cart in this session, be it bought since or not. */
    boolean wasCarted(int item) {
        return carted.contains(item);
    }

    /** The last item bought in the session before the running one, or {@link #NONE}. */
    int boughtBefore() {
        return boughtBefore;
    }

    /** The last item bought in the running session, or {@link #NONE}. */
    int bought() {
        return bought;
    }

    /** Consumables ever bought, each once, the one bought longest ago first. */
    List<Integer> supplies() {
        return supplies;
    }
}
