package dev.nextact.core.plan;

import dev.nextact.core.plan.StageEstimate.Stage;
import dev.nextact.core.plan.Workload.Machine;
import java.util.List;
import java.util.Optional;

/**
 * The next items of every shopper: on one machine one core, which holds the log; on several the
 * tasks of Spark, each of which reads its shoppers alone.
 */
final class ScorePlan {

    private static final double MICRO = 1e-6;
    private static final double GIGA = 1e9;
    private static final int FLOAT = 4;

    /** Shoppers that are asked about at a time. */
    private static final int BLOCK = 64;

    /** The item table, as the graph and as ONNX Runtime has it ready. */
    private static final int COPIES_OF_ITEMS = 2;

    /** Events of the slice that each core is at, where slices are as large as they may be. */
    private static final double MOST_OF_A_SLICE = 20e6;

    private static final int TASKS_A_CORE = 4;

    private final Workload asked;
    private final Coefficients known;

    ScorePlan(Workload asked, Coefficients known) {
        this.asked = asked;
        this.known = known;
    }

    StageEstimate on(int machines) {
        Machine machine = asked.machine();
        boolean alone = machines == 1;
        double cores = alone ? 1 : (double) machines * machine.cores();
        double tokens = Math.min(asked.network().length(), asked.eventsPerUser());
        Measured start = known.of(Coefficient.SCORE_START);
        Measured read = known.of(Coefficient.READ_EVENT);
        TimePart answer = ScoringCost.of(asked, known, tokens);
        TimePart answering =
                new TimePart(
                        alone ? Cause.ONE_CORE : Cause.COMPUTE,
                        answer.seconds() * asked.users() / cores,
                        answer.within());
        double answers =
                (double) asked.users() * asked.k() * known.value(Coefficient.SCORE_ROW_BYTES);
        double prepared = asked.events() * known.value(Coefficient.PREPARED_BYTES);
        double moved = prepared + answers;
        TimePart working =
                TimePart.longest(
                        List.of(
                                answering,
                                new TimePart(
                                        Cause.NETWORK,
                                        alone ? 0 : moved / machine.linkBytesPerSecond(),
                                        1),
                                new TimePart(Cause.DISK, moved / machine.diskBytesPerSecond(), 1)));
        TimePart before =
                alone
                        ? TimePart.of(Cause.ONE_CORE, MICRO * read.value() * asked.events(), read)
                        : TimePart.of(Cause.STARTING, start.value(), start);
        return new StageEstimate(
                Stage.SCORE,
                machines,
                List.of(before, working),
                alone ? 0 : GIGA * known.value(Coefficient.SPARK_DRIVER),
                alone ? memoryOfOne() : memoryOfExecutor(cores),
                moved,
                alone ? 0 : moved,
                Optional.empty(),
                !alone || asked.events() <= Integer.MAX_VALUE,
                alone ? "one core alone: --engine spark --master 'local[*]' uses all" : "");
    }

    private double tableBytes() {
        return FLOAT * (asked.items() + 1.0) * asked.network().width();
    }

    private double scoreBytes() {
        return FLOAT * BLOCK * (asked.items() + 1.0);
    }

    private double memoryOfOne() {
        return GIGA * known.value(Coefficient.SCORE_HEAP)
                + asked.events() * known.value(Coefficient.LOG_EVENT)
                + (asked.users() + asked.items()) * known.value(Coefficient.LOG_SHOPPER)
                + scoreBytes()
                + COPIES_OF_ITEMS * tableBytes();
    }

    private double memoryOfExecutor(double allCores) {
        double cores = asked.machine().cores();
        double slice = Math.min(MOST_OF_A_SLICE, asked.events() / (TASKS_A_CORE * allCores));
        return GIGA * known.value(Coefficient.SCORE_HEAP)
                + cores
                        * (slice * known.value(Coefficient.LOG_EVENT)
                                + scoreBytes()
                                + GIGA * known.value(Coefficient.SCORE_CORE))
                + COPIES_OF_ITEMS * tableBytes();
    }
}
