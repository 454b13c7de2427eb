package dev.nextact.core.plan;

import dev.nextact.core.plan.StageEstimate.Stage;
import dev.nextact.core.plan.StageEstimate.Step;
import dev.nextact.core.plan.Workload.Machine;
import dev.nextact.core.plan.Workload.Training;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Training with sampled negatives: every machine makes the whole batch, computes its share of the
 * histories, one piece a core, and sums with the others the gradients of the dense weights and of
 * the rows of the item table that the batch reads. All of it but the sum is as measured for one
 * machine; {@link NetworkModel} tells the sum.
 */
final class TrainPlan {

    private static final double NANO = 1e-9;
    private static final double MICRO = 1e-6;
    private static final double MILLI = 1e-3;
    private static final double GIGA = 1e9;

    /** Bytes of a value. */
    private static final int FLOAT = 4;

    /** {@link Coefficient#TRAIN_STEP_TARGET} is as of this width. */
    private static final double MEASURED_WIDTH = 64;

    /**
     * Weights and Adam's two moments, the same in a checkpoint, best, learned and validated ones.
     */
    private static final int COPIES_IN_MEMORY = 9;

    /** The checkpoint (weights and moments), the best, and a bundle's weights and graph. */
    private static final int COPIES_ON_DISK = 6;

    /** States of a layer kept for the way back, in widths. */
    private static final int STATES_PER_LAYER = 24;

    /** Values kept of a pair of tokens in a head. */
    private static final int OF_ATTENTION = 4;

    /** Targets that an epoch is validated by, at most, on the first machine. */
    private static final double MOST_VALIDATED = 25_000;

    /** The most events that the arrays of a process hold. */
    private static final double MOST_EVENTS = Integer.MAX_VALUE;

    /** Windows are a sum of shares; so little more than a whole number of steps is no step more. */
    private static final double ROUNDING = 1e-9;

    private final Workload asked;
    private final Coefficients known;
    private final Training network;
    private final LearnedHistories histories;

    TrainPlan(Workload asked, Coefficients known) {
        this.asked = asked;
        this.known = known;
        this.network = asked.network();
        this.histories =
                LearnedHistories.of(asked.users(), asked.eventsPerUser(), network.length());
    }

    StageEstimate on(int machines) {
        Machine machine = asked.machine();
        List<TimePart> parts = new ArrayList<>();
        Measured start = known.of(Coefficient.TRAIN_START);
        if (machines > 1) {
            parts.add(TimePart.of(Cause.STARTING, start.value(), start));
        }
        Measured read = known.of(Coefficient.READ_EVENT);
        parts.add(TimePart.of(Cause.ONE_CORE, MICRO * read.value() * asked.events(), read));

        double steps = asked.epochs() * stepsPerEpoch();
        List<TimePart> ofStep = step(machines);
        ofStep.forEach(part -> parts.add(part.times(steps)));
        TimePart validated = ScoringCost.of(asked, known, meanTokens());
        parts.add(validated.times(asked.epochs() * validations() / machine.cores()));

        double sent = NetworkModel.sentBytes(machines, gradientBytes());
        double logs = machines > 1 ? machines * preparedBytes() : 0;
        boolean fits = asked.events() <= MOST_EVENTS;
        return new StageEstimate(
                Stage.TRAIN,
                machines,
                parts,
                machines > 1 ? GIGA * known.value(Coefficient.SPARK_DRIVER) : 0,
                memory(machines),
                preparedBytes() + FLOAT * COPIES_ON_DISK * values(),
                machines * sent * steps + logs,
                Optional.of(
                        new Step(
                                steps,
                                targetsPerStep(),
                                ofStep.stream().mapToDouble(TimePart::seconds).sum(),
                                gradientBytes(),
                                sent)),
                fits,
                fits
                        ? ""
                        : "every machine holds the whole log, of at most 2,147,483,647 events: train"
                                + " on the newest, or on some of the shoppers");
    }

    private double batch() {
        return Math.min(network.batch(), histories.windows());
    }

    private double stepsPerEpoch() {
        return histories.targets() == 0 ? 0 : Math.ceil(histories.windows() / batch() - ROUNDING);
    }

