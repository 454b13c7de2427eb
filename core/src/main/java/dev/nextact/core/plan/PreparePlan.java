package dev.nextact.core.plan;

import dev.nextact.core.plan.StageEstimate.Stage;
import dev.nextact.core.plan.Workload.Machine;
import java.util.List;
import java.util.Optional;

/**
 * Prepare: on one machine an embedded DuckDB, on several Spark, to which the driver hands what it
 * has read of the raw files.
 */
final class PreparePlan {

    private static final double MICRO = 1e-6;
    private static final double GIGA = 1e9;

    /** The staged events, and the parts of the tables, there and back. */
    private static final int WAYS_OF_PARTS = 2;

    /** Those it was measured on; more are not known to help. */
    private static final int CORES_AT_START = 2;

    private final Workload asked;
    private final Coefficients known;

    PreparePlan(Workload asked, Coefficients known) {
        this.asked = asked;
        this.known = known;
    }

    StageEstimate on(int machines) {
        return machines == 1 ? onOne() : onCluster(machines);
    }

    private double perEvent(Coefficient coefficient) {
        return asked.events() * known.value(coefficient);
    }

    /** Processor seconds that one core takes, however many there are. */
    private TimePart reading() {
        Measured event = known.of(Coefficient.PREPARE_EVENT);
        return TimePart.of(
                Cause.ONE_CORE,
                MICRO * asked.events() * event.value() * known.value(Coefficient.PREPARE_READING),
                known.of(Coefficient.PREPARE_READING));
    }

    private TimePart disk(double bytes) {
        return new TimePart(Cause.DISK, bytes / asked.machine().diskBytesPerSecond(), 1);
    }

    private double diskBytes() {
        return perEvent(Coefficient.STAGED_BYTES) + perEvent(Coefficient.WORK_BYTES);
    }

    private StageEstimate onOne() {
        Machine machine = asked.machine();
        Measured event = known.of(Coefficient.PREPARE_EVENT);
        double afterReading =
                MICRO
                        * asked.events()
                        * event.value()
                        * (1 - known.value(Coefficient.PREPARE_READING));
        double slices =
                Math.ceil(
                        asked.events()
                                * known.value(Coefficient.PREPARE_SLICE_BYTES)
                                / machine.memory());
        Measured slice = known.of(Coefficient.PREPARE_SLICE);
        double touched =
                perEvent(Coefficient.RAW_BYTES)
                        + WAYS_OF_PARTS * perEvent(Coefficient.STAGED_BYTES)
                        + WAYS_OF_PARTS * perEvent(Coefficient.WORK_BYTES);
        List<TimePart> computing =
                List.of(
                        starting(),
                        reading(),
                        TimePart.of(Cause.COMPUTE, afterReading / machine.cores(), event),
                        TimePart.of(
                                Cause.COMPUTE,
                                MICRO
                                        * asked.events()
                                        * (slices - 1)
                                        * slice.value()
                                        / machine.cores(),
                                slice));
        double seconds = computing.stream().mapToDouble(TimePart::seconds).sum();
        TimePart disk = disk(touched);
        return new StageEstimate(
                Stage.PREPARE,
                1,
                disk.seconds() > seconds ? List.of(disk) : computing,
                0,
                machine.memory() + GIGA * known.value(Coefficient.PREPARE_RESIDENT),
                diskBytes(),
                0,
                Optional.empty(),
                true,
                "");
    }

    private TimePart starting() {
        Measured start = known.of(Coefficient.PREPARE_START);
        return TimePart.of(
                Cause.STARTING,
                start.value() / Math.min(CORES_AT_START, asked.machine().cores()),
                start);
    }

    private StageEstimate onCluster(int machines) {
        Machine machine = asked.machine();
        double cores = (double) machines * machine.cores();
        Measured task = known.of(Coefficient.SPARK_EVENT);
        Measured shuffled = known.of(Coefficient.SPARK_SHUFFLED);
        double toOthers = perEvent(Coefficient.SPARK_SHUFFLED) * (machines - 1) / machines;
        double shared =
                perEvent(Coefficient.STAGED_BYTES)
                        + WAYS_OF_PARTS * perEvent(Coefficient.PREPARED_BYTES);
        double link = machine.linkBytesPerSecond();
        TimePart working =
                TimePart.longest(
                        List.of(
                                TimePart.of(
                                        Cause.COMPUTE,
                                        MICRO * asked.events() * task.value() / cores,
                                        task),
                                TimePart.of(
                                        Cause.NETWORK,
                                        toOthers / machines / link + shared / link,
                                        shuffled),
                                disk(2 * perEvent(Coefficient.SPARK_SHUFFLED) / machines)));
        Measured stage = known.of(Coefficient.SPARK_STAGE);
        TimePart starting =
                TimePart.of(
                        Cause.STARTING,
                        stage.value() * known.value(Coefficient.SPARK_STAGES),
                        stage);
        return new StageEstimate(
                Stage.PREPARE,
                machines,
                List.of(
                        starting,
                        reading(),
                        working,
                        disk(WAYS_OF_PARTS * perEvent(Coefficient.PREPARED_BYTES))),
                machine.memory() + GIGA * known.value(Coefficient.PREPARE_RESIDENT),
                GIGA * known.value(Coefficient.SPARK_EXECUTOR),
                perEvent(Coefficient.STAGED_BYTES)
                        + perEvent(Coefficient.SPARK_SHUFFLED)
                        + WAYS_OF_PARTS * perEvent(Coefficient.PREPARED_BYTES),
                toOthers + shared,
                Optional.empty(),
                true,
                "");
    }
}
