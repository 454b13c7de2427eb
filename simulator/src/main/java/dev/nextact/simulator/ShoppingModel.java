package dev.nextact.simulator;

import java.util.ArrayList;
import java.util.List;

/**
 * The law every shopper follows: the exact probability of each next act, given the shopper's
 * segment and way (latent) and what the log shows ({@link ShopperState}). The generator draws from
 * it, the oracle sums over it. Immutable; thread-safe.
 *
 * <p>A session begins for one of three reasons: to replenish something used up (straight into the
 * cart), to find an accessory for what was bought in the session before, or because of taste. Then
 * each act is one {@link Move}; their odds depend on the {@link ShopperState.Phase} alone, moves
 * that are not possible left out.
 */
final class ShoppingModel {

    private enum Move {
        /** View the next item of the session's category, as the way says. */
        STEP,
        /** View something that goes with the category, by taste. */
        ASIDE,
        /** Put the best of what was viewed in the session into the cart. */
        CART,
        /** Put the accessory viewed last into the cart. */
        CART_ASIDE,
        /** Buy what has been longest in the cart. */
        BUY,
        END
    }

    private static final List<Move> MOVES = List.of(Move.values());

    /** Out of 100 where all are possible. */
    private record Odds(int step, int aside, int cart, int cartAside, int buy, int end) {
        int of(Move move) {
            return switch (move) {
                case STEP -> step;
                case ASIDE -> aside;
                case CART -> cart;
                case CART_ASIDE -> cartAside;
                case BUY -> buy;
                case END -> end;
            };
        }
    }

    private static Odds odds(ShopperState.Phase phase) {
        return switch (phase) {
            case LOOKING -> new Odds(70, 18, 0, 0, 0, 12);
            case DECIDING -> new Odds(48, 15, 25, 0, 0, 12);
            case ASIDE -> new Odds(65, 0, 5, 12, 6, 12);
            case CARTED -> new Odds(10, 25, 0, 0, 55, 10);
            case PAYING -> new Odds(0, 0, 0, 0, 95, 5);
            case PAID -> new Odds(15, 10, 0, 0, 0, 75);
        };
    }

    /** How sure a shopper keeps the heading; otherwise a step goes by taste. */
    private static final double KEEPING = 0.9;

    private static final double REPLENISHING = 0.4;
    private static final double ACCESSORY = 0.35;

    /** Of the supplies, the one bought longest ago is the likeliest, each later one less so. */
    private static final double LATER_SUPPLY = 0.6;

    private final Assortment assortment;
    private final Segments segments;
    private final Calendar calendar;

    ShoppingModel(SimulationSettings settings) {
        this.assortment = new Assortment(settings);
        this.segments = new Segments(settings, assortment);
        this.calendar = new Calendar(settings.days());
    }

    Assortment assortment() {
        return assortment;
    }

    Calendar calendar() {
        return calendar;
    }

    /** Every act that may begin a session, whatever the segment. */
    List<Act> possibleStarts(List<Integer> supplies) {
        List<Act> acts = new ArrayList<>(assortment.size() + supplies.size());
        for (int item = 0; item < assortment.size(); item++) {
            acts.add(new Act(item, Act.VIEW));
        }
        for (int item : supplies) {
            acts.add(new Act(item, Act.CART));
        }
        return acts;
    }

    /**
     * The probability that a session begins with the act. All of them together make 1.
     *
     * @param bought the last item bought in the session before the one that begins, or NONE
     */
    double start(Act act, int segment, int bought, List<Integer> supplies, int stage) {
        double replenishing = supplies.isEmpty() ? 0 : REPLENISHING;
        if (act.behaviour() == Act.CART) {
            return replenishing * supplyShare(supplies, act.item());
        }
        if (act.behaviour() != Act.VIEW) {
            return 0;
        }
        double forAccessory = bought == ShopperState.NONE ? 0 : ACCESSORY * (1 - replenishing);
        double byTaste = 1 - replenishing - forAccessory;
        int category = assortment.category(act.item());
        double turns = byTaste * segments.categoryShare(segment, category);
        if (forAccessory > 0 && category == assortment.accessory(assortment.category(bought))) {
            turns += forAccessory;
        }
        return turns * segments.itemShare(segment, stage, act.item());
    }

    private static double supplyShare(List<Integer> supplies, int item) {
        double weight = 1;
        double total = 0;
        double share = 0;
        for (int supply : supplies) {
            total += weight;
            share += supply == item ? weight : 0;
            weight *= LATER_SUPPLY;
        }
        return share / total;
    }

