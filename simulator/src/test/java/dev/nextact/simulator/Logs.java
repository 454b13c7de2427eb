package dev.nextact.simulator;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventSequences;
import java.time.temporal.ChronoUnit;

/** Simulated logs in memory, for tests. */
final class Logs {

    private Logs() {}

    /** Item n of the assortment is item n + 1 of the catalog. */
    static Catalog catalog(ShoppingModel model) {
        return Catalog.of(model.assortment().items().stream().map(Assortment.Item::id).toList());
    }

    static EventSequences simulate(ShoppingModel model, SimulationSettings settings) {
        EventSequences.Builder log = new EventSequences.Builder();
        for (int user = 0; user < settings.users(); user++) {
            for (Shopper.LoggedAct logged : Shopper.live(model, settings.seed(), user)) {
                log.event(
                        logged.act().item() + 1,
                        logged.act().behaviour(),
                        ChronoUnit.MICROS.between(
                                java.time.Instant.EPOCH,
                                Calendar.START.plusSeconds(logged.second())));
            }
            log.endUser();
        }
        return log.build();
    }
}
