package dev.nextact.predict;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.nextact.core.EventSequence;
import dev.nextact.core.NextactException;
import dev.nextact.core.events.ForetoldSlots;
import dev.nextact.core.events.NextEventSampler;
import dev.nextact.core.events.RollOut;
import dev.nextact.core.probability.Softmax;
import dev.nextact.core.survival.HazardCurve;
import dev.nextact.core.timing.LogNormalMixture;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.network.EventSlots;
import dev.nextact.model.network.HeadSettings;
import dev.nextact.model.network.Mixture;
import dev.nextact.model.network.TimeTokens;
import dev.nextact.model.network.TokenBatch;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Foretells with a bundle's graphs when the next event comes, of which behaviour, and how long each
 * behaviour stays away. A classifier foretells instead whether one behaviour comes within one
 * horizon of the last event: how long ago that was is not known to it, so its answer at any later
 * moment is the one it gave then. Thread-safe; the caller closes it.
 */
public final class OutlookModel implements NextEventSampler, AutoCloseable {

    /** The behaviour whatever the gap is the mean over as many gaps, each as likely. */
    private static final int GAPS = 8;

    private final Bundle bundle;
    private final HeadSettings heads;
    private final double[] edges;
    private final OrtEnvironment environment;
    private final OrtSession items;
    private final OrtSession session;

    private OutlookModel(
            Bundle bundle,
            HeadSettings heads,
            OrtEnvironment environment,
            OrtSession items,
            OrtSession session) {
        this.bundle = bundle;
        this.heads = heads;
        this.edges = heads.edgesSeconds().stream().mapToDouble(seconds -> seconds).toArray();
        this.environment = environment;
        this.items = items;
        this.session = session;
    }

    /**
     * @throws NextactException of category BUNDLE when the model learned the next item alone, or
     *     ONNX Runtime cannot read its graphs
     */
    public static OutlookModel open(Bundle bundle) {
        if (bundle.headsOnnx().isEmpty()) {
            throw NextactException.bundle(
                    "%s learned the next item alone. Name what it shall learn in the config, such"
                            + " as tasks.learn: [next-items, next-events, intent, churn], and run"
                            + " `nextact train` again",
                    bundle.directory());
        }
        String graph = bundle.headsOnnx().orElseThrow().toString();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        OrtSession items =
                OnnxScorer.session(
                        bundle,
                        options -> environment.createSession(bundle.onnx().toString(), options));
        OrtSession session =
                OnnxScorer.session(bundle, options -> environment.createSession(graph, options));
        return new OutlookModel(bundle, bundle.heads().orElseThrow(), environment, items, session);
    }

    public Bundle bundle() {
        return bundle;
    }

    public HeadSettings heads() {
        return heads;
    }

    /**
     * @param behaviour that is asked about
     * @param seconds a horizon to be asked about
     * @throws NextactException when the model learned no hazards, or saw no log that long, or is a
     *     classifier of another behaviour or horizon
     */
    public void refuseBeyond(int behaviour, double seconds) {
        if (heads.classifies()) {
            refuseOther(behaviour, seconds);
            return;
        }
        if (!heads.hazards()) {
            throw NextactException.bundle(
                    "%s did not learn how long behaviours stay away. Add intent or churn to"
                            + " tasks.learn and run `nextact train` again",
                    bundle.directory());
        }
        double longest = edges[edges.length - 1];
        if (seconds > longest) {
            throw NextactException.input(
                    "the horizon is %.1f days, but the log the model learned from shows no more"
                            + " than %.1f days. Ask for a shorter one",
                    seconds / 86_400, longest / 86_400);
        }
    }

    private void refuseOther(int behaviour, double seconds) {
        HeadSettings.Classifier learned = heads.classifier();
        if (behaviour != learned.behaviour() || seconds != learned.horizonSeconds()) {
            List<String> names = bundle.manifest().behaviours();
            throw NextactException.input(
                    "%s is a classifier: it learned whether a %s comes within %.1f hours, and tells"
                            + " nothing of a %s within %.1f hours. Ask for what it learned, or train"
                            + " with tasks.intent.way: hazard, which tells of any",
                    bundle.directory(),
                    names.get(learned.behaviour()),
                    learned.horizonSeconds() / 3_600,
                    names.get(behaviour),
                    seconds / 3_600);
        }
    }

