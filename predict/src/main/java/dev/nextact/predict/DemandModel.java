package dev.nextact.predict;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.nextact.core.NextactException;
import dev.nextact.core.demand.DemandBlend;
import dev.nextact.core.demand.DemandClass;
import dev.nextact.core.demand.DemandFeatures;
import dev.nextact.core.demand.DemandForecast;
import dev.nextact.core.demand.DemandForecaster;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandSeries;
import dev.nextact.core.demand.DemandSource;
import dev.nextact.core.demand.NegativeBinomial;
import dev.nextact.model.bundle.DemandBundle;
import dev.nextact.model.network.DemandBatch;
import dev.nextact.model.network.DemandNetwork;
import dev.nextact.model.network.DemandSettings;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * Foretells what will sell, by a network's ONNX graph. Thread-safe without a source; the caller
 * closes it.
 */
public final class DemandModel implements DemandForecaster, AutoCloseable {

    private static final int BATCH = 64;

    private final DemandNetwork network;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Optional<DemandSource> source;

    private DemandModel(
            DemandNetwork network,
            OrtEnvironment environment,
            OrtSession session,
            Optional<DemandSource> source) {
        this.network = network;
        this.environment = environment;
        this.session = session;
        this.source = source;
    }

    /**
     * The model of a bundle.
     *
     * @param source the shoppers' model; without it the network answers alone
     */
    public static DemandModel open(DemandBundle bundle, Optional<DemandSource> source) {
        return open(bundle.settings(), bundle.onnx(), source);
    }

    /**
     * @param onnx of {@code DemandGraph}
     * @param source the shoppers' model; without it the network answers alone
     * @throws NextactException of category BUNDLE when ONNX Runtime cannot read the graph
     */
    public static DemandModel open(
            DemandSettings settings, byte[] onnx, Optional<DemandSource> source) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try {
            return new DemandModel(
                    new DemandNetwork(settings),
                    environment,
                    OnnxScorer.session(options -> environment.createSession(onnx, options)),
                    source);
        } catch (OrtException e) {
            throw failure(e);
        }
    }

    @Override
    public String name() {
        return "nextact";
    }

    public DemandSettings settings() {
        return network.settings();
    }

    @Override
    public List<DemandForecast> forecast(DemandPanel past, int horizon) {
        return forecasts(past, distributions(past, horizon));
    }

    /** What distributions of the series of a panel say, with intervals that hold 80 %. */
    List<DemandForecast> forecasts(DemandPanel past, List<List<NegativeBinomial>> distributions) {
        List<DemandForecast> forecasts = new ArrayList<>();
        for (int i = 0; i < distributions.size(); i++) {
            DemandClass of = DemandClass.of(past.series().get(i).units());
            forecasts.add(
                    DemandForecast.of(distributions.get(i), settings().calibration().tail(of)));
        }
        return forecasts;
    }

    /**
     * Where the shoppers' model counts, by its weight.
     *
     * @param horizon at most as many steps as the network foretells
     * @return for each series of the panel a distribution for each step
     */
    public List<List<NegativeBinomial>> distributions(DemandPanel past, int horizon) {
        List<List<NegativeBinomial>> own = ofSeries(past, horizon);
        DemandBlend blend = settings().calibration().blend();
        if (source.isEmpty() || blend.weight() == 0) {
            return own;
        }
        double[][] other = source.get().expected(past, horizon);
        List<List<NegativeBinomial>> blended = new ArrayList<>();
        for (int i = 0; i < other.length; i++) {
            blended.add(blend.of(own.get(i), other[i]));
        }
        return blended;
    }

    private List<List<NegativeBinomial>> ofSeries(DemandPanel past, int horizon) {
        DemandSettings settings = network.settings();
        if (horizon < 1 || horizon > settings.horizon()) {
            throw new IllegalArgumentException(
                    "horizon: expected 1 to " + settings.horizon() + " steps, found " + horizon);
        }
        DemandFeatures features = DemandFeatures.of(past, settings.features());
        if (past.period() != settings.period() || !features.names().equals(settings.features())) {
            throw NextactException.input(
                    "the model reads %s by the %s, the log tells %s by the %s. Train it anew on"
                            + " this log",
                    settings.features(),
                    settings.period().title(),
                    features.names(),
                    past.period().title());
        }
        List<List<NegativeBinomial>> all = new ArrayList<>();
        for (int from = 0; from < past.series().size(); from += BATCH) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("interrupted while demand was foretold");
            }
            List<DemandSeries> items =
                    past.series().subList(from, Math.min(past.series().size(), from + BATCH));
            float[][] outputs = run(DemandBatch.of(features, items, settings.length()));
            for (int b = 0; b < outputs.length; b++) {
                DemandSeries item = items.get(b);
                all.add(
                        network.distributions(outputs[b], features.level(item, item.size()))
                                .subList(0, horizon));
            }
        }
        return all;
    }

    /**
     * What is expected over the horizon after some pasts.
     *
     * @param pasts rows of each, as {@link DemandFeatures#rows} makes them, all as many
     * @param level what units are measured by
     * @return [pasts], by the network alone
     */
    double[] expected(List<float[][]> pasts, double level) {
        double[] expected = new double[pasts.size()];
        for (int from = 0; from < expected.length; from += BATCH) {
            int to = Math.min(expected.length, from + BATCH);
            float[][] outputs =
                    run(DemandBatch.of(pasts.subList(from, to), network.settings().length()));
            for (int b = 0; b < outputs.length; b++) {
                expected[from + b] =
                        network.distributions(outputs[b], level).stream()
                                .mapToDouble(NegativeBinomial::mean)
                                .sum();
            }
        }
        return expected;
    }

    private float[][] run(DemandBatch batch) {
        long[] shape = {batch.size(), batch.steps(), network.settings().features().size()};
        try (OnnxTensor rows =
                        OnnxTensor.createTensor(
                                environment, FloatBuffer.wrap(batch.rows()), shape);
                OnnxTensor lengths =
                        OnnxTensor.createTensor(
                                environment,
                                LongBuffer.wrap(batch.lengths()),
                                new long[] {batch.size()});
                OrtSession.Result result = session.run(Map.of("rows", rows, "lengths", lengths))) {
            FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer(); // [B, 2H]
            float[][] outputs = new float[batch.size()][2 * network.settings().horizon()];
            for (float[] row : outputs) {
                values.get(row);
            }
            return outputs;
        } catch (OrtException e) {
            throw failure(e);
        }
    }

    private static NextactException failure(OrtException e) {
        return new NextactException(
                NextactException.Category.BUNDLE,
                "ONNX Runtime cannot run the graph of demand: " + e.getMessage(),
                e);
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw failure(e);
        }
    }
}
