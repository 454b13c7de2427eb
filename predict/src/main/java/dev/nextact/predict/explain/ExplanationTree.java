package dev.nextact.predict.explain;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventSequence;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.Moment;
import dev.nextact.predict.Shoppers;
import dev.nextact.predict.explain.Explanation.Effect;
import dev.nextact.predict.explain.Outcome.NextItem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An explanation as a tree of maps, lists and values, as {@code --json} and HTTP write it. */
public final class ExplanationTree {

    private final Bundle bundle;
    private final Moment moment;
    private final Explanation explanation;

    private ExplanationTree(Bundle bundle, Moment moment, Explanation explanation) {
        this.bundle = bundle;
        this.moment = moment;
        this.explanation = explanation;
    }

    /**
     * @param sentences in the reader's language
     */
    public static Map<String, Object> of(
            Bundle bundle, Moment moment, Explanation explanation, List<String> sentences) {
        return new ExplanationTree(bundle, moment, explanation).tree(sentences);
    }

    private Map<String, Object> tree(List<String> sentences) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("unit", unit(explanation.outcome()));
        if (explanation.outcome() instanceof NextItem next) {
            tree.put("item", bundle.catalog().id(next.item()));
        }
        tree.put("value", explanation.full().value());
        explanation.rank().ifPresent(rank -> tree.put("rank", rank));
        tree.put("newcomer", explanation.newcomer());
        tree.put("sentences", sentences);
        List<Map<String, Object>> events = new ArrayList<>();
        for (int part = 0; part < explanation.events().size(); part++) {
            Map<String, Object> event = effect(explanation.events().get(part));
            int player = part;
            explanation
                    .shapley()
                    .ifPresent(
                            values -> {
                                event.put("shapley", values.values()[player]);
                                event.put("standard_error", values.standardErrors()[player]);
                            });
            events.add(event);
        }
        tree.put("events", events);
        tree.put("groups", explanation.groups().stream().map(this::effect).toList());
        tree.put("together", explanation.together().stream().map(ExplanationTree::step).toList());
        explanation.flip().ifPresent(flip -> tree.put("flip", flip(flip)));
        return tree;
    }

    private static String unit(Outcome outcome) {
        if (outcome instanceof Outcome.NextTime) {
            return "log-rate";
        }
        return outcome.isProbability() ? "probability" : "log-share";
    }

    private static Map<String, Object> step(Explanation.Step step) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("event", step.event() + 1);
        tree.put("without", step.without().value());
        if (step.without().rank() > 0) {
            tree.put("rank_without", step.without().rank());
        }
        return tree;
    }

    private Map<String, Object> effect(Effect effect) {
        Map<String, Object> tree = new LinkedHashMap<>();
        Part part = effect.part();
        tree.put("kind", part.kind().name().toLowerCase(Locale.ROOT));
        if (part.kind() == Part.Kind.EVENT) {
            tree.put("event", part.first() + 1);
            tree.putAll(event(part.first()));
        } else {
            tree.put("events", Arrays.stream(part.events()).map(e -> e + 1).boxed().toList());
        }
        tree.put("without", effect.without().value());
        if (effect.without().rank() > 0) {
            tree.put("rank_without", effect.without().rank());
        }
        tree.put("effect", explanation.effect(effect));
        return tree;
    }

    private Map<String, Object> event(int place) {
        EventSequence history = moment.history();
        Catalog catalog = bundle.catalog();
        Map<String, Object> tree = new LinkedHashMap<>();
        int item = history.item(place);
        tree.put("item", item == 0 ? Shoppers.UNSEEN : catalog.id(item));
        tree.put("behaviour", bundle.manifest().behaviours().get(history.behaviour(place)));
        long time = history.timeMicros(place);
        tree.put("time", time > 0 ? Instant.ofEpochMilli(time / 1000).toString() : Shoppers.UNSEEN);
        return tree;
    }

    private static Map<String, Object> flip(Explanation.Flip flip) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("found", flip.after().isPresent());
        tree.put("without_events", flip.removed().stream().map(e -> e + 1).toList());
        flip.after()
                .ifPresent(
                        after -> {
                            tree.put("value", after.value());
                            if (after.rank() > 0) {
                                tree.put("rank", after.rank());
                            }
                        });
        return tree;
    }
}
