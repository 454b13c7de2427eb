package dev.nextact.serve.http;

import dev.nextact.core.ShopConfig;
import dev.nextact.serve.history.Forgetting;
import dev.nextact.serve.history.HistoryStore;
import dev.nextact.serve.live.Drift;
import dev.nextact.serve.live.LiveModels;
import dev.nextact.serve.live.PreparedAnswers;
import dev.nextact.serve.live.ShopActivity;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What a server is made of, for whoever shows it.
 *
 * @param keys absent where the server listens on loopback addresses alone
 * @param forgetting how shoppers of the store are forgotten, and what is done audited
 * @param prepared what is told beside the models
 * @param answers given since the start
 * @param nowMicros the moment asked about where none is named
 */
public record ServerParts(
        ShopConfig shop,
        Optional<ApiKeys> keys,
        LiveModels models,
        HistoryStore store,
        Forgetting forgetting,
        Drift drift,
        ShopActivity activity,
        PreparedAnswers prepared,
        LongSupplier answers,
        LongSupplier nowMicros) {

    /** The names of the shop's behaviours, in funnel order. */
    public List<String> behaviours() {
        return shop.behaviours().list().stream().map(behaviour -> behaviour.name()).toList();
    }

    /** Makes pages that show the parts. */
    @FunctionalInterface
    public interface Pages extends Function<ServerParts, List<Page>> {}
}
