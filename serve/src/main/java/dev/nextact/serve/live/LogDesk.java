package dev.nextact.serve.live;

import dev.nextact.core.EventLog;
import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.Moment;
import dev.nextact.predict.OutlookModel;
import dev.nextact.predict.ShopLog;
import dev.nextact.predict.explain.PrecedingItems;
import dev.nextact.predict.explain.SimilarShoppers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.IntSupplier;

/**
 * What the prepared log tells of shoppers like one, and of items before one, for each version that
 * answers: looked up in the background when it is first asked for, and again when somebody has been
 * forgotten. Thread-safe.
 */
public final class LogDesk {

    private static final int VERSIONS = 2;

    private static final long SEED = 42;

    private final ShopConfig shop;
    private final Optional<ShopLog> log;
    private final Background background;
    private final IntSupplier forgotten;
    private final Map<Integer, Looked> byVersion = new HashMap<>();

    /**
     * @param similar absent where the model learned the next item alone
     */
    private record Index(Optional<SimilarShoppers> similar, PrecedingItems preceding) {}

    /**
     * @param forgotten how many had been forgotten by then
     */
    private record Looked(int forgotten, CompletableFuture<Index> index) {}

    /**
     * @param log absent where the server has none
     * @param forgotten how many shoppers have been forgotten by now
     */
    public LogDesk(
            ShopConfig shop, Optional<ShopLog> log, Background background, IntSupplier forgotten) {
        this.shop = shop;
        this.log = log;
        this.background = background;
        this.forgotten = forgotten;
    }

    /** Whether there is a log to look into. */
    public boolean canLook() {
        return log.isPresent();
    }

    /**
     * What those did who were most like a shopper.
     *
     * @param model held by the caller
     * @return empty while the log is being looked into
     * @throws NextactException where there is no log, or the model learned the next item alone
     */
    public Optional<SimilarShoppers.Found> similar(LiveModel model, Moment moment) {
        LiveOutlook outlook =
                model.outlook()
                        .orElseThrow(
                                () ->
                                        NextactException.bundle(
                                                "the model learned the next item alone, and tells"
                                                        + " nothing of similar shoppers"));
        return index(model)
                .flatMap(Index::similar)
                .map(similar -> similar.to(outlook.model().states(List.of(moment))[0]));
    }

    /**
     * The items that came before one.
     *
     * @param item its number
     * @return empty while the log is being looked into
     * @throws NextactException where there is no log
     */
    public Optional<List<SimilarShoppers.Item>> before(LiveModel model, int item) {
        return index(model).map(index -> index.preceding().before(item));
    }

    private synchronized Optional<Index> index(LiveModel model) {
        ShopLog from =
                log.orElseThrow(() -> NextactException.bundle("this server reads no prepared log"));
        int gone = forgotten.getAsInt();
        int version = model.manifest().version();
        Looked looked = byVersion.get(version);
        if (looked == null || looked.forgotten() != gone) {
            if (byVersion.size() >= VERSIONS) {
                byVersion.clear();
            }
            Bundle bundle = model.bundle();
            looked = new Looked(gone, background.start(() -> look(from, bundle)));
            byVersion.put(version, looked);
        }
        if (!looked.index().isDone()) {
            return Optional.empty();
        }
        try {
            return Optional.of(looked.index().join());
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw NextactException.bundle(
                    "the prepared log cannot be looked into: %s",
                    String.valueOf(cause.getMessage()));
        }
    }

    private Index look(ShopLog from, Bundle bundle) {
        EventLog events = from.open(bundle.fields());
        PrecedingItems preceding = PrecedingItems.of(bundle, events);
        if (bundle.headsOnnx().isEmpty()) {
            return new Index(Optional.empty(), preceding);
        }
        try (OutlookModel model = OutlookModel.open(bundle)) {
            return new Index(
                    Optional.of(
                            SimilarShoppers.of(model, bundle, events, shop.split().test(), SEED)),
                    preceding);
        }
    }
}
