package dev.nextact.serve.live;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.nextact.core.EventSequence;
import dev.nextact.core.NextactException;
import dev.nextact.core.ServeConfig;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.bundle.Manifest;
import dev.nextact.predict.ItemAttributes;
import dev.nextact.predict.NextItemAnswer;
import dev.nextact.predict.NextItemQuestion;
import dev.nextact.predict.NextItemRanker;
import dev.nextact.predict.explain.Explainer;
import dev.nextact.predict.explain.Explanation;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/**
 * A bundle that answers. Opened warm. Whoever uses it holds it between {@link #hold} and {@link
 * #letGo}; retired, it closes when the last has let go. Thread-safe.
 */
public final class LiveModel {

    /** Runs before the first question: Java has compiled, and the caches are warm, by then. */
    private static final int WARM_UP_RUNS = 300;

    /** No longer than this for a large catalog. */
    private static final long WARM_UP_NANOS = 3_000_000_000L;

    private static final int WARM_UP_K = 10;

    private final NextItemRanker ranker;
    private final MicroBatcher<NextItemQuestion, NextItemAnswer> batcher;
    private final Optional<LiveOutlook> outlook;
    private final ItemAttributes attributes;
    private final MicroBatcher<Explainer.Question, Explanation> explanations;
    private final TrainingMix mix;
    private final SerializableString[] ids;

    /** By number; replaced, never changed. */
    private volatile BitSet unavailable = new BitSet();

    /** 1 for being served, and 1 for each that holds it; 0 is closed. */
    private final AtomicInteger holds = new AtomicInteger(1);

    private LiveModel(
            NextItemRanker ranker,
            MicroBatcher<NextItemQuestion, NextItemAnswer> batcher,
            Optional<LiveOutlook> outlook,
            ItemAttributes attributes,
            MicroBatcher<Explainer.Question, Explanation> explanations) {
        this.ranker = ranker;
        this.batcher = batcher;
        this.outlook = outlook;
        this.attributes = attributes;
        this.explanations = explanations;
        this.mix = TrainingMix.of(ranker.bundle());
        this.ids = new SerializableString[ranker.bundle().catalog().size() + 1];
        for (int item = 1; item < ids.length; item++) {
            ids[item] = new SerializedString(ranker.bundle().catalog().id(item));
        }
    }

    /**
     * @param executor of the batches
     * @throws NextactException of category BUNDLE when it cannot answer
     */
    static LiveModel open(Bundle bundle, ServeConfig config, Executor executor) {
        int runs =
                config.engine().threads() == 0
                        ? Runtime.getRuntime().availableProcessors()
                        : config.engine().threads();
        NextItemRanker ranker = NextItemRanker.open(bundle, runs, config.engine().batch());
        Optional<LiveOutlook> outlook;
        ItemAttributes attributes;
        try {
            attributes = ItemAttributes.of(bundle);
            warmUp(ranker);
            outlook =
                    bundle.headsOnnx()
                            .map(heads -> LiveOutlook.open(bundle, config, runs, executor));
        } catch (RuntimeException e) {
            ranker.close();
            throw e;
        }
        return new LiveModel(
                ranker,
                new MicroBatcher<>(
                        ranker::answer,
                        config.engine().batch(),
                        runs,
                        config.limits().waiting(),
                        executor),
                outlook,
                attributes,
                explanations(ranker, outlook, attributes, config, executor));
    }

    /** One at a time: an explanation asks the model many times, and predictions go first. */
    private static MicroBatcher<Explainer.Question, Explanation> explanations(
            NextItemRanker ranker,
            Optional<LiveOutlook> outlook,
            ItemAttributes attributes,
            ServeConfig config,
            Executor executor) {
        Explainer explainer = new Explainer(ranker, outlook.map(LiveOutlook::model), attributes);
        return new MicroBatcher<>(
                questions ->
                        questions.stream()
                                .map(
                                        question -> {
                                            explainer.refuse(question.outcome());
                                            return explainer.explain(question);
                                        })
                                .toList(),
                1,
                1,
                config.limits().waiting(),
                executor);
    }

