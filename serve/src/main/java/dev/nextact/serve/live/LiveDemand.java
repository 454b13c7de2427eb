package dev.nextact.serve.live;

import dev.nextact.predict.DemandTable;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** What will sell, from when it has been foretold on. Thread-safe. */
public final class LiveDemand {

    private static final String NONE =
            "no model of demand is served: `nextact train --demand` makes one, and a restart serves"
                    + " it";

    private final Optional<Supplier<DemandTable>> foretelling;
    private volatile State state;

    /** How far it is. */
    public sealed interface State {

        /**
         * @param why in words
         */
        record Absent(String why) implements State {}

        /** It is being foretold. */
        record Coming() implements State {}

        /** It can be asked. */
        record Ready(DemandTable table) implements State {}
    }

    /**
     * @param foretelling takes long; absent where no model of demand is served
     */
    public LiveDemand(Optional<Supplier<DemandTable>> foretelling) {
        this.foretelling = foretelling;
        this.state = foretelling.isPresent() ? new State.Coming() : new State.Absent(NONE);
    }

    /**
     * Has it foretold.
     *
     * @return done when that has ended; the table is absent where there is none to come
     */
    public CompletableFuture<Optional<DemandTable>> begin(Background background) {
        return background.start(
                () -> {
                    try {
                        Optional<DemandTable> table = foretelling.map(Supplier::get);
                        table.ifPresent(of -> state = new State.Ready(of));
                        return table;
                    } catch (RuntimeException e) {
                        state = new State.Absent(String.valueOf(e.getMessage()));
                        throw new CompletionException(e.getMessage(), e);
                    }
                });
    }

    public State state() {
        return state;
    }
}
