package dev.nextact.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.train.Rendezvous;
import dev.nextact.train.TrainModel;
import dev.nextact.train.TrainReport;
import dev.nextact.train.TrainingCluster;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * A training on Spark: one barrier stage, all of whose tasks run at the same time, each a process
 * of the training that reads the prepared data itself. A task that ends before its time takes the
 * stage with it; Spark tries no stage with results again, so the driver begins another, which goes
 * on from the last checkpoint.
 */
final class SparkTraining implements TrainingCluster {

    static final JsonMapper JSON = JsonMapper.builder().build();

    /** Attempts after each other, none of which came further than the best before. */
    private static final int MOST_IN_VAIN = 4;

    /**
     * An executor that died is begun anew within seconds; a cluster's autoscaler takes a minute.
     */
    private static final Map<String, String> WAITING_FOR_MACHINES =
            Map.of(
                    "spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "3s",
                    "spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures", "60",
                    // as the launcher does, for the same reason
                    "spark.executorEnv.MALLOC_ARENA_MAX", "2");

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(300);

    private static final ClassTag<String> STRINGS = ClassTag$.MODULE$.apply(String.class);

    private final String master;

    SparkTraining(String master) {
        this.master = master;
    }

    @Override
    public TrainReport train(
            ShopConfig config, TrainModel.Options options, int machines, Progress progress) {
        try (Scratch scratch = Scratch.make()) {
            return train(
                    SparkSessions.open(master, scratch.directory(), WAITING_FOR_MACHINES),
                    config,
                    options,
                    machines,
                    progress);
        }
    }

    private static TrainReport train(
            SparkSession spark,
            ShopConfig config,
            TrainModel.Options options,
            int machines,
            Progress progress) {
        try {
            JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
            ExecutorJars.addToLearn(context);
            String host = context.getConf().get("spark.driver.host");
            try (Rendezvous meeting = Rendezvous.serve(host, 0)) {
                return train(context, meeting, config, options, machines, progress);
            }
        } finally {
            spark.stop();
        }
    }

    private static TrainReport train(
            JavaSparkContext context,
            Rendezvous meeting,
            ShopConfig config,
            TrainModel.Options options,
            int machines,
            Progress progress) {
        long furthest = -1;
        int inVain = 0;
        for (int attempt = 1; ; attempt++) {
            String name = "attempt-" + attempt;
            TrainingTask.Meeting place =
                    new TrainingTask.Meeting(meeting.host(), meeting.port(), name, machines);
            try (HeardProgress heard = new HeardProgress(meeting, name, progress)) {
                try {
                    return run(context, new TrainingTask(place, config, options), machines, heard);
                } catch (ExecutionException e) {
                    String reason = reason(e, meeting, machines);
                    heard.listen();
                    inVain = heard.furthest() > furthest ? 1 : inVain + 1;
                    furthest = Math.max(furthest, heard.furthest());
                    if (inVain == MOST_IN_VAIN) {
                        throw new NextactException(
                                Category.CAPACITY,
                                ("the training was lost %d times, the last %d of them without coming"
                                                + " further: %s. Go on with --resume when the"
                                                + " machines are well again")
                                        .formatted(attempt, inVain, reason),
                                e);
                    }
                    progress.say("lost: " + reason + "; going on from the last checkpoint");
                }
            }
        }
    }

    private static TrainReport run(
            JavaSparkContext context, TrainingTask task, int machines, HeardProgress heard)
            throws ExecutionException {
        List<Integer> ranks = Collections.nCopies(machines, 0);
        JavaFutureAction<List<String>> stage =
                new JavaRDD<>(
                                context.parallelize(ranks, machines)
                                        .rdd()
                                        .barrier()
                                        .mapPartitions(task, false, STRINGS),
                                STRINGS)
                        .collectAsync();
        try {
            while (!stage.isDone()) {
                heard.listen();
                Thread.sleep(BETWEEN_LOOKS.toMillis());
            }
            heard.listen();
            return JSON.readValue(stage.get().get(0), TrainReport.class);
        } catch (InterruptedException e) {
            stage.cancel(false); // the tasks look for it
            Thread.currentThread().interrupt();
            throw new NextactException(Category.INTERNAL, "the training was interrupted", e);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Why an attempt ended that another may well bring further.
     *
     * @throws NextactException why none would
     */
    private static String reason(ExecutionException e, Rendezvous meeting, int machines) {
        Optional<NextactException> own = TrainingFailure.heard(meeting);
        if (own.isPresent()) {
            throw own.get();
        }
        Exception cause = e.getCause() instanceof Exception told ? told : e;
        if (String.valueOf(cause.getMessage()).contains("requires more slots")) {
            throw new NextactException(
                    Category.CAPACITY,
                    ("--machines %d: the cluster has not as many executors with spark.task.cpus"
                                    + " cores, all at the same time. Start more, or ask for fewer")
                            .formatted(machines),
                    e);
        }
        return String.valueOf(SparkFailure.of("train", cause).getMessage());
    }
}