    /** Of each moment. */
    public List<Outlook> at(List<Moment> moments) {
        int size = moments.size();
        TokenBatch batch = batch(moments);
        float[] hidden = hidden(batch);
        Answers first = ask(batch, hidden, rows(size, 1), new long[size], moments);
        List<Optional<LogNormalMixture>> gaps = new ArrayList<>();
        for (int b = 0; b < size; b++) {
            gaps.add(heads.nextEvent() ? Optional.of(first.gap(b)) : Optional.empty());
        }
        double[][] behaviours = new double[size][0];
        if (heads.nextEvent()) {
            behaviours = behaviours(batch, hidden, gaps, moments);
        }
        List<Outlook> outlooks = new ArrayList<>();
        for (int b = 0; b < size; b++) {
            outlooks.add(new Outlook(gaps.get(b), behaviours[b], first.stays(b)));
        }
        return outlooks;
    }

    /**
     * How long each behaviour stays away alone: [B][C]. A classifier's has one step of time, its
     * horizon, and of other behaviours than its own it says nothing: their curves do not fall.
     */
    public List<List<HazardCurve>> stays(List<Moment> moments) {
        int size = moments.size();
        TokenBatch batch = batch(moments);
        if (heads.classifies()) {
            return stays(read(batch, moments).probabilities());
        }
        Answers answers = ask(batch, hidden(batch), rows(size, 1), new long[size], moments);
        return IntStream.range(0, size).mapToObj(answers::stays).toList();
    }

    /** What the encoder makes of each history: [B][D]. */
    public float[][] states(List<Moment> moments) {
        float[] hidden = hidden(batch(moments));
        int width = hidden.length / moments.size();
        return IntStream.range(0, moments.size())
                .mapToObj(b -> Arrays.copyOfRange(hidden, b * width, (b + 1) * width))
                .toArray(float[][]::new);
    }

    /**
     * How many events of its behaviour a classifier that counts expects within its horizon, seen
     * from just after the last event of each history: [B].
     *
     * @throws NextactException when the model does not count
     */
    public double[] expectedCounts(List<Moment> moments) {
        if (!heads.classifier().counts()) {
            throw NextactException.bundle(
                    "%s did not learn how often its behaviour comes. Train a classifier with"
                            + " tasks.intent.counts: true",
                    bundle.directory());
        }
        return counts(read(batch(moments), moments).logCounts());
    }

    /**
     * How long behaviours stay away, and how often a classifier that counts expects its own.
     *
     * @param stays [B][C]
     * @param expected [B]; empty where the model does not count
     */
    record Counted(List<List<HazardCurve>> stays, double[] expected) {}

    /** What {@link #stays} and {@link #expectedCounts} say, by one run of the encoder. */
    Counted counted(List<Moment> moments) {
        if (!heads.classifier().counts()) {
            return new Counted(stays(moments), new double[0]);
        }
        Said said = read(batch(moments), moments);
        return new Counted(stays(said.probabilities()), counts(said.logCounts()));
    }

    private static double[] counts(float[] logs) {
        return IntStream.range(0, logs.length).mapToDouble(b -> Math.exp(logs[b])).toArray();
    }

    /** Of a classifier's probabilities. */
    private List<List<HazardCurve>> stays(float[] probabilities) {
        int behaviours = bundle.manifest().behaviours().size();
        List<List<HazardCurve>> all = new ArrayList<>();
        for (float probability : probabilities) {
            List<HazardCurve> curves = new ArrayList<>();
            for (int c = 0; c < behaviours; c++) {
                double came = c == heads.classifier().behaviour() ? probability : 0;
                curves.add(new HazardCurve(edges, new double[] {came}));
            }
            all.add(curves);
        }
        return all;
    }

    /**
     * A classifier's outputs, [B] each.
     *
     * @param logCounts empty where it does not count
     */
    private record Said(float[] probabilities, float[] logCounts) {}

