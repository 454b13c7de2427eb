package dev.nextact.predict;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.nextact.core.EventSequence;
import dev.nextact.core.NextactException;
import dev.nextact.core.ServeConfig.Precision;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.network.TokenBatch;
import dev.nextact.model.onnx.QuantisedGraph;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Answers questions by the batch, fast: one session, a fixed number of runs at a time, the scores
 * written by ONNX Runtime where they are read, no copy of a whole row. Its answers are those of
 * {@link PredictNext}. Thread-safe; the caller closes it when no question is under way.
 */
public final class NextItemRanker implements AutoCloseable {

    /** Candidates beyond twice those wanted. */
    private static final int MORE = 50;

    /** The best that are looked at first under caps, for each item wanted. */
    private static final int MORE_FOR_CAPS = 4;

    /** To sort all items takes less time than to keep more than these in order. */
    private static final int MOST_FOR_CAPS = 1000;

    private final Bundle bundle;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final int columns;
    private final int most;
    private final BlockingQueue<Place> places;
    private final int[] popular;
    private final @Nullable FloatTensor table;

    /**
     * What one run needs.
     *
     * @param scores memory for [most, V+1]
     * @param hidden memory for [most, D], where items are scored again
     */
    private record Place(
            FloatBuffer scores, FloatBuffer hidden, BestItems approximate, BestItems best) {}

    private NextItemRanker(
            Bundle bundle,
            OrtEnvironment environment,
            OrtSession session,
            @Nullable FloatTensor table,
            int runs,
            int most) {
        this.table = table;
        this.bundle = bundle;
        this.environment = environment;
        this.session = session;
        this.columns = bundle.catalog().size() + 1;
        this.most = most;
        this.places = new ArrayBlockingQueue<>(runs);
        for (int i = 0; i < runs; i++) {
            places.add(
                    new Place(
                            floats(most * columns),
                            floats(table == null ? 0 : most * table.size(1)),
                            new BestItems(),
                            new BestItems()));
        }
        this.popular =
                IntStream.rangeClosed(1, bundle.catalog().size())
                        .boxed()
                        .sorted(Comparator.comparingInt(item -> -bundle.trainEvents(item)))
                        .mapToInt(item -> item)
                        .toArray();
    }

    /**
     * @param runs of the model at the same time, at least 1
     * @param most questions of a batch, at least 1
     * @param precision with {@code INT8} all items are scored by integers, and the best of them
     *     again by floats: their scores are exact, one in a thousand may be missed
     * @throws NextactException of category BUNDLE when ONNX Runtime cannot read the graph
     */
    public static NextItemRanker open(Bundle bundle, Precision precision, int runs, int most) {
        if (runs < 1 || most < 1) {
            throw new IllegalArgumentException(
                    "runs, most: expected at least 1, found " + runs + ", " + most);
        }
        if ((long) most * (bundle.catalog().size() + 1) * Float.BYTES > Integer.MAX_VALUE) {
            throw new NextactException(
                    NextactException.Category.CAPACITY,
                    "the scores of "
                            + most
                            + " requests for "
                            + bundle.catalog().size()
                            + " items are over 2 GiB; set serve.engine.batch lower");
        }
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        if (precision == Precision.INT8) {
            QuantisedGraph graph =
                    quantised(bundle)
                            .orElseThrow(
                                    () ->
                                            NextactException.bundle(
                                                    "%s: its graph ends with no table of items, so"
                                                            + " it cannot be scored by int8",
                                                    bundle.onnx()));
            return new NextItemRanker(
                    bundle,
                    environment,
                    OnnxScorer.session(
                            bundle, options -> environment.createSession(graph.onnx(), options)),
                    graph.table(),
                    runs,
                    most);
        }
        return new NextItemRanker(
                bundle,
                environment,
                OnnxScorer.session(
                        bundle,
                        options -> environment.createSession(bundle.onnx().toString(), options)),
                null,
                runs,
                most);
    }

    private static Optional<QuantisedGraph> quantised(Bundle bundle) {
        try {
            return QuantisedGraph.of(Files.readAllBytes(bundle.onnx()));
        } catch (IOException e) {
            throw new NextactException(
                    NextactException.Category.BUNDLE,
                    "cannot read " + bundle.onnx() + ": " + e.getMessage(),
                    e);
        }
    }

