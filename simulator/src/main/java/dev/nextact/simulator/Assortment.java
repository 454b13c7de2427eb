package dev.nextact.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The items of the shop, numbered 0..size-1. Four categories make a department; a category holds
 * some lines, each of one brand, of {@value #GRADES} grades in rising price. Most items are there
 * from the first day, others arrive with one of three collections, and where the settings say so
 * with a launch near the end. Immutable.
 */
final class Assortment {

    static final int GRADES = 6;
    static final int CATEGORIES_PER_DEPARTMENT = 4;

    /**
     * Stage 0 is the first day's assortment, stages 1 to 3 add a collection each, stage 4 the
     * launch.
     */
    static final int STAGES = 5;

    private static final int LAUNCH = 4;

    /** The share of items that wait for the launch, where there is one. */
    private static final double LAUNCHED_SHARE = 0.1;

    /** The share of items that arrive with a later collection. */
    private static final double NEW_SHARE = 0.1;

    /** Collections arrive every fifth of the log, so that even the last can be learned from. */
    private static final int STAGES_PER_LOG = 5;

    /** A kind of goods; {@code priceCents} is that of its cheapest grade. */
    private record Kind(String name, String noun, long priceCents, boolean consumable) {}

    private static final List<Kind> KINDS =
            List.of(
                    new Kind("kitchen.coffee-machines", "coffee machine", 8900, false),
                    new Kind("kitchen.coffee-beans", "coffee beans", 690, true),
                    new Kind("kitchen.mugs", "mug", 790, false),
                    new Kind("kitchen.coffee-filters", "coffee filters", 240, true),
                    new Kind("garden.pots", "plant pot", 890, false),
                    new Kind("garden.soil", "potting soil", 590, true),
                    new Kind("garden.tools", "garden tool", 1490, false),
                    new Kind("garden.plant-food", "plant food", 490, true),
                    new Kind("beauty.shavers", "shaver", 3990, false),
                    new Kind("beauty.blades", "razor blades", 790, true),
                    new Kind("beauty.brushes", "brush", 1290, false),
                    new Kind("beauty.creams", "face cream", 990, true),
                    new Kind("pets.baskets", "pet basket", 2490, false),
                    new Kind("pets.food", "pet food", 1290, true),
                    new Kind("pets.toys", "pet toy", 590, false),
                    new Kind("pets.treats", "pet treats", 290, true),
                    new Kind("office.printers", "printer", 7900, false),
                    new Kind("office.ink", "ink cartridge", 1490, true),
                    new Kind("office.pens", "pen", 390, false),
                    new Kind("office.paper", "printing paper", 490, true),
                    new Kind("sports.rackets", "racket", 3490, false),
                    new Kind("sports.balls", "balls", 690, true),
                    new Kind("sports.shoes", "sports shoes", 4990, false),
                    new Kind("sports.drinks", "sports drink", 190, true));

    static final int MOST_CATEGORIES = 24;

    static final List<String> BRANDS =
            List.of(
                    "Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Ivy",
                    "Juniper", "Kapok", "Larch", "Maple", "Neem", "Olive", "Pine", "Quince",
                    "Rowan", "Spruce", "Teak");

    /** A shop of fewer lines has this many brands. */
    private static final int FEWEST_BRANDS = 10;

    private static final List<String> GRADE_NAMES =
            List.of("Basic", "Classic", "Comfort", "Plus", "Premium", "Deluxe");

    /** A grade costs this much more than the one below. */
    private static final double GRADE_PRICE_FACTOR = 1.35;

    /**
     * @param brand index into {@link #BRANDS}
     * @param stage from which on it is sold
     */
    record Item(
            String id,
            int category,
            int line,
            int grade,
            int brand,
            long priceCents,
            String title,
            int stage) {}

    private final List<Item> items;
    private final int categories;
    private final int lines;
    private final int[] stageOfItem;
    private final int[][] dearer;
    private final int days;
    private final int launchDay;

    Assortment(SimulationSettings settings) {
        this.categories = settings.categories();
        this.lines = settings.lines();
        this.days = settings.days();
        this.launchDay = days - settings.launchDays();
        this.items = List.copyOf(items(settings));
        this.stageOfItem = items.stream().mapToInt(Item::stage).toArray();
        this.dearer = dearer();
    }

    private static List<Item> items(SimulationSettings settings) {
        SplittableRandom random = new SplittableRandom(settings.seed() ^ 0x41_53_53_4f_52_54L);
        SplittableRandom launches = new SplittableRandom(settings.seed() ^ 0x4c_41_55_4e_43_48L);
        int brands = Math.max(FEWEST_BRANDS, settings.lines());
        List<Item> items = new ArrayList<>();
        for (int category = 0; category < settings.categories(); category++) {
            Kind kind = KINDS.get(category);
            int firstBrand = random.nextInt(brands);
            for (int line = 0; line < settings.lines(); line++) {
                int brand = (firstBrand + line) % brands;
                double price = kind.priceCents() * (0.8 + 0.4 * random.nextDouble());
                for (int grade = 0; grade < GRADES; grade++) {
                    // the first line is there from the start: no category is ever empty
                    boolean isNew = random.nextDouble() < NEW_SHARE && line > 0;
                    int collection = 1 + random.nextInt(LAUNCH - 1);
                    boolean isLaunched =
                            settings.launchDays() > 0
                                    && launches.nextDouble() < LAUNCHED_SHARE
                                    && line > 0;
                    items.add(
                            new Item(
                                    "i" + (10_001 + items.size()),
                                    category,
                                    line,
                                    grade,
                                    brand,
                                    Math.round(price),
                                    BRANDS.get(brand)
                                            + " "
                                            + kind.noun()
                                            + " "
                                            + GRADE_NAMES.get(grade),
                                    isLaunched ? LAUNCH : isNew ? collection : 0));
                    price *= GRADE_PRICE_FACTOR;
                }
            }
        }
        return items;
    }

    private int[][] dearer() {
        int[][] table = new int[STAGES][size()];
        for (int stage = 0; stage < STAGES; stage++) {
            for (int item = 0; item < size(); item++) {
                int next = item;
                do {
                    next = next % GRADES == GRADES - 1 ? next - GRADES + 1 : next + 1;
                } while (next != item && stageOfItem[next] > stage);
                table[stage][item] = next;
            }
        }
        return table;
    }

    int size() {
        return items.size();
    }

    int categories() {
        return categories;
    }

    Item item(int item) {
        return items.get(item);
    }

    List<Item> items() {
        return items;
    }

    int category(int item) {
        return item / itemsPerCategory();
    }

    int lines() {
        return lines;
    }

    int itemsPerCategory() {
        return lines * GRADES;
    }

    /** The items of a category are {@code firstItem} and the next itemsPerCategory - 1. */
    int firstItem(int category) {
        return category * itemsPerCategory();
    }

    String categoryName(int category) {
        return KINDS.get(category).name();
    }

    /** Whether what is bought is used up, and bought again. */
    boolean consumable(int category) {
        return KINDS.get(category).consumable();
    }

    /**
     * The category of things that go with those of {@code category}: the next in the department.
     */
    int accessory(int category) {
        int department = category / CATEGORIES_PER_DEPARTMENT;
        int place = (category + 1) % CATEGORIES_PER_DEPARTMENT;
        return department * CATEGORIES_PER_DEPARTMENT + place;
    }

    /** The next dearer item of the line that is on sale; after the dearest comes the cheapest. */
    int dearer(int item, int stage) {
        return dearer[stage][item];
    }

    /** Whether an item waits for the launch. */
    boolean isLaunched(int item) {
        return stageOfItem[item] == LAUNCH;
    }

    boolean onSale(int item, int stage) {
        return stageOfItem[item] <= stage;
    }

    /** The stage that holds on a day. */
    int stage(int day) {
        return day >= launchDay
                ? LAUNCH
                : Math.max(0, Math.min(LAUNCH - 1, day * STAGES_PER_LOG / days));
    }
}
