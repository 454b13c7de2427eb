package dev.nextact.simulator.world;

import dev.nextact.simulator.SimulationSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Cards that pay, withdraw and transfer. The law: with probability {@value #BY_COUNTRY} the next
 * transaction is of the category that goes with this one's country, with {@value #BY_AMOUNT} of
 * that which goes with this one's amount, else of one of the card's own. A merchant is a chain
 * found in every country, so no merchant tells the country; its name tells no amount.
 */
final class Bank implements World {

    static final double BY_COUNTRY = 0.4;
    static final double BY_AMOUNT = 0.4;

    /** Merchants of a category. */
    static final int CHAINS = 8;

    /** How often a card takes one of its two chains of a category. */
    private static final double LOYALTY = 0.8;

    /** How often a card is elsewhere at the next transaction. */
    private static final double MOVES = 0.5;

    private static final double AT_HOME = 0.5;
    private static final double MEAN_DAYS = 1.8;

    private enum Kind {
        PAY,
        WITHDRAW,
        TRANSFER
    }

    private record Category(String name, Kind kind) {}

    private static final List<Category> CATEGORIES =
            List.of(
                    new Category("groceries", Kind.PAY),
                    new Category("restaurants", Kind.PAY),
                    new Category("hotels", Kind.PAY),
                    new Category("fuel", Kind.PAY),
                    new Category("cash-machines", Kind.WITHDRAW),
                    new Category("pharmacies", Kind.PAY),
                    new Category("fashion", Kind.PAY),
                    new Category("payees", Kind.TRANSFER),
                    new Category("electronics", Kind.PAY));

    /** After a transaction there comes the category of the same number. */
    private static final List<String> COUNTRIES = List.of("DE", "FR", "ES", "US", "JP");

    /**
     * @param next category that comes after such an amount
     */
    private record Band(double low, double high, int next) {}

    private static final List<Band> BANDS =
            List.of(new Band(4, 25, 5), new Band(45, 150, 6), new Band(300, 2000, 7));

    private static final List<String> CHANNELS = List.of("chip", "contactless", "online");

    private static final class Card {
        final Chance chance;
        final int home;
        final int[] own;
        final int[][] chains = new int[CATEGORIES.size()][];
        int country;
        int nextCategory;

        Card(long seed, int number) {
            chance = Chance.of(seed, number);
            home = chance.below(COUNTRIES.size());
            country = home;
            own = chance.different(3, CATEGORIES.size());
            nextCategory = own[0];
            for (int c = 0; c < chains.length; c++) {
                chains[c] = chance.different(2, CHAINS);
            }
        }
    }

    private final List<Card> cards = new ArrayList<>();

    Bank(SimulationSettings settings) {
        for (int card = 0; card < settings.users(); card++) {
            cards.add(new Card(settings.seed(), card));
        }
    }

    @Override
    public String log() {
        return "transactions.csv";
    }

    @Override
    public String columns() {
        return "card,merchant,kind,time,merchant_category,amount,country,channel";
    }

    @Override
    public int items() {
        return CATEGORIES.size() * CHAINS;
    }

    @Override
    public long arrives(int card) {
        return cards.get(card).chance.after(0, MEAN_DAYS * 5);
    }

    @Override
    public long act(int number, long second, Rows rows) {
        Card card = cards.get(number);
        Chance chance = card.chance;
        int category = card.nextCategory;
        int chain =
                chance.happens(LOYALTY)
                        ? card.chains[category][chance.below(2)]
                        : chance.below(CHAINS);
        if (chance.happens(MOVES)) {
            card.country = chance.happens(AT_HOME) ? card.home : chance.below(COUNTRIES.size());
        }
        Band band = chance.of(BANDS);
        rows.add(
                "card" + (100_001 + number),
                merchant(category, chain),
                CATEGORIES.get(category).kind().name().toLowerCase(Locale.ROOT),
                SimulateWorld.time(second),
                CATEGORIES.get(category).name(),
                chance.amount(band.low(), band.high()),
                COUNTRIES.get(card.country),
                chance.of(CHANNELS));
        card.nextCategory =
                switch (chance.weighted(BY_COUNTRY, BY_AMOUNT, 1 - BY_COUNTRY - BY_AMOUNT)) {
                    case 0 -> card.country;
                    case 1 -> band.next();
                    default -> card.own[chance.below(card.own.length)];
                };
        return chance.after(second, MEAN_DAYS);
    }

    private static String merchant(int category, int chain) {
        return "m" + (1001 + category * CHAINS + chain);
    }

    @Override
    public Map<String, List<String>> tables() {
        List<String> merchants = new ArrayList<>(List.of("merchant,category,name"));
        for (int category = 0; category < CATEGORIES.size(); category++) {
            for (int chain = 0; chain < CHAINS; chain++) {
                String name = CATEGORIES.get(category).name();
                merchants.add(merchant(category, chain) + "," + name + "," + name + " " + chain);
            }
        }
        return Map.of("merchants.csv", merchants);
    }
}
