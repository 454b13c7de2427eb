package dev.nextact.spark;

import dev.nextact.core.NextactException;
import dev.nextact.data.PreparedShoppers;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.OpenModels;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the tasks of an executor share: a bundle with its ONNX Runtime sessions, and the prepared
 * data's items. Opened by the first task, it lives as long as the executor. Thread-safe.
 *
 * @param models answer
 * @param prepared holds the shoppers
 */
record OpenOnExecutor(OpenModels models, PreparedShoppers prepared) {

    private static final Map<Place, OpenOnExecutor> OPEN = new ConcurrentHashMap<>();

    /**
     * Where an executor finds what the driver found.
     *
     * @param bundle its directory, which is of one version
     * @param prepared the directory of the prepared data
     * @param fingerprint of their events
     */
    record Place(String bundle, String prepared, String fingerprint) implements Serializable {}

    static OpenOnExecutor of(Place place) {
        return OPEN.computeIfAbsent(place, OpenOnExecutor::open);
    }

    private static OpenOnExecutor open(Place place) {
        Bundle bundle;
        PreparedShoppers prepared;
        try {
            bundle = Bundle.open(Path.of(place.bundle()));
            prepared = PreparedShoppers.openAsOfTheEnd(Path.of(place.prepared()), bundle.fields());
        } catch (NextactException e) {
            throw new NextactException(
                    e.category(),
                    "an executor says: "
                            + e.getMessage()
                            + ". Every machine of the cluster must have the workspace at the same"
                            + " path",
                    e);
        }
        if (!prepared.fingerprint().equals(place.fingerprint())) {
            throw NextactException.input(
                    "an executor finds other prepared data in %s than the driver does; every"
                            + " machine of the cluster must have the workspace at the same path",
                    place.prepared());
        }
        return new OpenOnExecutor(new OpenModels(bundle), prepared);
    }
}
