package dev.nextact.simulator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * Which behaviours a session holds and how soon, by how it begins. After its first act a session
 * depends on nothing but the segment, the way and the stage; its course is not to be had in closed
 * form and is drawn {@link #SAMPLES} times for each beginning, with a seed of its own. Thread-safe.
 */
final class SessionCourses {

    /** The error of a share p is then √(p(1-p)) / 32, of a mixture of beginnings less. */
    private static final int SAMPLES = 1000;

    /** Times from the start are kept as so many means of equal shares. */
    private static final int MOST_TIMES = 20;

    private static final double NEVER = Double.POSITIVE_INFINITY;

    private final ShoppingModel model;
    private final Map<Beginning, Course> drawn = new ConcurrentHashMap<>();

    SessionCourses(ShoppingModel model) {
        this.model = model;
    }

    /**
     * By taste or need a session begins with a view of some item of a category, by replenishing
     * with one supply in the cart.
     *
     * @param first a supply, or any item of the category
     */
    record Beginning(int segment, int stage, Act first) {}

    /**
     * @param shares [behaviour] the probability that the session holds it
     * @param seconds [behaviour][n] from the start to its first, where it does, each as likely
     */
    record Course(double[] shares, double[][] seconds) {}

    Course after(Beginning beginning) {
        return drawn.computeIfAbsent(beginning, this::draw);
    }

    private Course draw(Beginning beginning) {
        SplittableRandom random = new SplittableRandom(beginning.hashCode());
        int category = model.assortment().category(beginning.first().item());
        double[][] seconds = new double[SAMPLES][];
        for (int k = 0; k < SAMPLES; k++) {
            ShopperState state = new ShopperState(model.assortment());
            state.startSession(beginning.stage());
            Act first = beginning.first();
            if (first.behaviour() == Act.VIEW) {
                first = model.drawView(category, beginning.segment(), beginning.stage(), random);
            }
            Way way = model.drawWay(random);
            seconds[k] = live(model, beginning.segment(), way, state, first, 0, random);
        }
        return course(seconds);
    }

    private static Course course(double[][] samples) {
        int behaviours = Act.BEHAVIOURS.size();
        double[] shares = new double[behaviours];
        double[][] seconds = new double[behaviours][];
        for (int behaviour = 0; behaviour < behaviours; behaviour++) {
            int b = behaviour;
            double[] times =
                    Arrays.stream(samples)
                            .mapToDouble(sample -> sample[b])
                            .filter(time -> time != NEVER)
                            .sorted()
                            .toArray();
            shares[b] = times.length / (double) samples.length;
            int groups = Math.min(MOST_TIMES, times.length);
            seconds[b] =
                    IntStream.range(0, groups)
                            .mapToDouble(
                                    g ->
                                            Arrays.stream(
                                                            times,
                                                            times.length * g / groups,
                                                            times.length * (g + 1) / groups)
                                                    .average()
                                                    .orElse(0))
                            .toArray();
        }
        return new Course(shares, seconds);
    }

    /**
     * A session from an act on, to its end.
     *
     * @param at the time of the act
     * @return [behaviour] the time of its first, or infinite
     */
    static double[] live(
            ShoppingModel model,
            int segment,
            Way way,
            ShopperState state,
            Act first,
            double at,
            SplittableRandom random) {
        double[] times = new double[Act.BEHAVIOURS.size()];
        Arrays.fill(times, NEVER);
        Act act = first;
        double second = at;
        while (true) {
            times[act.behaviour()] = Math.min(times[act.behaviour()], second);
            state.record(act.item(), act.behaviour());
            if (random.nextDouble() < model.end(state)) {
                return times;
            }
            second += model.calendar().drawPauseSeconds(random);
            act = model.drawNext(segment, way, state, random);
        }
    }

    /** A course and its probability. */
    record Likely(double weight, Course course) {}

    /**
     * All that the next session may be.
     *
     * @param bought the last item bought in the session before, or NONE
     */
    List<Likely> of(int segment, int stage, int bought, List<Integer> supplies) {
        List<Likely> courses = new ArrayList<>();
        Assortment assortment = model.assortment();
        int categories = assortment.size() / assortment.itemsPerCategory();
        for (int category = 0; category < categories; category++) {
            int from = assortment.firstItem(category);
            double weight = 0;
            for (int item = from; item < from + assortment.itemsPerCategory(); item++) {
                weight += model.start(new Act(item, Act.VIEW), segment, bought, supplies, stage);
            }
            add(courses, weight, new Beginning(segment, stage, new Act(from, Act.VIEW)));
        }
        for (int item : supplies) {
            Act cart = new Act(item, Act.CART);
            double weight = model.start(cart, segment, bought, supplies, stage);
            add(courses, weight, new Beginning(segment, stage, cart));
        }
        return courses;
    }

    private void add(List<Likely> courses, double weight, Beginning beginning) {
        if (weight > 1e-6) {
            courses.add(new Likely(weight, after(beginning)));
        }
    }
}
