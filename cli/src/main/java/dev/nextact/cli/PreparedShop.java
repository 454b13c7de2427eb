package dev.nextact.cli;

import dev.nextact.core.EventLog;
import dev.nextact.core.FieldVocabulary;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.privacy.Tombstones;
import dev.nextact.data.PreparedData;
import dev.nextact.model.bundle.DemandBundle;
import dev.nextact.predict.DemandTable;
import dev.nextact.predict.ShopLog;
import dev.nextact.serve.Prepared;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/** The prepared log of a config, without those who have been forgotten since. */
record PreparedShop(ShopConfig shop) implements ShopLog {

    /**
     * What a server tells beside its models: of all shoppers, and what will sell from the end of
     * the prepared log on, where there is a model of demand.
     */
    static Prepared of(ShopConfig shop) {
        boolean foretells = Files.isDirectory(shop.demandDirectory().resolve(shop.model().name()));
        return new Prepared(
                foretells ? Optional.of(() -> demand(shop)) : Optional.empty(),
                Optional.of(new PreparedShop(shop)));
    }

    private static DemandTable demand(ShopConfig shop) {
        DemandBundle bundle = DemandBundle.newest(shop.demandDirectory(), shop.model().name());
        DemandPanel past = ShopperSource.past(shop, bundle, Optional.empty());
        return ShopperSource.with(
                shop, bundle, Progress.silent(), source -> DemandTable.of(bundle, past, source));
    }

    @Override
    public EventLog open(FieldVocabulary fields) {
        Tombstones tombstones = Tombstones.open(shop);
        return PreparedData.open(shop.preparedDirectory(), fields).without(tombstones::covers);
    }

    @Override
    public List<String> itemsWith(String field, String value) {
        return PreparedData.itemsWith(shop.preparedDirectory(), field, value);
    }
}
