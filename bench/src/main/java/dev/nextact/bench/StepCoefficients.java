package dev.nextact.bench;

import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.plan.Coefficient;
import dev.nextact.core.plan.Workload.Training;
import dev.nextact.train.StepTimes;
import dev.nextact.train.StepTimes.Shape;
import dev.nextact.train.StepTimes.Share;
import dev.nextact.train.StepTimes.Steps;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What training steps take, of made-up histories and one worker, in this process. */
final class StepCoefficients {

    private static final int BATCH = 512;
    private static final int ITEMS = 12_000;
    private static final int MANY_PROCESSES = 64;
    private static final int TIMES_THE_BATCH = 16;
    private static final int PIECES = 4;

    private final int steps;
    private final CoefficientLines figures;

    /**
     * @param steps of each kind that are timed, after twice as many
     */
    StepCoefficients(int steps, CoefficientLines figures) {
        this.steps = steps;
        this.figures = figures;
    }

    /** Of steps of a kind, the median. */
    private record StepKind(double targets, double seconds) {}

    private StepKind step(int width, int negatives, int times, int pieces, int processes) {
        Path configs = Path.of(System.getProperty("nextact.bench.configs", "bench/configs"));
        ShopConfig config =
                ShopConfigReader.read(
                        configs.resolve("distributed.yaml"),
                        Map.of(
                                "width",
                                "" + width,
                                "negatives",
                                "" + negatives,
                                "batch",
                                "" + BATCH * times,
                                "pieces",
                                "" + pieces));
        Shape shape = new Shape("plan", ITEMS, DistributedProcessCommand.lengths(times > 1));
        Share share = StepTimes.unheard(config, shape, new Steps(2 * steps, steps), processes);
        return new StepKind(share.targetsPerStep(), share.secondsPerStep());
    }

    void measure() {
        StepKind one = step(64, 256, 1, 1, 1);
        StepKind grown = step(64, 256, TIMES_THE_BATCH, 1, TIMES_THE_BATCH);
        StepKind cut = step(64, 256, 1, PIECES, 1);
        List<Own> kinds = List.of(own(64, 256, one), own(256, 256), own(64, 4096));

        String how = "steps of 512 histories, one worker, ";
        double targets = one.targets();
        double perTarget =
                Math.max(0, grown.seconds() - one.seconds()) / (grown.targets() - targets);
        double piece = Math.max(0, cut.seconds() - one.seconds()) / (PIECES - 1);
        double alike = one.seconds() - targets * kinds.get(0).secondsPerTarget();
        figures.tell(
                Coefficient.TRAIN_STEP,
                Math.max(0, alike - piece - targets * perTarget) / CoefficientLines.MILLI,
                how + "a 64th of a step and all of it");
        figures.tell(
                Coefficient.TRAIN_STEP_TARGET,
                perTarget / CoefficientLines.MICRO,
                how + "16 processes with as many each");
        figures.tell(
                Coefficient.TRAIN_PIECE,
                piece / CoefficientLines.MILLI,
                how + "in 4 pieces and in 1");

        Fit fit = Fit.of(kinds);
        String of =
                String.format(
                        Locale.ROOT,
                        "%swidths 64 and 256, 256 and 4,096 negatives, off by at most %.0f %%",
                        how,
                        100 * fit.worst());
        figures.tell(Coefficient.TRAIN_VALUE, fit.perValue() / CoefficientLines.MICRO, of);
        figures.tell(
                Coefficient.TRAIN_MULTIPLY, fit.perMultiplication() / CoefficientLines.NANO, of);
    }

    /**
     * What a target takes of a step's time beside what is done alike everywhere.
     *
     * @param values that its layers have
     * @param multiplications on its way forward
     */
    private record Own(double values, double multiplications, double secondsPerTarget) {}

    private Own own(int width, int negatives) {
        return own(width, negatives, step(width, negatives, 1, 1, 1));
    }

    private Own own(int width, int negatives, StepKind one) {
        StepKind share = step(width, negatives, 1, 1, MANY_PROCESSES);
        double seconds = (one.seconds() - share.seconds()) / (1 - 1.0 / MANY_PROCESSES);
        return new Own(
                2.0 * width,
                multiplications(width, negatives, one.targets() / BATCH),
                seconds / one.targets());
    }

    /**
     * The seconds of a value and of a multiplication that come nearest to what targets took, by
     * least squares of the relative errors.
     *
     * @param worst relative error
     */
    private record Fit(double perValue, double perMultiplication, double worst) {

        static Fit of(List<Own> kinds) {
            double[][] normal = new double[2][2];
            double[] right = new double[2];
            for (Own own : kinds) {
                double[] row = {
                    own.values() / own.secondsPerTarget(),
                    own.multiplications() / own.secondsPerTarget()
                };
                for (int i = 0; i < 2; i++) {
                    right[i] += row[i];
                    for (int j = 0; j < 2; j++) {
                        normal[i][j] += row[i] * row[j];
                    }
                }
            }
            double determinant = normal[0][0] * normal[1][1] - normal[0][1] * normal[1][0];
            double value = (right[0] * normal[1][1] - right[1] * normal[0][1]) / determinant;
            double multiply = (right[1] * normal[0][0] - right[0] * normal[1][0]) / determinant;
            double worst = 0;
            for (Own own : kinds) {
                double fitted = value * own.values() + multiply * own.multiplications();
                worst = Math.max(worst, Math.abs(fitted / own.secondsPerTarget() - 1));
            }
            return new Fit(value, multiply, worst);
        }
    }

    private static double multiplications(int width, int negatives, double attended) {
        return new Training(width, 2, 50, negatives, BATCH).encoderMultiplications(attended)
                + (negatives + 1.0) * width;
    }
}
