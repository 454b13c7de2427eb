package dev.nextact.simulator.world;

import dev.nextact.core.NextactException;
import dev.nextact.simulator.SimulationSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Shoppers of four kinds and a coupon, sent to half of them by chance {@value #DAYS_BEFORE_END}
 * days before the end of the log. The law: within {@value #HORIZON_DAYS} days from then a shopper
 * buys once with a probability of its own, another one with the coupon than without, and otherwise
 * not at all; before and after that purchases come of visits. The kind is never logged; how a
 * shopper visits, carts and buys shows it.
 */
final class CouponShop implements World {

    static final int DAYS_BEFORE_END = 15;
    static final int HORIZON_DAYS = 14;

    private static final double TREATED = 0.5;
    private static final int ITEMS_A_CATEGORY = 12;
    private static final int LOOKS = 5;

    private static final List<String> CATEGORIES =
            List.of("outlet", "new-in", "basics", "gifts", "lookbook");

    private enum Kind {
        PERSUADABLE(0.25, 4, 0.25, 0.12, 0.06, 0.30, 0, 12),
        SURE_THING(0.25, 5, 0.30, 0.75, 0.60, 0.63, 1, 12),
        LOST_CAUSE(0.30, 8, 0.03, 0.30, 0.01, 0.02, 4, 12),
        SLEEPING_DOG(0.20, 6, 0.30, 0.75, 0.40, 0.24, 3, 7);

        /** Of the shoppers. */
        private final double share;

        /** Between visits, on the average. */
        private final double gapDays;

        /** The probability that what was viewed goes into the cart. */
        private final double cart;

        /** The probability that a cart is bought. */
        private final double buys;

        /** The probability to buy within the horizon without the coupon. */
        private final double without;

        /** The same with it. */
        private final double with;

        /** The category of half the views. */
        private final int favourite;

        /** Of the visits. */
        private final int fromHour;

        Kind(
                double share,
                double gapDays,
                double cart,
                double buys,
                double without,
                double with,
                int favourite,
                int fromHour) {
            this.share = share;
            this.gapDays = gapDays;
            this.cart = cart;
            this.buys = buys;
            this.without = without;
            this.with = with;
            this.favourite = favourite;
            this.fromHour = fromHour;
        }
    }

    private static final class Buyer {
        final Chance chance;
        final Kind kind;
        final double pace;
        final double ease;
        final boolean treated;
        final long planned; // -1 = no purchase in the horizon
        boolean hasPaid;
        long nextVisit;
        int looksLeft;
        int viewed = -1;
        int carted = -1;
        long firstSecond = -1;

        Buyer(long seed, int number, long campaign) {
            chance = Chance.of(seed, number);
            Kind[] kinds = Kind.values();
            double[] shares = new double[kinds.length];
            for (int k = 0; k < shares.length; k++) {
                shares[k] = kinds[k].share;
            }
            kind = kinds[chance.weighted(shares)];
            pace = 0.6 + 0.8 * chance.share();
            ease = 0.7 + 0.6 * chance.share();
            treated = chance.happens(TREATED);
            boolean buys = chance.happens(treated ? with() : without());
            long when = campaign + Math.round(chance.share() * (HORIZON_DAYS * Chance.DAY - 1));
            planned = buys ? when : -1;
        }

        double with() {
            return kind.with * ease;
        }

        double without() {
            return kind.without * ease;
        }
    }

    private final List<Buyer> buyers = new ArrayList<>();
    private final long campaign;

    CouponShop(SimulationSettings settings) {
        if (settings.days() <= DAYS_BEFORE_END) {
            throw new NextactException(
                    NextactException.Category.USAGE,
                    "--days: expected more than "
                            + DAYS_BEFORE_END
                            + " for the coupon, found "
                            + settings.days());
        }
        campaign = (settings.days() - DAYS_BEFORE_END) * Chance.DAY;
        for (int number = 0; number < settings.users(); number++) {
            buyers.add(new Buyer(settings.seed(), number, campaign));
        }
    }

    @Override
    public String log() {
        return "events.csv";
    }

    @Override
    public String columns() {
        return "shopper,item,act,time,category,price";
    }

    @Override
    public int items() {
        return CATEGORIES.size() * ITEMS_A_CATEGORY;
    }

    @Override
    public long arrives(int number) {
        return visit(buyers.get(number), 0);
    }

    /** When the next visit begins: so many days on, at an hour of the kind's. */
    private static long visit(Buyer buyer, long second) {
        long then = buyer.chance.after(second, buyer.kind.gapDays * buyer.pace);
        long midnight = Math.max(then, second + 1) / Chance.DAY * Chance.DAY;
        long hour = (long) buyer.kind.fromHour + buyer.chance.below(8);
        long start = midnight + hour * 3600 + buyer.chance.below(3600);
        return start > second ? start : start + Chance.DAY;
    }

    @Override
    public long act(int number, long second, Rows rows) {
        Buyer buyer = buyers.get(number);
        if (buyer.firstSecond < 0) {
            buyer.firstSecond = second;
        }
        if (second == buyer.planned && !buyer.hasPaid) {
            buyer.hasPaid = true;
            int item = buyer.viewed >= 0 ? buyer.viewed : look(buyer);
            row(rows, number, item, "purchase", second);
            return Math.max(buyer.nextVisit, second + 1);
        }
        buyer.nextVisit = go(buyer, number, second, rows);
        boolean isDue = !buyer.hasPaid && buyer.planned > second;
        return isDue ? Math.min(buyer.planned, buyer.nextVisit) : buyer.nextVisit;
    }

    /** One act of a visit, and when the next comes. */
    private long go(Buyer buyer, int number, long second, Rows rows) {
        Chance chance = buyer.chance;
        if (buyer.carted >= 0) {
            row(rows, number, buyer.carted, "purchase", second);
            buyer.carted = -1;
            return visit(buyer, second);
        }
        if (buyer.viewed >= 0 && chance.happens(buyer.kind.cart)) {
            row(rows, number, buyer.viewed, "cart", second);
            boolean buys = chance.happens(buyer.kind.buys) && !isDuringCampaign(second);
            buyer.carted = buys ? buyer.viewed : -1;
            buyer.viewed = -1;
            buyer.looksLeft = 0;
            return buys ? pause(buyer, second) : visit(buyer, second);
        }
        if (buyer.looksLeft == 0) {
            buyer.looksLeft = 1 + chance.below(LOOKS);
        }
        buyer.viewed = look(buyer);
        row(rows, number, buyer.viewed, "view", second);
        buyer.looksLeft--;
        if (buyer.looksLeft > 0) {
            return pause(buyer, second);
        }
        buyer.viewed = -1;
        return visit(buyer, second);
    }

    private static long pause(Buyer buyer, long second) {
        return second + 10 + buyer.chance.below(170);
    }

    private boolean isDuringCampaign(long second) {
        // a purchase follows its cart within three minutes
        return second >= campaign - 180 && second < campaign + HORIZON_DAYS * Chance.DAY;
    }

    private static int look(Buyer buyer) {
        int category =
                buyer.chance.happens(0.5)
                        ? buyer.kind.favourite
                        : buyer.chance.below(CATEGORIES.size());
        return category * ITEMS_A_CATEGORY + buyer.chance.below(ITEMS_A_CATEGORY);
    }

    private static void row(Rows rows, int number, int item, String act, long second) {
        rows.add(
                name(number),
                itemName(item),
                act,
                SimulateWorld.time(second),
                CATEGORIES.get(item / ITEMS_A_CATEGORY),
                price(item));
    }

    private static String name(int number) {
        return "s" + (10_001 + number);
    }

    private static String itemName(int item) {
        return "i" + (101 + item);
    }

    private static String price(int item) {
        return String.format(Locale.ROOT, "%.2f", 9.9 + 3.1 * (item % ITEMS_A_CATEGORY));
    }

    /** The campaign's log, of who had come by then, and the truth about each of them. */
    @Override
    public Map<String, List<String>> tables() {
        List<String> log = new ArrayList<>(List.of("user,time,treated"));
        List<String> truth = new ArrayList<>(List.of("user,kind,without,with"));
        for (int number = 0; number < buyers.size(); number++) {
            Buyer buyer = buyers.get(number);
            if (buyer.firstSecond >= 0 && buyer.firstSecond < campaign) {
                log.add(
                        name(number)
                                + ","
                                + SimulateWorld.time(campaign)
                                + ","
                                + (buyer.treated ? 1 : 0));
                truth.add(
                        String.format(
                                Locale.ROOT,
                                "%s,%s,%.6f,%.6f",
                                name(number),
                                buyer.kind.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                                buyer.without(),
                                buyer.with()));
            }
        }
        return Map.of(CouponTruth.CAMPAIGN, log, CouponTruth.TRUTH, truth);
    }
}
