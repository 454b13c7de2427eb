package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.nextact.core.Catalog;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.LearningData;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.Split;
import dev.nextact.core.churn.BgNbd;
import dev.nextact.core.churn.RepeatPurchases;
import dev.nextact.core.probability.BinaryOutcomes;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.network.HeadSettings;
import dev.nextact.model.network.HeadSettings.TotalsScale;
import dev.nextact.model.network.HistoryTotals;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.TokenBatch;
import dev.nextact.model.network.Tokens;
import dev.nextact.model.ops.ArrayOps;
import dev.nextact.model.ops.Ops;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A made-up shop: who views a and then b buys within the hour, and nobody else. */
class ClassifierIT {

    private static final long START = 1_700_000_000_000_000L;
    private static final long HOUR = 3_600_000_000L;
    private static final long DAY = 24 * HOUR;
    private static final int VIEW = 0;
    private static final int BUY = 1;
    private static final int USERS = 120;
    private static final int HOURS = 60;

    @TempDir private Path directory;

    private ShopConfig config(String family, String horizon) {
        return config(family, horizon, "");
    }

    /**
     * @param more of {@code tasks.intent}
     */
    private ShopConfig config(String family, String horizon, String more) {
        String yaml =
                """
                workspace: work
                sources: [{path: none.csv, columns: {user: 1, item: 2, behaviour: 3, time: 4}}]
                behaviours: {view: [view], buy: [buy]}
                clean: {min_item_events: 1}
                model: {name: shop, family: %s, width: 16, layers: 2, heads: 2, length: 12, dropout: 0}
                train: {epochs: 15, patience: 15, seed: 7, batch: 16, learning_rate: 0.02,
                        loss: full-softmax, workers: 1}
                tasks: {learn: [intent], intent: {horizon: %s, way: classifier%s}}
                """
                        .formatted(family, horizon, more);
        try {
            return ShopConfigReader.read(
                    Files.writeString(directory.resolve("shop.yaml"), yaml), Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static EventSequences sequences() {
        SplittableRandom random = new SplittableRandom(11);
        EventSequences.Builder builder = new EventSequences.Builder();
        for (int user = 0; user < USERS; user++) {
            int before = 0;
            for (int hour = 0; hour < HOURS; hour += 2) {
                long now = START + hour * HOUR + random.nextLong(HOUR / 2);
                int item = 1 + random.nextInt(3);
                builder.event(item, VIEW, now);
                if (before == 1 && item == 2) {
                    builder.event(3, BUY, now + HOUR / 2);
                    before = 0;
                } else {
                    before = item;
                }
            }
            builder.endUser();
        }
        return builder.build();
    }

    private EventLog log(EventSequences sequences) {
        List<String> users = new ArrayList<>();
        for (int user = 0; user < sequences.size(); user++) {
            users.add("u" + user);
        }
        return new EventLog(
                Catalog.of(List.of("a", "b", "c")),
                users,
                config("lstm", "1h").behaviours(),
                sequences,
                "made-up");
    }

    private static Split split(EventSequences sequences) {
        return Split.at(sequences, START + 40 * HOUR, START + 50 * HOUR);
    }

    private static boolean buysNext(EventSequence events, int t) {
        return t > 0
                && events.behaviour(t) == VIEW
                && events.item(t) == 2
                && events.behaviour(t - 1) == VIEW
                && events.item(t - 1) == 1;
    }

    @Test
    void itLearnsARuleAndAllInterpretersAgree() throws OrtException {
        EventSequences sequences = sequences();
        EventLog log = log(sequences);
        ShopConfig config = config("lstm", "1h");
        TrainReport report =
                new TrainModel()
                        .run(
                                config,
                                log,
                                split(sequences),
                                new TrainModel.Options(false),
                                Progress.silent());
        Bundle bundle = Bundle.open(report.bundle());

        assertThat(bundle.manifest().tasks()).containsExactly("intent");
        assertThat(bundle.heads().orElseThrow().classifier().behaviour()).isEqualTo(BUY);
        assertThat(bundle.heads().orElseThrow().classifier().horizonSeconds()).isEqualTo(3_600);
        assertThat(bundle.manifest().metrics().get("valid auc")).isGreaterThan(0.99);

        // the last ten hours, seen neither in training nor in validation
        List<EventSequence> histories = new ArrayList<>();
        List<Boolean> happened = new ArrayList<>();
        for (int user = 0; user < USERS; user++) {
            EventSequence events = sequences.get(user);
            for (int t = events.countBefore(START + 50 * HOUR); t < events.size() - 2; t++) {
                histories.add(events.prefix(t + 1));
                happened.add(buysNext(events, t));
            }
        }
        Network network = TrainModel.Lesson.of(config, log, split(sequences)).network();
        Map<String, FloatTensor> weights = bundle.weights();
        TokenBatch batch = TokenBatch.of(histories, network.settings().shape());
        float[] totals = new float[0];
        double[] byTorch = sigmoids(byTorch(network, weights, batch, totals, Network::classify));
        double[] byArrays = sigmoids(byArrays(network, weights, batch, totals, Network::classify));
        double[] byOnnx = doubles(byOnnx(bundle, batch, totals, "probability"));

        assertThat(byArrays).containsExactly(byTorch, offset(1e-4));
        assertThat(byOnnx).containsExactly(byTorch, offset(1e-4));
        boolean[] came = new boolean[byTorch.length];
        for (int i = 0; i < came.length; i++) {
            came[i] = happened.get(i);
        }
        assertThat(BinaryOutcomes.of(byTorch, came).auc()).isGreaterThan(0.99);
        assertThat(BinaryOutcomes.of(byTorch, came).logLoss()).isLessThan(0.1);
    }

    @Test
    void itReadsTotalsAndCountsAndAllInterpretersAgree() throws OrtException {
        EventSequences sequences = sequences();
        EventLog log = log(sequences);
        ShopConfig config = config("gru", "12h", ", totals: true, counts: true");
        Bundle bundle =
                Bundle.open(
                        new TrainModel()
                                .run(
                                        config,
                                        log,
                                        split(sequences),
                                        new TrainModel.Options(false),
                                        Progress.silent())
                                .bundle());
        HeadSettings heads = bundle.heads().orElseThrow();
        assertThat(heads.classifier().counts()).isTrue();
        assertThat(heads.totals().size()).isEqualTo(HistoryTotals.size(2));

        // an hour before what comes within twelve is known no more
        List<EventSequence> histories = new ArrayList<>();
        double came = 0;
        for (int user = 0; user < USERS; user++) {
            EventSequence events = sequences.get(user);
            int seen = events.countBefore(START + 47 * HOUR);
            histories.add(events.prefix(seen));
            long until = events.timeMicros(seen - 1) + 12 * HOUR;
            for (int t = seen; t < events.size() && events.timeMicros(t) <= until; t++) {
                came += events.behaviour(t) == BUY ? 1 : 0;
            }
        }
        float[] totals = new float[USERS * heads.totals().size()];
        for (int user = 0; user < USERS; user++) {
            EventSequence events = histories.get(user);
            long now = events.timeMicros(events.size() - 1);
            int at = user * heads.totals().size();
            heads.totals().write(events, events.size(), now, 2, totals, at);
        }
        Network network = TrainModel.Lesson.of(config, log, split(sequences)).network();
        Map<String, FloatTensor> weights = bundle.weights();
        TokenBatch batch = TokenBatch.of(histories, network.settings().shape());
        double[] odds = doubles(byTorch(network, weights, batch, totals, Network::classify));
        double[] counts = doubles(byTorch(network, weights, batch, totals, Network::logCounts));

        assertThat(doubles(byArrays(network, weights, batch, totals, Network::classify)))
                .containsExactly(odds, offset(1e-4));
        assertThat(doubles(byArrays(network, weights, batch, totals, Network::logCounts)))
                .containsExactly(counts, offset(1e-4));
        assertThat(doubles(byOnnx(bundle, batch, totals, "log_count")))
                .containsExactly(counts, offset(1e-4));
        assertThat(doubles(byOnnx(bundle, batch, totals, "probability")))
                .containsExactly(
                        Arrays.stream(odds).map(x -> 1 / (1 + Math.exp(-x))).toArray(),
                        offset(1e-4));
        double expected = Arrays.stream(counts).map(Math::exp).sum();
        assertThat(expected).isCloseTo(came, withinPercentage(15));
        float[] wide = weights.get("head.classifier.totals.weight").values();
        assertThat(Arrays.stream(doubles(wide)).map(Math::abs).max().orElseThrow())
                .isGreaterThan(0.01);
    }

    /**
     * Who buys on some days, twice each, until they leave: after ten days fewer by the day.
     *
     * @param later what everybody does in the test part
     */
    private static EventSequences leaving(int later) {
        SplittableRandom random = new SplittableRandom(5);
        EventSequences.Builder builder = new EventSequences.Builder();
        for (int user = 0; user < USERS; user++) {
            builder.event(1, VIEW, START + random.nextLong(HOUR));
            boolean isThere = user % 6 > 0; // the others look once and never buy
            double rate = 0.05 + 0.3 * random.nextDouble();
            for (int day = 1; day < 50 && isThere; day++) {
                if (random.nextDouble() < rate) {
                    builder.event(2, BUY, START + day * DAY);
                    builder.event(3, BUY, START + day * DAY + HOUR);
                    isThere = random.nextDouble() > 0.15;
                }
            }
            for (int i = 0; i < later; i++) {
                builder.event(2, BUY, START + (51 + i) * DAY);
            }
            builder.endUser();
        }
        return builder.build();
    }

    private Bundle levelled(EventSequences sequences, String level) {
        return Bundle.open(
                new TrainModel()
                        .run(
                                config("gru", "240h", ", counts: true, level: " + level),
                                log(sequences),
                                daySplit(sequences),
                                new TrainModel.Options(false),
                                Progress.silent())
                        .bundle());
    }

    private static Split daySplit(EventSequences sequences) {
        return Split.at(sequences, START + 40 * DAY, START + 50 * DAY);
    }

    /** How many a bundle expects of all buyers together, seen from day 50. */
    private double expected(Bundle bundle, EventSequences sequences) throws OrtException {
        List<EventSequence> buyers = new ArrayList<>();
        for (int user = 0; user < USERS; user++) {
            EventSequence events = sequences.get(user);
            EventSequence known = events.prefix(events.countBefore(START + 50 * DAY));
            if (known.size() > 1) {
                buyers.add(known);
            }
        }
        Network network =
                TrainModel.Lesson.of(config("gru", "240h"), log(sequences), daySplit(sequences))
                        .network();
        TokenBatch batch = TokenBatch.of(buyers, network.settings().shape());
        double sum = 0;
        for (float log : byOnnx(bundle, batch, new float[0], "log_count")) {
            sum += Math.exp(log);
        }
        return sum;
    }

    @Test
    void countsTogetherAreAsManyAsAModelOfBuyingAndLeavingExpects() throws OrtException {
        EventSequences sequences = leaving(0);
        List<RepeatPurchases> seen = new ArrayList<>();
        for (int user = 0; user < USERS; user++) {
            RepeatPurchases.inDays(sequences.get(user), BUY, START + 50 * DAY).ifPresent(seen::add);
        }
        BgNbd model = BgNbd.fit(seen);
        double days = seen.stream().mapToDouble(c -> model.expectedPurchases(c, 10)).sum();

        Bundle levelled = levelled(sequences, "bg-nbd");
        double ofModel = expected(levelled, sequences);
        assertThat(ofModel).isCloseTo(2 * days, withinPercentage(0.1)); // two events a day
        // horizons that are over were those of shoppers who had not left yet
        Bundle plain = levelled(sequences, "seen");
        assertThat(expected(plain, sequences)).isGreaterThan(1.2 * ofModel);
        assertThat(levelled.weights().get("head.classifier.bias").values())
                .isEqualTo(plain.weights().get("head.classifier.bias").values());
    }

    @Test
    void whatComesInTheTestPartMovesNoLevel() {
        List<Double> levels = new ArrayList<>();
        for (int later : new int[] {0, 5}) {
            EventSequences sequences = leaving(later);
            LearningData data =
                    LearningData.of(
                            Catalog.of(List.of("a", "b", "c")), sequences, daySplit(sequences), 1);
            StepLabels labels = new StepLabels.Within(BUY, 10 * DAY, true);
            levels.add(BuyersLevel.of(data, labels, BUY, 10 * 86_400).expected());
        }
        assertThat(levels.get(0)).isPositive().isEqualTo(levels.get(1));
    }

    @Test
    void whereNobodyCameBackALevelOfBuyersIsAClearError() {
        EventSequences.Builder builder = new EventSequences.Builder();
        for (int user = 0; user < USERS; user++) {
            builder.event(1, VIEW, START).event(2, BUY, START + (30 + user % 15) * DAY);
            builder.event(1, VIEW, START + 49 * DAY).endUser();
        }
        EventSequences once = builder.build();

        assertThatThrownBy(() -> levelled(once, "bg-nbd"))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("tasks.intent.level: bg-nbd")
                .hasMessageContaining("of 120 with the target there is none");
    }

    @Test
    void aLevelOfBuyersNeedsAMomentAtWhichAllAreLookedAt() {
        EventSequences sequences = leaving(0);

        assertThatThrownBy(
                        () ->
                                new TrainModel()
                                        .run(
                                                config(
                                                        "gru",
                                                        "240h",
                                                        ", counts: true, level: bg-nbd"),
                                                log(sequences),
                                                Split.leaveOneOut(sequences),
                                                new TrainModel.Options(false),
                                                Progress.silent()))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("tasks.intent.level: bg-nbd needs a moment");
    }

    @Test
    void totalsOfAStepKnowWhatIsOlderThanItsWindowAndNothingLater() {
        EventSequences.Builder builder = new EventSequences.Builder();
        for (int t = 0; t < 30; t++) {
            builder.event(t == 3 ? 0 : 1, t % 3 == 0 ? BUY : VIEW, START + t * HOUR);
        }
        EventSequence all = builder.endUser().build().get(0);
        byte[] labels = new byte[30];
        Arrays.fill(labels, StepLabels.NONE);
        labels[10] = StepLabels.NO;
        labels[25] = StepLabels.YES;
        TotalsScale scale = TotalsScale.same(HistoryTotals.size(2));
        float[] of = StepTotals.of(Window.labelled(all, labels, 8), scale, 2);

        float[] alone = new float[2 * scale.size()];
        scale.write(all.prefix(11), 11, START + 10 * HOUR, 2, alone, 0);
        scale.write(all.prefix(26), 26, START + 25 * HOUR, 2, alone, scale.size());
        assertThat(of).containsExactly(alone);
    }

    @Test
    void aCallersLabelsOfWholeSequencesAreLearned() {
        // whether the first view was of a, asked after the last event of each half-long history
        EventSequences all = sequences();
        EventSequences.Builder builder = new EventSequences.Builder();
        byte[][] labels = new byte[USERS][8];
        for (int user = 0; user < USERS; user++) {
            long shift = user % 5 == 0 ? 40 * HOUR : 0; // every fifth is for validation
            EventSequence events = all.get(user);
            for (int t = 0; t < 8; t++) {
                builder.event(events.item(t), events.behaviour(t), events.timeMicros(t) + shift);
                labels[user][t] = StepLabels.NONE;
            }
            labels[user][7] = events.item(0) == 1 ? StepLabels.YES : StepLabels.NO;
            builder.endUser();
        }
        EventSequences halves = builder.build();

        TrainReport report =
                new TrainModel()
                        .run(
                                config("gru", "1h"),
                                log(halves),
                                Split.at(halves, START + 40 * HOUR, START + 80 * HOUR),
                                new StepLabels.Given(labels),
                                new TrainModel.Options(false),
                                Progress.silent());

        assertThat(report.targets()).isEqualTo(USERS * 4 / 5);
        assertThat(Bundle.open(report.bundle()).manifest().metrics().get("valid auc"))
                .isGreaterThan(0.9);
    }

    @Test
    void theSameSeedGivesTheSameBits() {
        EventSequences sequences = sequences();
        List<String> checksums = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            checksums.add(
                    Bundle.open(
                                    new TrainModel()
                                            .run(
                                                    config("transformer", "1h"),
                                                    log(sequences),
                                                    split(sequences),
                                                    new TrainModel.Options(false),
                                                    Progress.silent())
                                            .bundle())
                            .manifest()
                            .checksum());
        }
        assertThat(checksums.get(0)).isEqualTo(checksums.get(1));
    }

    @Test
    void aHorizonLongerThanTheTrainingPartIsAClearError() {
        EventSequences sequences = sequences();
        assertThatThrownBy(
                        () ->
                                new TrainModel()
                                        .run(
                                                config("lstm", "50h"),
                                                log(sequences),
                                                split(sequences),
                                                new TrainModel.Options(false),
                                                Progress.silent()))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("tasks.intent.horizon");
    }

    /** What the classifier tells of states and totals. */
    private interface Told {
        <T> T of(Network network, Ops<T> ops, T states, T totals);
    }

    private static float[] byTorch(
            Network network,
            Map<String, FloatTensor> values,
            TokenBatch batch,
            float[] totals,
            Told told) {
        TorchRuntime.load();
        try (Weights weights = new Weights(network, values);
                TorchScorer scorer =
                        new TorchScorer(network, weights, ItemBags.ofAll(List.of(), 3));
                PointerScope scope = new PointerScope();
                NoGradGuard noGrad = new NoGradGuard()) {
            Tokens<Tensor> tokens =
                    new Tokens<>(
                            Tensor.create(batch.items(), batch.size(), batch.steps()),
                            Tensor.create(batch.behaviours(), batch.size(), batch.steps()),
                            TorchOps.clock(batch.clock(), batch.size(), batch.steps()),
                            TorchOps.fields(batch.fields(), batch.size(), batch.steps()),
                            TorchOps.fields(batch.baskets(), batch.size(), batch.steps()),
                            Tensor.create(batch.lengths()));
            Tensor states = network.encodeLast(scorer.ops(), tokens);
            return TorchOps.floats(
                    told.of(network, scorer.ops(), states, Worker.totals(totals, batch.size())));
        }
    }

    private static float[] byArrays(
            Network network,
            Map<String, FloatTensor> weights,
            TokenBatch batch,
            float[] totals,
            Told told) {
        ArrayOps ops = new ArrayOps(weights);
        FloatTensor none = floats(new long[0], 0);
        Tokens<FloatTensor> tokens =
                new Tokens<>(
                        floats(batch.items(), batch.size(), batch.steps()),
                        floats(batch.behaviours(), batch.size(), batch.steps()),
                        new Tokens.Clock<>(none, none, none, none), // it reads no times
                        new Tokens.Fields<>(none, none),
                        new Tokens.Fields<>(none, none),
                        floats(batch.lengths(), batch.size()));
        FloatTensor known =
                new FloatTensor(new int[] {batch.size(), totals.length / batch.size()}, totals);
        return told.of(network, ops, network.encodeLast(ops, tokens), known).values();
    }

    private static FloatTensor floats(long[] values, int... shape) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = values[i];
        }
        return new FloatTensor(shape, floats);
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        Arrays.setAll(doubles, i -> values[i]);
        return doubles;
    }

