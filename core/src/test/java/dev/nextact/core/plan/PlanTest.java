package dev.nextact.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nextact.core.plan.StageEstimate.Stage;
import dev.nextact.core.plan.StageEstimate.Step;
import dev.nextact.core.plan.Workload.Machine;
import dev.nextact.core.plan.Workload.Training;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** By hand, by order, and against what was measured (docs/benchmarks.md). */
class PlanTest {

    private static final double MEBIBYTE = 1 << 20;
    private static final double NO_LIMIT = 10_000;

    /** That of docs/benchmarks.md. */
    private static final Machine MEASURED = new Machine(2, NO_LIMIT, 2_000, 2L << 30);

    private static final Training NETWORK = new Training(64, 2, 50, 256, 512);

    private static Plan plan(Workload asked) {
        return Plan.of(asked, Coefficients.measured());
    }

    private static Workload log(long events, List<Integer> machines, Machine machine) {
        return new Workload(
                events, Math.max(1, events / 20), 1_000_000, machines, machine, NETWORK, 2, 10);
    }

    private static StageEstimate only(Plan plan, Stage stage) {
        return plan.of(stage).get(0);
    }

    /** Every coefficient 1 but those given, and none is off. */
    private static Coefficients ones(Map<String, Double> others) {
        Map<String, String> texts = new TreeMap<>();
        for (Coefficient coefficient : Coefficient.values()) {
            texts.put(
                    coefficient.key(),
                    others.getOrDefault(coefficient.key(), 1.0) + "; 1; by hand");
        }
        texts.put("machine", "none");
        texts.put("checked", "by hand");
        return Coefficients.of(texts);
    }

    @Test
    void prepareOnOneMachineByHand() {
        // 10 M events of 2 µs, half of it read by one core; 3 slices at 4 rows a byte of 16 MB
        Coefficients known =
                ones(
                        Map.of(
                                "prepare.start", 0.0,
                                "prepare.event", 2.0,
                                "prepare.reading", 0.5,
                                "prepare.slice", 0.1,
                                "prepare.slice.bytes", 20.0,
                                "staged.bytes", 3.0,
                                "work.bytes", 4.0));
        Workload asked = log(10_000_000, List.of(1), new Machine(4, 1, 1000, 80_000_000));

        StageEstimate prepare = only(Plan.of(asked, known), Stage.PREPARE);

        // 10 s by one core, 10 s by four, 2 more slices of 1 s by four
        assertThat(prepare.seconds()).isEqualTo(10 + 2.5 + 0.5, within(1e-9));
        assertThat(prepare.limit()).isEqualTo(Cause.ONE_CORE);
        assertThat(prepare.diskBytes()).isEqualTo(70e6, within(1.0));
        assertThat(prepare.machineBytes()).isEqualTo(80e6 + 1e9, within(1.0));
        assertThat(prepare.networkBytes()).isZero();
    }

    @Test
    void aSlowDiskLimitsPrepare() {
        StageEstimate prepare =
                only(
                        plan(log(1_000_000_000, List.of(1), new Machine(64, 10, 10, 64L << 30))),
                        Stage.PREPARE);

        assertThat(prepare.limit()).isEqualTo(Cause.DISK);
    }

    @Test
    void aStepByHand() {
        // 1,000 shoppers of 2 events on the average, 50 of the 500 windows a step of 2 targets each
        Coefficients known =
                ones(
                        Map.of(
                                "train.step", 5.0,
                                "train.step.target", 10.0,
                                "train.piece", 2.0,
                                "train.value", 1.0,
                                "train.multiply", 0.0,
                                "network.hop", 3.0,
                                "train.start", 0.0,
                                "read.event", 0.0,
                                "score.item", 0.0,
                                "score.multiply", 0.0));
        Workload asked =
                new Workload(
                        2000,
                        1000,
                        1000,
                        List.of(4),
                        new Machine(1, 8, 1000, 1L << 30),
                        new Training(128, 1, 50, 9, 50),
                        1,
                        10);

        StageEstimate train = only(Plan.of(asked, known), Stage.TRAIN);

        Step step = train.step().orElseThrow();
        assertThat(step.count()).isEqualTo(10);
        assertThat(step.targets()).isEqualTo(100, within(1e-6));
        double rows = 1000 * (1 - Math.pow(1 - 1 / 1001.0, 100 + 50 + 10));
        double bytes = 4 * (12 * 128 * 128 + 13 * 128 + 52 * 128 + rows * 128);
        assertThat(step.gradientBytes()).isEqualTo(bytes, within(1e-3));
        assertThat(step.sentBytes()).isEqualTo(1.5 * bytes, within(1e-3));
        double alike = 0.005 + 100 * 10e-6 * 2 + 0.002;
        double computing = 100 * 128 * 1e-6 / 4;
        double network = 6 * 0.003 + 1.5 * bytes / 1e9;
        assertThat(step.seconds()).isEqualTo(alike + computing + network, within(1e-9));
        assertThat(train.limit()).isEqualTo(Cause.WAITING);
    }

