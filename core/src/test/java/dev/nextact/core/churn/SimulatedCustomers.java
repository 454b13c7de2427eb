package dev.nextact.core.churn;

import java.util.ArrayList;
import java.util.List;
import org.hipparchus.random.RandomDataGenerator;

/**
 * Customers who buy and leave as BG/NBD and Pareto/NBD say, with what they do after the cut-off.
 */
final class SimulatedCustomers {

    final List<RepeatPurchases> seen = new ArrayList<>();
    final List<Integer> later = new ArrayList<>();

    private final RandomDataGenerator random;
    private final double horizon;

    private SimulatedCustomers(long seed, double horizon) {
        this.random = new RandomDataGenerator(seed);
        this.horizon = horizon;
    }

    /** Seen for 20 to 40 units of time, then for the horizon. */
    static SimulatedCustomers of(BgNbd law, int customers, double horizon, long seed) {
        SimulatedCustomers result = new SimulatedCustomers(seed, horizon);
        for (int i = 0; i < customers; i++) {
            double rate = result.random.nextGamma(law.r(), 1 / law.alpha());
            double leaving = result.random.nextBeta(law.a(), law.b());
            double age = result.random.nextUniform(20, 40);
            List<Double> times = new ArrayList<>();
            double now = 0;
            do {
                now += result.random.nextExponential(1 / rate);
                if (now <= age + horizon) {
                    times.add(now);
                }
            } while (now <= age + horizon && result.random.nextUniform(0, 1) >= leaving);
            result.add(times, age);
        }
        return result;
    }

    /** As the other. */
    static SimulatedCustomers of(ParetoNbd law, int customers, double horizon, long seed) {
        SimulatedCustomers result = new SimulatedCustomers(seed, horizon);
        for (int i = 0; i < customers; i++) {
            double rate = result.random.nextGamma(law.r(), 1 / law.alpha());
            double life =
                    result.random.nextExponential(
                            1 / result.random.nextGamma(law.s(), 1 / law.beta()));
            double age = result.random.nextUniform(20, 40);
            List<Double> times = new ArrayList<>();
            double now = result.random.nextExponential(1 / rate);
            while (now <= Math.min(life, age + horizon)) {
                times.add(now);
                now += result.random.nextExponential(1 / rate);
            }
            result.add(times, age);
        }
        return result;
    }

    private void add(List<Double> times, double age) {
        int repeats = (int) times.stream().filter(t -> t <= age).count();
        seen.add(new RepeatPurchases(repeats, repeats == 0 ? 0 : times.get(repeats - 1), age));
        later.add((int) times.stream().filter(t -> t > age && t <= age + horizon).count());
    }

    double horizon() {
        return horizon;
    }
}
