package dev.nextact.bench;

import dev.nextact.simulator.SimulationSettings;

/** The simulated logs that benchmarks of size share. */
final class SimulatedLog {

    private static final int DAYS = 90;

    /** In the simulated shop, over {@link #DAYS} days. */
    private static final double SHOPPERS_OF_AN_EVENT = 17_070 / 1e6;

    private SimulatedLog() {}

    /** Of about so many events. */
    static SimulationSettings of(long events) {
        return ofShoppers((int) Math.round(events * SHOPPERS_OF_AN_EVENT));
    }

    static SimulationSettings ofShoppers(int shoppers) {
        return SimulationSettings.defaults().withUsers(shoppers).withDays(DAYS).withSeed(7);
    }
}
