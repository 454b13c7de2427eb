package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.nextact.core.Progress;
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
import dev.nextact.model.onnx.DemandGraph;
import dev.nextact.model.ops.ArrayOps;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class DemandNetworkIT {

    private static final int WEEKS = 40;
    private static final int HORIZON = 2;

    /** What views lead: units of a week are a quarter of the views of the week before. */
    private static DemandPanel panel(int items, boolean withViews, long seed) {
        Random random = new Random(seed);
        List<DemandSeries> series = new ArrayList<>();
        for (int i = 0; i < items; i++) {
            int first = i % 5;
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

    private static DemandNetwork network(DemandFeatures features) {
        return new DemandNetwork(
                DemandSettings.of(DemandPeriod.WEEK, features.names(), HORIZON, 8, 0.1, 30));
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

    @Test
    void theThreeInterpretersAgree() throws OrtException {
        DemandPanel panel = panel(7, true, 1);
        DemandFeatures features = DemandFeatures.of(panel);
        DemandNetwork network = network(features);
        Map<String, FloatTensor> weights = weights(network);
        DemandBatch batch = DemandBatch.of(features, panel.series(), 30);
        float[] reference = byArrays(network, weights, batch);
        assertThat(reference).hasSize(7 * 2 * HORIZON);
        assertThat(byTorch(network, weights, batch)).containsExactly(reference, within(1e-4f));
        assertThat(byOnnx(network, weights, batch)).containsExactly(reference, within(1e-4f));
    }

    @Test
    void paddingAndBatchMatesChangeNothing() {
        DemandPanel panel = panel(7, true, 1);
        DemandFeatures features = DemandFeatures.of(panel);
        DemandNetwork network = network(features);
        Map<String, FloatTensor> weights = weights(network);
        float[] together =
                byArrays(network, weights, DemandBatch.of(features, panel.series(), 100));
        DemandBatch alone = DemandBatch.of(features, panel.series().subList(4, 5), 100);
        assertThat(alone.steps()).isLessThan(WEEKS + 1);
        float[] own = byArrays(network, weights, alone);
        for (int i = 0; i < own.length; i++) {
            assertThat(together[4 * own.length + i]).isCloseTo(own[i], within(1e-5f));
        }
    }

    private static TrainDemand.Learned learn(DemandPanel panel, long seed) {
        return new TrainDemand().run(panel, HORIZON, seed, Progress.silent());
    }

    @Test
    void viewsThatLeadSalesLowerTheError() {
        double with = wapeOfFirstStep(panel(40, true, 4));
        double without = wapeOfFirstStep(panel(40, false, 4));
        assertThat(with).isLessThan(0.5 * without);
    }

    /** Learned before the last weeks, asked about the first of them. */
    private static double wapeOfFirstStep(DemandPanel whole) {
        DemandPanel past = whole.before(WEEKS - HORIZON);
        TrainDemand.Learned learned = learn(past, 5);
        DemandNetwork network = new DemandNetwork(learned.settings());
        DemandFeatures features = DemandFeatures.of(past);
        float[] outputs =
                byTorch(network, learned.weights(), DemandBatch.of(features, past.series(), 100));
        int[][] actual = whole.unitsAfter(past, 1);
        List<OfSeries> errors = new ArrayList<>();
        int each = 2 * HORIZON;
        for (int i = 0; i < actual.length; i++) {
            DemandSeries item = past.series().get(i);
            List<NegativeBinomial> steps =
                    network.distributions(
                            java.util.Arrays.copyOfRange(outputs, i * each, (i + 1) * each),
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
                        .run(panel, HORIZON, 1, Optional.of(late), Progress.silent())
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
                        .run(panel, HORIZON, 1, Optional.of(tooLate), saying(said))
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

    @Test
    void theSameSeedGivesTheSameBits() {
        DemandPanel panel = panel(12, true, 6);
        Map<String, FloatTensor> weights = learn(panel, 1).weights();
        assertThat(learn(panel, 1).weights()).isEqualTo(weights);
        assertThat(learn(panel, 2).weights()).isNotEqualTo(weights);
    }

    @Test
    void odditiesAreLearnedFrom() {
        List<DemandSeries> series = new ArrayList<>(panel(10, false, 8).series());
        series.add(DemandSeries.of("once", WEEKS - 1, 1));
        series.add(DemandSeries.of("never", 0, new int[WEEKS]));
        int[] huge = new int[WEEKS];
        huge[20] = 1_000_000;
        series.add(DemandSeries.of("huge", 0, huge));
        series.add(new DemandSeries("new", "c1", 0, WEEKS, new int[0], new float[0], new int[0][]));
        DemandPanel panel = new DemandPanel(DemandPeriod.WEEK, 0, WEEKS, List.of(), series);
        for (FloatTensor tensor : learn(panel, 1).weights().values()) {
            for (float value : tensor.values()) {
                assertThat(value).isFinite();
            }
        }
    }
}
