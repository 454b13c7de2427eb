package dev.nextact.simulator;

import java.util.SplittableRandom;

/**
 * The kinds of shoppers: a shopper belongs to one segment for life, each equally likely. A segment
 * has a few favourite categories, a budget (the grade it likes best) and a leaning to each brand.
 * Immutable.
 */
final class Segments {

    static final int COUNT = 12;

    /** What the favourite categories share among themselves; the rest is spread over all. */
    private static final double[] FAVOURITES = {0.30, 0.22, 0.16, 0.12, 0.10};

    /** How far from the budget a grade may lie to lose 40 % of its appeal, in grades. */
    private static final double BUDGET_SPREAD = 1.0;

    /** The most loved brand has e^4 times the appeal of the least loved. */
    private static final double BRAND_LEANING = 4.0;

    private final double[][] categoryShares;
    private final double[][][] itemShares;

    Segments(SimulationSettings settings, Assortment assortment) {
        SplittableRandom random = new SplittableRandom(settings.seed() ^ 0x54_41_53_54_45_53L);
        this.categoryShares = categoryShares(assortment.categories(), random);
        this.itemShares = new double[COUNT][Assortment.STAGES][];
        for (int segment = 0; segment < COUNT; segment++) {
            double[] appeal = appeal(segment % Assortment.GRADES, assortment, random);
            for (int stage = 0; stage < Assortment.STAGES; stage++) {
                itemShares[segment][stage] = itemShares(appeal, assortment, stage);
            }
        }
    }

    /** Favourites are dealt like cards, so that no category is loved by all or by none. */
    private static double[][] categoryShares(int categories, SplittableRandom random) {
        int[] deck = new int[categories];
        int left = 0;
        double[][] shares = new double[COUNT][categories];
        for (double[] share : shares) {
            double rest = 1;
            for (double favourite : FAVOURITES) {
                if (left == 0) {
                    left = categories;
                    for (int i = 0; i < categories; i++) {
                        int j = random.nextInt(i + 1);
                        deck[i] = deck[j];
                        deck[j] = i;
                    }
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

    private static double[] appeal(int budget, Assortment assortment, SplittableRandom random) {
        double[] leaning = new double[Assortment.BRANDS.size()];
        for (int brand = 0; brand < leaning.length; brand++) {
            leaning[brand] = BRAND_LEANING * random.nextDouble();
        }
        double[] appeal = new double[assortment.size()];
        for (int item = 0; item < appeal.length; item++) {
            double off = (assortment.item(item).grade() - budget) / BUDGET_SPREAD;
            appeal[item] = StrictMath.exp(leaning[assortment.item(item).brand()] - 0.5 * off * off);
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
