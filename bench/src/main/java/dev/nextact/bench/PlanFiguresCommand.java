package dev.nextact.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.Behaviours;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequences;
import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfig.SeenItems;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.plan.Coefficient;
import dev.nextact.core.plan.Coefficients;
import dev.nextact.core.plan.Measured;
import dev.nextact.core.plan.Workload.Training;
import dev.nextact.data.PreparedData;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.PredictNext;
import dev.nextact.predict.Shoppers;
import dev.nextact.simulator.SimulateShop;
import dev.nextact.simulator.SimulationSettings;
import dev.nextact.train.StepTimes;
import dev.nextact.train.StepTimes.Shape;
import dev.nextact.train.StepTimes.Share;
import dev.nextact.train.StepTimes.Steps;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "plan-figures",
        description = {
            "Measures on this machine the coefficients of nextact plan that one machine can tell, and",
            "prints them as coefficients.properties of core.plan holds them, each after what it holds",
            "now: prepare of two simulated logs, afresh, again, and with little memory; training",
            "steps of made-up histories by one worker; answers over two catalogs of random vectors."
        })
final class PlanFiguresCommand implements Callable<Integer> {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final double MICRO = 1e-6;
    private static final double MILLI = 1e-3;
    private static final double NANO = 1e-9;

    /** The smaller log, of the larger. */
    private static final int A_PART = 4;

    private static final long ENOUGH_MEGABYTES = 2048;
    private static final long LITTLE_MEGABYTES = 128;

    private static final int BATCH = 512;
    private static final int ITEMS_OF_STEPS = 12_000;
    private static final int MANY_PROCESSES = 64;
    private static final int TIMES_THE_BATCH = 16;
    private static final int PIECES = 4;

    private static final int FEW_ITEMS = 12_000;
    private static final int MANY_ITEMS = 100_000;
    private static final int TOKENS = 25;
    private static final int TOP = 10;

