package dev.nextact.spark;

import dev.nextact.data.SqlEngines;

/** Found by {@link SqlEngines#spark} where this module is on the class path. */
public final class SparkEngines implements SqlEngines.Cluster {

    @Override
    public SqlEngines at(String master) {
        return directory -> SparkEngine.open(master, directory);
    }
}
