package dev.nextact.core.churn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Customers counted by what was seen of them: most bought once, and on few different days. */
final class Customers {

    private final RepeatPurchases[] kinds;
    private final int[] counts;
    private final int size;
    private final double meanAge;

    private Customers(RepeatPurchases[] kinds, int[] counts, int size, double meanAge) {
        this.kinds = kinds;
        this.counts = counts;
        this.size = size;
        this.meanAge = meanAge;
    }

    /**
     * @throws IllegalArgumentException where nobody ever came back, which no model can be fitted to
     */
    static Customers of(List<RepeatPurchases> customers) {
        Map<RepeatPurchases, Integer> counts = new LinkedHashMap<>();
        double age = 0;
        boolean repeats = false;
        for (RepeatPurchases customer : customers) {
            counts.merge(customer, 1, Integer::sum);
            age += customer.age();
            repeats |= customer.repeats() > 0;
        }
        if (!repeats) {
            throw new IllegalArgumentException(
                    "customers: expected at least one with a repeat purchase, found none of "
                            + customers.size());
        }
        return new Customers(
                counts.keySet().toArray(new RepeatPurchases[0]),
                counts.values().stream().mapToInt(c -> c).toArray(),
                customers.size(),
                age / customers.size());
    }

    double sum(ToDoubleFunction<RepeatPurchases> ofOne) {
        double sum = 0;
        for (int i = 0; i < kinds.length; i++) {
            sum += counts[i] * ofOne.applyAsDouble(kinds[i]);
        }
        return sum;
    }

    int size() {
        return size;
    }

    double meanAge() {
        return meanAge;
    }
}
