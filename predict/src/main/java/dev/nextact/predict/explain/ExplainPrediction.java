package dev.nextact.predict.explain;

import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.NextactException;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.AskedMoments;
import dev.nextact.predict.ItemAttributes;
import dev.nextact.predict.Moment;
import dev.nextact.predict.NextItemQuestion;
import dev.nextact.predict.NextItemRanker;
import dev.nextact.predict.OutlookModel;
import dev.nextact.predict.PredictHorizon;
import dev.nextact.predict.Shoppers;
import dev.nextact.predict.explain.Outcome.NextItem;
import dev.nextact.predict.explain.Outcome.Task;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/** {@code nextact explain}: a bundle and a shopper → which past events moved a prediction. */
public final class ExplainPrediction {

    /** Histories of one run of the model. */
    private static final int BATCH = 128;

    /**
     * @param shopper one of the log, or a history handed in
     * @param item whose place is explained; absent = the one answered first
     * @param behaviour its name, for tasks other than {@code next-items}
     * @param horizon for intent and churn
     * @param atMicros the moment asked about; absent = the end of the log
     * @param pairs of orders for Shapley values; 0 = none are wanted, else at least 2
     * @param flip whether to search for what would turn the decision
     * @param threshold above which a probability is a yes, 0 to 1
     * @param seed of the orders
     */
    public record Request(
            Shoppers shopper,
            Task task,
            Optional<String> item,
            String behaviour,
            Duration horizon,
            Optional<Long> atMicros,
            int pairs,
            boolean flip,
            double threshold,
            long seed) {
        public Request {
            if (pairs != 0 && pairs < 2) {
                throw new IllegalArgumentException(
                        "pairs: expected 0, or at least 2, found " + pairs);
            }
            if (!(threshold > 0 && threshold < 1)) {
                throw new IllegalArgumentException(
                        "threshold: expected above 0 and below 1, found " + threshold);
            }
        }
    }

    /**
     * @param user {@code -} for a history handed in
     */
    public record Answer(String user, Moment moment, Explanation explanation) {}

    /**
     * @param log of the shopper; not needed for a handed-in history
     * @throws NextactException when the model has not learned what is asked, knows no such item or
     *     behaviour, or no event of the history
     */
    public Answer run(Bundle bundle, Optional<EventLog> log, Request request) {
        AskedMoments asked = AskedMoments.of(bundle, log, request.shopper(), request.atMicros());
        if (asked.moments().isEmpty()) {
            throw NextactException.input(
                    "the history holds no event of an item that the model knows, so there is"
                            + " nothing to explain");
        }
        Moment moment = asked.moments().get(0);
        try (NextItemRanker ranker = NextItemRanker.open(bundle, 1, batch(bundle))) {
            Optional<OutlookModel> outlook =
                    bundle.headsOnnx().map(heads -> OutlookModel.open(bundle));
            try {
                Explainer explainer = new Explainer(ranker, outlook, ItemAttributes.of(bundle));
                Outcome outcome = outcome(bundle, request, moment);
                explainer.refuse(outcome);
                return new Answer(
                        asked.ids().get(0),
                        moment,
                        explainer.explain(
                                new Explainer.Question(
                                        moment,
                                        outcome,
                                        request.pairs(),
                                        request.flip(),
                                        request.threshold(),
                                        request.seed())));
            } finally {
                outlook.ifPresent(OutlookModel::close);
            }
        }
    }

    /** Fewer where the catalog is large, so that their scores are some tens of MB. */
    private static int batch(Bundle bundle) {
        return Math.max(1, Math.min(BATCH, (1 << 23) / (bundle.catalog().size() + 1)));
    }

    private static Outcome outcome(Bundle bundle, Request request, Moment moment) {
        if (request.task() == Task.NEXT_ITEMS) {
            boolean removesSeen = bundle.manifest().seenItems().equals("remove");
            return new NextItem(item(bundle, request.item()), rule(moment.history(), removesSeen));
        }
        int behaviour =
                request.task() == Task.TIME
                        ? 0
                        : PredictHorizon.behaviour(bundle, request.behaviour());
        return Outcome.of(
                request.task(),
                new NextItem(0, item -> true),
                behaviour,
                request.horizon().toMillis() / 1e3);
    }

    private static IntPredicate rule(EventSequence history, boolean removesSeen) {
        return new NextItemQuestion(history, 1, removesSeen, new BitSet(), Optional.empty()).rule();
    }

    private static int item(Bundle bundle, Optional<String> id) {
        int item = id.map(bundle.catalog()::indexOf).orElse(0);
        if (id.isPresent() && item == 0) {
            throw NextactException.input("no item of the model is named '%s'", id.get());
        }
        return item;
    }

    /** The sentences and figures of an answer, for the terminal and for programs. */
    public static Map<String, Object> tree(Bundle bundle, Answer answer, Locale language) {
        return ExplanationTree.of(
                bundle, answer.moment(), answer.explanation(), sentences(bundle, answer, language));
    }

    /** Items are called by their ids. */
    public static List<String> sentences(Bundle bundle, Answer answer, Locale language) {
        return text(bundle, ItemAttributes.of(bundle), language)
                .sentences(answer.moment(), answer.explanation());
    }

    /** Names of a bundle's items, categories and behaviours. */
    public static ExplanationText text(Bundle bundle, ItemAttributes facts, Locale language) {
        return new ExplanationText(
                language,
                item -> item == 0 ? Shoppers.UNSEEN : bundle.catalog().id(item),
                item -> facts.fields().contains("category") ? facts.text("category", item) : "",
                bundle.manifest().behaviours());
    }
}