    @Test
    void anEstimateLiesBetweenItsLeastAndItsMost() {
        for (StageEstimate estimate : plan(log(1_000_000_000, MANY, CLUSTER)).estimates()) {
            assertThat(estimate.seconds())
                    .isBetween(estimate.leastSeconds(), estimate.mostSeconds());
        }
    }

    private static final List<Integer> MANY = List.of(1, 2, 4, 8, 16, 32, 64);
    private static final Machine CLUSTER = new Machine(8, 10, 500, 2L << 30);

    @Test
    void moreMachinesSendMoreAndHoldNoMore() {
        Plan plan = plan(log(1_000_000_000, MANY, CLUSTER));
        for (Stage stage : Stage.values()) {
            List<StageEstimate> estimates = plan.of(stage);
            for (int i = 2; i < estimates.size(); i++) {
                StageEstimate fewer = estimates.get(i - 1);
                StageEstimate more = estimates.get(i);
                assertThat(more.networkBytes()).isGreaterThanOrEqualTo(fewer.networkBytes());
                assertThat(more.machineBytes()).isLessThanOrEqualTo(fewer.machineBytes());
            }
        }
    }

    @Test
    void moreMachinesPrepareAndScoreNoSlower() {
        Plan plan = plan(log(1_000_000_000, MANY, CLUSTER));
        for (Stage stage : List.of(Stage.PREPARE, Stage.SCORE)) {
            List<StageEstimate> estimates = plan.of(stage);
            for (int i = 2; i < estimates.size(); i++) {
                assertThat(estimates.get(i).seconds())
                        .isLessThanOrEqualTo(estimates.get(i - 1).seconds());
            }
        }
    }

    @Test
    void moreEventsNeedMoreOfEverything() {
        Plan few = plan(log(100_000_000, MANY, CLUSTER));
        Plan many = plan(log(1_000_000_000, MANY, CLUSTER));
        for (int i = 0; i < few.estimates().size(); i++) {
            StageEstimate less = few.estimates().get(i);
            StageEstimate more = many.estimates().get(i);
            assertThat(more.seconds()).isGreaterThan(less.seconds());
            assertThat(more.machineBytes()).isGreaterThanOrEqualTo(less.machineBytes());
            assertThat(more.diskBytes()).isGreaterThan(less.diskBytes());
            assertThat(more.networkBytes()).isGreaterThanOrEqualTo(less.networkBytes());
        }
    }

    @Test
    void aFasterLinkIsNoSlower() {
        Machine slow = new Machine(8, 1, 500, 2L << 30);
        for (Stage stage : Stage.values()) {
            for (int i = 0; i < MANY.size(); i++) {
                assertThat(plan(log(100_000_000, MANY, CLUSTER)).of(stage).get(i).seconds())
                        .isLessThanOrEqualTo(
                                plan(log(100_000_000, MANY, slow)).of(stage).get(i).seconds());
            }
        }
    }

    @Test
    void aLogThatNoProcessHoldsDoesNotFit() {
        Plan plan = plan(log(3_000_000_000L, List.of(1, 2), CLUSTER));

        assertThat(plan.of(Stage.TRAIN)).noneMatch(StageEstimate::fits);
        assertThat(plan.of(Stage.PREPARE)).allMatch(StageEstimate::fits);
        assertThat(plan.of(Stage.SCORE).get(1).fits()).isTrue();
    }

