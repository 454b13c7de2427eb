package dev.nextact.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.ShopConfigWriter;
import dev.nextact.train.Device;
import dev.nextact.train.Place;
import dev.nextact.train.Rendezvous;
import dev.nextact.train.TrainModel;
import dev.nextact.train.TrainReport;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.BarrierTaskContext;
import org.jspecify.annotations.Nullable;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/**
 * A task of the barrier stage: one process of the training. Its partition's number is its rank, its
 * cores are its workers. The first gives the report, as JSON; the others give nothing.
 */
final class TrainingTask extends AbstractFunction1<Iterator<Integer>, Iterator<String>>
        implements Serializable {

    private static final long serialVersionUID = 1L;

    private final Meeting meeting;
    private final String config;
    private final String directory;
    private final boolean resume;
    private final @Nullable String from;
    private final @Nullable Long memoryBytes;

    /**
     * Where the processes find each other and the driver.
     *
     * @param name of the attempt
     * @param size how many processes
     */
    record Meeting(String host, int port, String name, int size) implements Serializable {}

    TrainingTask(Meeting meeting, ShopConfig config, TrainModel.Options options) {
        this.meeting = meeting;
        this.config = ShopConfigWriter.toYaml(config);
        this.directory = config.directory().toString();
        this.resume = options.resume();
        this.from = options.from().map(path -> path.toAbsolutePath().toString()).orElse(null);
        this.memoryBytes = options.memoryBytes().orElse(null);
    }

    @Override
    public Iterator<String> apply(Iterator<Integer> partition) {
        BarrierTaskContext task = BarrierTaskContext.get();
        int rank = task.partitionId();
        try (Rendezvous reached = Rendezvous.at(meeting.host(), meeting.port())) {
            Place place =
                    new Place(
                            reached,
                            meeting.name(),
                            rank,
                            meeting.size(),
                            task.cpus(),
                            host(task.getTaskInfos()[rank].address()));
            Progress progress =
                    new UntilKilled(
                            task,
                            rank == 0
                                    ? new SpokenProgress(reached, meeting.name())
                                    : Progress.silent());
            Optional<TrainReport> report =
                    new TrainModel()
                            .runTogether(
                                    shop(),
                                    options(),
                                    place,
                                    // Spark hands on no more of an exception than its text
                                    e -> TrainingFailure.of(e).tell(reached),
                                    progress);
            return CollectionConverters.asScala(
                    report.map(TrainingTask::json)
                            .map(json -> Collections.singleton(json).iterator())
                            .orElse(Collections.emptyIterator()));
        }
    }

    private ShopConfig shop() {
        return ShopConfigReader.read(config, "the config", Path.of(directory), Map.of());
    }

    private TrainModel.Options options() {
        return new TrainModel.Options(
                resume,
                Optional.ofNullable(from).map(Path::of),
                Optional.ofNullable(memoryBytes),
                Device.CPU);
    }

    /** Without the port of {@code host:port}; a number of IPv6 loses its brackets. */
    static String host(String address) {
        return address.substring(0, address.lastIndexOf(':')).replaceAll("[\\[\\]]", "");
    }

    private static String json(TrainReport report) {
        try {
            return SparkTraining.JSON.writeValueAsString(report);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
