package dev.nextact.simulator;

import dev.nextact.core.Orders;
import java.util.SplittableRandom;

/**
 * The kinds of shoppers: a shopper belongs to one segment for life, each equally likely. A segment
 * has favourite categories, in every category one line (a brand) that it comes back to, and a
 * budget. Within a line all segments know the same bestsellers. Immutable.
 *
 * <p>The line is drawn afresh for each segment and category, so that the last item tells little of
 * the line to come in another category, while a few items together tell the segment: this is what a
 * model of the whole history has to gain over one of the last item.
 */
final class Segments {

    static final int COUNT = 12;

    /** What the favourite categories share among themselves; the rest is spread over all. */
    private static final double[] FAVOURITES = {0.35, 0.25, 0.20};

    /** How often a segment takes its own line of a category; the others share the rest. */
    private static final double LOYALTY = 0.97;

    /** The appeal of a line's items falls by this factor from each to the next best. */
    private static final double BESTSELLER_FALL = 0.75;

    /** A grade this far from the budget has e^(-1/2) = 61 % of its appeal, in grades. */
    private static final double BUDGET_SPREAD = 2.5;

    private final double[][] categoryShares;
    private final double[][][] itemShares;

    Segments(SimulationSettings settings, Assortment assortment) {
        SplittableRandom random = new SplittableRandom(settings.seed() ^ 0x54_41_53_54_45_53L);
        this.categoryShares = categoryShares(assortment.categories(), random);
        double[] bestsellers = bestsellers(assortment, random);
        this.itemShares = new double[COUNT][Assortment.STAGES][];
        for (int segment = 0; segment < COUNT; segment++) {
            double[] appeal = appeal(segment % Assortment.GRADES, bestsellers, assortment, random);
            for (int stage = 0; stage < Assortment.STAGES; stage++) {
                itemShares[segment][stage] = itemShares(appeal, assortment, stage);
            }
        }
    }

    /** Favourites are dealt like cards, so that no category is loved by all or by none. */
    private static double[][] categoryShares(int categories, SplittableRandom random) {
        int[] deck = {};
        int left = 0;
        double[][] shares = new double[COUNT][categories];
        for (double[] share : shares) {
            double rest = 1;
            for (double favourite : FAVOURITES) {
                if (left == 0) {
                    left = categories;
                    deck = Orders.shuffled(categories, random);
                }
                share[deck[--left]] += favourite;
                rest -= favourite;
            }
            for (int category = 0; category < categories; category++) {
                share[category] += rest / categories;
            }
        }
        return shares;
    }

    /** The grades of a line in random order: 1, then falling. */
    private static double[] bestsellers(Assortment assortment, SplittableRandom random) {
        double[] appeal = new double[assortment.size()];
        for (int first = 0; first < appeal.length; first += Assortment.GRADES) {
            int[] order = Orders.shuffled(Assortment.GRADES, random);
            for (int grade = 0; grade < Assortment.GRADES; grade++) {
                appeal[first + grade] = StrictMath.pow(BESTSELLER_FALL, order[grade]);
            }
        }
        return appeal;
    }

    private static double[] appeal(
            int budget, double[] bestsellers, Assortment assortment, SplittableRandom random) {
        double[] appeal = new double[assortment.size()];
        for (int category = 0; category < assortment.categories(); category++) {
            int favourite = random.nextInt(assortment.lines());
            int first = assortment.firstItem(category);
            for (int item = first; item < first + assortment.itemsPerCategory(); item++) {
                double off = (assortment.item(item).grade() - budget) / BUDGET_SPREAD;
                boolean loved = assortment.item(item).line() == favourite;
                appeal[item] =
                        bestsellers[item]
                                * (loved ? LOYALTY : (1 - LOYALTY) / (assortment.lines() - 1))
                                * StrictMath.exp(-0.5 * off * off);
            }
        }
        return appeal;
    }

    private static double[] itemShares(double[] appeal, Assortment assortment, int stage) {
        double[] totals = new double[assortment.categories()];
        double[] shares = new double[appeal.length];
        for (int item = 0; item < appeal.length; item++) {
            shares[item] = assortment.onSale(item, stage) ? appeal[item] : 0;
            totals[assortment.category(item)] += shares[item];
        }
        for (int item = 0; item < shares.length; item++) {
            shares[item] /= totals[assortment.category(item)];
        }
        return shares;
    }

    /** How often the segment turns to a category when nothing else draws it. */
    double categoryShare(int segment, int category) {
        return categoryShares[segment][category];
    }

    /** How often the segment takes the item when it chooses in the item's category. */
    double itemShare(int segment, int stage, int item) {
        return itemShares[segment][stage][item];
    }
}
