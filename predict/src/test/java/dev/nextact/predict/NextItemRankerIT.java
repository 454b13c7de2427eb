package dev.nextact.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.FieldVocabulary;
import dev.nextact.core.ItemFacts;
import dev.nextact.core.ranking.TopK;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.bundle.BundleContent;
import dev.nextact.model.bundle.BundleWriter;
import dev.nextact.model.bundle.Manifest;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.NetworkSettings;
import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.network.NetworkSettings.FeedForward;
import dev.nextact.model.network.NetworkSettings.Positions;
import dev.nextact.model.network.NetworkSettings.TokenParts;
import dev.nextact.model.network.TokenBatch;
import dev.nextact.model.network.Tokens;
import dev.nextact.model.onnx.NextItemGraph;
import dev.nextact.model.ops.ArrayOps;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NextItemRankerIT {

    private static final int ITEMS = 9000;
    private static final int LENGTH = 20;

    @TempDir private Path directory;

    private Bundle bundle(Family family) {
        Network network =
                Network.of(
                        new NetworkSettings(
                                family,
                                Block.PRE_NORM,
                                Positions.ABSOLUTE,
                                ITEMS,
                                2,
                                32,
                                1,
                                2,
                                LENGTH,
                                0,
                                List.of()));
        return bundle(network, network.initialWeights(7));
    }

    private Bundle bundle(Network network, Map<String, FloatTensor> weights) {
        return bundle("shop", network, weights, ItemFacts.NONE);
    }

    private Bundle bundle(
            String name, Network network, Map<String, FloatTensor> weights, ItemFacts facts) {
        return Bundle.open(
                new BundleWriter(Clock.systemUTC())
                        .write(
                                directory,
                                new BundleContent(
                                        name,
                                        "any",
                                        LENGTH,
                                        List.of("view", "buy"),
                                        "keep",
                                        5,
                                        new Manifest.Data("f", 3, ITEMS, 9, 6, "time"),
                                        Map.of(),
                                        Map.of(),
                                        Catalog.of(
                                                IntStream.rangeClosed(1, ITEMS)
                                                        .mapToObj(Integer::toString)
                                                        .toList()),
                                        IntStream.rangeClosed(0, ITEMS).map(i -> i / 2).toArray(),
                                        weights,
                                        NextItemGraph.write(network, weights),
                                        List.of("next-items"),
                                        Optional.empty(),
                                        List.of(),
                                        FieldVocabulary.NONE,
                                        new BundleContent.ForServing(facts, List.of()))));
    }

    private static List<EventSequence> histories(int count) {
        Random random = new Random(3);
        List<EventSequence> histories = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int size = random.nextInt(2 * LENGTH);
            byte[] behaviours = new byte[size];
            random.nextBytes(behaviours);
            for (int t = 0; t < size; t++) {
                behaviours[t] &= 1;
            }
            // 0 among them: items the model does not know
            histories.add(
                    EventSequence.of(
                            -1,
                            random.ints(size, 0, ITEMS + 1).toArray(),
                            behaviours,
                            new long[size]));
        }
        return histories;
    }

    private static List<NextItemQuestion> questions(List<EventSequence> histories, int k) {
        return histories.stream().map(history -> NextItemQuestion.of(history, k)).toList();
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void answersAreThoseOfTheScorer(Family family) {
        Bundle bundle = bundle(family);
        List<EventSequence> histories = histories(24);
        float[][] scores = new float[24][ITEMS + 1];
        try (OnnxScorer scorer = OnnxScorer.open(bundle);
                NextItemRanker ranker = NextItemRanker.open(bundle, 1, 24)) {
            scorer.score(histories, scores);
            List<NextItemAnswer> answers = ranker.answer(questions(histories, 100));
            for (int i = 0; i < 24; i++) {
                assertThat(answers.get(i).byPopularity())
                        .isEqualTo(!OnnxScorer.isKnown(histories.get(i)));
                int[] expected = TopK.of(scores[i], 100);
                for (int rank = 0; rank < 100; rank++) {
                    // items of nearly equal scores may change places: the sums are made in another
                    // order
                    assertThat(scores[i][answers.get(i).items()[rank]])
                            .isCloseTo(scores[i][expected[rank]], within(1e-5f));
                    assertThat(answers.get(i).scores()[rank])
                            .isCloseTo(scores[i][expected[rank]], within(1e-5f));
                }
            }
        }
    }

    @Test
    void aHiddenStateThatIsNoNumberHasNoAnswer() {
        Network network = biasedByTime(Family.TRANSFORMER);
        Map<String, FloatTensor> weights = network.initialWeights(7);
        weights.forEach(
                (name, tensor) -> {
                    if (!name.equals(Network.ITEM_TABLE)) {
                        Arrays.fill(tensor.values(), Float.NaN);
                    }
                });
        try (NextItemRanker ranker = NextItemRanker.open(bundle(network, weights), 1, 1)) {
            assertThat(ranker.answer(questions(List.of(every(1)), 10)).get(0).items()).isEmpty();
        }
    }

    private static Network biasedByTime(Family family) {
        return Network.of(
                new NetworkSettings(
                        family,
                        Block.PRE_NORM,
                        FeedForward.GELU,
                        Positions.RELATIVE,
                        ITEMS,
                        2,
                        32,
                        2,
                        2,
                        LENGTH,
                        0,
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        0,
                        TokenParts.PLAIN,
                        true));
    }

    private static EventSequence every(long micros) {
        long[] times = new long[8];
        Arrays.setAll(times, t -> 1_700_000_000_000_000L + t * micros);
        return EventSequence.of(-1, new int[] {3, 1, 4, 1, 5, 9, 2, 6}, new byte[8], times);
    }

    @ParameterizedTest
    @EnumSource(names = {"TRANSFORMER", "HSTU"})
    void timesBetweenEventsReachTheGraph(Family family) {
        Network network = biasedByTime(family);
        Map<String, FloatTensor> weights = network.initialWeights(7);
        Random random = new Random(9);
        for (FloatTensor tensor : weights.values()) {
            for (int i = 0; i < tensor.values().length; i++) {
                tensor.values()[i] += (float) (random.nextGaussian() * 0.2);
            }
        }
        Bundle bundle = bundle(network, weights);
        List<EventSequence> histories = List.of(every(1_000_000), every(1), every(86_400_000_000L));
        float[][] expected = new float[3][];
        for (int i = 0; i < 3; i++) {
            TokenBatch batch = TokenBatch.of(List.of(histories.get(i)), bundle.shape());
            expected[i] = network.nextItemScores(new ArrayOps(weights), arrays(batch)).values();
        }
        float[][] scores = new float[3][ITEMS + 1];
        try (OnnxScorer scorer = OnnxScorer.open(bundle)) {
            scorer.score(histories, scores);
        }
        for (int i = 0; i < 3; i++) {
            expected[i][0] = scores[i][0]; // means nothing
            assertThat(scores[i]).containsExactly(expected[i], within(1e-4f));
        }
        try (NextItemRanker ranker = NextItemRanker.open(bundle, 1, 3)) {
            List<NextItemAnswer> answers = ranker.answer(questions(histories, 10));
            for (int i = 0; i < 3; i++) {
                int best = answers.get(i).items()[0];
                assertThat(best).isEqualTo(TopK.of(scores[i], 1)[0]);
                assertThat(answers.get(i).scores()[0])
                        .isCloseTo(scores[i][best], within(1e-4f))
                        .isNotCloseTo(scores[(i + 1) % 3][best], within(0.005f));
            }
        }
    }

    private static Tokens<FloatTensor> arrays(TokenBatch batch) {
        FloatTensor none = FloatTensor.zeros(0);
        return new Tokens<>(
                floats(batch.items(), 1, batch.steps()),
                floats(batch.behaviours(), 1, batch.steps()),
                new Tokens.Clock<>(
                        none, none, none, ArrayOps.times(batch.clock().times(), 1, batch.steps())),
                new Tokens.Fields<>(none, none),
                new Tokens.Fields<>(none, none),
                floats(batch.lengths(), 1));
    }

    private static FloatTensor floats(long[] values, int... shape) {
        FloatTensor out = FloatTensor.zeros(shape);
        for (int i = 0; i < values.length; i++) {
            out.values()[i] = values[i];
        }
        return out;
    }

    /** Of weights this large most items have no share, of those at first all have. */
    @ParameterizedTest
    @ValueSource(floats = {1, 60})
    void standingsAreThoseOfAllScores(float wider) {
        Network network = biasedByTime(Family.TRANSFORMER);
        Map<String, FloatTensor> weights = network.initialWeights(7);
        FloatTensor table = weights.get(Network.ITEM_TABLE);
        for (int i = 0; i < table.values().length; i++) {
            table.values()[i] *= wider;
        }
        Bundle bundle = bundle(network, weights);
        List<EventSequence> histories =
                histories(30).stream().filter(OnnxScorer::isKnown).limit(20).toList();
        float[][] scores = new float[20][ITEMS + 1];
        IntPredicate allowed = item -> item % 7 != 3;
        try (OnnxScorer scorer = OnnxScorer.open(bundle);
                NextItemRanker ranker = NextItemRanker.open(bundle, 1, 6)) {
            scorer.score(histories, scores);
            for (int item : new int[] {1, 4001, ITEMS - 1}) {
                List<NextItemRanker.Standing> standings =
                        ranker.standings(histories, item, allowed);
                for (int row = 0; row < 20; row++) {
                    float[] of = scores[row];
                    double own = of[item];
                    double sum =
                            IntStream.rangeClosed(1, ITEMS)
                                    .filter(allowed)
                                    .mapToDouble(i -> Math.exp(of[i] - own))
                                    .sum();
                    assertThat(standings.get(row).logShare())
                            .isCloseTo(-Math.log(sum), within(1e-4));
                    int rank = standings.get(row).rank();
                    assertThat(above(of, own + 1e-4, allowed)).isLessThan(rank);
                    assertThat(above(of, own - 1e-4, allowed)).isGreaterThanOrEqualTo(rank - 1);
                }
            }
        }
    }

    private static long above(float[] scores, double own, IntPredicate allowed) {
        return IntStream.rangeClosed(1, ITEMS)
                .filter(allowed)
                .filter(item -> scores[item] > own)
                .count();
    }

    @Test
    void batchMatesChangeNothing() {
        List<NextItemQuestion> questions = questions(histories(16), 20);
        try (NextItemRanker ranker = NextItemRanker.open(bundle(Family.TRANSFORMER), 2, 16)) {
            List<NextItemAnswer> together = ranker.answer(questions);
            for (int i = 0; i < 16; i++) {
                assertThat(ranker.answer(List.of(questions.get(i))).get(0).items())
                        .isEqualTo(together.get(i).items());
            }
        }
    }

    @Test
    void filtersAreMetAndTheRestKeepsItsOrder() {
        EventSequence history = EventSequence.of(-1, new int[] {5, 9}, new byte[2], new long[2]);
        EventSequence unknown = EventSequence.of(-1, new int[] {0}, new byte[1], new long[1]);
        BitSet odd = new BitSet();
        IntStream.rangeClosed(1, ITEMS).filter(i -> i % 2 == 1).forEach(odd::set);
        BitSet some = new BitSet();
        some.set(7);
        some.set(11);
        try (NextItemRanker ranker = NextItemRanker.open(bundle(Family.TRANSFORMER), 1, 4)) {
            for (EventSequence events : List.of(history, unknown)) {
                int[] all = ranker.answer(questions(List.of(events), ITEMS)).get(0).items();
                NextItemAnswer filtered =
                        ranker.answer(
                                        List.of(
                                                new NextItemQuestion(
                                                        events, 10, true, some, Optional.of(odd))))
                                .get(0);
                assertThat(filtered.items())
                        .isEqualTo(
                                IntStream.of(all)
                                        .filter(i -> i % 2 == 1 && i != 7 && i != 11)
                                        .filter(i -> events == unknown || (i != 5 && i != 9))
                                        .limit(10)
                                        .toArray());
            }
        }
    }

    private static final List<String> KINDS = List.of("a", "b", "c", "d", "e");

    /** Kinds so unequal that a cap of the commonest leaves out nearly all. */
    private static String kind(int item) {
        return item % 100 < 96 ? "a" : KINDS.get(item % 100 - 95);
    }

    private Bundle withKinds() {
        Network network =
                Network.of(
                        new NetworkSettings(
                                Family.TRANSFORMER,
                                Block.PRE_NORM,
                                Positions.ABSOLUTE,
                                ITEMS,
                                2,
                                32,
                                1,
                                2,
                                LENGTH,
                                0,
                                List.of()));
        Map<String, FloatTensor> weights = network.initialWeights(7);
        Map<String, List<String>> kinds = new HashMap<>();
        IntStream.rangeClosed(1, ITEMS)
                .forEach(i -> kinds.put(Integer.toString(i), List.of(kind(i))));
        return bundle("kinds", network, weights, new ItemFacts(Map.of("kind", kinds)));
    }

    /** Few and many items, and caps that leave out much or little. */
    @Test
    void filtersAndCapsGiveWhatAWalkThroughAllItemsGives() {
        Bundle bundle = withKinds();
        ItemAttributes attributes = ItemAttributes.of(bundle);
        try (NextItemRanker ranker = NextItemRanker.open(bundle, 1, 4)) {
            for (EventSequence events : histories(6)) {
                int[] all = ranker.answer(questions(List.of(events), ITEMS)).get(0).items();
                for (int k : new int[] {5, 100, 400}) {
                    for (int most : new int[] {1, 3, 60, 2900}) {
                        for (List<String> only : List.of(KINDS, List.of("b", "c"))) {
                            NextItemAnswer answer =
                                    ranker.answer(
                                                    List.of(
                                                            new NextItemQuestion(
                                                                    events,
                                                                    k,
                                                                    false,
                                                                    new BitSet(),
                                                                    Optional.empty(),
                                                                    attributes.oneOf("kind", only),
                                                                    List.of(
                                                                            attributes.cap(
                                                                                    "kind",
                                                                                    most)))))
                                            .get(0);
                            assertThat(answer.items())
                                    .as("k %d, most %d, only %s", k, most, only)
                                    .isEqualTo(walk(all, k, most, only));
                        }
                    }
                }
            }
        }
    }

    private static int[] walk(int[] all, int k, int most, List<String> only) {
        Map<String, Integer> counts = new HashMap<>();
        return IntStream.of(all)
                .filter(item -> only.contains(kind(item)))
                .filter(item -> counts.merge(kind(item), 1, Integer::sum) <= most)
                .limit(k)
                .toArray();
    }

    @Test
    void theMostPopularAreInTheOrderOfPredictNext() {
        EventSequence empty = EventSequence.of(-1, new int[0], new byte[0], new long[0]);
        try (NextItemRanker ranker = NextItemRanker.open(bundle(Family.GRU), 1, 1)) {
            NextItemAnswer answer = ranker.answer(questions(List.of(empty), 4)).get(0);

            assertThat(answer.byPopularity()).isTrue();
            assertThat(answer.items()).containsExactly(ITEMS, ITEMS - 2, ITEMS - 1, ITEMS - 4);
        }
    }
}
