package dev.nextact.simulator.world;

import dev.nextact.simulator.SimulationSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * A shop in which what will sell can be foreseen. The law:
 *
 * <ul>
 *   <li>An item is looked at in proportion to its appeal, the product of its category's factor, of
 *       {@code (price / category's price)}<sup>−1</sup> and of a little luck; three times as much
 *       on its first day, which fades over {@value #NOVELTY_DAYS} days; by half more or less with
 *       its category's season of the year; {@value #WAVE} times as much in a wave of {@value
 *       #WAVE_DAYS} days that comes about every eighth week and is one of buyers or one of browsers
 *       alone; and more while its price is cut: {@code 1 + }{@value #CUT_PULL}{@code · share of the
 *       cut}.
 *   <li>A shopper is a buyer, whose look becomes a purchase with probability {@value #BUYER}, or a
 *       browser, with {@value #BROWSER}; more by the share of a cut. Both put into the cart what
 *       they look at with {@value #CART}. The purchase comes {@value #LEAST_DELAY_DAYS} days after
 *       the look and later, {@value #MEAN_DELAY_DAYS} days more on the average.
 *   <li>A price is cut by 15, 30 or 45 % from a Monday on for one or two weeks. Half the cuts are
 *       announced {@value #ANNOUNCED_DAYS} days before and stand in {@code promotions.csv}; of the
 *       others nobody knows until they come.
 *   <li>Four items in ten are there from the first day; the others are launched on Mondays, the
 *       last of them after the log's end.
 * </ul>
 */
final class PromotedShop implements World {

    static final double BUYER = 0.35;
    static final double BROWSER = 0.03;
    static final double CART = 0.3;
    static final double WAVE = 4;
    static final double CUT_PULL = 7;
    static final int WAVE_DAYS = 14;
    static final int NOVELTY_DAYS = 10;
    static final int LEAST_DELAY_DAYS = 3;
    static final int MEAN_DELAY_DAYS = 5;
    static final int ANNOUNCED_DAYS = 28;

    private static final double BUYERS = 0.4;
    private static final double MEAN_DAYS = 4;
    private static final int LOOKS = 3;
    private static final int SECONDS_A_LOOK = 60;
    private static final double OWN_CATEGORY = 0.5;
    private static final int ITEMS_OF_CATEGORY = 20;
    private static final double THERE_FROM_THE_START = 0.4;
    private static final int MEAN_DAYS_BETWEEN_WAVES = 56;
    private static final int YEAR_DAYS = 364;
    private static final double[] CUTS = {0.15, 0.3, 0.45};

    /** Far from the numbers of shoppers. */
    private static final int FIRST_ITEM_DRAW = 1_000_000_000;

    private static final List<String> CATEGORIES =
            List.of(
                    "lamps", "rugs", "vases", "clocks", "candles", "frames", "baskets", "mirrors",
                    "throws", "stools", "shelves", "trays");

    /**
     * @param share by which the price is less
     */
    private record Cut(int fromDay, int toDay, double share, boolean isAnnounced) {}

    private record Wave(int fromDay, boolean isOfBuyers) {}

    /**
     * @param appeal to look at it
     */
    private record Item(
            int category,
            double price,
            double appeal,
            int launchDay,
            List<Cut> cuts,
            List<Wave> waves) {

        double cut(long day) {
            return cuts.stream()
                    .filter(cut -> cut.fromDay() <= day && day < cut.toDay())
                    .mapToDouble(Cut::share)
                    .max()
                    .orElse(0);
        }

        double pull(long day, boolean onBuyers, double season) {
            if (day < launchDay) {
                return 0;
            }
            double novelty =
                    launchDay == 0
                            ? 1
                            : 1 + 2 * StrictMath.exp(-(day - launchDay) / (double) NOVELTY_DAYS);
            boolean inWave =
                    waves.stream()
                            .anyMatch(
                                    wave ->
                                            wave.isOfBuyers() == onBuyers
                                                    && wave.fromDay() <= day
                                                    && day < wave.fromDay() + WAVE_DAYS);
            return appeal * novelty * season * (inWave ? WAVE : 1) * (1 + CUT_PULL * cut(day));
        }
    }

    private record Purchase(long second, int item) {}

    private static final class Shopper {
        final Chance chance;
        final boolean isBuyer;
        final int[] own;
        final PriorityQueue<Purchase> decided =
                new PriorityQueue<>(Comparator.comparingLong(Purchase::second));
        long nextVisit;
        int looks;

        Shopper(long seed, int number) {
            chance = Chance.of(seed, number);
            isBuyer = chance.happens(BUYERS);
            own = chance.different(3, CATEGORIES.size());
            nextVisit = chance.after(0, MEAN_DAYS);
        }

        long next() {
            Purchase first = decided.peek();
            return first == null ? nextVisit : Math.min(nextVisit, first.second());
        }
    }

    private final List<Item> items = new ArrayList<>();
    private final List<Shopper> shoppers = new ArrayList<>();
    private final double[] seasonPhases = new double[CATEGORIES.size()];
    private long day = -1;
    private final double[][] pulls = new double[2][CATEGORIES.size() * ITEMS_OF_CATEGORY];

    PromotedShop(SimulationSettings settings) {
        for (int category = 0; category < CATEGORIES.size(); category++) {
            Chance chance = Chance.of(settings.seed(), FIRST_ITEM_DRAW - 1 - category);
            double factor = StrictMath.exp(0.8 * chance.normal());
            double price = 5 + 60 * chance.share();
            seasonPhases[category] = chance.share();
            for (int i = 0; i < ITEMS_OF_CATEGORY; i++) {
                items.add(item(settings, category, factor, price));
            }
        }
        for (int shopper = 0; shopper < settings.users(); shopper++) {
            shoppers.add(new Shopper(settings.seed(), shopper));
        }
    }

    private Item item(SimulationSettings settings, int category, double factor, double price) {
        Chance chance = Chance.of(settings.seed(), FIRST_ITEM_DRAW + items.size());
        double relative = StrictMath.exp(0.5 * chance.normal());
        double appeal = factor / relative * StrictMath.exp(0.25 * chance.normal());
        int weeks = settings.days() / 7;
        int launch = chance.happens(THERE_FROM_THE_START) ? 0 : 7 * (1 + chance.below(weeks + 1));
        List<Cut> cuts = new ArrayList<>();
        for (int week = 2 + chance.below(7); week < weeks + 8; week += 4 + chance.below(7)) {
            int from = 7 * week;
            cuts.add(
                    new Cut(
                            from,
                            from + 7 * (1 + chance.below(2)),
                            CUTS[chance.below(CUTS.length)],
                            chance.happens(0.5)));
        }
        List<Wave> waves = new ArrayList<>();
        for (int from = chance.below(2 * MEAN_DAYS_BETWEEN_WAVES);
                from < settings.days();
                from += WAVE_DAYS + chance.below(2 * (MEAN_DAYS_BETWEEN_WAVES - WAVE_DAYS))) {
            waves.add(new Wave(from, chance.happens(0.5)));
        }
        return new Item(category, price * relative, appeal, launch, cuts, waves);
    }

    @Override
    public String log() {
        return "acts.csv";
    }

    @Override
    public String columns() {
        return "shopper,item,act,time,price";
    }

    @Override
    public int items() {
        return items.size();
    }

    @Override
    public long arrives(int shopper) {
        return shoppers.get(shopper).next();
    }

    @Override
    public long act(int number, long second, Rows rows) {
        Shopper shopper = shoppers.get(number);
        Purchase first = shopper.decided.peek();
        if (first != null && first.second() <= second) {
            shopper.decided.remove();
            add(number, first.item(), "purchase", second, rows);
            return Math.max(second + 1, shopper.next());
        }
        goTo(second / Chance.DAY);
        look(number, shopper, second, rows);
        shopper.looks++;
        shopper.nextVisit =
                shopper.looks % LOOKS == 0
                        ? shopper.chance.after(second, MEAN_DAYS)
                        : second + SECONDS_A_LOOK;
        return Math.max(second + 1, shopper.next());
    }

    private void look(int number, Shopper shopper, long second, Rows rows) {
        int item = looksAt(shopper);
        if (item < 0) {
            return;
        }
        Chance chance = shopper.chance;
        add(number, item, "view", second, rows);
        if (chance.happens(CART)) {
            add(number, item, "cart", second, rows);
        }
        double more = 1 + items.get(item).cut(day);
        if (chance.happens((shopper.isBuyer ? BUYER : BROWSER) * more)) {
            long decided = second + LEAST_DELAY_DAYS * Chance.DAY;
            shopper.decided.add(new Purchase(chance.after(decided, MEAN_DELAY_DAYS), item));
        }
    }

    /** Of one of the shopper's own categories, or of any. */
    private int looksAt(Shopper shopper) {
        double[] pull = pulls[shopper.isBuyer ? 1 : 0];
        int from = 0;
        int to = pull.length;
        if (shopper.chance.happens(OWN_CATEGORY)) {
            from = shopper.own[shopper.chance.below(shopper.own.length)] * ITEMS_OF_CATEGORY;
            to = from + ITEMS_OF_CATEGORY;
        }
        double sum = 0;
        for (int item = from; item < to; item++) {
            sum += pull[item];
        }
        double left = sum * shopper.chance.share();
        for (int item = from; item < to; item++) {
            left -= pull[item];
            if (left < 0) {
                return item;
            }
        }
        return -1; // nothing of it has been launched yet
    }

    private void goTo(long other) {
        if (other == day) {
            return;
        }
        day = other;
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            double turn = day / (double) YEAR_DAYS + seasonPhases[item.category()];
            double season = 1 + 0.5 * StrictMath.sin(2 * Math.PI * turn);
            pulls[0][i] = item.pull(day, false, season);
            pulls[1][i] = item.pull(day, true, season);
        }
    }

    private void add(int shopper, int item, String act, long second, Rows rows) {
        Item of = items.get(item);
        rows.add(
                "s" + (100_001 + shopper),
                id(item),
                act,
                SimulateWorld.time(second),
                money(of.price() * (1 - of.cut(second / Chance.DAY))));
    }

    private static String id(int item) {
        return "i" + (1001 + item);
    }

    private static String money(double price) {
        return String.format(Locale.ROOT, "%.2f", price);
    }

    @Override
    public Map<String, List<String>> tables() {
        List<String> facts = new ArrayList<>(List.of("item,category,price"));
        List<String> plan = new ArrayList<>(List.of("item,from,to,price,announced"));
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            facts.add(
                    String.join(",", id(i), CATEGORIES.get(item.category()), money(item.price())));
            for (Cut cut : item.cuts()) {
                if (cut.isAnnounced() && cut.toDay() > item.launchDay()) {
                    plan.add(
                            String.join(
                                    ",",
                                    id(i),
                                    date(cut.fromDay()),
                                    date(cut.toDay() - 1),
                                    money(item.price() * (1 - cut.share())),
                                    date(cut.fromDay() - ANNOUNCED_DAYS)));
                }
            }
        }
        return Map.of("items.csv", facts, "promotions.csv", plan);
    }

    private static String date(int day) {
        return SimulateWorld.time(day * Chance.DAY).toString().substring(0, 10);
    }
}