    /** Every act that may follow in the running session, whatever the segment and the way. */
    List<Act> possibleNext(ShopperState state) {
        List<Act> acts = new ArrayList<>(2 * Assortment.ITEMS_PER_CATEGORY + 8);
        addViews(state.category(), acts);
        addViews(assortment.accessory(state.category()), acts);
        for (int item : state.viewed()) {
            if (!state.wasCarted(item)) {
                acts.add(new Act(item, Act.CART));
            }
        }
        if (canCartAside(state)) {
            acts.add(new Act(state.aside(), Act.CART));
        }
        if (!state.cart().isEmpty()) {
            acts.add(new Act(state.cart().get(0), Act.PURCHASE));
        }
        return acts;
    }

    private void addViews(int category, List<Act> acts) {
        int first = assortment.firstItem(category);
        for (int item = first; item < first + Assortment.ITEMS_PER_CATEGORY; item++) {
            acts.add(new Act(item, Act.VIEW));
        }
    }

    /**
     * The probability that the next act is of this act's move: known from the log alone. Times
     * {@link #choice} it is the probability of the act; together with {@link #end} all of these
     * make 1.
     */
    double chance(Act act, ShopperState state) {
        int category = assortment.category(act.item());
        boolean ofCategory = category == state.category();
        return switch (act.behaviour()) {
            case Act.VIEW -> chance(ofCategory ? Move.STEP : Move.ASIDE, state);
            case Act.CART -> chance(ofCategory ? Move.CART : Move.CART_ASIDE, state);
            default -> chance(Move.BUY, state);
        };
    }

    /** The probability that the act's move, if it is made, is made with the act's item. */
    double choice(Act act, int segment, Way way, ShopperState state) {
        int item = act.item();
        int category = assortment.category(item);
        boolean ofCategory = category == state.category();
        return switch (act.behaviour()) {
            case Act.VIEW -> {
                if (ofCategory) {
                    yield step(item, segment, way, state);
                }
                boolean accessory = category == assortment.accessory(state.category());
                yield accessory ? segments.itemShare(segment, state.stage(), item) : 0;
            }
            case Act.CART -> {
                if (ofCategory) {
                    yield best(item, segment, state);
                }
                yield item == state.aside() ? 1 : 0;
            }
            default -> !state.cart().isEmpty() && item == state.cart().get(0) ? 1 : 0;
        };
    }

    /** The probability that the running session ends here. */
    double end(ShopperState state) {
        return chance(Move.END, state);
    }

    private static double chance(Move move, ShopperState state) {
        if (state.acts() >= Calendar.LONGEST_SESSION) {
            return move == Move.END ? 1 : 0;
        }
        Odds odds = odds(state.phase());
        double total = 0;
        for (Move other : MOVES) {
            total += possible(other, state) ? odds.of(other) : 0;
        }
        return possible(move, state) ? odds.of(move) / total : 0;
    }

    private static boolean possible(Move move, ShopperState state) {
        return switch (move) {
            case STEP, ASIDE, END -> true;
            case CART -> hasViewedUncarted(state);
            case CART_ASIDE -> canCartAside(state);
            case BUY -> !state.cart().isEmpty();
        };
    }

    private static boolean hasViewedUncarted(ShopperState state) {
        for (int item : state.viewed()) {
            if (!state.wasCarted(item)) {
                return true;
            }
        }
        return false;
    }

    private static boolean canCartAside(ShopperState state) {
        return state.aside() != ShopperState.NONE && !state.wasCarted(state.aside());
    }

    /** By taste, nobody views the same item twice in a row. */
    private double step(int item, int segment, Way way, ShopperState state) {
        int anchor = state.anchor();
        double others = 1 - segments.itemShare(segment, state.stage(), anchor);
        double byTaste =
                item == anchor ? 0 : segments.itemShare(segment, state.stage(), item) / others;
        if (way.equals(Way.COMPARING)) {
            return byTaste;
        }
        boolean ahead = item == assortment.neighbour(anchor, way, state.stage());
        return (ahead ? KEEPING : 0) + (1 - KEEPING) * byTaste;
    }

    private double best(int item, int segment, ShopperState state) {
        double total = 0;
        double wanted = 0;
        for (int viewed : state.viewed()) {
            if (!state.wasCarted(viewed)) {
                double share = segments.itemShare(segment, state.stage(), viewed);
                total += share;
                wanted += viewed == item ? share : 0;
            }
        }
        return total == 0 ? 0 : wanted / total;
    }
}
