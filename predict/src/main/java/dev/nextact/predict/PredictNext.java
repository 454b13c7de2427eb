package dev.nextact.predict;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig.SeenItems;
import dev.nextact.core.ranking.TopK;
import dev.nextact.model.bundle.Bundle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** {@code nextact predict next}: a bundle and histories → the next items of each shopper. */
public final class PredictNext {

    private static final int BATCH = 64;

    /** Unknown items named in the summary. */
    private static final int EXAMPLES = 5;

    /** Whose next items. */
    public sealed interface Shoppers {

        /** Everybody in the log. */
        record All() implements Shoppers {}

        /** These, by their ids in the log. */
        record Chosen(List<String> ids) implements Shoppers {
            public Chosen {
                ids = List.copyOf(ids);
            }
        }

        /**
         * One who is in no log, with the history handed in.
         *
         * @param events {@code item} or {@code item:behaviour}, oldest first
         */
        record Unseen(List<String> events) implements Shoppers {
            public Unseen {
                events = List.copyOf(events);
            }
        }
    }

    /**
     * @param k items a shopper, at least 1
     * @param seen absent = as the model was trained
     */
    public record Request(Shoppers shoppers, int k, Optional<SeenItems> seen) {
        public Request {
            if (k < 1) {
                throw new IllegalArgumentException("k: expected at least 1, found " + k);
            }
        }
    }

    /** The id under which the answer for a handed-in history is given. */
    public static final String UNSEEN = "-";

    /**
     * Writes a row for each shopper and rank.
     *
     * @param log whose histories are read; not needed for a handed-in history
     * @param out {@code .csv}, {@code .jsonl} or {@code .parquet}
     */
    public PredictionSummary run(
            Bundle bundle, Optional<EventLog> log, Request request, Path out, Progress progress) {
        try (PredictionFile file = PredictionFile.create(out)) {
            PredictionSummary summary = run(bundle, log, request, file::write, progress);
            file.complete();
            return summary;
        }
    }

    /** The same, each prediction given to a sink as it is made. */
    public PredictionSummary run(
            Bundle bundle,
            Optional<EventLog> log,
            Request request,
            PredictionSink sink,
            Progress progress) {
        Histories histories = histories(bundle, log, request.shoppers());
        SeenItems seen =
                request.seen()
                        .orElse(
                                bundle.manifest().seenItems().equals("remove")
                                        ? SeenItems.REMOVE
                                        : SeenItems.KEEP);
        long byPopularity = 0;
        float[][] scores = new float[BATCH][bundle.catalog().size() + 1];
        try (OnnxScorer scorer = OnnxScorer.open(bundle);
                Progress.Task task =
                        progress.start("predict", histories.events().size(), "shoppers")) {
            for (int from = 0; from < histories.events().size(); from += BATCH) {
                int end = Math.min(histories.events().size(), from + BATCH);
                List<EventSequence> batch = histories.events().subList(from, end);
                scorer.score(batch, scores);
                for (int b = 0; b < batch.size(); b++) {
                    boolean known = OnnxScorer.isKnown(batch.get(b));
                    byPopularity += known ? 0 : 1;
                    emit(
                            bundle,
                            histories.ids().get(from + b),
                            batch.get(b),
                            scores[b],
                            seen,
                            request.k(),
                            known ? bundle.manifest().model() : "popularity",
                            sink);
                }
                task.at(end, "");
            }
        }
        return new PredictionSummary(
                histories.events().size(),
                byPopularity,
                histories.unknownEvents(),
                histories.unknownExamples());
    }

    private static void emit(
            Bundle bundle,
            String user,
            EventSequence history,
            float[] scores,
            SeenItems seen,
            int k,
            String basis,
            PredictionSink sink) {
        if (seen == SeenItems.REMOVE) {
            for (int t = 0; t < history.size(); t++) {
                scores[history.item(t)] = Float.NEGATIVE_INFINITY;
            }
        }
        int rank = 1;
        for (int item : TopK.of(scores, k)) {
            sink.accept(
                    new Prediction(user, rank++, bundle.catalog().id(item), scores[item], basis));
        }
    }

    /**
     * Histories in the numbers of the model's catalog.
     *
     * @param unknownEvents of items the model does not know
     */
    private record Histories(
            List<String> ids,
            List<EventSequence> events,
            long unknownEvents,
            List<String> unknownExamples) {}

    private static Histories histories(Bundle bundle, Optional<EventLog> log, Shoppers shoppers) {
        if (shoppers instanceof Shoppers.Unseen unseen) {
            return parsed(bundle, unseen.events());
        }
        EventLog from =
                log.orElseThrow(
                        () -> new IllegalArgumentException("shoppers of a log need the log"));
        int[] users =
                shoppers instanceof Shoppers.Chosen chosen
                        ? chosen.ids().stream().mapToInt(id -> user(from, id)).toArray()
                        : IntStream.range(0, from.sequences().size()).toArray();
        int[] newIndex = new int[from.catalog().size() + 1];
        for (int item = 1; item < newIndex.length; item++) {
            newIndex[item] = bundle.catalog().indexOf(from.catalog().id(item));
        }
        EventSequences renumbered = from.sequences().renumberItems(newIndex);
        List<String> ids = new ArrayList<>();
        List<EventSequence> events = new ArrayList<>();
        long unknown = 0;
        Set<String> examples = new LinkedHashSet<>();
        for (int user : users) {
            EventSequence sequence = renumbered.get(user);
            for (int t = 0; t < sequence.size(); t++) {
                if (sequence.item(t) == 0) {
                    unknown++;
                    if (examples.size() < EXAMPLES) {
                        examples.add(from.catalog().id(from.sequences().get(user).item(t)));
                    }
                }
            }
            ids.add(from.userId(user));
            events.add(sequence);
        }
        return new Histories(ids, events, unknown, List.copyOf(examples));
    }

    private static int user(EventLog log, String id) {
        int user = log.userIndex(id);
        if (user < 0) {
            throw NextactException.input(
                    "shopper '%s' is not in the prepared log. For one who is not, give the history:"
                            + " --history item1,item2",
                    id);
        }
        return user;
    }

    private static Histories parsed(Bundle bundle, List<String> events) {
        Catalog catalog = bundle.catalog();
        List<String> behaviours = bundle.manifest().behaviours();
        int[] items = new int[events.size()];
        byte[] acts = new byte[events.size()];
        Set<String> unknown = new LinkedHashSet<>();
        int unknownEvents = 0;
        for (int t = 0; t < items.length; t++) {
            String text = events.get(t).strip();
            int colon = text.lastIndexOf(':');
            int behaviour = colon < 0 ? -1 : behaviours.indexOf(text.substring(colon + 1));
            String id = behaviour < 0 ? text : text.substring(0, colon);
            if (colon >= 0 && behaviour < 0 && catalog.indexOf(text) == 0) {
                throw NextactException.input(
                        "history, event %d '%s': no behaviour is named '%s'. Known: %s",
                        t + 1, text, text.substring(colon + 1), String.join(", ", behaviours));
            }
            items[t] = catalog.indexOf(id);
            acts[t] = (byte) Math.max(0, behaviour);
            if (items[t] == 0) {
                unknownEvents++;
                unknown.add(id);
            }
        }
        return new Histories(
                List.of(UNSEEN),
                List.of(EventSequence.of(-1, items, acts, new long[items.length])),
                unknownEvents,
                unknown.stream().limit(EXAMPLES).toList());
    }
}