    @Test
    void theLeastAndTheMostThatMayBeAskedForGiveNumbers() {
        Workload least =
                new Workload(
                        1,
                        1,
                        1,
                        List.of(1, 2),
                        new Machine(1, 0.001, 1, 1 << 26),
                        new Training(1, 1, 1, 1, 1),
                        1,
                        1);
        Workload most =
                new Workload(
                        10_000_000_000_000L,
                        Integer.MAX_VALUE,
                        Integer.MAX_VALUE,
                        List.of(1, 10_000),
                        new Machine(1024, 1e4, 1e6, 1L << 50),
                        new Training(4096, 64, 10_000, 10_000_000, 1_000_000),
                        1_000_000,
                        10_000);
        for (Workload asked : List.of(least, most)) {
            for (StageEstimate estimate : plan(asked).estimates()) {
                assertThat(estimate.seconds()).isFinite().isPositive();
                assertThat(estimate.machineBytes()).isFinite().isPositive();
                assertThat(estimate.networkBytes()).isFinite().isNotNegative();
            }
        }
    }

    // what was measured

    @Test
    void prepareTakesWhatWasMeasuredOnTheQuietMachine() {
        // clock of 2 cores; a quarter of figures' spread
        assertThat(prepareSeconds(4_998_833)).isCloseTo(27.2, Percentage.withPercentage(25));
        assertThat(prepareSeconds(20_023_635)).isCloseTo(80.1, Percentage.withPercentage(25));
    }

    /** 718 s of the processors, which were busy, so 1.1 to 1.4 times as many as alone. */
    @Test
    void prepareOfAHundredMillionTakesWhatWasMeasured() {
        StageEstimate prepare =
                only(
                        plan(log(100_046_787, List.of(1), new Machine(1, 1, 2_000, 2L << 30))),
                        Stage.PREPARE);

        assertThat(prepare.seconds()).isBetween(718 / 1.4, 718.0);
        assertThat(prepare.machineBytes()).isCloseTo(2.69e9, Percentage.withPercentage(10));
        assertThat(prepare.diskBytes()).isCloseTo(1.48e9 + 3.67e9, Percentage.withPercentage(10));
    }

    private static double prepareSeconds(long events) {
        return only(plan(log(events, List.of(1), MEASURED)), Stage.PREPARE).seconds();
    }

    /** Amazon Beauty: 22,363 shoppers, 128,031 targets; a heap that begins at 64 MiB. */
    @Test
    void trainingSpeedAndMemoryAreWhatWasMeasured() {
        Workload asked =
                new Workload(
                        22_363 + 128_031, 22_363, 12_101, List.of(1), MEASURED, NETWORK, 20, 10);

        StageEstimate train = only(plan(asked), Stage.TRAIN);

        Step step = train.step().orElseThrow();
        assertThat(step.targets() / step.seconds())
                .isCloseTo(80_896, Percentage.withPercentage(15));
        assertThat(train.machineBytes() / MEBIBYTE).isCloseTo(581, Percentage.withPercentage(20));
    }

    private static StageEstimate distributed(int machines, long items, int batch, double gigabits) {
        // 22,363 histories of 5.7 targets
        long users = Math.round(22_363 / (1 - 1 / 5.7));
        Workload asked =
                new Workload(
                        Math.round(users * 5.7),
                        users,
                        items,
                        List.of(machines),
                        new Machine(1, gigabits, 500, 2L << 30),
                        new Training(64, 2, 50, 256, batch),
                        1,
                        10);
        return only(plan(asked), Stage.TRAIN);
    }

    @Test
    void aStepSendsAsManyBytesAsWasCounted() {
        Percentage spread = Percentage.withPercentage(2);
        assertThat(sent(12_000, 128)).isCloseTo(681_882, spread);
        assertThat(sent(1_000_000, 128)).isCloseTo(694_280, spread);
        assertThat(sent(12_000, 512)).isCloseTo(1_232_858, spread);
        assertThat(sent(1_000_000, 512)).isCloseTo(1_368_620, spread);
    }

    private static double sent(long items, int batch) {
        return distributed(2, items, batch, 10).step().orElseThrow().sentBytes();
    }

    @Test
    void twoProcessesAreAsManyTimesAsFastAsWasMeasured() {
        Percentage spread = Percentage.withPercentage(25);
        assertThat(speedUp(10)).isCloseTo((1.67 + 1.48) / 2, spread); // loopback
        assertThat(speedUp(1)).isCloseTo((1.31 + 1.27) / 2, spread);
        assertThat(speedUp(0.2)).isCloseTo((0.63 + 0.64) / 2, spread);
    }

    private static double speedUp(double gigabits) {
        return distributed(1, 12_000, 512, gigabits).step().orElseThrow().seconds()
                / distributed(2, 12_000, 512, gigabits).step().orElseThrow().seconds();
    }
}
