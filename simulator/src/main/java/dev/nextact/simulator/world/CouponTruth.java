package dev.nextact.simulator.world;

import dev.nextact.core.NextactException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The truth about each shopper of a simulated coupon: what {@code simulate --preset coupon} knows
 * and no log tells.
 */
public final class CouponTruth {

    static final String CAMPAIGN = "campaign.csv";
    static final String TRUTH = "truth.csv";

    /**
     * Of one shopper.
     *
     * @param kind {@code persuadable}, {@code sure-thing}, {@code lost-cause} or {@code
     *     sleeping-dog}
     * @param without probability to buy within the horizon without the coupon
     * @param with the same with it
     */
    public record OfShopper(String kind, double without, double with) {

        /** What the coupon adds to the probability. */
        public double effect() {
            return with - without;
        }
    }

    private final Map<String, OfShopper> shoppers;

    private CouponTruth(Map<String, OfShopper> shoppers) {
        this.shoppers = shoppers;
    }

    /**
     * @param directory that the preset was written to
     */
    public static CouponTruth open(Path directory) {
        Path file = directory.resolve(TRUTH);
        try {
            Map<String, OfShopper> shoppers = new HashMap<>();
            List<String> lines = Files.readAllLines(file);
            for (String line : lines.subList(1, lines.size())) {
                String[] cells = line.split(",", -1);
                shoppers.put(
                        cells[0],
                        new OfShopper(
                                cells[1],
                                Double.parseDouble(cells[2]),
                                Double.parseDouble(cells[3])));
            }
            return new CouponTruth(shoppers);
        } catch (IOException e) {
            throw new NextactException(
                    NextactException.Category.INPUT,
                    file + " cannot be read; is this the directory of a simulated coupon?",
                    e);
        }
    }

    /** By the shopper's id; those who had come by the campaign. */
    public Map<String, OfShopper> shoppers() {
        return Map.copyOf(shoppers);
    }

    /** The log of the campaign that was written there. */
    public static Path campaign(Path directory) {
        return directory.resolve(CAMPAIGN);
    }

    /** How long the coupon works, in days. */
    public static int horizonDays() {
        return CouponShop.HORIZON_DAYS;
    }
}
