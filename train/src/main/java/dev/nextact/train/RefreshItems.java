package dev.nextact.train;

import dev.nextact.core.Catalog;
import dev.nextact.core.ItemCoding;
import dev.nextact.core.ItemFacts;
import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.TextEncoder;
import dev.nextact.data.PreparedData;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.bundle.BundleContent;
import dev.nextact.model.bundle.BundleWriter;
import dev.nextact.model.bundle.Manifest;
import dev.nextact.model.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code nextact items refresh}: a model and the items that the prepared data know now → a version
 * of the model that ranks them too. Nothing is learned; vectors of learned items stay as they are.
 */
public final class RefreshItems {

    /**
     * @param bundle the new version; empty where it would be the same
     * @param learned items of the training
     * @param newItems items beside them
     * @param added of these, not known before
     * @param gone known before, and not any more
     */
    public record Result(Optional<Path> bundle, int learned, int newItems, int added, int gone) {}

    /**
     * @throws NextactException when the model takes no new items, or nothing is prepared
     */
    public Result run(ShopConfig config, Bundle bundle) {
        List<ItemCoding> codings = bundle.itemCodings();
        if (codings.isEmpty()) {
            throw NextactException.input(
                    "%s knows no items but those it has learned. Train with model.new_items: true",
                    bundle.directory());
        }
        Map<String, FloatTensor> weights = bundle.weights();
        FloatTensor table = weights.get(Network.ITEM_TABLE);
        if (table == null) {
            throw NextactException.bundle(
                    "%s: no weight is named %s", bundle.directory(), Network.ITEM_TABLE);
        }
        Catalog learned = Catalog.of(bundle.catalog().ids().subList(0, table.size(0) - 1));
        ItemFacts facts = PreparedData.itemFacts(config.preparedDirectory(), Optional.empty());
        TextEncoder encoder =
                codings.stream().anyMatch(ItemCoding.Text.class::isInstance)
                        ? TextEncoder.find(config.textDirectory())
                        : TextEncoder.NONE;
        NewItems now = NewItems.of(codings, learned, facts, encoder);
        Catalog catalog = now.behind(learned);
        byte[] before = bytes(bundle.onnx());
        byte[] after = now.addTo(before, weights);
        ItemFacts forFilters = PreparedData.filterFacts(config, catalog);
        boolean isSame =
                Arrays.equals(before, after)
                        && catalog.ids().equals(bundle.catalog().ids())
                        && forFilters.equals(filterFacts(bundle));
        int known = bundle.catalog().size() - learned.size();
        int added =
                (int)
                        now.catalog().ids().stream()
                                .filter(id -> bundle.catalog().indexOf(id) == 0)
                                .count();
        return new Result(
                isSame
                        ? Optional.empty()
                        : Optional.of(write(config, bundle, catalog, weights, after, forFilters)),
                learned.size(),
                now.catalog().size(),
                added,
                known + added - now.catalog().size());
    }

    private static Path write(
            ShopConfig config,
            Bundle bundle,
            Catalog catalog,
            Map<String, FloatTensor> weights,
            byte[] onnx,
            ItemFacts forFilters) {
        Manifest manifest = bundle.manifest();
        Manifest.Data data = manifest.data();
        int[] events = new int[catalog.size() + 1];
        for (int item = 1; item <= catalog.size(); item++) {
            int then = bundle.catalog().indexOf(catalog.id(item));
            events[item] = then == 0 ? 0 : bundle.trainEvents(then);
        }
        Map<String, Object> tree = new LinkedHashMap<>(manifest.config());
        tree.putIfAbsent(Bundle.REFRESHED, manifest.version());
        return new BundleWriter(Clock.systemUTC())
                .write(
                        config.modelsDirectory(),
                        new BundleContent(
                                manifest.name(),
                                manifest.model(),
                                manifest.length(),
                                manifest.behaviours(),
                                manifest.seenItems(),
                                manifest.seed(),
                                new Manifest.Data(
                                        data.fingerprint(),
                                        data.users(),
                                        catalog.size(),
                                        data.events(),
                                        data.targets(),
                                        data.protocol()),
                                manifest.metrics(),
                                tree,
                                catalog,
                                events,
                                weights,
                                onnx,
                                manifest.tasks(),
                                bundle.heads()
                                        .map(
                                                heads ->
                                                        new BundleContent.Heads(
                                                                heads,
                                                                bytes(
                                                                        bundle.headsOnnx()
                                                                                .orElseThrow()),
                                                                bundle.nextEvents())),
                                bundle.itemCodings(),
                                bundle.fields(),
                                new BundleContent.ForServing(forFilters, bundle.behaviourEvents()),
                                manifest.promise()));
    }

    private static ItemFacts filterFacts(Bundle bundle) {
        Map<String, Map<String, List<String>>> facts = new HashMap<>();
        bundle.readItemFacts(
                (item, field, value) ->
                        facts.computeIfAbsent(field, f -> new HashMap<>())
                                .computeIfAbsent(bundle.catalog().id(item), i -> new ArrayList<>())
                                .add(value));
        return new ItemFacts(facts);
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new NextactException(
                    NextactException.Category.BUNDLE,
                    "cannot read " + file + ": " + e.getMessage(),
                    e);
        }
    }
}