    private final Terminal terminal;
    private final Coefficients before = Coefficients.measured();
    private final Map<String, Object> tree = new LinkedHashMap<>();

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            required = true,
            description = "For logs and models, a new one; it is deleted at the end.")
    private Path directory = Path.of("");

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "8",
            description =
                    "Millions of events to prepare, and a quarter of them (default:"
                            + " ${DEFAULT-VALUE}).")
    private double millions = 8;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "40",
            description =
                    "Training steps of each kind, after twice as many (default:"
                            + " ${DEFAULT-VALUE}).")
    private int steps = 40;

    @Option(
            names = "--shoppers",
            paramLabel = "N",
            defaultValue = "4000",
            description = "That are answered (default: ${DEFAULT-VALUE}).")
    private int shoppers = 4000;

    @Option(
            names = "--parts",
            split = ",",
            defaultValue = "prepare,train,score",
            description = "Which to measure (default: ${DEFAULT-VALUE}).")
    private List<String> parts = List.of();

    @Mixin private JsonOption json = new JsonOption();

    PlanFiguresCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (Files.exists(directory)) {
            throw NextactException.input(
                    "--directory: %s is there already, and would be deleted at the end; name a new"
                            + " one",
                    directory);
        }
        try {
            Files.createDirectories(directory);
            if (parts.contains("prepare")) {
                prepare();
            }
            if (parts.contains("train")) {
                train();
            }
            if (parts.contains("score")) {
                score();
            }
            AtomicFiles.deleteTree(directory);
        } catch (IOException e) {
            throw NextactException.input("cannot write to %s: %s", directory, e);
        }
        json.write(tree);
        return 0;
    }

    /** Prints a coefficient as the resource holds it. */
    private void tell(Coefficient coefficient, double value, String how) {
        Measured old = before.of(coefficient);
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "# was %s, in %s%n%s = %.4g; %s; bench/run plan-figures: %s%n",
                        old.value(),
                        coefficient.unit(),
                        coefficient.key(),
                        value,
                        old.within(),
                        how);
        tree.put(coefficient.key(), value);
    }

    /**
     * A run of prepare.
     *
     * @param report as {@code --json} writes it
     */
    private record Prepared(double processorSeconds, long residentBytes, JsonNode report) {
        double events() {
            return report.path("events").asDouble();
        }

        double disk(String name) {
            return report.path("disk").path(name).asDouble();
        }
    }

    private void prepare() throws IOException {
        Path small = simulated(millions / A_PART);
        Path large = simulated(millions);
        Prepared few = prepared(small, ENOUGH_MEGABYTES);
        Prepared many = prepared(large, ENOUGH_MEGABYTES);
        Prepared again = prepared(large, ENOUGH_MEGABYTES);
        Prepared little = prepared(large, LITTLE_MEGABYTES);

        double event =
                (many.processorSeconds() - few.processorSeconds()) / (many.events() - few.events());
        String logs =
                String.format(
                        Locale.ROOT,
                        "%,.0f and %,.0f simulated events",
                        few.events(),
                        many.events());
        tell(
                Coefficient.PREPARE_START,
                Math.max(0, few.processorSeconds() - few.events() * event),
                logs + ", a line through both");
        tell(Coefficient.PREPARE_EVENT, event / MICRO, logs);
        tell(
                Coefficient.PREPARE_READING,
                (many.processorSeconds() - again.processorSeconds()) / (event * many.events()),
                "the larger again, when its rows were read already");
        double rowBytes = before.of(Coefficient.PREPARE_SLICE_BYTES).value();
        double moreSlices =
                slices(many.events(), LITTLE_MEGABYTES, rowBytes)
                        - slices(many.events(), ENOUGH_MEGABYTES, rowBytes);
        if (moreSlices > 0) {
            tell(
                    Coefficient.PREPARE_SLICE,
                    Math.max(0, little.processorSeconds() - again.processorSeconds())
                            / (many.events() * moreSlices)
                            / MICRO,
                    String.format(
                            Locale.ROOT,
                            "the larger again in %.0f slices more, --memory %dm",
                            moreSlices,
                            LITTLE_MEGABYTES));
        }
        tell(
                Coefficient.PREPARE_RESIDENT,
                (again.residentBytes() - (ENOUGH_MEGABYTES << 20)) / 1e9,
                "the larger, --memory 2g; below 0 where that was not used up");
        tell(Coefficient.STAGED_BYTES, many.disk("staged_bytes") / many.events(), logs);
        tell(Coefficient.WORK_BYTES, many.disk("most_at_work_bytes") / many.events(), logs);
        tell(Coefficient.PREPARED_BYTES, many.disk("prepared_bytes") / many.events(), logs);
        try (var files = Files.list(large)) {
            double raw = 0;
            for (Path file : files.filter(f -> f.toString().endsWith(".csv")).toList()) {
                raw += Files.size(file);
            }
            tell(Coefficient.RAW_BYTES, raw / many.events(), "CSV of the larger");
        }
        read(large);
    }

    private static double slices(double events, long megabytes, double rowBytes) {
        return Math.ceil(events * rowBytes / (megabytes << 20));
    }

    private void read(Path shop) {
        Path prepared =
                ShopConfigReader.read(shop.resolve("shop.yaml"), Map.of()).preparedDirectory();
        PreparedData.open(prepared);
        long started = processorNanos();
        EventLog log = PreparedData.open(prepared);
        tell(
                Coefficient.READ_EVENT,
                (processorNanos() - started) * NANO / log.sequences().events() / MICRO,
                "the larger, read a second time");
    }

    private Path simulated(double millionEvents) {
        Path shop = directory.resolve(millionEvents + "m");
        new SimulateShop()
                .run(
                        SimulationSettings.defaults()
                                .withUsers(
                                        (int)
                                                Math.round(
                                                        millionEvents
                                                                * DataScaleCommand
                                                                        .USERS_PER_MILLION_EVENTS))
                                .withDays(DataScaleCommand.DAYS)
                                .withSeed(7),
                        shop,
                        terminal.progress());
        return shop;
    }

    private static Prepared prepared(Path shop, long megabytes) throws IOException {
        Path report = shop.resolve("prepare.json");
        MeasuredProcess process =
                MeasuredProcess.run(
                        List.of("-Xmx2g"),
                        List.of(
                                "prepare",
                                "--config",
                                shop.resolve("shop.yaml").toString(),
                                "--memory",
                                megabytes + "m",
                                "--json",
                                report.toString()),
                        shop.resolve("prepare.log"));
        return new Prepared(
                process.processorSeconds(),
                process.mostResidentBytes(),
                JSON.readTree(report.toFile()));
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
        Shape shape =
                new Shape("plan", ITEMS_OF_STEPS, DistributedProcessCommand.lengths(times > 1));
        Share share = StepTimes.unheard(config, shape, new Steps(2 * steps, steps), processes);
        return new StepKind(share.targetsPerStep(), share.secondsPerStep());
    }

    private void train() {
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
        tell(
                Coefficient.TRAIN_STEP,
                Math.max(0, alike - piece - targets * perTarget) / MILLI,
                how + "a 64th of a step and all of it");
        tell(
                Coefficient.TRAIN_STEP_TARGET,
                perTarget / MICRO,
                how + "16 processes with as many each");
        tell(Coefficient.TRAIN_PIECE, piece / MILLI, how + "in 4 pieces and in 1");

        Fit fit = Fit.of(kinds);
        String of =
                String.format(
                        Locale.ROOT,
                        "%swidths 64 and 256, 256 and 4,096 negatives, off by at most %.0f %%",
                        how,
                        100 * fit.worst());
        tell(Coefficient.TRAIN_VALUE, fit.perValue() / MICRO, of);
        tell(Coefficient.TRAIN_MULTIPLY, fit.perMultiplication() / NANO, of);
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

    private void score() throws IOException {
        double few = answer(FEW_ITEMS);
        double many = answer(MANY_ITEMS);
        double width = 64;
        double item = (many - few) / (MANY_ITEMS - FEW_ITEMS) / width;
        double encoding =
                TOKENS
                        * new Training(64, 2, ServingShop.LENGTH, 1, 1)
                                .encoderMultiplications((TOKENS + 1) / 2.0);
        String how =
                String.format(
                        Locale.ROOT,
                        "%,d histories of %d events, %,d and %,d items: %.2f and %.2f ms an answer",
                        shoppers,
                        TOKENS,
                        FEW_ITEMS,
                        MANY_ITEMS,
                        few / MILLI,
                        many / MILLI);
        tell(Coefficient.SCORE_ITEM, item / NANO, how);
        tell(
                Coefficient.SCORE_MULTIPLY,
                Math.max(0, few - item * FEW_ITEMS * width) / encoding / NANO,
                how);
    }

    /** Of this thread, which does the work alone: it does not tell what else the machine does. */
    private static long processorNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /** Seconds that a shopper takes. */
    private double answer(int items) throws IOException {
        Path shop = directory.resolve("answers-" + items);
        new ServingShop(shop, items).write("");
        Bundle bundle = Bundle.newest(shop.resolve("work/models"), "m" + items);
        Path out = shop.resolve("next.parquet");
        ask(bundle, log(bundle, Math.max(64, shoppers / 10)), out);
        EventLog log = log(bundle, shoppers);
        long started = processorNanos();
        ask(bundle, log, out);
        double seconds = (processorNanos() - started) * NANO / shoppers;
        if (items == MANY_ITEMS) {
            tell(
                    Coefficient.SCORE_ROW_BYTES,
                    Files.size(out) / ((double) shoppers * TOP),
                    "a Parquet file of answers over 100,000 items");
        }
        return seconds;
    }

    private void ask(Bundle bundle, EventLog log, Path out) {
        new PredictNext()
                .run(
                        bundle,
                        Optional.of(log),
                        new PredictNext.Request(
                                new Shoppers.All(), TOP, Optional.of(SeenItems.KEEP)),
                        out,
                        terminal.progress());
    }

    private static EventLog log(Bundle bundle, int shoppers) {
        Random random = new Random(5);
        EventSequences.Builder sequences = new EventSequences.Builder(shoppers * TOKENS);
        List<String> ids = new ArrayList<>();
        for (int user = 0; user < shoppers; user++) {
            for (int t = 0; t < TOKENS; t++) {
                sequences.event(
                        1 + random.nextInt(bundle.catalog().size()),
                        (byte) random.nextInt(ServingShop.BEHAVIOURS.size()),
                        1_750_000_000_000_000L + t * 1_000_000L);
            }
            sequences.endUser();
            ids.add("shopper-" + user);
        }
        Map<String, List<String>> behaviours = new LinkedHashMap<>();
        ServingShop.BEHAVIOURS.forEach(name -> behaviours.put(name, List.of(name)));
        return new EventLog(
                bundle.catalog(), ids, Behaviours.of(behaviours), sequences.build(), "random");
    }
}
