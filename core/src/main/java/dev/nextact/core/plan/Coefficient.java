package dev.nextact.core.plan;

import java.util.Locale;

/**
 * What a {@link Plan} takes from measurements; the values stand in {@code coefficients.properties},
 * each with the command that measures it.
 */
public enum Coefficient {
    /** Of {@code prepare} on one machine, whatever the log. */
    PREPARE_START("processor seconds"),
    /** Of {@code prepare} on one machine, reading the raw row included. */
    PREPARE_EVENT("processor microseconds an event"),
    /**
     * Of {@link #PREPARE_EVENT} what reading raw files takes, on one core however many there are.
     */
    PREPARE_READING("share"),
    /** Of {@code prepare} on one machine: every slice of shoppers looks at the whole log again. */
    PREPARE_SLICE("processor microseconds an event and slice"),
    /**
     * Rows of a slice for each byte of {@code --memory}; a choice of nextact, not a measurement.
     */
    PREPARE_SLICE_BYTES("bytes of --memory a row"),
    /** Resident, beside {@code --memory}. */
    PREPARE_RESIDENT("gigabytes"),
    /** Of a raw event, as CSV. */
    RAW_BYTES("bytes an event"),
    /** Of an event as it was read. */
    STAGED_BYTES("bytes an event"),
    /** The most at one time beside what was staged, prepared tables among it. */
    WORK_BYTES("bytes an event"),
    /** Of an event in the prepared tables. */
    PREPARED_BYTES("bytes an event"),
    /** Of a stage on a cluster, by the clock: planning, handing out, starting tasks. */
    SPARK_STAGE("seconds a stage"),
    /** Of {@code prepare}. */
    SPARK_STAGES("stages"),
    /** In tasks of {@code prepare}, reading raw rows not included. */
    SPARK_EVENT("processor microseconds an event"),
    /** Sent between tasks of {@code prepare}. */
    SPARK_SHUFFLED("bytes an event"),
    /** Resident, of the driver of a cluster. */
    SPARK_DRIVER("gigabytes"),
    /** Resident, of an executor of {@code prepare}. */
    SPARK_EXECUTOR("gigabytes"),
    /** Reading prepared events into memory. */
    READ_EVENT("microseconds an event"),
    /** In memory, of an event and of its number among the learned items. */
    LOG_EVENT("bytes an event"),
    /** In memory, of a shopper: the id, its place in a table, where its events begin. */
    LOG_SHOPPER("bytes a shopper"),
    /** In memory, of a window that is learned from. */
    LOG_WINDOW("bytes a window"),
    /** Starting a training on a cluster. */
    TRAIN_START("seconds"),
    /** Of a target, for each value that a layer has of it: all that is no multiplication. */
    TRAIN_VALUE("microseconds a value"),
    /** Of a target, for each multiplication of the way forward, the way back included. */
    TRAIN_MULTIPLY("nanoseconds a multiplication"),
    /** Of a step, on every machine alike. */
    TRAIN_STEP("milliseconds a step"),
    /** Of a step, on every machine alike, for each target of the whole batch at width 64. */
    TRAIN_STEP_TARGET("microseconds a target of the batch"),
    /** Of a piece of a batch, however small. */
    TRAIN_PIECE("milliseconds a piece"),
    /** LibTorch and the JVM. */
    TRAIN_LIBRARIES("gigabytes"),
    /** Of a sum over processes, until a neighbour has what was sent. */
    NETWORK_HOP("milliseconds"),
    /** Starting predictions on a cluster. */
    SCORE_START("seconds"),
    /** For each multiplication of the encoder. */
    SCORE_MULTIPLY("nanoseconds a multiplication"),
    /** For each item that is scored, and each value of its vector. */
    SCORE_ITEM("nanoseconds an item and value"),
    /** Of a row of an answer, in a Parquet file. */
    SCORE_ROW_BYTES("bytes a row"),
    /** Java's heap of an executor that predicts. */
    SCORE_HEAP("gigabytes"),
    /** Beside the heap, for each core. */
    SCORE_CORE("gigabytes a core");

    private final String unit;

    Coefficient(String unit) {
        this.unit = unit;
    }

    public String unit() {
        return unit;
    }

    /** As the resource and JSON name it: {@code prepare.event}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '.');
    }
}