    private double targetsPerStep() {
        return histories.targets() == 0 ? 0 : batch() * histories.targetsPerWindow();
    }

    /** Of a validation; a history each. */
    private double validations() {
        return Math.min(MOST_VALIDATED, (double) asked.users());
    }

    private double meanTokens() {
        return Math.min(network.length(), asked.eventsPerUser());
    }

    /** One step, its parts one after the other. */
    private List<TimePart> step(int machines) {
        Machine machine = asked.machine();
        double targets = targetsPerStep();
        double workers = Math.min((double) machines * machine.cores(), Math.max(1, batch()));
        Measured step = known.of(Coefficient.TRAIN_STEP);
        Measured stepTarget = known.of(Coefficient.TRAIN_STEP_TARGET);
        Measured piece = known.of(Coefficient.TRAIN_PIECE);
        Measured value = known.of(Coefficient.TRAIN_VALUE);
        Measured multiply = known.of(Coefficient.TRAIN_MULTIPLY);
        Measured hop = known.of(Coefficient.NETWORK_HOP);
        NetworkModel link = new NetworkModel(MILLI * hop.value(), machine.linkBytesPerSecond());
        double width = network.width();
        double multiplications =
                network.encoderMultiplications(histories.attended())
                        + (network.negatives() + 1) * width;
        List<TimePart> parts = new ArrayList<>();
        parts.add(TimePart.of(Cause.ALIKE, MILLI * step.value(), step));
        parts.add(
                TimePart.of(
                        Cause.ALIKE,
                        MICRO * stepTarget.value() * targets * width / MEASURED_WIDTH,
                        stepTarget));
        parts.add(TimePart.of(Cause.ALIKE, MILLI * piece.value(), piece));
        parts.add(
                TimePart.of(
                        Cause.COMPUTE,
                        MICRO * value.value() * network.layers() * width * targets / workers,
                        value));
        parts.add(
                TimePart.of(
                        Cause.COMPUTE,
                        NANO * multiply.value() * multiplications * targets / workers,
                        multiply));
        if (machines > 1) {
            parts.add(TimePart.of(Cause.WAITING, link.waitingSeconds(machines), hop));
            double sending = link.seconds(machines, gradientBytes());
            parts.add(new TimePart(Cause.NETWORK, sending - link.waitingSeconds(machines), 1));
        }
        return parts;
    }

    /** Of the item table, each counted once: as many as of items that are all as likely. */
    private double distinctRows() {
        double reads = targetsPerStep() + batch() + network.negatives() + 1;
        double items = asked.items();
        return -items * Math.expm1(reads * Math.log1p(-1 / (items + 1)));
    }

    private double gradientBytes() {
        return FLOAT * (network.denseValues() + distinctRows() * network.width());
    }

    private double values() {
        return network.denseValues() + (asked.items() + 1.0) * network.width();
    }

    private double preparedBytes() {
        return asked.events() * known.value(Coefficient.PREPARED_BYTES);
    }

    /** On each machine: the log, the weights and what the optimiser keeps, what workers hold. */
    private double memory(int machines) {
        double log =
                asked.events() * known.value(Coefficient.LOG_EVENT)
                        + (asked.users() + asked.items()) * known.value(Coefficient.LOG_SHOPPER)
                        + histories.windows() * known.value(Coefficient.LOG_WINDOW);
        double workers = asked.machine().cores();
        double tokens = Math.min(network.length(), Math.max(1, 4 * histories.attended()));
        double targets = tokens + targetsPerStep() / (machines * workers);
        double width = network.width();
        double layer =
                targets * width * STATES_PER_LAYER
                        + OF_ATTENTION * targets * network.heads() * tokens;
        double scores = 3 * targets * network.negatives();
        double rows = 3 * Math.min(asked.items() + 1.0, network.negatives() + 2 * targets) * width;
        double pieces = workers * (layer * network.layers() + scores + rows);
        return GIGA * known.value(Coefficient.TRAIN_LIBRARIES)
                + log
                + FLOAT * (COPIES_IN_MEMORY * values() + pieces);
    }
}
