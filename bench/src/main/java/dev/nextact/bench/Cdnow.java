package dev.nextact.bench;

import dev.nextact.evaluate.churn.Purchases;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * CDNOW (Fader and Hardie 2001): the purchases of customers who first bought in the first quarter
 * of 1997, until the end of June 1998, in weeks since 1 January 1997. What is bought on one day is
 * one purchase.
 */
final class Cdnow {

    /** Weeks 1 to 39 end with 30 September 1997: 272 days after 1 January. */
    static final double CUT_OFF = 272 / 7.0;

    /** The 39 weeks after it end with 30 June 1998, the last day of the data. */
    static final double HORIZON = 39;

    private static final LocalDate FIRST_DAY = LocalDate.of(1997, 1, 1);

    private Cdnow() {}

    /**
     * The 2,357 customers of the published 1/10 sample.
     *
     * @param folder with {@code transactions.csv.gz} and {@code cohort_sample_ids.csv.gz}
     */
    static List<Purchases> sample(Path folder) {
        Set<String> ids = new HashSet<>();
        CsvLines.read(
                folder.resolve("cohort_sample_ids.csv.gz"),
                "customer_id",
                cells -> ids.add(cells[0]));
        return read(folder, ids::contains);
    }

    /** All 23,570 customers. */
    static List<Purchases> all(Path folder) {
        return read(folder, id -> true);
    }

    private static List<Purchases> read(Path folder, Predicate<String> isAsked) {
        Map<String, TreeMap<Integer, Double>> amounts = new TreeMap<>();
        CsvLines.read(
                folder.resolve("transactions.csv.gz"),
                "customer_id,date,quantity,amount",
                cells -> {
                    if (isAsked.test(cells[0])) {
                        LocalDate date = LocalDate.parse(cells[1]);
                        amounts.computeIfAbsent(cells[0], id -> new TreeMap<>())
                                .merge(
                                        (int) ChronoUnit.DAYS.between(FIRST_DAY, date),
                                        Double.parseDouble(cells[3]),
                                        Double::sum);
                    }
                });
        List<Purchases> customers = new ArrayList<>();
        for (TreeMap<Integer, Double> ofOne : amounts.values()) {
            customers.add(
                    new Purchases(
                            ofOne.keySet().stream().mapToDouble(day -> day / 7.0).toArray(),
                            ofOne.values().stream().mapToDouble(a -> a).toArray()));
        }
        return customers;
    }
}
