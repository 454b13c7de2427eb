package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.nextact.core.Catalog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.FieldEncoding;
import dev.nextact.core.FieldKind;
import dev.nextact.core.FieldVocabulary;
import dev.nextact.core.Grain;
import dev.nextact.core.ItemCategories;
import dev.nextact.core.ItemField;
import dev.nextact.core.ItemNumbers;
import dev.nextact.core.ShopConfig;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.network.EventSlots;
import dev.nextact.model.network.HeadSettings;
import dev.nextact.model.network.HistoryTotals;
import dev.nextact.model.network.ItemVectors;
import dev.nextact.model.network.Mixture;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.NetworkSettings;
import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.network.NetworkSettings.FeedForward;
import dev.nextact.model.network.NetworkSettings.ItemFieldSize;
import dev.nextact.model.network.NetworkSettings.Positions;
import dev.nextact.model.network.NetworkSettings.TimeField;
import dev.nextact.model.network.NetworkSettings.TokenParts;
import dev.nextact.model.network.ParameterSpec;
import dev.nextact.model.network.TimeTokens;
import dev.nextact.model.network.TokenBatch;
import dev.nextact.model.network.Tokens;
import dev.nextact.model.onnx.HeadsGraph;
import dev.nextact.model.onnx.NextItemGraph;
import dev.nextact.model.ops.ArrayOps;
import dev.nextact.model.ops.Ops;
import dev.nextact.model.ops.TimeBuckets;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntToLongFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every family of networks must keep, run on all three interpreters. */
class NetworkContractIT {

    /** Every family, with every kind of block, of feed-forward, of positions and of tokens. */
    private enum Variant {
        RNN(Family.RNN, Block.PRE_NORM, FeedForward.GELU, Positions.ABSOLUTE),
        GRU(Family.GRU, Block.PRE_NORM, FeedForward.GELU, Positions.ABSOLUTE),
        LSTM(Family.LSTM, Block.PRE_NORM, FeedForward.GELU, Positions.ABSOLUTE),
        TRANSFORMER(Family.TRANSFORMER, Block.PRE_NORM, FeedForward.GELU, Positions.ABSOLUTE),
        TRANSFORMER_POST_NORM(
                Family.TRANSFORMER, Block.POST_NORM, FeedForward.RELU, Positions.ABSOLUTE),
        TRANSFORMER_RELATIVE(
                Family.TRANSFORMER, Block.PRE_NORM, FeedForward.SWIGLU, Positions.BOTH),
        TRANSFORMER_LIGR(Family.TRANSFORMER, Block.LIGR, FeedForward.SWIGLU, Positions.ABSOLUTE),
        HSTU(Family.HSTU, Block.PRE_NORM, FeedForward.GELU, Positions.RELATIVE),
        GRU_FIELDS(Family.GRU, Block.PRE_NORM, FeedForward.GELU, Positions.ABSOLUTE, EVERYTHING),
        TRANSFORMER_FIELDS(
                Family.TRANSFORMER, Block.PRE_NORM, FeedForward.GELU, Positions.BOTH, EVERYTHING),
        TRANSFORMER_OF_ITEMS(
                Family.TRANSFORMER,
                Block.POST_NORM,
                FeedForward.GELU,
                Positions.ABSOLUTE,
                new TokenParts(false, 0, false)),
        GRU_BASKETS(
                Family.GRU,
                Block.PRE_NORM,
                FeedForward.GELU,
                Positions.ABSOLUTE,
                new TokenParts(true, 0, false, Grain.BASKET)),
        TRANSFORMER_BASKETS(
                Family.TRANSFORMER,
                Block.PRE_NORM,
                FeedForward.GELU,
                Positions.BOTH,
                new TokenParts(true, VOCABULARY.rows(), true, Grain.BASKET)),
        TRANSFORMER_BASKETS_TIMES(
                Family.TRANSFORMER,
                Block.PRE_NORM,
                FeedForward.GELU,
                Positions.BOTH,
                new TokenParts(true, VOCABULARY.rows(), true, Grain.BASKET),
                true),
        TRANSFORMER_TIMES(
                Family.TRANSFORMER, Block.PRE_NORM, FeedForward.GELU, Positions.ABSOLUTE, true),
        TRANSFORMER_RELATIVE_TIMES(
                Family.TRANSFORMER,
                Block.PRE_NORM,
                FeedForward.GELU,
                Positions.BOTH,
                EVERYTHING,
                true),
        TRANSFORMER_POST_NORM_TIMES(
                Family.TRANSFORMER, Block.POST_NORM, FeedForward.GELU, Positions.ABSOLUTE, true),
        TRANSFORMER_POST_NORM_RELATIVE_TIMES(
                Family.TRANSFORMER, Block.POST_NORM, FeedForward.GELU, Positions.RELATIVE, true),
        HSTU_TIMES(Family.HSTU, Block.PRE_NORM, FeedForward.GELU, Positions.ABSOLUTE, true),
        HSTU_RELATIVE_TIMES(
                Family.HSTU, Block.PRE_NORM, FeedForward.GELU, Positions.RELATIVE, true);

