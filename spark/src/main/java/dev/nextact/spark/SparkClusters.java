package dev.nextact.spark;

import dev.nextact.predict.ShopperCluster;

/** Found by {@link ShopperCluster#spark} where this module is on the class path. */
public final class SparkClusters implements ShopperCluster.Provider {

    @Override
    public ShopperCluster at(String master, ShopperCluster.Place place) {
        return new SparkShoppers(master, place);
    }
}
