package dev.nextact.simulator.world;

import dev.nextact.simulator.SimulationSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A shop whose visitors come from places and by ways that change from visit to visit. The law: with
 * probability {@value #BY_PLACE} the next purchase is of the category that the place of this one
 * asks for, with {@value #BY_REFERRAL} of that which the site that sent the visitor asks for, else
 * of one of the visitor's own.
 */
final class RegionalShop implements World {

    static final double BY_PLACE = 0.4;
    static final double BY_REFERRAL = 0.4;

    /** Degrees around a city's middle that visits come from. */
    private static final double SPREAD = 0.2;

    private static final double AT_HOME = 0.4;
    private static final double MEAN_DAYS = 2.5;

    /**
     * @param asksFor a category
     */
    private record City(double latitude, double longitude, int asksFor) {}

    private static final List<City> CITIES =
            List.of(
                    new City(59.9, 10.7, 0),
                    new City(52.5, 13.4, 1),
                    new City(48.8, 2.4, 2),
                    new City(40.4, -3.7, 3),
                    new City(41.9, 12.5, 4),
                    new City(38.0, 23.7, 5));

    private static final List<String> REFERRALS =
            List.of("search", "newsletter", "price comparison", "video site", "direct");

    private static final List<String> CATEGORIES =
            List.of(
                    "skis",
                    "rainwear",
                    "wine",
                    "fans",
                    "espresso",
                    "sun care",
                    "books",
                    "toys",
                    "phones",
                    "games",
                    "groceries",
                    "garden");

    static final int ITEMS_OF_CATEGORY = 8;

    /** Of a category, the best known item first. */
    private static final double[] SHARES = {8, 6, 4, 3, 2, 2, 1, 1};

    private static final class Visitor {
        final Chance chance;
        final int home;
        final int[] own;
        int nextCategory;

        Visitor(long seed, int number) {
            chance = Chance.of(seed, number);
            home = chance.below(CITIES.size());
            own = chance.different(3, CATEGORIES.size());
            nextCategory = own[0];
        }
    }

    private final List<Visitor> visitors = new ArrayList<>();

    RegionalShop(SimulationSettings settings) {
        for (int visitor = 0; visitor < settings.users(); visitor++) {
            visitors.add(new Visitor(settings.seed(), visitor));
        }
    }

    @Override
    public String log() {
        return "purchases.csv";
    }

    @Override
    public String columns() {
        return "visitor,item,time,category,latitude,longitude,referral";
    }

    @Override
    public int items() {
        return CATEGORIES.size() * ITEMS_OF_CATEGORY;
    }

    @Override
    public long arrives(int visitor) {
        return visitors.get(visitor).chance.after(0, MEAN_DAYS);
    }

    @Override
    public long act(int number, long second, Rows rows) {
        Visitor visitor = visitors.get(number);
        Chance chance = visitor.chance;
        int category = visitor.nextCategory;
        City city =
                CITIES.get(chance.happens(AT_HOME) ? visitor.home : chance.below(CITIES.size()));
        int referral = chance.below(REFERRALS.size());
        rows.add(
                "v" + (100_001 + number),
                "i" + (1001 + category * ITEMS_OF_CATEGORY + chance.weighted(SHARES)),
                SimulateWorld.time(second),
                CATEGORIES.get(category),
                degrees(city.latitude(), chance),
                degrees(city.longitude(), chance),
                REFERRALS.get(referral));
        visitor.nextCategory =
                switch (chance.weighted(BY_PLACE, BY_REFERRAL, 1 - BY_PLACE - BY_REFERRAL)) {
                    case 0 -> city.asksFor();
                    case 1 -> CITIES.size() + referral;
                    default -> visitor.own[chance.below(visitor.own.length)];
                };
        return chance.after(second, MEAN_DAYS);
    }

    private static String degrees(double middle, Chance chance) {
        return String.format(Locale.ROOT, "%.4f", middle + SPREAD * (2 * chance.share() - 1));
    }

    @Override
    public Map<String, List<String>> tables() {
        return Map.of();
    }
}