        private final Family family;
        private final Block block;
        private final FeedForward feedForward;
        private final Positions positions;

        @SuppressWarnings("ImmutableEnumChecker") // a record of numbers
        private final TokenParts tokens;

        private final boolean timeBias;

        Variant(Family family, Block block, FeedForward feedForward, Positions positions) {
            this(family, block, feedForward, positions, TokenParts.PLAIN, false);
        }

        Variant(
                Family family,
                Block block,
                FeedForward feedForward,
                Positions positions,
                boolean timeBias) {
            this(family, block, feedForward, positions, TokenParts.PLAIN, timeBias);
        }

        Variant(
                Family family,
                Block block,
                FeedForward feedForward,
                Positions positions,
                TokenParts tokens) {
            this(family, block, feedForward, positions, tokens, false);
        }

        Variant(
                Family family,
                Block block,
                FeedForward feedForward,
                Positions positions,
                TokenParts tokens,
                boolean timeBias) {
            this.timeBias = timeBias;
            this.family = family;
            this.block = block;
            this.feedForward = feedForward;
            this.positions = positions;
            this.tokens = tokens;
        }
    }

    private static final FieldKind GEO = new FieldKind.Geo(List.of(10.0, 500.0), "", "", 1);

    /** Every kind of field, with values that are missing and values that are unknown. */
    private static final FieldVocabulary VOCABULARY =
            new FieldVocabulary(
                    List.of(
                            field("area", new FieldKind.Category(1), "north", "south", ""),
                            field("tags", new FieldKind.Several("|", 1), "a|b", "c", "b|c|d"),
                            field("price", new FieldKind.Buckets(3), "1", "5", "9"),
                            field("dwell", new FieldKind.Numeric(), "2", "30"),
                            field("place", GEO, "52.5,13.4", "48.1,11.6")),
                    List.of(
                            field("club", new FieldKind.Category(1), "gold", "silver"),
                            field("age", new FieldKind.Buckets(4), "18", "30", "50", "70")));

    private static final TokenParts EVERYTHING = new TokenParts(true, VOCABULARY.rows(), true);

    private static FieldVocabulary.Field field(String name, FieldKind kind, String... values) {
        Map<String, Integer> events = new HashMap<>();
        for (String value : values) {
            events.put(value, 1);
        }
        return new FieldVocabulary.Field(
                name, kind.columns(name), FieldEncoding.learn(kind, events));
    }

    private static Map<String, String> fields(RandomGenerator random) {
        return Map.of(
                "area", List.of("north", "south", "east", "").get(random.nextInt(4)),
                "tags", List.of("a", "b|c", "a|x|y", "").get(random.nextInt(4)),
                "price", List.of("0", "6", "?", "").get(random.nextInt(4)),
                "dwell", Double.toString(random.nextDouble(100)),
                "place", List.of("52.51,13.41", "0,0", "nowhere").get(random.nextInt(3)));
    }

    private static final int ITEMS = 200;
    private static final int BEHAVIOURS = 3;
    private static final int LENGTH = 50;
    private static final double TOLERANCE = 1e-4;

    /** Tags with several values an item, and a brand that every third item lacks. */
    private static final List<ItemField> FIELDS =
            List.of(
                    field("tag", item -> List.of("t" + item % 7, "t" + item % 5)),
                    field("brand", item -> item % 3 == 0 ? List.of() : List.of("b" + item % 11)),
                    numbers("meaning", 3));

    private static ItemField numbers(String name, int size) {
        float[] values = new float[(ITEMS + 1) * size];
        for (int i = size; i < values.length; i++) {
            values[i] = (float) Math.sin(i);
        }
        return new ItemNumbers(name, size, values);
    }

    private static final List<ItemFieldSize> FIELD_SIZES =
            FIELDS.stream().map(ItemFieldSize::of).toList();

    private static ItemField field(String name, IntFunction<List<String>> values) {
        List<String> ids = IntStream.rangeClosed(1, ITEMS).mapToObj(Integer::toString).toList();
        Map<String, List<String>> byItem = new HashMap<>();
        ids.forEach(id -> byItem.put(id, values.apply(Integer.parseInt(id))));
        return ItemCategories.of(name, Catalog.of(ids), byItem);
    }

    @BeforeAll
    static void loadTorch() {
        TorchRuntime.load();
    }

    private static Network network(Variant variant) {
        return Network.of(settings(variant, List.of(TimeField.values()), variant.timeBias));
    }

