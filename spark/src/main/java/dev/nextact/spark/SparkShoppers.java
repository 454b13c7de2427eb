package dev.nextact.spark;

import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.data.PreparedData;
import dev.nextact.data.PreparedShoppers;
import dev.nextact.data.Slice;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.AnswerTally;
import dev.nextact.predict.OpenModels;
import dev.nextact.predict.PredictionFile;
import dev.nextact.predict.ShopperCluster;
import dev.nextact.predict.ShopperQuestion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.CollectionAccumulator;

/**
 * All shoppers, asked on Spark. A task asks one slice of them: it reads their events alone, answers
 * block by block, and writes a file; the driver sees the limits of slices and the tallies. Which
 * attempt of a task counts is Spark's commit protocol's to say.
 */
final class SparkShoppers implements ShopperCluster {

    /**
     * Of them a lost executor loses a few, and the last to end leaves others idle for a short time.
     */
    private static final int TASKS_A_CORE = 4;

    /**
     * Some tens of seconds of work, and with 13 bytes an event a small part of an executor's
     * memory.
     */
    private static final long MOST_OF_A_TASK = 20_000_000;

    /** What Spark writes, its own marks and what a killed driver leaves among it. */
    private static final Pattern OF_ANSWERS =
            Pattern.compile("part-.*|_SUCCESS|_temporary|\\..*\\.crc");

    private final String master;
    private final Place place;
    private final UnaryOperator<JavaRDD<Row>> between;

    SparkShoppers(String master, Place place) {
        this(master, place, rows -> rows);
    }

    /**
     * @param between what happens to rows before they are written
     */
    SparkShoppers(String master, Place place, UnaryOperator<JavaRDD<Row>> between) {
        this.master = master;
        this.place = place;
        this.between = between;
    }

    @Override
    public long newestMicros() {
        return PreparedData.newestMicros(place.prepared());
    }

    @Override
    public AnswerTally ask(Bundle bundle, ShopperQuestion<?> question, Progress progress) {
        try (OpenModels models = new OpenModels(bundle)) {
            question.answerer(models); // what it cannot answer is refused here, by its own words
        }
        PreparedShoppers prepared =
                PreparedShoppers.openAsOfTheEnd(place.prepared(), bundle.fields());
        try (Scratch scratch = Scratch.make()) {
            return ask(
                    SparkSessions.open(master, scratch.directory()),
                    prepared,
                    bundle,
                    question,
                    progress);
        }
    }

    private AnswerTally ask(
            SparkSession spark,
            PreparedShoppers prepared,
            Bundle bundle,
            ShopperQuestion<?> question,
            Progress progress) {
        try {
            List<Slice> slices =
                    prepared.slices(
                            ShopperQuestion.BLOCK,
                            question.costInEvents(),
                            TASKS_A_CORE * spark.sparkContext().defaultParallelism(),
                            MOST_OF_A_TASK);
            OpenOnExecutor.Place opened =
                    new OpenOnExecutor.Place(
                            bundle.directory().toAbsolutePath().toString(),
                            place.prepared().toAbsolutePath().toString(),
                            prepared.fingerprint());
            return ask(spark, slices, opened, question, progress);
        } finally {
            spark.stop();
        }
    }

    private AnswerTally ask(
            SparkSession spark,
            List<Slice> slices,
            OpenOnExecutor.Place opened,
            ShopperQuestion<?> question,
            Progress progress) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        refuseOtherThings(context);
        ExecutorJars.addToAnswer(context);
        CollectionAccumulator<SliceTally> tallies =
                spark.sparkContext().collectionAccumulator("tallies");
        try (Progress.Task task = progress.start("predict", slices.size(), "slices of shoppers")) {
            spark.sparkContext().addSparkListener(new TasksEnded(task));
            JavaRDD<Row> rows =
                    context.parallelize(slices, slices.size())
                            .mapPartitions(new AskSlices(opened, question, tallies));
            spark.createDataFrame(between.apply(rows), schema(question.columns()))
                    .write()
                    .mode(SaveMode.Overwrite)
                    .option("compression", "zstd")
                    .parquet(address(place.out()));
        } catch (Exception e) {
            throw SparkFailure.of("predict into " + place.out(), e);
        }
        return tallies.value().stream()
                .sorted(Comparator.comparingInt(SliceTally::first))
                .map(SliceTally::tally)
                .reduce(AnswerTally.NONE, AnswerTally::plus);
    }

    /** Answers take the place of what is there, which must not be anything but older ones. */
    private void refuseOtherThings(JavaSparkContext context) {
        org.apache.hadoop.fs.Path out = new org.apache.hadoop.fs.Path(address(place.out()));
        try {
            FileSystem files = out.getFileSystem(context.hadoopConfiguration());
            if (!files.exists(out)) {
                return;
            }
            for (FileStatus entry : files.listStatus(out)) {
                if (!OF_ANSWERS.matcher(entry.getPath().getName()).matches()
                        || entry.getPath().equals(files.makeQualified(out))) {
                    throw NextactException.input(
                            "--out: %s is there, and is no directory of answers alone (it holds"
                                    + " %s). Name a new one",
                            place.out(), entry.getPath().getName());
                }
            }
        } catch (IOException e) {
            throw SparkFailure.of("look at " + place.out(), e);
        }
    }

    /** Tells how many tasks have ended well. Called by one thread of Spark's. */
    private static final class TasksEnded extends SparkListener {
        private final Progress.Task task;
        private long ended;

        TasksEnded(Progress.Task task) {
            this.task = task;
        }

        @Override
        public void onTaskEnd(SparkListenerTaskEnd end) {
            if (end.taskInfo().successful()) {
                task.at(++ended, "");
            }
        }
    }

    private static StructType schema(List<PredictionFile.Column> columns) {
        StructType schema = new StructType();
        for (PredictionFile.Column column : columns) {
            schema = schema.add(column.name(), type(column.type()), false);
        }
        return schema;
    }

    private static DataType type(String ofSql) {
        return switch (ofSql) {
            case "VARCHAR" -> DataTypes.StringType;
            case "INTEGER" -> DataTypes.IntegerType;
            case "FLOAT" -> DataTypes.FloatType;
            case "DOUBLE" -> DataTypes.DoubleType;
            default -> throw new IllegalArgumentException("type: found " + ofSql);
        };
    }

    /**
     * A path without a scheme is one of the machines' own file systems, whatever Hadoop's default.
     */
    private static String address(String out) {
        return out.matches("[a-z][a-z0-9+.-]*:.*") ? out : SparkEngine.uri(Path.of(out)).toString();
    }
}
