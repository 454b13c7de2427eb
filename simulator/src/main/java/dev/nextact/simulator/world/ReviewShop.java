package dev.nextact.simulator.world;

import dev.nextact.simulator.SimulationSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A shop whose every event is a purchase with its review. The law: after a good review the next
 * purchase is of the same category with probability {@value #BY_MOOD}, after a bad one of the
 * category that takes its place, else of any. Only the text tells the mood, which is as often good
 * as bad whatever the item. In the last {@value #HELD_OUT_DAYS} days the reviews are of phrases
 * that were never used before, so that no word learned by heart tells it.
 */
final class ReviewShop implements World {

    static final double BY_MOOD = 0.85;
    static final int HELD_OUT_DAYS = 14;

    private static final List<String> CATEGORIES =
            List.of(
                    "kettle",
                    "lamp",
                    "chair",
                    "backpack",
                    "blender",
                    "headphones",
                    "jacket",
                    "watch",
                    "tent",
                    "keyboard",
                    "pillow",
                    "bicycle pump");

    static final int ITEMS_OF_CATEGORY = 8;
    private static final double MEAN_DAYS = 3;

    /**
     * What is said in a mood.
     *
     * @param verdicts after "The kettle"
     * @param ends sentences of their own
     */
    private record Phrases(List<String> verdicts, List<String> ends) {}

    private static final Phrases GOOD =
            new Phrases(
                    List.of(
                            "is wonderful",
                            "works perfectly",
                            "is exactly what I wanted",
                            "looks great",
                            "is worth every penny",
                            "feels solid and well made",
                            "is even better than I hoped",
                            "is a joy to use",
                            "does everything it promises",
                            "is very good"),
                    List.of(
                            "Would buy again.",
                            "I am very happy with it.",
                            "Five stars from me.",
                            "My whole family likes it.",
                            "Great purchase."));

    private static final Phrases BAD =
            new Phrases(
                    List.of(
                            "is terrible",
                            "broke after a week",
                            "is a waste of money",
                            "looks cheap",
                            "stopped working at once",
                            "feels flimsy and badly made",
                            "is even worse than I feared",
                            "is a pain to use",
                            "does nothing it promises",
                            "is very bad"),
                    List.of(
                            "Would not buy again.",
                            "I am very unhappy with it.",
                            "One star from me.",
                            "My whole family hates it.",
                            "I want my money back."));

    private static final Phrases GOOD_HELD_OUT =
            new Phrases(
                    List.of(
                            "is superb",
                            "does its job brilliantly",
                            "could not be nicer",
                            "delights me every day",
                            "is excellent value",
                            "is of lovely quality"),
                    List.of("Highly recommended!", "We love this thing.", "Absolutely satisfied."));

    private static final Phrases BAD_HELD_OUT =
            new Phrases(
                    List.of(
                            "is awful",
                            "fell apart within days",
                            "was money down the drain",
                            "is of poor quality",
                            "never ran properly",
                            "annoys me every day"),
                    List.of("Stay away!", "We regret this order.", "Absolutely disappointed."));

    private static final List<String> STARTS =
            List.of("The", "This", "Well, the", "After some days: the", "So this");

    private static final class Shopper {
        final Chance chance;
        int nextCategory;

        Shopper(long seed, int number) {
            chance = Chance.of(seed, number);
            nextCategory = chance.below(CATEGORIES.size());
        }
    }

    private final List<Shopper> shoppers = new ArrayList<>();
    private final long heldOutFrom;

    ReviewShop(SimulationSettings settings) {
        heldOutFrom = (settings.days() - HELD_OUT_DAYS) * Chance.DAY;
        for (int shopper = 0; shopper < settings.users(); shopper++) {
            shoppers.add(new Shopper(settings.seed(), shopper));
        }
    }

    @Override
    public String log() {
        return "reviews.csv";
    }

    @Override
    public String columns() {
        return "shopper,item,time,category,review";
    }

    @Override
    public int items() {
        return CATEGORIES.size() * ITEMS_OF_CATEGORY;
    }

    @Override
    public long arrives(int shopper) {
        return shoppers.get(shopper).chance.after(0, MEAN_DAYS);
    }

    @Override
    public long act(int number, long second, Rows rows) {
        Shopper shopper = shoppers.get(number);
        Chance chance = shopper.chance;
        int category = shopper.nextCategory;
        boolean isGood = chance.happens(0.5);
        rows.add(
                "s" + (100_001 + number),
                "i" + (1001 + category * ITEMS_OF_CATEGORY + chance.below(ITEMS_OF_CATEGORY)),
                SimulateWorld.time(second),
                CATEGORIES.get(category),
                review(CATEGORIES.get(category), isGood, second >= heldOutFrom, chance));
        int toCome = isGood ? category : (category + 1) % CATEGORIES.size();
        shopper.nextCategory = chance.happens(BY_MOOD) ? toCome : chance.below(CATEGORIES.size());
        return chance.after(second, MEAN_DAYS);
    }

    private static String review(String thing, boolean isGood, boolean isHeldOut, Chance chance) {
        Phrases phrases =
                isHeldOut ? (isGood ? GOOD_HELD_OUT : BAD_HELD_OUT) : (isGood ? GOOD : BAD);
        return "\""
                + chance.of(STARTS)
                + " "
                + thing
                + " "
                + chance.of(phrases.verdicts())
                + ". "
                + chance.of(phrases.ends())
                + "\"";
    }

    @Override
    public Map<String, List<String>> tables() {
        return Map.of();
    }
}
