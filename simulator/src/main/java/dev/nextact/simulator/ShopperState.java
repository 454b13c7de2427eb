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
        /** Has viewed fewer than {@link #VIEWS_TO_DECIDE} different items. */
        LOOKING,
        /** Has viewed enough to put something into the cart. */
        DECIDING,
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
    private int anchor;
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

    /** What happens to the copy does not happen to this one. */
    ShopperState copy() {
        ShopperState copy = new ShopperState(assortment);
        copy.stage = stage;
        copy.acts = acts;
        copy.anchor = anchor;
        copy.phase = phase;
        copy.viewed.addAll(viewed);
        copy.cart.addAll(cart);
        copy.carted.addAll(carted);
        copy.bought = bought;
        copy.boughtBefore = boughtBefore;
        copy.supplies.addAll(supplies);
        return copy;
    }

    /** An abandoned cart is not kept. */
    void startSession(int newStage) {
        stage = newStage;
        acts = 0;
        anchor = NONE;
        phase = Phase.LOOKING;
        viewed.clear();
        cart.clear();
        carted.clear();
        boughtBefore = bought;
        bought = NONE;
    }

    void record(int item, int behaviour) {
        acts++;
        anchor = item;
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
        if (!viewed.contains(item)) {
            viewed.add(item);
        }
        phase = viewed.size() < VIEWS_TO_DECIDE ? Phase.LOOKING : Phase.DECIDING;
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

    /** The item of the last act: where the way goes on from. */
    int anchor() {
        return anchor;
    }

    /** Items viewed in this session, each once, oldest first. */
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
