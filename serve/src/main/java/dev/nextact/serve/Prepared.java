package dev.nextact.serve;

import dev.nextact.predict.DemandTable;
import dev.nextact.predict.ShopLog;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a server tells from the prepared data, beside its models. It reads them in the background,
 * after it is ready.
 *
 * @param demand foretells what will sell; absent where there is no model of it
 * @param log for what is asked about all shoppers; absent where there is none
 */
public record Prepared(Optional<Supplier<DemandTable>> demand, Optional<ShopLog> log) {

    /** The models answer alone. */
    public static final Prepared NOTHING = new Prepared(Optional.empty(), Optional.empty());
}
