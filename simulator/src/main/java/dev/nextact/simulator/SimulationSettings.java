package dev.nextact.simulator;

/**
 * How large a shop to simulate. With the same settings everything that comes out is the same, byte
 * for byte.
 *
 * @param users shoppers; 1 to 10,000,000
 * @param days length of the log; at least 7
 * @param seed of every random choice, of the shop as well as of its shoppers
 * @param categories of items; a multiple of 4 up to 24
 * @param lines of a category, of {@value Assortment#GRADES} items each; 2 to 20
 * @param launchDays at the end of the log on which a tenth of the items are new, having had not an
 *     event before; 0 = there is no launch
 */
public record SimulationSettings(
        int users, int days, long seed, int categories, int lines, int launchDays) {

    public SimulationSettings {
        check("users", users, 1, 10_000_000);
        check("days", days, 7, 3650);
        check("categories", categories, 4, Assortment.MOST_CATEGORIES);
        check("lines", lines, 2, Assortment.BRANDS.size());
        check("launchDays", launchDays, 0, days - 1);
        if (categories % Assortment.CATEGORIES_PER_DEPARTMENT != 0) {
            throw new IllegalArgumentException(
                    "categories: expected a multiple of 4, found " + categories);
        }
    }

    /**
     * The demo shop: about 130,000 events of 288 items, so that an item has some 400 events to be
     * learned from and a network is trained in about a minute on two cores.
     */
    public static SimulationSettings defaults() {
        return new SimulationSettings(3000, 60, 42, 12, 4, 0);
    }

    public SimulationSettings withUsers(int newUsers) {
        return new SimulationSettings(newUsers, days, seed, categories, lines, launchDays);
    }

    public SimulationSettings withDays(int newDays) {
        return new SimulationSettings(users, newDays, seed, categories, lines, launchDays);
    }

    public SimulationSettings withSeed(long newSeed) {
        return new SimulationSettings(users, days, newSeed, categories, lines, launchDays);
    }

    public SimulationSettings withCategories(int newCategories) {
        return new SimulationSettings(users, days, seed, newCategories, lines, launchDays);
    }

    public SimulationSettings withLines(int newLines) {
        return new SimulationSettings(users, days, seed, categories, newLines, launchDays);
    }

    public SimulationSettings withLaunchDays(int newLaunchDays) {
        return new SimulationSettings(users, days, seed, categories, lines, newLaunchDays);
    }

    /** How many items the shop has, those that arrive later included. */
    public int items() {
        return categories * lines * Assortment.GRADES;
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + ": expected " + least + " to " + most + ", found " + value);
        }
    }
}
