package dev.nextact.train;

import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.SparkModule;

/** Many machines that train one network together, each a process of the training. */
public interface TrainingCluster {

    /**
     * Prepared data → a model bundle, as on one machine. A machine that is lost is replaced, and
     * the training goes on from its last checkpoint.
     *
     * @param config whose workspace every machine sees at the same path
     * @param machines how many
     * @throws NextactException as {@link TrainModel} does, and when there are not as many machines
     */
    TrainReport train(
            ShopConfig config, TrainModel.Options options, int machines, Progress progress);

    /**
     * Spark's, which must be on the class path.
     *
     * @param master its address, such as {@code local[2]} or {@code spark://host:7077}; empty = the
     *     one {@code spark-submit} was told, or else all cores of this machine
     * @throws NextactException where the module is not on the class path
     */
    static TrainingCluster spark(String master) {
        return SparkModule.provider(Provider.class).at(master);
    }

    /** What a module of its own brings to the class path. */
    interface Provider {
        /**
         * @param master see {@link #spark}
         */
        TrainingCluster at(String master);
    }
}