    private static List<NextItemQuestion> questions(Bundle bundle, Random random, int size, int k) {
        Manifest manifest = bundle.manifest();
        List<NextItemQuestion> questions = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            int length = 1 + random.nextInt(manifest.length());
            int[] items = random.ints(length, 1, manifest.data().items() + 1).toArray();
            questions.add(
                    NextItemQuestion.of(
                            EventSequence.of(
                                    -1,
                                    items,
                                    new byte[length],
                                    new long[length],
                                    bundle.fields()
                                            .describe(
                                                    Collections.nCopies(length, Map.of()),
                                                    Map.of())),
                            k));
        }
        return questions;
    }

    /** Random histories, alone and in batches. */
    private static void warmUp(NextItemRanker ranker) {
        Random random = new Random(1);
        long end = System.nanoTime() + WARM_UP_NANOS;
        for (int run = 0; run < WARM_UP_RUNS && System.nanoTime() < end; run++) {
            int size = run % 4 == 0 ? ranker.most() : 1;
            List<NextItemQuestion> questions = questions(ranker.bundle(), random, size, WARM_UP_K);
            for (NextItemAnswer answer : ranker.answer(questions)) {
                if (answer.items().length == 0 || !Float.isFinite(answer.scores()[0])) {
                    throw NextactException.bundle(
                            "%s answers no finite scores", ranker.bundle().directory());
                }
            }
        }
    }

    public Manifest manifest() {
        return ranker.bundle().manifest();
    }

    public Bundle bundle() {
        return ranker.bundle();
    }

    /** What is known of its items, to choose among them. */
    public ItemAttributes attributes() {
        return attributes;
    }

    /** How its training part was mixed. */
    TrainingMix mix() {
        return mix;
    }

    /** The items that can be had now. */
    public IntPredicate available() {
        BitSet not = unavailable;
        return not.isEmpty() ? item -> true : item -> !not.get(item);
    }

    /**
     * @param ids of items that cannot be had; others than the model's are passed over
     */
    void setUnavailable(Collection<String> ids) {
        BitSet items = new BitSet();
        ids.forEach(id -> items.set(bundle().catalog().indexOf(id)));
        items.clear(0);
        unavailable = items;
    }

    /** An item's id, escaped and encoded for JSON once and for all. */
    public SerializableString id(int item) {
        return ids[item];
    }

    /** What it foretells beside the next item; absent where it learned that alone. */
    public Optional<LiveOutlook> outlook() {
        return outlook;
    }

    /** Questions that wait for a run. */
    int waiting() {
        return batcher.waiting();
    }

    /** Whether a question would fail with {@link Overloaded}. */
    boolean isTooLate(long deadlineNanos) {
        return batcher.isTooLate(deadlineNanos);
    }

    /** The next items of what can be had now, those of the history as the model was trained. */
    public NextItemQuestion question(EventSequence history, int k) {
        return new NextItemQuestion(
                history,
                k,
                manifest().seenItems().equals("remove"),
                new BitSet(),
                Optional.empty(),
                available(),
                List.of());
    }

    /**
     * @param deadlineNanos of {@link System#nanoTime}
     * @return the answer; it fails with {@link Overloaded}
     */
    public CompletableFuture<NextItemAnswer> ask(NextItemQuestion question, long deadlineNanos) {
        return batcher.ask(question, deadlineNanos);
    }

    /**
     * What moved a prediction.
     *
     * @param deadlineNanos of {@link System#nanoTime}
     * @return the answer; it fails with {@link Overloaded}, and with {@link NextactException} where
     *     the model has not learned what is asked about
     */
    public CompletableFuture<Explanation> explain(Explainer.Question question, long deadlineNanos) {
        return explanations.ask(question, deadlineNanos);
    }

    /**
     * @return false when it is closed, so that another must be taken
     */
    boolean hold() {
        int now = holds.get();
        while (now > 0) {
            if (holds.compareAndSet(now, now + 1)) {
                return true;
            }
            now = holds.get();
        }
        return false;
    }

    /** Ends what {@link #hold} began. */
    public void letGo() {
        if (holds.decrementAndGet() == 0) {
            ranker.close();
            outlook.ifPresent(LiveOutlook::close);
        }
    }

    /** No longer served: what {@code open} began ends. */
    void retire() {
        letGo();
    }
}
