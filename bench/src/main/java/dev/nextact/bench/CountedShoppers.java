package dev.nextact.bench;

import dev.nextact.core.NextactException;
import dev.nextact.core.uplift.Contact;
import dev.nextact.core.uplift.Trial;
import dev.nextact.data.CampaignReader;
import dev.nextact.evaluate.uplift.UpliftCases;
import dev.nextact.simulator.world.CouponTruth;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The shoppers of a simulated coupon by a few counts of their log before it, made without the steps
 * of `prepare`: a hundred shops in minutes.
 *
 * @param users in the order of the cases
 */
record CountedShoppers(List<String> users, UpliftCases cases) {

    private static final int VIEWS = 0;
    private static final int CARTS = 1;
    private static final int PURCHASES = 2;
    private static final int KEPT = 3;
    private static final int BOUGHT_A_CART = 4;
    private static final int MORNINGS = 5;
    private static final int SINCE = 6;
    private static final int DAYS = 7;
    private static final int COUNTS = 8;

    /** A visit before noon is one of the morning. */
    private static final int NOON = 12;

    static CountedShoppers read(Path shop) {
        List<Contact> contacts = CampaignReader.contacts(CouponTruth.campaign(shop), Map.of());
        long moment = contacts.get(0).timeMicros() / 1_000_000;
        long until = moment + CouponTruth.horizonDays() * 86_400L;
        Map<String, double[]> rows = new HashMap<>();
        Map<String, Boolean> bought = new HashMap<>();
        try (BufferedReader lines = Files.newBufferedReader(shop.resolve("events.csv"))) {
            lines.readLine();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] cells = line.split(",", -1);
                long second = Instant.parse(cells[3]).getEpochSecond();
                if (second < moment) {
                    count(
                            rows.computeIfAbsent(cells[0], user -> new double[COUNTS]),
                            cells[2],
                            second,
                            (moment - second) / 86_400.0);
                } else if (second < until && cells[2].equals("purchase")) {
                    bought.put(cells[0], true);
                }
            }
        } catch (IOException e) {
            throw new NextactException(
                    NextactException.Category.INPUT, shop + " cannot be read: " + e, e);
        }
        List<String> users = new ArrayList<>();
        double[][] table = new double[contacts.size()][];
        boolean[] treated = new boolean[table.length];
        double[] outcomes = new double[table.length];
        int contacted = 0;
        for (int i = 0; i < table.length; i++) {
            String user = contacts.get(i).user();
            users.add(user);
            double[] row = rows.getOrDefault(user, new double[COUNTS]);
            row[KEPT] = row[CARTS] - row[PURCHASES];
            row[BOUGHT_A_CART] = row[PURCHASES] / Math.max(1, row[CARTS]);
            row[MORNINGS] /= Math.max(1, row[VIEWS] + row[CARTS] + row[PURCHASES]);
            table[i] = row;
            treated[i] = contacts.get(i).treated();
            contacted += treated[i] ? 1 : 0;
            outcomes[i] = bought.getOrDefault(user, false) ? 1 : 0;
        }
        double[] propensities = new double[table.length];
        Arrays.fill(propensities, contacted / (double) table.length);
        return new CountedShoppers(
                users, new UpliftCases(table, new Trial(treated, propensities, outcomes)));
    }

    private static void count(double[] row, String act, long second, double daysBefore) {
        int column =
                switch (act) {
                    case "view" -> VIEWS;
                    case "cart" -> CARTS;
                    default -> PURCHASES;
                };
        row[column]++;
        row[MORNINGS] += Math.floorMod(second, 86_400L) < NOON * 3_600L ? 1 : 0;
        row[SINCE] = daysBefore;
        row[DAYS] = Math.max(row[DAYS], daysBefore);
    }
}
