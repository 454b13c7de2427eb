package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.demand.DemandBlend;
import dev.nextact.core.demand.DemandErrors;
import dev.nextact.core.demand.DemandErrors.OfSeries;
import dev.nextact.core.demand.DemandFeatures;
import dev.nextact.core.demand.DemandForecast;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandPeriod;
import dev.nextact.core.demand.DemandSeries;
import dev.nextact.core.demand.DemandSource;
import dev.nextact.core.demand.NegativeBinomial;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.network.DemandBatch;
import dev.nextact.model.network.DemandNetwork;
import dev.nextact.model.network.DemandSettings;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.onnx.DemandGraph;
import dev.nextact.model.ops.ArrayOps;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DemandNetworkIT {

    private static final int WEEKS = 24;
    private static final int HORIZON = 2;

    /** So that of a series as long as the panel the oldest rows are not read. */
    private static final int LENGTH = WEEKS - 2;

    /** What views lead: units of a week are a quarter of the views of the week before. */
    private static DemandPanel panel(int items, boolean withViews, long seed) {
        Random random = new Random(seed);
        List<DemandSeries> series = new ArrayList<>();
        for (int i = 0; i < items; i++) {
            int first = 2 * (i % 5);
            int size = WEEKS - first;
            int[] views = new int[size];
            int[] units = new int[size];
            float[] prices = new float[size];
            double base = 20 + 60 * random.nextDouble();
            for (int p = 0; p < size; p++) {
                boolean promoted = random.nextInt(6) == 0;
                views[p] = (int) (base * (promoted ? 5 : 1) * (0.8 + 0.4 * random.nextDouble()));
                units[p] = p == 0 ? (int) base / 4 : views[p - 1] / 4;
                prices[p] = 3;
            }
            series.add(
                    new DemandSeries(
                            "i" + i,
                            "c" + i % 3,
                            3,
                            first,
                            units,
                            prices,
                            withViews ? new int[][] {views} : new int[0][]));
        }
        List<String> signals = withViews ? List.of("view") : List.of();
        return new DemandPanel(DemandPeriod.WEEK, 0, WEEKS, signals, series);
    }

    private static DemandNetwork network(Family family, DemandFeatures features) {
        return new DemandNetwork(
                DemandSettings.of(
                        DemandPeriod.WEEK, features.names(), HORIZON, family, 8, 0.1, LENGTH));
    }

    /** Beyond those of the start, or every answer would be much the same. */
    private static Map<String, FloatTensor> weights(DemandNetwork network) {
        Random random = new Random(3);
        Map<String, FloatTensor> weights = network.initialWeights(7);
        for (FloatTensor tensor : weights.values()) {
            for (int i = 0; i < tensor.values().length; i++) {
                tensor.values()[i] += (float) (0.3 * random.nextGaussian());
            }
        }
        return weights;
    }

    private static float[] byArrays(
            DemandNetwork network, Map<String, FloatTensor> weights, DemandBatch batch) {
        float[] lengths = new float[batch.size()];
        for (int b = 0; b < lengths.length; b++) {
            lengths[b] = batch.lengths()[b];
        }
        return network.lastOutputs(
                        new ArrayOps(weights),
                        new FloatTensor(shape(network, batch), batch.rows()),
                        new FloatTensor(new int[] {batch.size()}, lengths))
                .values();
    }

    private static int[] shape(DemandNetwork network, DemandBatch batch) {
        return new int[] {batch.size(), batch.steps(), network.settings().features().size()};
    }

    private static float[] byTorch(
            DemandNetwork network, Map<String, FloatTensor> weights, DemandBatch batch) {
        TorchRuntime.load();
        try (PointerScope scope = new PointerScope();
                Weights held = new Weights(network.parameters(), weights)) {
            return TorchOps.floats(
                    network.lastOutputs(
                            TorchOps.inference(held.dense()),
                            Tensor.create(batch.rows(), Weights.longs(shape(network, batch))),
                            Tensor.create(batch.lengths())));
        }
    }

    private static float[] byOnnx(
            DemandNetwork network, Map<String, FloatTensor> weights, DemandBatch batch)
            throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(DemandGraph.write(network, weights));
                OnnxTensor rows =
                        OnnxTensor.createTensor(
                                environment,
                                FloatBuffer.wrap(batch.rows()),
                                Weights.longs(shape(network, batch)));
                OnnxTensor lengths =
                        OnnxTensor.createTensor(
                                environment,
                                LongBuffer.wrap(batch.lengths()),
                                new long[] {batch.size()});
                OrtSession.Result result = session.run(Map.of("rows", rows, "lengths", lengths))) {
            FloatBuffer buffer = ((OnnxTensor) result.get(0)).getFloatBuffer();
            float[] values = new float[buffer.remaining()];
            buffer.get(values);
            return values;
        }
    }

    /** A network whose weights are far from their start, and what it reads of some items. */
    private record Lively(
            DemandPanel panel,
            DemandFeatures features,
            DemandNetwork network,
            Map<String, FloatTensor> weights,
            DemandBatch batch) {}

    private static Lively lively(Family family, int items) {
        DemandPanel panel = panel(items, true, 1);
        DemandFeatures features = DemandFeatures.of(panel);
        DemandNetwork network = network(family, features);
        DemandBatch batch = DemandBatch.of(features, panel.series(), LENGTH);
        return new Lively(panel, features, network, weights(network), batch);
    }

    @ParameterizedTest
    @EnumSource
    void theThreeInterpretersAgree(Family family) throws OrtException {
        Lively its = lively(family, 7);
        float[] reference = byArrays(its.network(), its.weights(), its.batch());
        assertThat(reference).hasSize(7 * 2 * HORIZON);
        assertThat(byTorch(its.network(), its.weights(), its.batch()))
                .containsExactly(reference, within(1e-4f));
        assertThat(byOnnx(its.network(), its.weights(), its.batch()))
                .containsExactly(reference, within(1e-4f));
    }

    @ParameterizedTest
    @EnumSource
    void paddingAndBatchMatesChangeNothing(Family family) {
        Lively its = lively(family, 7);
        float[] together = byArrays(its.network(), its.weights(), its.batch());
        DemandBatch alone =
                DemandBatch.of(its.features(), its.panel().series().subList(4, 5), LENGTH);
        assertThat(alone.steps()).isLessThan(LENGTH);
        float[] own = byArrays(its.network(), its.weights(), alone);
        for (int i = 0; i < own.length; i++) {
            assertThat(together[4 * own.length + i]).isCloseTo(own[i], within(1e-5f));
        }
    }

    /** Training learns after every period what answers say after the last. */
    @ParameterizedTest
    @EnumSource
    void laterPeriodsChangeNoEarlierOutput(Family family) {
        Lively its = lively(family, 3);
        int steps = its.batch().steps();
        int cut = 11;
        float[] changed = its.batch().rows().clone();
        for (int i = 0; i < changed.length; i++) {
            changed[i] += i / its.features().size() % steps >= cut ? 5 : 0;
        }
        float[] before = all(its, its.batch().rows());
        float[] after = all(its, changed);
        long[] upToTheCut = {cut, cut, cut};
        DemandBatch early = new DemandBatch(3, steps, changed, upToTheCut, new int[3]);
        float[] last = byArrays(its.network(), its.weights(), early);
        int each = 2 * HORIZON;
        for (int b = 0; b < 3; b++) {
            int from = b * steps * each;
            int seen = from + cut * each;
            float[] untouched = Arrays.copyOfRange(before, from, seen);
            assertThat(Arrays.copyOfRange(after, from, seen)).isEqualTo(untouched);
            assertThat(after[seen]).isNotEqualTo(before[seen]);
            assertThat(Arrays.copyOfRange(last, b * each, (b + 1) * each))
                    .containsExactly(Arrays.copyOfRange(before, seen - each, seen), within(1e-5f));
        }
    }

    private static float[] all(Lively its, float[] rows) {
        FloatTensor read = new FloatTensor(shape(its.network(), its.batch()), rows);
        return its.network().outputs(new ArrayOps(its.weights()), read).values();
    }

    private static TrainDemand.Learned learn(DemandPanel panel, long seed, TrainDemand.Plan plan) {
        return new TrainDemand()
                .run(panel, HORIZON, seed, plan, Optional.empty(), Progress.silent());
    }

    /** An epoch, where it is not how much was learned that is looked at. */
    private static TrainDemand.Plan oneEpoch(Family... families) {
        return epochs(1, families);
    }

    private static TrainDemand.Plan epochs(int most, Family... families) {
        return new TrainDemand.Plan(List.of(families), Duration.ofHours(1), most);
    }

    @Test
    void viewsThatLeadSalesLowerTheError() {
        double with = wapeOfFirstStep(panel(24, true, 4));
        double without = wapeOfFirstStep(panel(24, false, 4));
        assertThat(with).isLessThan(0.5 * without);
    }

    /** Learned before the last weeks, asked about the first of them. */
    private static double wapeOfFirstStep(DemandPanel whole) {
        DemandPanel past = whole.before(WEEKS - HORIZON);
        TrainDemand.Learned learned = learn(past, 5, epochs(20, Family.GRU));
        DemandNetwork network = new DemandNetwork(learned.settings());
        DemandFeatures features = DemandFeatures.of(past);
        float[] outputs =
                byTorch(network, learned.weights(), DemandBatch.of(features, past.series(), WEEKS));
        int[][] actual = whole.unitsAfter(past, 1);
        List<OfSeries> errors = new ArrayList<>();
        int each = 2 * HORIZON;
        for (int i = 0; i < actual.length; i++) {
            DemandSeries item = past.series().get(i);
            List<NegativeBinomial> steps =
                    network.distributions(
                            Arrays.copyOfRange(outputs, i * each, (i + 1) * each),
                            features.level(item, item.size()));
            errors.add(
                    OfSeries.of(DemandForecast.of(steps.subList(0, 1)), item.units(), actual[i]));
        }
        return DemandErrors.metrics(errors).getOrDefault("wape", Double.NaN);
    }

    /** Knows what will sell, and keeps where it was asked from. */
    private record Clairvoyant(DemandPanel whole, long learnedUntilMicros, List<Long> asked)
            implements DemandSource {
        @Override
        public double[][] expected(DemandPanel past, int horizon) {
            asked.add(past.cutOffMicros());
            int[][] units = whole.unitsAfter(past, horizon);
            double[][] expected = new double[units.length][horizon];
            for (int i = 0; i < units.length; i++) {
                for (int h = 0; h < horizon; h++) {
                    expected[i][h] = units[i][h] / 2.0;
                }
            }
            return expected;
        }
    }

    @Test
    void aSecondSourceIsHeardFromCutOffsAloneThatItHasNotLearnedFrom() {
        DemandPanel panel = panel(12, true, 6);
        long last = panel.startMicros() + (WEEKS - HORIZON) * panel.period().micros();
        Clairvoyant late = new Clairvoyant(panel, last, new ArrayList<>());
        DemandBlend heard =
                new TrainDemand()
                        .run(
                                panel,
                                HORIZON,
                                1,
                                oneEpoch(Family.GRU),
                                Optional.of(late),
                                Progress.silent())
                        .settings()
                        .calibration()
                        .blend();
        assertThat(late.asked()).containsExactly(last); // of three cut-offs the last alone
        assertThat(heard.weight()).isGreaterThan(0.5);
        assertThat(heard.factor()).isCloseTo(2, within(1e-6));
        List<String> said = new ArrayList<>();
        Clairvoyant tooLate = new Clairvoyant(panel, last + 1, new ArrayList<>());
        DemandBlend unheard =
                new TrainDemand()
                        .run(
                                panel,
                                HORIZON,
                                1,
                                oneEpoch(Family.GRU),
                                Optional.of(tooLate),
                                saying(said))
                        .settings()
                        .calibration()
                        .blend();
        assertThat(tooLate.asked()).isEmpty();
        assertThat(unheard).isEqualTo(DemandBlend.NONE);
        assertThat(said)
                .anyMatch(line -> line.startsWith("the shoppers' model is not heard: it learned"));
    }

    private static Progress saying(List<String> lines) {
        return new Progress() {
            @Override
            public Task start(String name, long total, String unit) {
                return Progress.silent().start(name, total, unit);
            }

            @Override
            public void say(String line) {
                lines.add(line);
            }
        };
    }

    @ParameterizedTest
    @EnumSource
    void theSameSeedGivesTheSameBits(Family family) {
        DemandPanel panel = panel(5, true, 6);
        Map<String, FloatTensor> weights = learn(panel, 1, oneEpoch(family)).weights();
        assertThat(learn(panel, 1, oneEpoch(family)).weights()).isEqualTo(weights);
        assertThat(learn(panel, 2, oneEpoch(family)).weights()).isNotEqualTo(weights);
    }

    @ParameterizedTest
    @EnumSource
    void everyWeightLearnsAndTheLossFalls(Family family) {
        DemandPanel panel = panel(8, true, 6);
        DemandFeatures features = DemandFeatures.of(panel);
        DemandNetwork network = network(family, features);
        ShopConfig.Train settings =
                new ShopConfig.Train(1, 5, 42, 8, "adam", 0.01, 0, 0, "full-softmax", 0, 1);
        try (DemandTrainer trainer = new DemandTrainer(network, settings, 48)) {
            double first = trainer.epoch(panel, features).mean();
            assertThat(trainer.epoch(panel, features).mean()).isLessThan(first);
            Map<String, FloatTensor> start = network.initialWeights(42);
            trainer.learned()
                    .forEach(
                            (name, tensor) ->
                                    assertThat(tensor).as(name).isNotEqualTo(start.get(name)));
        }
    }

    @Test
    void ofSeveralFamiliesTheValidationTakesOneAndSaysWhy() {
        DemandPanel panel = panel(6, true, 6);
        List<String> said = new ArrayList<>();
        TrainDemand.Learned learned =
                new TrainDemand()
                        .run(
                                panel,
                                HORIZON,
                                1,
                                oneEpoch(Family.RNN, Family.TRANSFORMER),
                                Optional.empty(),
                                saying(said));
        assertThat(learned.tried()).containsOnlyKeys(Family.RNN, Family.TRANSFORMER);
        Family chosen = learned.settings().family();
        double pinball = learned.tried().get(chosen).get("pinball");
        assertThat(learned.tried().values()).allMatch(metrics -> metrics.get("pinball") >= pinball);
        assertThat(learned.weights())
                .containsOnlyKeys(new DemandNetwork(learned.settings()).initialWeights(1).keySet());
        assertThat(said)
                .anyMatch(
                        line ->
                                line.startsWith("tasks.demand.family auto: " + chosen.title())
                                        && line.contains(
                                                String.format(
                                                        Locale.ROOT, "rnn %.4f", rnn(learned)))
                                        && line.endsWith(")"));
    }

    private static double rnn(TrainDemand.Learned learned) {
        return learned.tried().get(Family.RNN).get("pinball");
    }

    @Test
    void whereTheBudgetIsSpentTheFirstFamilyIsTaken() {
        List<String> said = new ArrayList<>();
        TrainDemand.Plan plan =
                new TrainDemand.Plan(List.of(Family.LSTM, Family.HSTU), Duration.ZERO, 1);
        TrainDemand.Learned learned =
                new TrainDemand()
                        .run(panel(5, true, 6), HORIZON, 1, plan, Optional.empty(), saying(said));
        assertThat(learned.tried()).containsOnlyKeys(Family.LSTM);
        assertThat(said).anyMatch(line -> line.endsWith("; the budget of 0 s ended the search"));
    }

    @Test
    void odditiesAreLearnedFrom() {
        List<DemandSeries> series = new ArrayList<>(panel(10, false, 8).series());
        series.add(DemandSeries.of("once", WEEKS - 1, 1));
        series.add(DemandSeries.of("never", 0, new int[WEEKS]));
        int[] huge = new int[WEEKS];
        huge[10] = 1_000_000;
        series.add(DemandSeries.of("huge", 0, huge));
        series.add(new DemandSeries("new", "c1", 0, WEEKS, new int[0], new float[0], new int[0][]));
        DemandPanel panel = new DemandPanel(DemandPeriod.WEEK, 0, WEEKS, List.of(), series);
        for (FloatTensor tensor : learn(panel, 1, epochs(8, Family.GRU)).weights().values()) {
            for (float value : tensor.values()) {
                assertThat(value).isFinite();
            }
        }
    }
}