    private static double[] sigmoids(float[] logits) {
        return Arrays.stream(doubles(logits)).map(x -> 1 / (1 + Math.exp(-x))).toArray();
    }

    private static float[] byOnnx(Bundle bundle, TokenBatch batch, float[] totals, String output)
            throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        long[] shape = {batch.size(), batch.steps()};
        Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
        inputs.put("items", longs(environment, batch.items(), shape));
        inputs.put("behaviours", longs(environment, batch.behaviours(), shape));
        inputs.put("lengths", longs(environment, batch.lengths(), batch.size()));
        Map<String, OnnxTensor> asked = new LinkedHashMap<>();
        if (totals.length > 0) {
            asked.put(
                    "totals",
                    OnnxTensor.createTensor(
                            environment,
                            FloatBuffer.wrap(totals),
                            new long[] {batch.size(), totals.length / batch.size()}));
        }
        try (OrtSession items = environment.createSession(bundle.onnx().toString());
                OrtSession heads =
                        environment.createSession(bundle.headsOnnx().orElseThrow().toString());
                OrtSession.Result first = items.run(inputs)) {
            asked.put("hidden", (OnnxTensor) first.get("hidden").orElseThrow());
            try (OrtSession.Result result = heads.run(asked)) {
                FloatBuffer values =
                        ((OnnxTensor) result.get(output).orElseThrow()).getFloatBuffer();
                float[] floats = new float[values.remaining()];
                values.get(floats);
                return floats;
            }
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private static OnnxTensor longs(OrtEnvironment environment, long[] values, long... shape)
            throws OrtException {
        return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
    }
}