    /** What a classifier says just after the last events. */
    private Said read(TokenBatch batch, List<Moment> moments) {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try {
            inputs.put("hidden", floats(hidden(batch), batch.size()));
            if (heads.totals().size() > 0) {
                List<Moment> then =
                        moments.stream().map(m -> Moment.afterLast(m.history())).toList();
                inputs.put("totals", floats(totals(then, 1), batch.size()));
            }
            try (OrtSession.Result result = session.run(inputs)) {
                return new Said(
                        floats((OnnxTensor) result.get("probability").orElseThrow()),
                        result.get("log_count")
                                .map(counts -> floats((OnnxTensor) counts))
                                .orElse(new float[0]));
            }
        } catch (OrtException e) {
            throw OnnxScorer.failure(bundle, e);
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    /**
     * The next events of each history at once.
     *
     * @param moments each just after its last event
     */
    public List<ForetoldSlots> slots(List<Moment> moments) {
        int size = moments.size();
        TokenBatch batch = batch(moments);
        Answers answers = ask(batch, hidden(batch), rows(size, 1), new long[size], moments);
        return IntStream.range(0, size).mapToObj(answers::slots).toList();
    }

    /**
     * The probability of each behaviour of the next event if it comes after the given gap.
     *
     * @param gapSeconds of each moment, from its last event on
     * @return [B][C]
     */
    public double[][] behavioursAfter(List<Moment> moments, double[] gapSeconds) {
        TokenBatch batch = batch(moments);
        long[] tokens =
                Arrays.stream(gapSeconds).mapToLong(gap -> TimeTokens.gap(gap * 1e6)).toArray();
        Answers answers = ask(batch, hidden(batch), rows(moments.size(), 1), tokens, moments);
        double[][] behaviours = new double[moments.size()][];
        for (int b = 0; b < behaviours.length; b++) {
            behaviours[b] = answers.behaviours(b);
        }
        return behaviours;
    }

    @Override
    public int types() {
        return bundle.manifest().behaviours().size();
    }

    @Override
    public int length() {
        return bundle.manifest().length();
    }

    @Override
    public Draw draw(List<EventSequence> histories, SplittableRandom random) {
        List<Moment> moments = histories.stream().map(Moment::afterLast).toList();
        int size = moments.size();
        TokenBatch batch = batch(moments);
        int columns = bundle.catalog().size() + 1;
        Map<String, float[]> read =
                columns > 2 ? read(batch, "hidden", "scores") : read(batch, "hidden");
        float[] hidden = read.getOrDefault("hidden", new float[0]);
        Answers first = ask(batch, hidden, rows(size, 1), new long[size], moments);
        double[] gaps = new double[size];
        long[] tokens = new long[size];
        for (int b = 0; b < size; b++) {
            gaps[b] = RollOut.gap(first.gap(b), random);
            tokens[b] = TimeTokens.gap(gaps[b] * 1e6);
        }
        Answers then = ask(batch, hidden, rows(size, 1), tokens, moments);
        int[] behaviours = new int[size];
        int[] items = new int[size];
        for (int b = 0; b < size; b++) {
            behaviours[b] = RollOut.draw(then.behaviours(b), random);
            items[b] = 1;
            if (columns > 2) {
                float[] scores = read.getOrDefault("scores", new float[0]);
                items[b] =
                        1 + RollOut.draw(Softmax.of(scores, b * columns + 1, columns - 1), random);
            }
        }
        return new Draw(gaps, behaviours, items);
    }

    private double[][] behaviours(
            TokenBatch batch,
            float[] hidden,
            List<Optional<LogNormalMixture>> gaps,
            List<Moment> moments) {
        int size = gaps.size();
        int count = bundle.manifest().behaviours().size();
        double[][] mean = new double[size][count];
        if (count == 1) {
            Arrays.stream(mean).forEach(row -> row[0] = 1);
            return mean;
        }
        long[] tokens = new long[size * GAPS];
        for (int b = 0; b < size; b++) {
            for (int q = 0; q < GAPS; q++) {
                double seconds = gaps.get(b).orElseThrow().quantile((q + 0.5) / GAPS);
                tokens[b * GAPS + q] = TimeTokens.gap(seconds * 1e6);
            }
        }
        Answers answers = ask(batch, hidden, rows(size, GAPS), tokens, moments);
        for (int n = 0; n < tokens.length; n++) {
            double[] behaviours = answers.behaviours(n);
            for (int c = 0; c < count; c++) {
                mean[n / GAPS][c] += behaviours[c] / GAPS;
            }
        }
        return mean;
    }

    /** Which history each question is about. */
    private static long[] rows(int size, int questions) {
        long[] rows = new long[size * questions];
        Arrays.setAll(rows, n -> n / questions);
        return rows;
    }

    private TokenBatch batch(List<Moment> moments) {
        return TokenBatch.of(moments.stream().map(Moment::history).toList(), bundle.shape());
    }

    /** What the heads say to N questions. */
    private final class Answers {
        private final Map<String, float[]> outputs;

        Answers(Map<String, float[]> outputs) {
            this.outputs = outputs;
        }

        private float[] of(String name) {
            return outputs.getOrDefault(name, new float[0]);
        }

        LogNormalMixture gap(int n) {
            return heads.gaps()
                    .mixture(
                            new Mixture<>(of("gap_weights"), of("gap_means"), of("gap_deviations")),
                            n,
                            heads.components());
        }

        double[] behaviours(int n) {
            int size = bundle.manifest().behaviours().size();
            return size == 1 ? new double[] {1} : Softmax.of(of("next_behaviours"), n * size, size);
        }

        ForetoldSlots slots(int n) {
            return EventSlots.foretold(
                    new EventSlots<>(
                            of("slot_presence"),
                            of("slot_behaviours"),
                            of("slot_times"),
                            of("slot_spreads")),
                    heads.slots(),
                    n,
                    bundle.manifest().behaviours().size());
        }

        List<HazardCurve> stays(int n) {
            List<HazardCurve> curves = new ArrayList<>();
            if (heads.hazards()) {
                int behaviours = bundle.manifest().behaviours().size();
                for (int c = 0; c < behaviours; c++) {
                    int from = (n * behaviours + c) * heads.steps();
                    curves.add(HazardCurve.ofLogits(edges, of("hazards"), from));
                }
            }
            return curves;
        }
    }

    private float[] hidden(TokenBatch batch) {
        return read(batch, "hidden").getOrDefault("hidden", new float[0]);
    }

    /** Outputs of the next item's graph. */
    private Map<String, float[]> read(TokenBatch batch, String... outputs) {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try {
            TokenInputs.add(environment, items, batch, inputs);
            Map<String, float[]> values = new HashMap<>();
            try (OrtSession.Result result = items.run(inputs, Set.of(outputs))) {
                for (Map.Entry<String, OnnxValue> output : result) {
                    values.put(output.getKey(), floats((OnnxTensor) output.getValue()));
                }
            }
            return values;
        } catch (OrtException e) {
            throw OnnxScorer.failure(bundle, e);
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private Answers ask(
            TokenBatch batch, float[] hidden, long[] rows, long[] gaps, List<Moment> moments) {
        int each = rows.length / batch.size();
        long[] elapsed = new long[rows.length];
        long[] hours = new long[rows.length];
        long[] weekdays = new long[rows.length];
        long[] weekHours = new long[rows.length];
        for (int n = 0; n < rows.length; n++) {
            Moment moment = moments.get(n / each);
            elapsed[n] = TimeTokens.gap(moment.elapsedMicros());
            hours[n] = TimeTokens.hour(moment.nowMicros());
            weekdays[n] = TimeTokens.weekday(moment.nowMicros());
            weekHours[n] = TimeTokens.weekHour(moment.nowMicros());
        }
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try {
            TokenInputs.add(environment, session, batch, inputs);
            inputs.put("hidden", floats(hidden, batch.size()));
            Map<String, long[]> questions =
                    Map.of(
                            "rows", rows,
                            "gap", gaps,
                            "elapsed", elapsed,
                            "hour", hours,
                            "weekday", weekdays,
                            "week_hour", weekHours);
            for (Map.Entry<String, long[]> question : questions.entrySet()) {
                if (session.getInputNames().contains(question.getKey())) {
                    inputs.put(
                            question.getKey(),
                            OnnxTensor.createTensor(
                                    environment,
                                    LongBuffer.wrap(question.getValue()),
                                    new long[] {rows.length}));
                }
            }
            if (heads.hazards()) {
                inputs.put("totals", floats(totals(moments, each), rows.length));
            }
            Map<String, float[]> outputs = new HashMap<>();
            try (OrtSession.Result result = session.run(inputs)) {
                for (Map.Entry<String, OnnxValue> output : result) {
                    outputs.put(output.getKey(), floats((OnnxTensor) output.getValue()));
                }
            }
            return new Answers(outputs);
        } catch (OrtException e) {
            throw OnnxScorer.failure(bundle, e);
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    /** Of each moment, {@code each} times: [N·F]. */
    private float[] totals(List<Moment> moments, int each) {
        int size = heads.totals().size();
        int behaviours = bundle.manifest().behaviours().size();
        float[] totals = new float[moments.size() * each * size];
        for (int b = 0; b < moments.size(); b++) {
            Moment moment = moments.get(b);
            int at = b * each * size;
            EventSequence history = moment.history();
            heads.totals()
                    .write(history, history.size(), moment.nowMicros(), behaviours, totals, at);
            for (int again = 1; again < each; again++) {
                System.arraycopy(totals, at, totals, at + again * size, size);
            }
        }
        return totals;
    }

    /** [N·F] -> [N, F]. */
    private OnnxTensor floats(float[] values, int rows) throws OrtException {
        long[] shape = {rows, values.length / rows};
        return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
    }

    private static float[] floats(OnnxTensor tensor) {
        FloatBuffer values = tensor.getFloatBuffer();
        float[] floats = new float[values.remaining()];
        values.get(floats);
        return floats;
    }

    @Override
    public void close() {
        try {
            items.close();
            session.close();
        } catch (OrtException e) {
            throw OnnxScorer.failure(bundle, e);
        }
    }
}