    private static NetworkSettings settings(
            Variant variant, List<TimeField> timeFields, boolean timeBias) {
        return new NetworkSettings(
                variant.family,
                variant.block,
                variant.feedForward,
                variant.positions,
                ITEMS,
                BEHAVIOURS,
                32,
                2,
                2,
                LENGTH,
                0.2,
                FIELD_SIZES,
                timeFields,
                // heads beside the next item's know no baskets
                Optional.of(HEADS).filter(heads -> variant.tokens.grain() == Grain.EVENT),
                0,
                variant.tokens,
                timeBias);
    }

    /** Evenings and Sundays are busy. */
    private static final HeadSettings.Calendar BUSY = calendar();

    private static HeadSettings.Calendar calendar() {
        List<Double> hours = new ArrayList<>(Collections.nCopies(24, 0.8));
        hours.set(20, 3.0);
        List<Double> weekdays = new ArrayList<>(Collections.nCopies(7, 0.9));
        weekdays.set(6, 2.0);
        return new HeadSettings.Calendar(
                Collections.nCopies(3, hours), Collections.nCopies(3, weekdays));
    }

    /** All heads; steps of an hour, a day and a month; six slots for the next four events. */
    private static final HeadSettings HEADS =
            new HeadSettings(
                    true,
                    true,
                    4,
                    new HeadSettings.GapScale(1, 8, 3),
                    List.of(0.0, 3_600.0, 86_400.0, 2_592_000.0),
                    HeadSettings.TotalsScale.same(HistoryTotals.size(3)),
                    BUSY,
                    new HeadSettings.Slots(6, 4, 60, 5, 3));

    /** Weights far from their start, so that every part of the network matters. */
    private static Map<String, FloatTensor> livelyWeights(Network network) {
        Map<String, FloatTensor> weights = network.initialWeights(7);
        RandomGenerator random = new SplittableRandom(8);
        for (FloatTensor tensor : weights.values()) {
            for (int i = 0; i < tensor.values().length; i++) {
                tensor.values()[i] += (float) (random.nextGaussian() * 0.2);
            }
        }
        return weights;
    }

