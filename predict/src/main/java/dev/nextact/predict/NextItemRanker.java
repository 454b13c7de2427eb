package dev.nextact.predict;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.nextact.core.EventSequence;
import dev.nextact.core.NextactException;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.network.TokenBatch;
import dev.nextact.model.onnx.BoundsGraph;
import dev.nextact.model.onnx.ItemGroups;
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
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Answers questions by the batch, fast: one session, a fixed number of runs at a time, and of most
 * items no more than a bound of their score ({@link BoundsGraph}). Its answers are those of {@link
 * PredictNext}. Thread-safe; the caller closes it when no question is under way.
 */
public final class NextItemRanker implements AutoCloseable {

    /** The best that are looked at first under caps, for each item wanted. */
    private static final int MORE_FOR_CAPS = 4;

    /** To sort all items takes less time than to keep more than these in order. */
    private static final int MOST_FOR_CAPS = 1000;

    private final Bundle bundle;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final ItemGroups items;
    private final int most;
    private final BlockingQueue<Place> places;
    private final int[] popular;

    /**
     * What one run needs.
     *
     * @param hidden memory for [most, D]
     * @param highest memory for [most, G]
     */
    private record Place(FloatBuffer hidden, FloatBuffer highest, BoundedSearch search) {}

    private NextItemRanker(
            Bundle bundle,
            OrtEnvironment environment,
            OrtSession session,
            ItemGroups items,
            int runs,
            int most) {
        this.bundle = bundle;
        this.environment = environment;
        this.session = session;
        this.items = items;
        this.most = most;
        this.places = new ArrayBlockingQueue<>(runs);
        for (int i = 0; i < runs; i++) {
            places.add(
                    new Place(
                            floats(most * items.width()),
                            floats(most * items.count()),
                            new BoundedSearch(items)));
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
     * @throws NextactException of category BUNDLE when ONNX Runtime cannot read the graph
     */
    public static NextItemRanker open(Bundle bundle, int runs, int most) {
        if (runs < 1 || most < 1) {
            throw new IllegalArgumentException(
                    "runs, most: expected at least 1, found " + runs + ", " + most);
        }
        BoundsGraph graph = BoundsGraph.of(onnx(bundle));
        if ((long) most * graph.groups().count() * Float.BYTES > Integer.MAX_VALUE) {
            throw new NextactException(
                    NextactException.Category.CAPACITY,
                    "the bounds of "
                            + most
                            + " requests for "
                            + bundle.catalog().size()
                            + " items are over 2 GiB; set serve.engine.batch lower");
        }
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        return new NextItemRanker(
                bundle,
                environment,
                OnnxScorer.session(
                        bundle, options -> environment.createSession(graph.onnx(), options)),
                graph.groups(),
                runs,
                most);
    }

    private static byte[] onnx(Bundle bundle) {
        try {
            return Files.readAllBytes(bundle.onnx());
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

    /**
     * How an item stands after each history. Waits for its turn as {@link #answer} does, and goes
     * by batches of {@link #most} where there are more.
     *
     * @param histories each with an event of a known item
     * @param allowed the items among which it stands, itself one of them
     */
    public List<Standing> standings(List<EventSequence> histories, int item, IntPredicate allowed) {
        ItemStandings standings = new ItemStandings(items, item, bundle.temperature(), allowed);
        Place place = take();
        try {
            for (int from = 0; from < histories.size(); from += most) {
                int size = Math.min(most, histories.size() - from);
                run(TokenBatch.of(histories.subList(from, from + size), bundle.shape()), place);
                for (int row = 0; row < size; row++) {
                    place.search().read(place.hidden(), place.highest(), row);
                    standings.add(place.search());
                }
            }
        } finally {
            places.add(place);
        }
        return standings.all();
    }

    private NextItemAnswer best(
            Place place, int row, NextItemQuestion question, IntPredicate allowed) {
        BoundedSearch search = place.search();
        search.read(place.hidden(), place.highest(), row);
        int k = question.k();
        if (question.caps().isEmpty()) {
            return search.best(k, allowed).answer(false);
        }
        int some = MORE_FOR_CAPS * k;
        if (some <= MOST_FOR_CAPS) {
            BestItems candidates = search.best(some, allowed);
            CappedItems capped = new CappedItems(question.caps(), k);
            candidates.offerTo(capped);
            if (capped.isFull() || candidates.size() < Math.min(some, items.rows() - 1)) {
                return capped.answer(search::score, false);
            }
        }
        // the caps leave out nearly all of the best: go through all items there are
        CappedItems capped = new CappedItems(question.caps(), k);
        int[] all = BestItems.all(items.rows(), allowed, search::score);
        for (int i = 0; i < all.length && !capped.isFull(); i++) {
            capped.offer(all[i]);
        }
        return capped.answer(search::score, false);
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
            outputs.put(BoundsGraph.HIDDEN, tensor(place.hidden(), batch.size(), items.width()));
            outputs.put(BoundsGraph.HIGHEST, tensor(place.highest(), batch.size(), items.count()));
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
    private OnnxTensor tensor(FloatBuffer buffer, int size, int columns) throws OrtException {
        return OnnxTensor.createTensor(
                environment, buffer.slice(0, size * columns), new long[] {size, columns});
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
