package dev.nextact.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

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
        /** View another item, as the way says. */
        STEP,
        /** Put the best of what was viewed in the session into the cart. */
        CART,
        /** Buy what was put into the cart last. */
        BUY,
        END
    }

    private static final List<Move> MOVES = List.of(Move.values());

    /** Out of 100 where all are possible. */
    private record Odds(int step, int cart, int buy, int end) {
        int of(Move move) {
            return switch (move) {
                case STEP -> step;
                case CART -> cart;
                case BUY -> buy;
                case END -> end;
            };
        }
    }

    private static Odds odds(ShopperState.Phase phase) {
        return switch (phase) {
            case LOOKING -> new Odds(87, 0, 0, 13);
            case DECIDING -> new Odds(78, 8, 0, 14);
            case CARTED -> new Odds(40, 0, 45, 15);
            case PAYING -> new Odds(0, 0, 90, 10);
            case PAID -> new Odds(25, 0, 0, 75);
        };
    }

    private static final double REPLENISHING = 0.2;
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
        List<Act> acts = new ArrayList<>(2 * assortment.itemsPerCategory() + 8);
        int category = assortment.category(state.anchor());
        addViews(category, acts);
        addViews(assortment.accessory(category), acts);
        for (int item : state.viewed()) {
            if (!state.wasCarted(item)) {
                acts.add(new Act(item, Act.CART));
            }
        }
        if (!state.cart().isEmpty()) {
            acts.add(new Act(last(state.cart()), Act.PURCHASE));
        }
        return acts;
    }

    private void addViews(int category, List<Act> acts) {
        int first = assortment.firstItem(category);
        for (int item = first; item < first + assortment.itemsPerCategory(); item++) {
            acts.add(new Act(item, Act.VIEW));
        }
    }

    /**
     * The probability that the next act is of this act's move: known from the log alone. Times
     * {@link #choice} it is the probability of the act; together with {@link #end} all of these
     * make 1.
     */
    double chance(Act act, ShopperState state) {
        return switch (act.behaviour()) {
            case Act.VIEW -> chance(Move.STEP, state);
            case Act.CART -> chance(Move.CART, state);
            default -> chance(Move.BUY, state);
        };
    }

    /** The probability that the act's move, if it is made, is made with the act's item. */
    double choice(Act act, int segment, Way way, ShopperState state) {
        int item = act.item();
        return switch (act.behaviour()) {
            case Act.VIEW -> step(item, segment, way, state);
            case Act.CART -> best(item, segment, state);
            default -> !state.cart().isEmpty() && item == last(state.cart()) ? 1 : 0;
        };
    }

    private static int last(List<Integer> items) {
        return items.get(items.size() - 1);
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
            case STEP, END -> true;
            case CART -> hasViewedUncarted(state);
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

    /** By taste, nobody views the same item twice in a row. */
    private double step(int item, int segment, Way way, ShopperState state) {
        int anchor = state.anchor();
        int from = assortment.category(anchor);
        int to = assortment.category(item);
        double share = segments.itemShare(segment, state.stage(), item);
        if (to == assortment.accessory(from)) {
            return way.toAccessory() * share;
        }
        if (to != from) {
            return 0;
        }
        double others = 1 - segments.itemShare(segment, state.stage(), anchor);
        double similar = item == anchor ? 0 : share / others;
        double dearer = item == assortment.dearer(anchor, state.stage()) ? 1 : 0;
        return way.toSimilar() * similar + way.toDearer() * dearer;
    }

    private double best(int item, int segment, ShopperState state) {
        if (state.wasCarted(item)) {
            return 0;
        }
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

    Way drawWay(SplittableRandom random) {
        double left = random.nextDouble();
        for (Way way : Way.ALL) {
            left -= way.share();
            if (left < 0) {
                return way;
            }
        }
        return Way.ALL.get(0);
    }

    /** The first act of the session that the state has just started. */
    Act drawStart(int segment, ShopperState state, SplittableRandom random) {
        return draw(
                possibleStarts(state.supplies()),
                act -> start(act, segment, state.boughtBefore(), state.supplies(), state.stage()),
                random);
    }

    /** The first act of a session that begins with a view of the category. */
    Act drawView(int category, int segment, int stage, SplittableRandom random) {
        List<Act> acts = new ArrayList<>(assortment.itemsPerCategory());
        addViews(category, acts);
        return draw(acts, act -> segments.itemShare(segment, stage, act.item()), random);
    }

    /** The next act of the running session, given that it goes on. */
    Act drawNext(int segment, Way way, ShopperState state, SplittableRandom random) {
        return draw(
                possibleNext(state),
                act -> chance(act, state) * choice(act, segment, way, state),
                random);
    }

    /**
     * @param weight need not sum to 1 over the acts
     */
    private static Act draw(List<Act> acts, ToDoubleFunction<Act> weight, SplittableRandom random) {
        double[] weights = new double[acts.size()];
        double total = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = weight.applyAsDouble(acts.get(i));
            total += weights[i];
        }
        double left = random.nextDouble() * total;
        int last = -1;
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] > 0) {
                last = i;
                left -= weights[i];
                if (left < 0) {
                    break;
                }
            }
        }
        return acts.get(last);
    }
}
