package dev.nextact.spark;

import dev.nextact.train.TrainingCluster;

/** Found by {@link TrainingCluster#spark} where this module is on the class path. */
public final class SparkTrainings implements TrainingCluster.Provider {

    @Override
    public TrainingCluster at(String master) {
        return new SparkTraining(master);
    }
}
