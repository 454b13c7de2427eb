package dev.nextact.serve.console;

import dev.nextact.predict.Moment;
import dev.nextact.predict.explain.Explainer;
import dev.nextact.predict.explain.Explanation;
import dev.nextact.predict.explain.Explanation.Effect;
import dev.nextact.predict.explain.ExplanationText;
import dev.nextact.predict.explain.Outcome;
import dev.nextact.predict.explain.Outcome.NextItem;
import dev.nextact.predict.explain.Outcome.Task;
import dev.nextact.serve.history.PastEvent;
import dev.nextact.serve.http.Problem;
import dev.nextact.serve.http.Scope;
import dev.nextact.serve.http.ServerParts;
import dev.nextact.serve.live.LiveModel;
import dev.nextact.serve.live.NumberedHistory;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Why a shopper is foretold what he is: a part of his page, and a file. */
public final class WhyPages {

    /** Pairs of orders of Shapley values; a page waits for them. */
    private static final int PAIRS = 16;

    /** Bars of an explanation. */
    private static final int BARS = 10;

    private final Console console;
    private final ServerParts parts;
    private final Asking asking;

    /**
     * What the prediction would be without an event.
     *
     * @param shapley its value and error; empty where none was asked for
     */
    public record Moved(String what, String without, String effect, String shapley) {}

    /** Tells of an explanation while its model is held. */
    @FunctionalInterface
    private interface Telling<T> {
        T tell(LiveModel model, Moment moment, Explanation explanation);
    }

    WhyPages(Console console, ServerParts parts, Asking asking) {
        this.console = console;
        this.parts = parts;
        this.asking = asking;
    }

    void add() {
        console.get("shopper/why", Scope.READ, this::why);
        console.get("shopper/why.csv", Scope.READ, this::csv);
    }

    private void why(Context ctx, View view) {
        Map<String, Object> page = new LinkedHashMap<>();
        page.put(
                "csv",
                View.path(
                        "shopper/why.csv",
                        "id",
                        Query.required(ctx, view, "id"),
                        "task",
                        task(ctx).label(),
                        "item",
                        Query.optional(ctx, "item"),
                        "shapley",
                        Query.optional(ctx, "shapley")));
        page.putAll(
                explained(
                        ctx,
                        view,
                        (model, moment, explanation) -> page(view, model, moment, explanation)));
        console.show(ctx, view, "why", page);
    }

    private void csv(Context ctx, View view) {
        Csv csv =
                explained(
                        ctx,
                        view,
                        (model, moment, explanation) ->
                                file(text(view, model), moment, explanation));
        csv.send(ctx, "why");
    }

    private static Task task(Context ctx) {
        return Task.of(Query.optional(ctx, "task")).orElse(Task.NEXT_ITEMS);
    }

    /** Explains what the address asks about. */
    private <T> T explained(Context ctx, View view, Telling<T> telling) {
        String user = Query.required(ctx, view, "id");
        List<PastEvent> history = asking.history(user);
        return asking.with(
                user,
                held -> {
                    LiveModel model = held.model();
                    NumberedHistory numbered = NumberedHistory.of(model, history, Map.of());
                    if (!numbered.isKnown()) {
                        throw Problem.of(422, "Nothing known", view.t("why.nothing"));
                    }
                    Moment moment = asking.moment(numbered.events());
                    Explainer.Question question =
                            new Explainer.Question(
                                    moment,
                                    outcome(ctx, view, model, moment),
                                    Query.optional(ctx, "shapley").isEmpty() ? 0 : PAIRS,
                                    !Query.optional(ctx, "flip").isEmpty(),
                                    0.5,
                                    1);
                    return telling.tell(model, moment, asking.explain(model, question));
                });
    }

    private Outcome outcome(Context ctx, View view, LiveModel model, Moment moment) {
        String item = Query.optional(ctx, "item");
        int number = item.isEmpty() ? 0 : model.bundle().catalog().indexOf(item);
        if (!item.isEmpty() && number == 0) {
            throw Problem.of(422, "Nothing known", view.t("problem.item", item));
        }
        NextItem place = new NextItem(number, model.question(moment.history(), 1).rule());
        Task task = task(ctx);
        Duration horizon =
                task == Task.CHURN
                        ? parts.shop().tasks().churnHorizon()
                        : parts.shop().tasks().intentHorizon();
        int target = model.manifest().behaviours().indexOf(parts.shop().target());
        return Outcome.of(task, place, target, horizon.toMillis() / 1e3);
    }

    private static ExplanationText text(View view, LiveModel model) {
        return new ExplanationText(
                view.messages().language(),
                item -> item == 0 ? view.t("item.unknown") : Asking.title(model, item),
                item -> Asking.facts(model, item).getOrDefault("category", view.t("item.unknown")),
                model.manifest().behaviours().stream()
                        .map(behaviour -> view.named("behaviour", behaviour))
                        .toList());
    }

    private static Csv file(ExplanationText text, Moment moment, Explanation explanation) {
        Csv csv = new Csv("event", "what", "without", "effect", "shapley", "standard_error");
        for (int i = 0; i < explanation.events().size(); i++) {
            Effect effect = explanation.events().get(i);
            int player = i;
            csv.row(
                    i + 1,
                    text.name(moment, effect.part()),
                    effect.without().value(),
                    explanation.effect(effect),
                    explanation.shapley().map(of -> of.values()[player]).orElse(Double.NaN),
                    explanation
                            .shapley()
                            .map(of -> of.standardErrors()[player])
                            .orElse(Double.NaN));
        }
        return csv;
    }

    private static Map<String, Object> page(
            View view, LiveModel model, Moment moment, Explanation explanation) {
        ExplanationText text = text(view, model);
        Outcome outcome = explanation.outcome();
        List<Moved> rows = new ArrayList<>();
        List<Integer> strongest = new ArrayList<>();
        for (int i = 0; i < explanation.events().size(); i++) {
            strongest.add(i);
            Effect effect = explanation.events().get(i);
            int player = i;
            rows.add(
                    new Moved(
                            text.name(moment, effect.part()),
                            text.plain(outcome, effect.without().value()),
                            view.signed(explanation.effect(effect)),
                            explanation
                                    .shapley()
                                    .map(
                                            values ->
                                                    view.signed(values.values()[player])
                                                            + " ± "
                                                            + String.format(
                                                                    Locale.ROOT,
                                                                    "%.3f",
                                                                    values.standardErrors()[
                                                                            player]))
                                    .orElse("")));
        }
        strongest.sort(
                Comparator.comparingDouble(
                        i -> -Math.abs(explanation.effect(explanation.events().get(i)))));
        List<Integer> shown = strongest.subList(0, Math.min(BARS, strongest.size()));
        List<String> labels = new ArrayList<>();
        double[] values = new double[shown.size()];
        for (int i = 0; i < values.length; i++) {
            labels.add(text.label(moment, explanation.events().get(shown.get(i)).part()));
            values[i] = explanation.effect(explanation.events().get(shown.get(i)));
        }
        return Map.of(
                "sentences",
                text.sentences(moment, explanation),
                "rows",
                rows,
                "hasShapley",
                explanation.shapley().isPresent(),
                "chart",
                Chart.bars(view.t("why.x." + axis(outcome)), labels, values).json(),
                "bars",
                values.length);
    }

    private static String axis(Outcome outcome) {
        if (outcome instanceof Outcome.NextTime) {
            return "rate";
        }
        return outcome.isProbability() ? "probability" : "share";
    }
}