    private static List<EventSequence> histories(int count, long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        List<EventSequence> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            list.add(history(1 + random.nextInt(LENGTH), random));
        }
        return list;
    }

    private static EventSequence history(int size, RandomGenerator random) {
        int[] items = new int[size];
        byte[] behaviours = new byte[size];
        long[] times = new long[size];
        List<Map<String, String>> fields = new ArrayList<>();
        long now = 1_700_000_000_000_000L;
        for (int t = 0; t < size; t++) {
            items[t] = 1 + random.nextInt(ITEMS);
            behaviours[t] = (byte) random.nextInt(BEHAVIOURS);
            // gaps from none over milliseconds to months
            now += random.nextInt(5) == 0 ? 0 : (long) Math.exp(random.nextDouble(7, 30));
            times[t] = now;
            fields.add(fields(random));
        }
        Map<String, String> shopper =
                random.nextBoolean() ? Map.of("club", "gold", "age", "33") : Map.of("club", "new");
        return EventSequence.of(0, items, behaviours, times, VOCABULARY.describe(fields, shopper));
    }

    private static float[][] byTorch(
            Network network, Map<String, FloatTensor> weights, List<EventSequence> histories) {
        float[][] scores = new float[histories.size()][ITEMS + 1];
        try (Weights torch = new Weights(network, weights);
                TorchScorer scorer =
                        new TorchScorer(network, torch, ItemBags.ofAll(FIELDS, ITEMS))) {
            scorer.score(histories, scores);
        }
        return scores;
    }

    private static float[][] byArrays(
            Network network, Map<String, FloatTensor> weights, List<EventSequence> histories) {
        TokenBatch batch = TokenBatch.of(histories, network.settings().shape());
        FloatTensor result =
                network.nextItemScores(
                        new ArrayOps(ItemVectors.baked(weights, FIELDS)), arrays(batch));
        return rows(result.values(), histories.size());
    }

    private static FloatTensor floats(long[] values, int... shape) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = values[i];
        }
        return new FloatTensor(shape, floats);
    }

    private static float[][] rows(float[] values, int count) {
        float[][] rows = new float[count][values.length / count];
        for (int i = 0; i < count; i++) {
            System.arraycopy(values, i * rows[i].length, rows[i], 0, rows[i].length);
        }
        return rows;
    }

    private static float[][] byOnnx(
            Network network, Map<String, FloatTensor> weights, List<EventSequence> histories)
            throws OrtException {
        TokenBatch batch = TokenBatch.of(histories, network.settings().shape());
        long[] shape = {batch.size(), batch.steps()};
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try (OrtSession session =
                environment.createSession(
                        NextItemGraph.write(network, ItemVectors.baked(weights, FIELDS)))) {
            if (network.settings().shape().baskets()) {
                long[] each = {batch.size(), batch.steps(), batch.baskets().each()};
                inputs.put("basket_items", longs(environment, batch.baskets().rows(), each));
                inputs.put(
                        "basket_weights",
                        OnnxTensor.createTensor(
                                environment, FloatBuffer.wrap(batch.baskets().weights()), each));
            } else {
                inputs.put("items", longs(environment, batch.items(), shape));
            }
            if (network.settings().readsBehaviours()) {
                inputs.put("behaviours", longs(environment, batch.behaviours(), shape));
            }
            if (network.settings().shape().fields()) {
                long[] each = {batch.size(), batch.steps(), batch.fields().each()};
                inputs.put("fields", longs(environment, batch.fields().rows(), each));
                inputs.put(
                        "field_weights",
                        OnnxTensor.createTensor(
                                environment, FloatBuffer.wrap(batch.fields().weights()), each));
            }
            if (!network.settings().timeFields().isEmpty()) {
                inputs.put("gaps", longs(environment, batch.clock().gaps(), shape));
                inputs.put("hours", longs(environment, batch.clock().hours(), shape));
                inputs.put("weekdays", longs(environment, batch.clock().weekdays(), shape));
            }
            if (network.settings().hasTimeBias()) {
                inputs.put("times", longs(environment, batch.clock().times(), shape));
            }
            inputs.put("lengths", OnnxTensor.createTensor(environment, batch.lengths()));
            try (OrtSession.Result result = session.run(inputs)) {
                return (float[][]) result.get(0).getValue();
            }
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private static OnnxTensor longs(OrtEnvironment environment, long[] values, long... shape)
            throws OrtException {
        return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
    }

    private static void assertAgree(float[][] expected, float[][] actual) {
        assertThat(actual).hasNumberOfRows(expected.length);
        for (int b = 0; b < expected.length; b++) {
            for (int item = 1; item <= ITEMS; item++) {
                assertThat((double) actual[b][item])
                        .as("history %d, item %d", b, item)
                        .isCloseTo(
                                expected[b][item],
                                offset(TOLERANCE * Math.max(1, Math.abs(expected[b][item]))));
            }
            if (tenthIsClear(expected[b])) {
                assertThat(top10(actual[b]))
                        .as("top 10 of history %d", b)
                        .isEqualTo(top10(expected[b]));
            }
        }
    }

    /** Whether the tenth score is farther from the eleventh than rounding could bring them. */
    private static boolean tenthIsClear(float[] scores) {
        float[] sorted = Arrays.copyOfRange(scores, 1, ITEMS + 1);
        Arrays.sort(sorted);
        double tenth = sorted[ITEMS - 10];
        return tenth - sorted[ITEMS - 11] > 2 * TOLERANCE * Math.max(1, Math.abs(tenth));
    }

    private static List<Integer> top10(float[] scores) {
        return IntStream.rangeClosed(1, ITEMS)
                .boxed()
                .sorted((a, b) -> Float.compare(scores[b], scores[a]))
                .limit(10)
                .sorted()
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void threeInterpretersAgree(Variant variant) throws OrtException {
        Network network = network(variant);
        Map<String, FloatTensor> weights = livelyWeights(network);
        List<EventSequence> histories = histories(1000, 1);
        float[][] torch = byTorch(network, weights, histories);

        assertAgree(torch, byOnnx(network, weights, histories));
        List<EventSequence> few = histories.subList(0, 50);
        assertAgree(Arrays.copyOf(torch, 50), byArrays(network, weights, few));
    }

    @ParameterizedTest
    @EnumSource(names = {"GRU_BASKETS", "TRANSFORMER_BASKETS"})
    void theOrderWithinABasketChangesNothing(Variant variant) throws OrtException {
        Network network = network(variant);
        Map<String, FloatTensor> weights = livelyWeights(network);
        long[] times = {7_000_000, 9_000_000, 9_000_000, 9_000_000};
        EventSequence one = basket(new int[] {1, 2, 3, 4}, times);
        EventSequence other = basket(new int[] {1, 4, 2, 3}, times);
        EventSequence alone = basket(new int[] {1, 5}, Arrays.copyOf(times, 2));
        assertAgree(
                byOnnx(network, weights, List.of(one)), byOnnx(network, weights, List.of(other)));

        // item 5 as what the three are together
        int width = network.settings().width();
        Map<String, FloatTensor> baked = ItemVectors.baked(weights, FIELDS);
        float[] table = baked.get(Network.ITEM_TABLE).values();
        float share = (float) (1 / Math.sqrt(3));
        for (int d = 0; d < width; d++) {
            table[5 * width + d] =
                    (table[2 * width + d] + table[3 * width + d] + table[4 * width + d]) * share;
        }
        assertAgree(byArrays(baked, network, alone), byArrays(baked, network, one));
    }

    private static float[][] byArrays(
            Map<String, FloatTensor> baked, Network network, EventSequence history) {
        TokenBatch batch = TokenBatch.of(List.of(history), network.settings().shape());
        return rows(network.nextItemScores(new ArrayOps(baked), arrays(batch)).values(), 1);
    }

    private static EventSequence basket(int[] items, long[] times) {
        return EventSequence.of(
                0,
                items,
                new byte[items.length],
                times,
                VOCABULARY.describe(
                        Collections.nCopies(items.length, Map.of("area", "north")), Map.of()));
    }

    @ParameterizedTest
    @EnumSource(names = {"GRU_BASKETS", "TRANSFORMER_BASKETS"})
    void basketsOfOneItemAreEvents(Variant variant) {
        Network baskets = network(variant);
        NetworkSettings of = baskets.settings();
        TokenParts single = new TokenParts(true, of.tokens().fieldRows(), of.tokens().shopper());
        Network events = Network.of(SmallNetwork.of(of, single));
        Map<String, FloatTensor> weights = livelyWeights(baskets);
        List<EventSequence> alone =
                histories(50, 21).stream()
                        .map(history -> history.select(Grain.BASKET.begins(history)))
                        .toList();

        assertAgree(byTorch(events, weights, alone), byTorch(baskets, weights, alone));
    }

    private static Map<String, FloatTensor> withoutTimeBias(Map<String, FloatTensor> weights) {
        Map<String, FloatTensor> others = new HashMap<>(weights);
        others.replaceAll(
                (name, tensor) ->
                        name.endsWith(".attention.time")
                                ? FloatTensor.zeros(tensor.shape())
                                : tensor);
        return others;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ALL, names = ".*TIMES")
    void aTimeBiasOfZeroIsNone(Variant variant) throws OrtException {
        Network biased = network(variant);
        Network plain = Network.of(settings(variant, List.of(TimeField.values()), false));
        Map<String, FloatTensor> zero = withoutTimeBias(livelyWeights(biased));
        Map<String, FloatTensor> none = new HashMap<>(zero);
        none.keySet().removeIf(name -> name.endsWith(".attention.time"));
        List<EventSequence> histories = histories(40, 21);

        assertThat(none.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        plain.parameters().stream().map(ParameterSpec::name).toList())
                .hasSize(zero.size() - biased.settings().layers());
        float[][] scores = byTorch(plain, none, histories);
        assertAgree(scores, byTorch(biased, zero, histories));
        assertAgree(scores, byOnnx(biased, zero, histories));
        assertAgree(scores, byArrays(biased, zero, histories));
    }

    /** Nothing but the bias reads times here, and no more than how long it was between events. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ALL, names = ".*TIMES")
    void otherTimesBetweenTheSameEventsGiveOtherScores(Variant variant) throws OrtException {
        Network network = Network.of(settings(variant, List.of(), true));
        Map<String, FloatTensor> weights = livelyWeights(network);
        EventSequence history = history(20, new SplittableRandom(22));
        List<EventSequence> same = List.of(history, at(history, t -> history.timeMicros(t) + 77));
        List<EventSequence> other =
                List.of(history, at(history, t -> history.timeMicros(0) + t * 90_000_000L));

        float[][] shifted = byOnnx(network, weights, same);
        assertThat(shifted[1]).containsExactly(shifted[0], offset(1e-6f));
        float[][] scores = byTorch(network, weights, other);
        assertAgree(scores, byOnnx(network, weights, other));
        assertThat(greatestDifference(scores[0], scores[1])).isGreaterThan(0.01);
    }

    private static double greatestDifference(float[] a, float[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElse(0);
    }

    private static EventSequence at(EventSequence history, IntToLongFunction micros) {
        int[] items = new int[history.size()];
        byte[] behaviours = new byte[history.size()];
        long[] times = new long[history.size()];
        for (int t = 0; t < items.length; t++) {
            items[t] = history.item(t);
            behaviours[t] = (byte) history.behaviour(t);
            times[t] = micros.applyAsLong(t);
        }
        return EventSequence.of(0, items, behaviours, times, history.side(0));
    }

    /** At both sides of every bound, and where a clock runs backwards. */
    @ParameterizedTest
    @EnumSource(names = {"TRANSFORMER_TIMES", "HSTU_RELATIVE_TIMES"})
    void theBoundsOfBucketsAreTheSameEverywhere(Variant variant) throws OrtException {
        Network network = network(variant);
        Map<String, FloatTensor> weights = livelyWeights(network);
        List<EventSequence> histories = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(23);
        for (long bound : TimeBuckets.bounds()) {
            for (long since : new long[] {bound - 1, bound, bound + 1, -bound}) {
                long start = 1_700_000_000_000_000L;
                histories.add(
                        EventSequence.of(
                                0,
                                random.ints(3, 1, ITEMS + 1).toArray(),
                                new byte[3],
                                new long[] {start, start, start + since}));
            }
        }

        float[][] arrays = byArrays(network, weights, histories);
        assertAgree(arrays, byTorch(network, weights, histories));
        assertAgree(arrays, byOnnx(network, weights, histories));
    }

    /** Of one history, and a question about it for each gap. */
    @ParameterizedTest
    @EnumSource(names = {"TRANSFORMER", "TRANSFORMER_FIELDS"})
    void theHeadsAgreeOnThreeInterpreters(Variant variant) throws OrtException {
        Network network = network(variant);
        Map<String, FloatTensor> weights = livelyWeights(network);
        int width = network.settings().width();
        EventSequence history = history(30, new SplittableRandom(12));
        TokenBatch batch = TokenBatch.of(List.of(history), network.settings().shape());
        float[] hidden = new float[width];
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] = (float) random.nextGaussian();
        }
        int count = TimeTokens.GAPS;
        long[] rows = new long[count];
        long[] gaps = LongStream.range(0, count).toArray();
        long[] hours = random.longs(count, 0, TimeTokens.HOURS).toArray();
        long[] weekdays = random.longs(count, 0, TimeTokens.WEEKDAYS).toArray();
        long[] weekHours = random.longs(count, 0, TimeTokens.WEEK_HOURS).toArray();
        float[] totals = new float[count * HEADS.totals().size()];
        for (int i = 0; i < totals.length; i++) {
            totals[i] = (float) random.nextGaussian();
        }
        Map<String, float[]> arrays =
                heads(
                        network,
                        new ArrayOps(weights),
                        arrays(batch),
                        new FloatTensor(new int[] {1, width}, hidden),
                        floats(rows, count),
                        new Tokens.Now<>(
                                new Tokens.Clock<>(
                                        floats(gaps, count),
                                        floats(hours, count),
                                        floats(weekdays, count),
                                        FloatTensor.zeros(0)),
                                floats(weekHours, count),
                                new FloatTensor(new int[] {count, HEADS.totals().size()}, totals)),
                        FloatTensor::values);
        Map<String, float[]> onnx = new HashMap<>();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Map<String, OnnxTensor> inputs = new HashMap<>();
        long[] shape = {1, batch.steps()};
        inputs.put(
                "hidden",
                OnnxTensor.createTensor(
                        environment, FloatBuffer.wrap(hidden), new long[] {1, width}));
        inputs.put("behaviours", longs(environment, batch.behaviours(), shape));
        inputs.put("gaps", longs(environment, batch.clock().gaps(), shape));
        inputs.put("hours", longs(environment, batch.clock().hours(), shape));
        inputs.put("weekdays", longs(environment, batch.clock().weekdays(), shape));
        inputs.put("lengths", longs(environment, batch.lengths(), 1));
        inputs.put(
                "totals",
                OnnxTensor.createTensor(
                        environment,
                        FloatBuffer.wrap(totals),
                        new long[] {count, HEADS.totals().size()}));
        inputs.put("rows", longs(environment, rows, count));
        inputs.put("gap", longs(environment, gaps, count));
        inputs.put("elapsed", longs(environment, gaps, count));
        inputs.put("hour", longs(environment, hours, count));
        inputs.put("weekday", longs(environment, weekdays, count));
        inputs.put("week_hour", longs(environment, weekHours, count));
        try (OrtSession session = environment.createSession(HeadsGraph.write(network, weights));
                OrtSession.Result result = session.run(inputs)) {
            for (Map.Entry<String, OnnxValue> output : result) {
                FloatBuffer values = ((OnnxTensor) output.getValue()).getFloatBuffer();
                float[] copy = new float[values.remaining()];
                values.get(copy);
                onnx.put(output.getKey(), copy);
            }
        }
        Map<String, float[]> torch;
        try (Weights loaded = new Weights(network, weights);
                PointerScope scope = new PointerScope();
                NoGradGuard noGrad = new NoGradGuard()) {
            torch =
                    heads(
                            network,
                            TorchOps.inference(withItemTable(loaded)),
                            tensors(batch),
                            Tensor.create(hidden, 1, width),
                            Tensor.create(rows),
                            new Tokens.Now<>(
                                    new Tokens.Clock<>(
                                            Tensor.create(gaps),
                                            Tensor.create(hours),
                                            Tensor.create(weekdays),
                                            new Tensor()),
                                    Tensor.create(weekHours),
                                    Tensor.create(totals, count, HEADS.totals().size())),
                            TorchOps::floats);
        }

        assertThat(onnx.keySet()).isEqualTo(arrays.keySet());
        arrays.forEach(
                (name, values) -> {
                    assertThat(torch.get(name)).as(name).containsExactly(values, offset(1e-4f));
                    assertThat(onnx.get(name)).as(name).containsExactly(values, offset(1e-4f));
                });
    }

    private static <T> Map<String, float[]> heads(
            Network network,
            Ops<T> ops,
            Tokens<T> tokens,
            T hidden,
            T rows,
            Tokens.Now<T> now,
            Function<T, float[]> values) {
        T contexts = ops.embedding(network.lastContext(ops, tokens, hidden), rows);
        Mixture<T> gap = network.nextGap(ops, contexts);
        EventSlots<T> slots = network.slots(ops, contexts);
        return Map.of(
                "slot_presence", values.apply(slots.presence()),
                "slot_behaviours", values.apply(slots.behaviours()),
                "slot_times", values.apply(slots.times()),
                "slot_spreads", values.apply(slots.spreads()),
                "gap_weights", values.apply(gap.weights()),
                "gap_means", values.apply(gap.means()),
                "gap_deviations", values.apply(gap.deviations()),
                "next_behaviours",
                        values.apply(network.nextBehaviour(ops, contexts, now.clock().gaps())),
                "hazards", values.apply(network.hazards(ops, contexts, now)));
    }

    private static Tokens<FloatTensor> arrays(TokenBatch batch) {
        return new Tokens<>(
                floats(batch.items(), batch.size(), batch.steps()),
                floats(batch.behaviours(), batch.size(), batch.steps()),
                new Tokens.Clock<>(
                        floats(batch.clock().gaps(), batch.size(), batch.steps()),
                        floats(batch.clock().hours(), batch.size(), batch.steps()),
                        floats(batch.clock().weekdays(), batch.size(), batch.steps()),
                        ArrayOps.times(batch.clock().times(), batch.size(), batch.steps())),
                arrays(batch, batch.fields()),
                arrays(batch, batch.baskets()),
                floats(batch.lengths(), batch.size()));
    }

    private static Tokens.Fields<FloatTensor> arrays(TokenBatch batch, TokenBatch.Fields fields) {
        int[] shape = {batch.size(), batch.steps(), fields.each()};
        return new Tokens.Fields<>(
                floats(fields.rows(), shape), new FloatTensor(shape, fields.weights()));
    }

    private static Tokens<Tensor> tensors(TokenBatch batch) {
        return new Tokens<>(
                Tensor.create(batch.items(), batch.size(), batch.steps()),
                Tensor.create(batch.behaviours(), batch.size(), batch.steps()),
                TorchOps.clock(batch.clock(), batch.size(), batch.steps()),
                TorchOps.fields(batch.fields(), batch.size(), batch.steps()),
                TorchOps.fields(batch.baskets(), batch.size(), batch.steps()),
                Tensor.create(batch.lengths()));
    }

    @ParameterizedTest
    @EnumSource
    void batchMatesAndPaddingChangeNothing(Variant variant) throws OrtException {
        Network network = network(variant);
        Map<String, FloatTensor> weights = livelyWeights(network);
        EventSequence alone = history(5, new SplittableRandom(3));
        List<EventSequence> together = new ArrayList<>(List.of(alone));
        together.addAll(histories(20, 4));

        assertAgree(
                byTorch(network, weights, List.of(alone)),
                new float[][] {byTorch(network, weights, together)[0]});
        assertAgree(
                byOnnx(network, weights, List.of(alone)),
                new float[][] {byOnnx(network, weights, together)[0]});
    }

    @ParameterizedTest
    @EnumSource
    void laterEventsDoNotChangeEarlierStates(Variant variant) {
        Network network = network(variant);
        EventSequence longer = history(30, new SplittableRandom(5));
        try (Weights weights = new Weights(network, livelyWeights(network));
                PointerScope scope = new PointerScope()) {
            float[] all = states(network, weights, longer);
            float[] past = states(network, weights, longer.prefix(12));
            for (int i = 0; i < past.length; i++) {
                assertThat(all[i]).isCloseTo(past[i], offset(1e-5f));
            }
            assertThat(all[past.length]).isNotEqualTo(past[past.length - 1]);
        }
    }

    private static float[] states(Network network, Weights weights, EventSequence history) {
        TokenBatch batch = TokenBatch.of(List.of(history), network.settings().shape());
        Tensor states =
                network.encode(TorchOps.inference(withItemTable(weights)), tensors(batch))
                        .contiguous(); // [1, T, D]
        float[] values = new float[(int) states.numel()];
        states.data_ptr_float().get(values);
        return values;
    }

    private static Map<String, Tensor> withItemTable(Weights weights) {
        Map<String, Tensor> all = new HashMap<>(weights.dense());
        all.put(Network.ITEM_TABLE, weights.itemTable());
        return all;
    }

    private static ShopConfig.Train settings(String loss, int workers, double learningRate) {
        return new ShopConfig.Train(1, 5, 42, 8, "adam", learningRate, 0, 5, loss, 50, workers);
    }

    /** For ten days after its last event. */
    private static Window watched(EventSequence history) {
        long until = history.timeMicros(history.size() - 1) + 864_000_000_000L;
        int[] places = IntStream.range(0, history.size()).toArray();
        return new Window(history, new Window.Future(history, places, until, 3));
    }

    private static double train(
            Network network, Weights weights, ShopConfig.Train settings, int from, int steps) {
        List<Window> windows =
                histories(8, 9).stream()
                        .filter(h -> h.size() > 1)
                        .map(
                                h ->
                                        network.settings().foretells().isEmpty()
                                                ? Window.of(h, network.settings().tokens().grain())
                                                : watched(h))
                        .toList();
        double loss = 0;
        try (Optimiser optimiser = Optimiser.of(settings, weights, 1000);
                StepEngine engine =
                        new StepEngine(
                                settings,
                                network,
                                FIELDS,
                                Targets.alike(ITEMS),
                                weights,
                                optimiser)) {
            for (int step = from; step < from + steps; step++) {
                StepEngine.Step done = engine.step(windows, step);
                loss = done.lossSum() / done.targets();
            }
        }
        return loss;
    }

    @ParameterizedTest
    @EnumSource
    void eightHistoriesAreLearnedByHeart(Variant variant) {
        NetworkSettings settings =
                new NetworkSettings(
                        variant.family,
                        variant.block,
                        variant.feedForward,
                        variant.positions,
                        ITEMS,
                        BEHAVIOURS,
                        32,
                        1,
                        2,
                        LENGTH,
                        0,
                        FIELD_SIZES,
                        List.of(),
                        Optional.empty(),
                        0,
                        variant.tokens,
                        variant.timeBias);
        Network network = Network.of(settings);
        try (Weights weights = new Weights(network, network.initialWeights(1))) {
            double before = train(network, weights, settings("full-softmax", 1, 1e-9), 1, 1);
            double after = train(network, weights, settings("full-softmax", 1, 0.01), 1, 250);

            assertThat(before).isCloseTo(Math.log(ITEMS), offset(0.5));
            assertThat(after).isLessThan(0.5);
        }
    }

    @ParameterizedTest
    @EnumSource
    void sameSeedGivesTheSameBits(Variant variant) {
        Network network = network(variant);
        List<Map<String, FloatTensor>> results = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            try (Weights weights = new Weights(network, network.initialWeights(1))) {
                train(network, weights, settings("sampled-softmax", 1, 0.01), 1, 20);
                results.add(weights.snapshot());
            }
        }
        assertThat(results.get(0)).isEqualTo(results.get(1));
    }

    @ParameterizedTest
    @EnumSource
    void twoWorkersLearnWhatOneLearns(Variant variant) {
        NetworkSettings settings =
                new NetworkSettings(
                        variant.family,
                        variant.block,
                        variant.feedForward,
                        variant.positions,
                        ITEMS,
                        BEHAVIOURS,
                        32,
                        1,
                        2,
                        LENGTH,
                        0,
                        FIELD_SIZES,
                        List.of(),
                        Optional.empty(),
                        0,
                        variant.tokens,
                        variant.timeBias);
        Network network = Network.of(settings);
        List<Map<String, FloatTensor>> results = new ArrayList<>();
        for (int workers = 1; workers <= 2; workers++) {
            try (Weights weights = new Weights(network, network.initialWeights(1))) {
                train(network, weights, sgd(workers), 1, 5);
                results.add(weights.snapshot());
            }
        }
        results.get(0)
                .forEach(
                        (name, tensor) ->
                                assertThat(results.get(1).get(name).values())
                                        .as(name)
                                        .containsExactly(tensor.values(), offset(1e-4f)));
    }

    private static ShopConfig.Train sgd(int workers) {
        return new ShopConfig.Train(1, 5, 42, 8, "sgd", 0.1, 0, 0, "sampled-softmax", 50, workers);
    }

    @ParameterizedTest
    @EnumSource
    void everyWeightLearns(Variant variant) {
        Network network = network(variant);
        Map<String, FloatTensor> start = network.initialWeights(1);
        try (Weights weights = new Weights(network, start)) {
            train(network, weights, settings("sampled-softmax", 2, 0.01), 1, 3);
            weights.snapshot()
                    .forEach(
                            (name, tensor) ->
                                    assertThat(tensor).as(name).isNotEqualTo(start.get(name)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void nativeMemoryStaysFlat(Variant variant) {
        Network network = network(variant);
        ShopConfig.Train settings = settings("sampled-softmax", 2, 0.001);
        try (Weights weights = new Weights(network, network.initialWeights(1))) {
            train(network, weights, settings, 1, 50);
            long before = Pointer.totalCount();
            train(network, weights, settings, 51, 200);
            assertThat(Pointer.totalCount()).isLessThanOrEqualTo(before + 16);
        }
    }
}
