package dev.nextact.serve.console;

import dev.nextact.core.EventSequence;
import dev.nextact.core.survival.HazardCurve;
import dev.nextact.predict.ItemAttributes;
import dev.nextact.predict.Moment;
import dev.nextact.predict.NextItemAnswer;
import dev.nextact.predict.PredictedEvent;
import dev.nextact.predict.explain.Explainer;
import dev.nextact.predict.explain.Explanation;
import dev.nextact.serve.history.PastEvent;
import dev.nextact.serve.http.ServerParts;
import dev.nextact.serve.live.LiveModel;
import dev.nextact.serve.live.LiveModels;
import dev.nextact.serve.live.LiveOutlook;
import dev.nextact.serve.live.NumberedHistory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Asks the model that answers a shopper what the pages show. Thread-safe. */
public final class Asking {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ServerParts parts;
    private final Pictures pictures;

    Asking(ServerParts parts) {
        this.parts = parts;
        this.pictures = new Pictures(parts.shop().serve().pictures().map(parts.shop()::file));
    }

    Pictures pictures() {
        return pictures;
    }

    /**
     * @param rank from 1
     * @param facts by field, what is kept of the item
     * @param picture its address; empty where there is none
     */
    public record Ranked(
            int rank,
            String item,
            String title,
            Map<String, String> facts,
            float score,
            String picture) {}

    /**
     * What is foretold of a history.
     *
     * @param variant {@code champion} or {@code challenger}
     * @param stays how long each behaviour stays away, by its name; empty where it was not learned,
     *     or where no event is of an item the model knows
     * @param events empty likewise
     */
    public record Foretold(
            int version,
            String variant,
            NumberedHistory numbered,
            long nowMicros,
            boolean byPopularity,
            List<Ranked> items,
            Map<String, HazardCurve> stays,
            List<PredictedEvent> events) {
        public Foretold {
            items = List.copyOf(items);
            events = List.copyOf(events);
        }
    }

    /** What is kept of a shopper, oldest first. */
    List<PastEvent> history(String user) {
        return parts.store().last(user, parts.shop().serve().history().events());
    }

    /**
     * @param events whether the next events are asked for too, which takes longest
     */
    Foretold foretell(String user, List<PastEvent> history, int k, boolean events) {
        return with(
                user,
                held -> {
                    LiveModel model = held.model();
                    NumberedHistory numbered = NumberedHistory.of(model, history, Map.of());
                    Moment moment = moment(numbered.events());
                    boolean ranks = model.manifest().tasks().contains("next-items");
                    NextItemAnswer answer =
                            ranks
                                    ? model.ask(model.question(numbered.events(), k), deadline())
                                            .join()
                                    : new NextItemAnswer(new int[0], new float[0], false);
                    Optional<LiveOutlook> outlook =
                            numbered.isKnown() ? model.outlook() : Optional.empty();
                    return new Foretold(
                            model.manifest().version(),
                            held.variant().name().toLowerCase(Locale.ROOT),
                            numbered,
                            moment.nowMicros(),
                            answer.byPopularity(),
                            ranked(model, answer),
                            outlook.map(o -> stays(model, o, moment)).orElse(Map.of()),
                            outlook.filter(o -> events && o.model().heads().nextEvent())
                                    .map(o -> next(o, user, numbered.events()))
                                    .orElse(List.of()));
                });
    }

    /** Asks whoever answers the shopper, and lets go of it. */
    <T> T with(String user, Function<LiveModels.Held, T> question) {
        try (LiveModels.Held held =
                parts.models().hold(user.isEmpty() ? Optional.empty() : Optional.of(user))) {
            return question.apply(held);
        }
    }

    Explanation explain(LiveModel model, Explainer.Question question) {
        return model.explain(question, deadline()).join();
    }

    static long deadline() {
        return System.nanoTime() + PATIENCE.toNanos();
    }

    /** Now, or just after the last event where that is later. */
    Moment moment(EventSequence history) {
        if (history.isEmpty()) {
            return new Moment(history, parts.nowMicros().getAsLong());
        }
        long last = history.timeMicros(history.size() - 1);
        return new Moment(
                history, last == 0 ? 0 : Math.max(last + 1, parts.nowMicros().getAsLong()));
    }

    List<Ranked> ranked(LiveModel model, NextItemAnswer answer) {
        List<Ranked> ranked = new ArrayList<>();
        for (int i = 0; i < answer.items().length; i++) {
            int item = answer.items()[i];
            ranked.add(
                    new Ranked(
                            i + 1,
                            model.bundle().catalog().id(item),
                            title(model, item),
                            facts(model, item),
                            answer.scores()[i],
                            pictures.address(model, item)));
        }
        return ranked;
    }

    /** What is kept of an item beside its title. */
    static Map<String, String> facts(LiveModel model, int item) {
        Map<String, String> facts = new LinkedHashMap<>();
        for (String field : model.attributes().fields()) {
            String text = model.attributes().text(field, item);
            if (!text.isEmpty() && !field.equals(TITLE) && !field.equals(Pictures.FACT)) {
                facts.put(field, text);
            }
        }
        return facts;
    }

    /** The fact that names an item, as {@code columns:} of the config's items call it. */
    static final String TITLE = "text";

    /** Its title where one is kept, else its id. */
    static String title(LiveModel model, int item) {
        if (item == 0) {
            return "";
        }
        ItemAttributes facts = model.attributes();
        String title = facts.fields().contains(TITLE) ? facts.text(TITLE, item) : "";
        return title.isEmpty() ? model.bundle().catalog().id(item) : title;
    }

    private static Map<String, HazardCurve> stays(
            LiveModel model, LiveOutlook outlook, Moment moment) {
        if (!outlook.model().heads().hazards() && !outlook.model().heads().classifies()) {
            return Map.of();
        }
        List<HazardCurve> curves = outlook.stays(moment, deadline()).join();
        Map<String, HazardCurve> byName = new LinkedHashMap<>();
        IntStream.range(0, curves.size())
                .filter(
                        c ->
                                !outlook.model().heads().classifies()
                                        || c == outlook.model().heads().classifier().behaviour())
                .forEach(c -> byName.put(model.manifest().behaviours().get(c), curves.get(c)));
        return byName;
    }

    private List<PredictedEvent> next(LiveOutlook outlook, String user, EventSequence history) {
        int k = Math.min(10, parts.shop().tasks().nextEvents().k());
        return outlook.events(user, history, k, deadline()).join();
    }
}
