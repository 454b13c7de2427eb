package dev.nextact.predict.explain;

import dev.nextact.core.EventSequence;
import dev.nextact.core.NextactException;
import dev.nextact.core.survival.HazardCurve;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.network.TokenBatch;
import dev.nextact.predict.ItemAttributes;
import dev.nextact.predict.Moment;
import dev.nextact.predict.NextItemQuestion;
import dev.nextact.predict.NextItemRanker;
import dev.nextact.predict.Outlook;
import dev.nextact.predict.OutlookModel;
import dev.nextact.predict.explain.Explanation.Effect;
import dev.nextact.predict.explain.Outcome.Comes;
import dev.nextact.predict.explain.Outcome.NextBehaviour;
import dev.nextact.predict.explain.Outcome.NextItem;
import dev.nextact.predict.explain.Outcome.NextTime;
import dev.nextact.predict.explain.Outcome.StaysAway;
import dev.nextact.predict.explain.Part.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Explains what a model tells of a shopper by asking it again without some of the events, all of
 * them in one batch, or a few where it has no room: whatever the network is, and whatever it
 * attends to. Thread-safe; it closes nothing.
 */
public final class Explainer {

    /** Whose answers, on the mean, are those for a newcomer. */
    static final int NEWCOMERS = 16;

    /** Events that are named together. */
    private static final int MOST_TOGETHER = 10;

    /** Of those strongest alone, tried for each of these. */
    private static final int STRONGEST = 8;

    /** Of the newest, tried too. */
    private static final int NEWEST = 4;

    /** Histories that are asked about at a time. */
    private static final int BATCH = 64;

    private final NextItemRanker ranker;
    private final Optional<OutlookModel> outlook;
    private final Bundle bundle;
    private final Optional<ItemAttributes> categories;
    private final int[] popular;

    /**
     * @param moment whose history has an event of a known item
     * @param pairs of orders for Shapley values, at least 2; 0 = none are wanted
     * @param flip whether to search for what would turn the decision
     * @param threshold above which a probability is a yes; an item's decision is to be the first
     * @param seed of the orders
     */
    public record Question(
            Moment moment, Outcome outcome, int pairs, boolean flip, double threshold, long seed) {

        /** The effects alone. */
        public static Question of(Moment moment, Outcome outcome) {
            return new Question(moment, outcome, 0, false, 0.5, 1);
        }
    }

    /**
     * @param outlook where the bundle learned more than the next item
     */
    public Explainer(
            NextItemRanker ranker, Optional<OutlookModel> outlook, ItemAttributes attributes) {
        this.ranker = ranker;
        this.outlook = outlook;
        this.bundle = ranker.bundle();
        this.categories =
                attributes.fields().contains("category")
                        ? Optional.of(attributes)
                        : Optional.empty();
        this.popular =
                IntStream.rangeClosed(1, bundle.catalog().size())
                        .boxed()
                        .sorted(Comparator.comparingInt(item -> -bundle.trainEvents(item)))
                        .limit(NEWCOMERS)
                        .mapToInt(item -> item)
                        .toArray();
    }

