package dev.nextact.spark;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.substring_index;

import dev.nextact.data.SqlEngine;
import dev.nextact.data.SqlStep;
import dev.nextact.data.StagedRowFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Spark, in this process or on a cluster whose machines all see the workspace at the same path. Its
 * tables are Parquet files below the engine's directory. Confined to one thread; the caller closes
 * it.
 *
 * <p>The rows of a shopper, or an item, with very many are cut into stretches of time for the
 * windows that sort them; joins that they make uneven are split by Spark's adaptive execution. A
 * file makes one partition of a window, which Spark sorts on disk.
 */
final class SparkEngine implements SqlEngine {

    private static final StructType FILES =
            new StructType()
                    .add("path", DataTypes.StringType, false)
                    .add("file", DataTypes.IntegerType, false)
                    .add("first_seq", DataTypes.LongType, false)
                    .add("offset_micros", DataTypes.LongType, false)
                    .add("is_clock", DataTypes.BooleanType, false)
                    .add("is_in_order", DataTypes.BooleanType, false);

    /** The setting that says how many rows of a shopper, or an item, one task sorts. */
    static final String TOGETHER = "spark.nextact.together";

    /** Of fewer rows it is no use to cut any. */
    private static final long LEAST_TOGETHER = 100_000;

    /** Tasks are far fewer than that, so that those with a stretch more than others stay alike. */
    private static final long STRETCHES = 1_000;

    private final SparkSession spark;
    private final Path directory;

    private SparkEngine(SparkSession spark, Path directory) {
        this.spark = spark;
        this.directory = directory;
    }

    /**
     * @param master empty = the one that {@code spark-submit} was told, or else all cores of this
     *     machine
     * @param directory for its tables
     */
    static SparkEngine open(String master, Path directory) {
        return new SparkEngine(SparkSessions.open(master, directory), directory);
    }

    @Override
    public void openStaged(List<StagedRowFiles> files, List<String> fields) {
        List<Row> facts = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        for (StagedRowFiles file : files) {
            for (Path part : file.parts()) {
                paths.add(address(part));
                facts.add(
                        RowFactory.create(
                                // its directory and name, which are unlike any other's
                                part.getName(part.getNameCount() - 2) + "/" + part.getFileName(),
                                file.number(),
                                file.firstSeq(),
                                file.offsetMicros(),
                                file.clock(),
                                file.inOrder()));
            }
        }
        try {
            spark.createDataFrame(facts, FILES).createOrReplaceTempView("staged_files");
            rows(paths, fields).createOrReplaceTempView("raw_events");
        } catch (Exception e) {
            throw SparkFailure.of("open staged files", e);
        }
    }

    /** One scan of all files, however many, and what is known of each joined to its rows. */
    private Dataset<Row> rows(List<String> paths, List<String> fields) {
        Dataset<Row> rows =
                spark.read()
                        .parquet(paths.toArray(String[]::new))
                        .withColumn("path", substring_index(col("_metadata.file_path"), "/", -2));
        List<Column> columns = new ArrayList<>();
        columns.add(col("file"));
        columns.add(col("line"));
        columns.add(col("first_seq").plus(col("line")).as("seq"));
        columns.add(col("user_id"));
        columns.add(col("item_id"));
        columns.add(col("behaviour"));
        columns.add(col("time_micros").plus(col("offset_micros")).as("time_micros"));
        Stream.of(
                        "is_clock",
                        "is_in_order",
                        "category",
                        "brand",
                        "price_micros",
                        "quantity",
                        "session",
                        "repair")
                .forEach(name -> columns.add(col(name)));
        fields.forEach(name -> columns.add(col(name)));
        return rows.join(broadcast(spark.table("staged_files")), "path")
                .select(columns.toArray(Column[]::new));
    }

    @Override
    public void openTable(String name, List<Path> files) {
        try {
            spark.read()
                    .parquet(files.stream().map(SparkEngine::address).toArray(String[]::new))
                    .createOrReplaceTempView(name);
        } catch (Exception e) {
            throw SparkFailure.of("open " + files.get(0), e);
        }
    }

    @Override
    public OptionalLong mostTogether(long rows) {
        return OptionalLong.of(
                spark.sparkContext()
                        .conf()
                        .getLong(TOGETHER, Math.max(LEAST_TOGETHER, rows / STRETCHES)));
    }

    @Override
    public void run(SqlStep step) {
        for (String statement : step.statements()) {
            try {
                spark.sql(statement);
            } catch (Exception e) {
                throw SparkFailure.of("step " + step.name(), e);
            }
        }
    }

    @Override
    public List<List<@Nullable Object>> rows(String query) {
        try {
            List<List<@Nullable Object>> rows = new ArrayList<>();
            for (Row row : spark.sql(query).collectAsList()) {
                List<@Nullable Object> values = new ArrayList<>();
                for (int i = 0; i < row.size(); i++) {
                    values.add(row.get(i));
                }
                rows.add(values);
            }
            return rows;
        } catch (Exception e) {
            throw SparkFailure.of("query '" + query + "'", e);
        }
    }

    @Override
    public List<Path> write(String query, Path file) {
        Path parts = directory.resolve("written").resolve(file.getFileName());
        try {
            spark.sql(query).write().option("compression", "zstd").parquet(uri(parts).toString());
        } catch (Exception e) {
            throw SparkFailure.of("write " + file, e);
        }
        try (Stream<Path> entries = Files.list(parts)) {
            return entries.filter(part -> part.getFileName().toString().startsWith("part-"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw SparkFailure.of(
                    "the rows of "
                            + file
                            + " are not to be seen here; all machines of the cluster must have the"
                            + " workspace at the same path",
                    e);
        }
    }

    static org.apache.hadoop.fs.Path uri(Path file) {
        return new org.apache.hadoop.fs.Path(file.toAbsolutePath().toUri());
    }

    /** What Spark takes for a glob is none here. */
    private static String address(Path file) {
        return uri(file).toString().replaceAll("[\\\\*?\\[\\]{}]", "\\\\$0");
    }

    @Override
    public void close() {
        spark.stop();
    }
}
