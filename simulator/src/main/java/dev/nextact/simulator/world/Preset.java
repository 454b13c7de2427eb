package dev.nextact.simulator.world;

import dev.nextact.simulator.SimulationSettings;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Which world to simulate. docs/domains.md tells what each is for. */
public enum Preset {
    /** The shop whose exact next-item distribution is known. */
    SHOP(SimulationSettings.defaults().users(), SimulationSettings.defaults().days()),
    /** Card transactions at a bank. */
    BANK(1000, 60),
    /** Visits, diagnoses and procedures at a clinic. */
    CLINIC(2000, 180),
    /** Posts, likes, replies and follows on a social site. */
    SOCIAL(2000, 30),
    /** A shop whose reviews tell what comes next. */
    REVIEWS(1200, 60),
    /** A shop where the place and the way a visitor came tell what comes next. */
    REGIONS(1200, 60),
    /** A shop whose views, price cuts and launches tell what will sell. */
    PROMOTIONS(1500, 280),
    /** A shop that sent a coupon to half its shoppers, of known effect on each. */
    COUPON(3000, 75);

    private final int users;
    private final int days;

    Preset(int users, int days) {
        this.users = users;
        this.days = days;
    }

    /** Its size unless told otherwise. */
    public SimulationSettings defaults() {
        return SimulationSettings.defaults().withUsers(users).withDays(days);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @throws IllegalArgumentException where there is no such preset
     */
    public static Preset of(String name) {
        return Arrays.stream(values())
                .filter(preset -> preset.toString().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "preset: expected "
                                                + Arrays.stream(values())
                                                        .map(Preset::toString)
                                                        .collect(Collectors.joining(", "))
                                                + ", found "
                                                + name));
    }

    World world(SimulationSettings settings) {
        return switch (this) {
            case SHOP ->
                    throw new IllegalArgumentException(
                            "preset: the shop has a simulator of its own");
            case BANK -> new Bank(settings);
            case CLINIC -> new Clinic(settings);
            case SOCIAL -> new SocialSite(settings);
            case REVIEWS -> new ReviewShop(settings);
            case REGIONS -> new RegionalShop(settings);
            case PROMOTIONS -> new PromotedShop(settings);
            case COUPON -> new CouponShop(settings);
        };
    }
}