    /**
     * Explains one prediction.
     *
     * @throws NextactException when an item is asked about that may not be answered
     */
    public Explanation explain(Question asker) {
        Question question = withItem(asker);
        EventSequence history = question.moment().history();
        List<Part> events = Parts.events(history, bundle.shape());
        List<Part> groups =
                Parts.groups(
                        history,
                        bundle.shape(),
                        item -> categories.map(facts -> facts.text("category", item)).orElse(""));
        List<Part> all = new ArrayList<>(events);
        all.addAll(groups);
        double newcomer = newcomer(question);
        List<EventSequence> asked = new ArrayList<>();
        asked.add(history);
        all.forEach(part -> asked.add(without(history, part)));
        List<Reading> readings = read(question, asked, newcomer);
        List<Effect> effects = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            effects.add(new Effect(all.get(i), readings.get(i + 1)));
        }
        Reading full = readings.get(0);
        Game game =
                coalitions ->
                        read(
                                question,
                                coalitions.stream().map(c -> only(history, events, c)).toList(),
                                newcomer);
        Optional<ShapleyValues> shapley =
                question.pairs() == 0
                        ? Optional.empty()
                        : Optional.of(
                                ShapleyValues.sample(
                                        events.size(),
                                        newcomer,
                                        full.value(),
                                        game,
                                        question.pairs(),
                                        new SplittableRandom(question.seed())));
        return new Explanation(
                question.outcome(),
                full,
                newcomer,
                question.threshold(),
                effects.subList(0, events.size()),
                effects.subList(events.size(), effects.size()),
                together(question, full, effects.subList(0, events.size()), newcomer),
                shapley,
                question.flip() && question.outcome().isDecision()
                        ? Optional.of(flip(question, full, events, game))
                        : Optional.empty());
    }

    /**
     * Greedily: what one event does hangs on which others are there, so that those strongest alone
     * are not the strongest together. Only some of the events are tried for each step, the
     * strongest alone and the newest.
     */
    private List<Explanation.Step> together(
            Question question, Reading full, List<Effect> events, double newcomer) {
        EventSequence history = question.moment().history();
        Map<Integer, Reading> alone = new HashMap<>();
        for (Effect effect : events) {
            if (effect.part().kind() == Kind.EVENT) {
                alone.put(effect.part().first(), effect.without());
            }
        }
        List<Integer> order = new ArrayList<>();
        for (int event : strongestFirst(full, events)) {
            order.add(event);
        }
        int size = Math.min(MOST_TOGETHER, Math.max(1, order.size() / 10));
        BitSet kept = new BitSet();
        kept.set(0, history.size());
        List<Explanation.Step> steps = new ArrayList<>();
        while (steps.size() < size && !order.isEmpty()) {
            Set<Integer> tried =
                    new LinkedHashSet<>(order.subList(0, Math.min(STRONGEST, order.size())));
            order.stream().sorted(Comparator.reverseOrder()).limit(NEWEST).forEach(tried::add);
            List<Reading> readings;
            if (steps.isEmpty()) { // told already
                readings = tried.stream().map(alone::get).toList();
            } else {
                List<EventSequence> asked = new ArrayList<>();
                for (int event : tried) {
                    kept.clear(event);
                    asked.add(history.select(kept.stream().toArray()));
                    kept.set(event);
                }
                readings = read(question, asked, newcomer);
            }
            Explanation.Step best = null;
            int next = 0;
            for (int event : tried) {
                Reading reading = readings.get(next++);
                if (best == null || reading.value() < best.without().value()) {
                    best = new Explanation.Step(event, reading);
                }
            }
            if (best != null) {
                steps.add(best);
                kept.clear(best.event());
                order.remove(Integer.valueOf(best.event()));
            }
        }
        return steps;
    }

    /** The places of the events in a history, that of the greatest effect down first. */
    private static int[] strongestFirst(Reading full, List<Effect> events) {
        return events.stream()
                .filter(effect -> effect.part().kind() == Kind.EVENT)
                .sorted(
                        Comparator.comparingDouble(
                                effect -> effect.without().value() - full.value()))
                .mapToInt(effect -> effect.part().first())
                .toArray();
    }

    /** With the item that is answered first, where none is named. */
    private Question withItem(Question question) {
        if (!(question.outcome() instanceof NextItem next)) {
            return question;
        }
        if (next.item() != 0) {
            if (!next.allowed().test(next.item())) {
                throw NextactException.input(
                        "item '%s' is not among those that may be answered: it has been seen, or is"
                                + " ruled out. Ask about another, or keep seen items",
                        bundle.catalog().id(next.item()));
            }
            return question;
        }
        NextItemQuestion first =
                new NextItemQuestion(
                        question.moment().history(),
                        1,
                        false,
                        new BitSet(),
                        Optional.empty(),
                        next.allowed(),
                        List.of());
        int[] items = ranker.answer(List.of(first)).get(0).items();
        if (items.length == 0) {
            throw NextactException.input("no item may be answered, so there is none to explain");
        }
        return new Question(
                question.moment(),
                new NextItem(items[0], next.allowed()),
                question.pairs(),
                question.flip(),
                question.threshold(),
                question.seed());
    }

    /**
     * What is told of a history from which events are taken one after the other.
     *
     * @param order places of events in the history; the first is left out first
     * @return after each
     */
    public List<Reading> deletions(Moment moment, Outcome outcome, int[] order) {
        Question question = withItem(Question.of(moment, outcome));
        BitSet kept = new BitSet();
        kept.set(0, moment.history().size());
        List<EventSequence> asked = new ArrayList<>();
        for (int event : order) {
            kept.clear(event);
            asked.add(moment.history().select(kept.stream().toArray()));
        }
        return read(question, asked, newcomer(question));
    }

    private static Explanation.Flip flip(
            Question question, Reading full, List<Part> events, Game game) {
        boolean isProbability = question.outcome().isProbability();
        boolean isYes = isProbability ? full.value() > question.threshold() : full.rank() == 1;
        Predicate<Reading> isTurned =
                isProbability
                        ? reading -> reading.value() > question.threshold() != isYes
                        : reading -> (reading.rank() == 1) != isYes;
        Optional<Counterfactual> found =
                Counterfactual.search(events.size(), game, !isYes, isTurned);
        return new Explanation.Flip(
                found.map(
                                f ->
                                        f.removed().stream()
                                                .flatMap(
                                                        p ->
                                                                Arrays.stream(
                                                                                events.get(p)
                                                                                        .events())
                                                                        .boxed())
                                                .sorted()
                                                .toList())
                        .orElse(List.of()),
                found.map(Counterfactual::after));
    }

    private static EventSequence without(EventSequence history, Part part) {
        BitSet kept = new BitSet();
        kept.set(0, history.size());
        for (int event : part.events()) {
            kept.clear(event);
        }
        return history.select(kept.stream().toArray());
    }

    private static EventSequence only(EventSequence history, List<Part> parts, BitSet coalition) {
        BitSet kept = new BitSet();
        coalition.stream()
                .forEach(player -> Arrays.stream(parts.get(player).events()).forEach(kept::set));
        return history.select(kept.stream().toArray());
    }

    /** A history without a known event is a newcomer's. */
    private List<Reading> read(Question question, List<EventSequence> asked, double newcomer) {
        List<EventSequence> readable = new ArrayList<>();
        for (EventSequence history : asked) {
            if (TokenBatch.knownEvents(history) > 0) {
                readable.add(history);
            }
        }
        List<Reading> read = new ArrayList<>();
        for (int from = 0; from < readable.size(); from += BATCH) {
            int to = Math.min(readable.size(), from + BATCH);
            read.addAll(readings(question, readable.subList(from, to)));
        }
        int next = 0;
        List<Reading> all = new ArrayList<>(asked.size());
        for (EventSequence history : asked) {
            all.add(
                    TokenBatch.knownEvents(history) > 0
                            ? read.get(next++)
                            : new Reading(newcomer, 0));
        }
        return all;
    }

    private List<Reading> readings(Question question, List<EventSequence> histories) {
        if (question.outcome() instanceof NextItem next) {
            return ranker.standings(histories, next.item(), next.allowed()).stream()
                    .map(standing -> new Reading(standing.logShare(), standing.rank()))
                    .toList();
        }
        List<Moment> moments =
                histories.stream()
                        .map(history -> new Moment(history, question.moment().nowMicros()))
                        .toList();
        OutlookModel model = outlook();
        if (question.outcome() instanceof NextTime) {
            List<Outlook> outlooks = model.at(moments);
            return IntStream.range(0, moments.size())
                    .mapToObj(i -> new Reading(soon(moments.get(i), outlooks.get(i)), 0))
                    .toList();
        }
        if (question.outcome() instanceof NextBehaviour next) {
            return model.at(moments).stream()
                    .map(Outlook::behaviours)
                    .map(shares -> new Reading(shares[next.behaviour()], 0))
                    .toList();
        }
        return model.stays(moments).stream()
                .map(curves -> new Reading(probability(question.outcome(), curves), 0))
                .toList();
    }

    /** Seen from the moment: that nothing has come since the last event is known. */
    private static double soon(Moment moment, Outlook outlook) {
        long last = moment.history().timeMicros(moment.history().size() - 1);
        double waited = last > 0 ? Math.max(0, (moment.nowMicros() - last) / 1e6) : 0;
        return -Math.log(outlook.gap().orElseThrow().remaining(waited, 0.5));
    }

    private static double probability(Outcome outcome, List<HazardCurve> curves) {
        if (outcome instanceof Comes comes) {
            return curves.get(comes.behaviour()).came(comes.seconds());
        }
        StaysAway stays = (StaysAway) outcome;
        return curves.get(stays.behaviour()).survival(stays.seconds());
    }

    /** The mean over those who did one thing with a popular item. */
    private double newcomer(Question question) {
        EventSequence history = question.moment().history();
        long last = history.timeMicros(history.size() - 1);
        List<EventSequence> newcomers = new ArrayList<>();
        for (int item : popular) {
            newcomers.add(
                    EventSequence.of(
                            history.user(),
                            new int[] {item},
                            new byte[1],
                            new long[] {last},
                            history.prefix(0).side(1)));
        }
        double sum = 0;
        for (Reading reading : read(question, newcomers, Double.NaN)) {
            sum += reading.value();
        }
        return sum / newcomers.size();
    }

    /**
     * @throws NextactException when the model has not learned what is asked about, or not so far
     */
    public void refuse(Outcome outcome) {
        String task = outcome.task().learned();
        if (!bundle.manifest().tasks().contains(task)) {
            throw NextactException.bundle(
                    "%s has not learned %s: name it in tasks.learn of the config, train and promote",
                    bundle.directory(), task);
        }
        if (outcome instanceof Comes comes) {
            outlook().refuseBeyond(comes.behaviour(), comes.seconds());
        } else if (outcome instanceof StaysAway stays) {
            outlook().refuseBeyond(stays.behaviour(), stays.seconds());
        }
    }

    private OutlookModel outlook() {
        return outlook.orElseThrow(
                () ->
                        new IllegalArgumentException(
                                bundle.directory() + " learned the next item alone"));
    }

    /**
     * The places of the events in the history: those that moved it most together, then the others,
     * that of the greatest effect first.
     */
    public static int[] named(Explanation explanation) {
        Set<Integer> order = new LinkedHashSet<>();
        explanation.together().forEach(step -> order.add(step.event()));
        for (int event : strongestFirst(explanation.full(), explanation.events())) {
            order.add(event);
        }
        return order.stream().mapToInt(event -> event).toArray();
    }
}