    private static FloatBuffer floats(int size) {
        return ByteBuffer.allocateDirect(size * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    public Bundle bundle() {
        return bundle;
    }

    /** The most questions of a batch. */
    public int most() {
        return most;
    }

    /**
     * Waits for its turn where as many runs as there may be are under way.
     *
     * @return the answers, in the order of the questions
     */
    public List<NextItemAnswer> answer(List<NextItemQuestion> questions) {
        if (questions.size() > most) {
            throw new IllegalArgumentException(
                    "questions: expected at most " + most + ", found " + questions.size());
        }
        List<EventSequence> histories = new ArrayList<>();
        for (NextItemQuestion question : questions) {
            if (OnnxScorer.isKnown(question.history())) {
                histories.add(question.history());
            }
        }
        Place place = take();
        try {
            if (!histories.isEmpty()) {
                run(TokenBatch.of(histories, bundle.shape()), place);
            }
            List<NextItemAnswer> answers = new ArrayList<>(questions.size());
            int row = 0;
            for (NextItemQuestion question : questions) {
                IntPredicate allowed = BestItems.allowed(question);
                if (OnnxScorer.isKnown(question.history())) {
                    answers.add(best(place, row++, question, allowed));
                } else {
                    answers.add(mostPopular(question, allowed));
                }
            }
            return answers;
        } finally {
            places.add(place);
        }
    }

    /**
     * How an item stands among others.
     *
     * @param logShare the logarithm of its share, by the softmax of the scores
     * @param rank from 1; items of equal scores have the same
     */
    public record Standing(double logShare, int rank) {}

    /** Of a score so much lower than the highest, in nats, a share is nothing. */
    private static final double NOTHING = 25;

    /**
     * How an item stands after each history. Where items are scored by integers, the others' scores
     * are approximate. Waits for its turn as {@link #answer} does.
     *
     * @param histories at most {@link #most}, each with an event of a known item
     * @param allowed the items among which it stands, itself one of them
     */
    public List<Standing> standings(List<EventSequence> histories, int item, IntPredicate allowed) {
        if (histories.size() > most) {
            throw new IllegalArgumentException(
                    "histories: expected at most " + most + ", found " + histories.size());
        }
        Place place = take();
        try {
            run(TokenBatch.of(histories, bundle.shape()), place);
            double temperature = bundle.temperature();
            List<Standing> standings = new ArrayList<>(histories.size());
            for (int row = 0; row < histories.size(); row++) {
                float own = score(place, row).of(item);
                standings.add(standing(place.scores(), row, item, own, temperature, allowed));
            }
            return standings;
        } finally {
            places.add(place);
        }
    }

    private Standing standing(
            FloatBuffer scores,
            int row,
            int item,
            float own,
            double temperature,
            IntPredicate allowed) {
        int from = row * columns;
        float highest = own;
        int above = 0;
        for (int other = 1; other < columns; other++) {
            float score = scores.get(from + other);
            if (score > own && other != item && allowed.test(other)) {
                highest = Math.max(highest, score);
                above++;
            }
        }
        double sum = Math.exp((own - highest) / temperature);
        double least = highest - NOTHING * temperature;
        for (int other = 1; other < columns; other++) {
            float score = scores.get(from + other);
            if (score > least && other != item && allowed.test(other)) {
                sum += Math.exp((score - highest) / temperature);
            }
        }
        return new Standing((own - highest) / temperature - Math.log(sum), above + 1);
    }

    private NextItemAnswer best(
            Place place, int row, NextItemQuestion question, IntPredicate allowed) {
        int k = question.k();
        if (question.caps().isEmpty()) {
            return best(place, row, k, allowed).answer(false);
        }
        BestItems.IntToFloat score = score(place, row);
        int some = MORE_FOR_CAPS * k;
        if (some <= MOST_FOR_CAPS) {
            BestItems candidates = best(place, row, some, allowed);
            CappedItems capped = new CappedItems(question.caps(), k);
            candidates.offerTo(capped);
            if (capped.isFull() || candidates.size() < Math.min(some, columns - 1)) {
                return capped.answer(score, false);
            }
        }
        // the caps leave out nearly all of the best: go through all items there are
        CappedItems capped = new CappedItems(question.caps(), k);
        int[] all = BestItems.all(columns, allowed, score);
        for (int i = 0; i < all.length && !capped.isFull(); i++) {
            capped.offer(all[i]);
        }
        return capped.answer(score, false);
    }

    /** The exact score of each item in a row. */
    private BestItems.IntToFloat score(Place place, int row) {
        if (table == null) {
            FloatBuffer scores = place.scores();
            int from = row * columns;
            return item -> scores.get(from + item);
        }
        float[] values = table.values();
        float[] hidden = hidden(place, row, table.size(1));
        return item -> dot(hidden, values, item * hidden.length);
    }

    private static float[] hidden(Place place, int row, int width) {
        float[] hidden = new float[width];
        place.hidden().get(row * width, hidden);
        return hidden;
    }

    private BestItems best(Place place, int row, int k, IntPredicate allowed) {
        if (table == null) {
            place.best().read(place.scores(), row * columns, columns, k, allowed);
            return place.best();
        }
        BestItems candidates = place.approximate();
        candidates.read(place.scores(), row * columns, columns, 2 * k + MORE, allowed);
        return place.best().again(candidates, k, score(place, row));
    }

    private static float dot(float[] hidden, float[] table, int from) {
        float sum = 0;
        for (int d = 0; d < hidden.length; d++) {
            sum += hidden[d] * table[from + d];
        }
        return sum;
    }

    private Place take() {
        try {
            return places.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the model", e);
        }
    }

    private void run(TokenBatch batch, Place place) {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        Map<String, OnnxTensor> outputs = new HashMap<>();
        try {
            if (table == null) {
                outputs.put("scores", tensor(place.scores(), batch.size(), columns));
            } else {
                outputs.put("approximate", tensor(place.scores(), batch.size(), columns));
                outputs.put("hidden", tensor(place.hidden(), batch.size(), table.size(1)));
            }
            TokenInputs.add(environment, session, batch, inputs);
            session.run(inputs, Set.of(), outputs).close();
        } catch (OrtException e) {
            throw OnnxScorer.failure(bundle, e);
        } finally {
            inputs.values().forEach(OnnxTensor::close);
            outputs.values().forEach(OnnxTensor::close);
        }
    }

    /** The first rows of a buffer, as ONNX Runtime writes them. */
    private OnnxTensor tensor(FloatBuffer buffer, int rows, int width) throws OrtException {
        return OnnxTensor.createTensor(
                environment, buffer.slice(0, rows * width), new long[] {rows, width});
    }

    private NextItemAnswer mostPopular(NextItemQuestion question, IntPredicate allowed) {
        CappedItems capped =
                new CappedItems(question.caps(), Math.min(question.k(), popular.length));
        for (int i = 0; i < popular.length && !capped.isFull(); i++) {
            if (allowed.test(popular[i])) {
                capped.offer(popular[i]);
            }
        }
        return capped.answer(bundle::trainEvents, true);
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw OnnxScorer.failure(bundle, e);
        }
    }
}
