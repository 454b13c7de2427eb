package dev.nextact.predict.explain;

import dev.nextact.core.EventSequence;
import dev.nextact.core.Messages;
import dev.nextact.predict.Moment;
import dev.nextact.predict.explain.Explanation.Effect;
import dev.nextact.predict.explain.Outcome.Comes;
import dev.nextact.predict.explain.Outcome.NextBehaviour;
import dev.nextact.predict.explain.Outcome.NextItem;
import dev.nextact.predict.explain.Outcome.NextTime;
import dev.nextact.predict.explain.Outcome.StaysAway;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/** An explanation in plain sentences. Immutable; thread-safe. */
public final class ExplanationText {

    /** Parts told of. */
    private static final int TOLD = 3;

    /** Parts of which some may be too small to be told. */
    private static final int LOOKED_AT = 10;

    private static final double MICROS_A_SECOND = 1e6;

    private final Messages messages;
    private final IntFunction<String> items;
    private final IntFunction<String> categories;
    private final List<String> behaviours;

    /**
     * @param items what an item is called, by its number; 0 = one the model does not know
     * @param categories of an item, by its number
     * @param behaviours what they are called
     */
    public ExplanationText(
            Locale language,
            IntFunction<String> items,
            IntFunction<String> categories,
            List<String> behaviours) {
        this.messages = messages(language);
        this.items = items;
        this.categories = categories;
        this.behaviours = List.copyOf(behaviours);
    }

    /** What is told, what moved it most, what would turn it, and what all of this is not. */
    public List<String> sentences(Moment moment, Explanation explanation) {
        List<String> sentences = new ArrayList<>();
        sentences.add(told(explanation));
        List<String> moved =
                explanation.strongest(LOOKED_AT).stream()
                        .filter(effect -> isSeen(explanation, effect))
                        .limit(TOLD)
                        .map(effect -> without(moment, explanation, effect))
                        .toList();
        sentences.addAll(moved.isEmpty() ? List.of(messages.text("nothing")) : moved);
        if (explanation.together().size() > 1) {
            sentences.add(together(moment, explanation));
        }
        explanation.flip().ifPresent(flip -> sentences.add(flip(moment, explanation, flip)));
        explanation.shapley().ifPresent(values -> sentences.add(shapley(values)));
        sentences.add(messages.text("caution"));
        return sentences;
    }

    private String told(Explanation explanation) {
        Outcome outcome = explanation.outcome();
        String now = plain(outcome, explanation.full().value());
        String newcomer = plain(outcome, explanation.newcomer());
        if (outcome instanceof NextItem next) {
            return messages.text(
                    "of.item",
                    items.apply(next.item()),
                    Integer.toString(explanation.full().rank()),
                    now,
                    newcomer);
        }
        if (outcome instanceof NextBehaviour next) {
            return messages.text(
                    "of.behaviour", behaviours.get(next.behaviour()), "", now, newcomer);
        }
        if (outcome instanceof Comes comes) {
            return messages.text(
                    "of.comes",
                    behaviours.get(comes.behaviour()),
                    span(comes.seconds()),
                    now,
                    newcomer);
        }
        if (outcome instanceof NextTime) {
            return messages.text("of.time", "", "", now, newcomer);
        }
        StaysAway stays = (StaysAway) outcome;
        return messages.text(
                "of.stays",
                behaviours.get(stays.behaviour()),
                span(stays.seconds()),
                now,
                newcomer);
    }

    /** Whether it changes what is written, or is too small to be told. */
    private boolean isSeen(Explanation explanation, Effect effect) {
        Outcome outcome = explanation.outcome();
        return effect.without().rank() != explanation.full().rank()
                || !plain(outcome, effect.without().value())
                        .equals(plain(outcome, explanation.full().value()));
    }

    private String without(Moment moment, Explanation explanation, Effect effect) {
        return without(name(moment, effect.part()), explanation, effect.without());
    }

    private String together(Moment moment, Explanation explanation) {
        List<String> names = new ArrayList<>();
        Reading last = explanation.full();
        for (Explanation.Step step : explanation.together()) {
            names.add(name(moment, new Part(Part.Kind.EVENT, new int[] {step.event()})));
            last = step.without();
        }
        String all =
                messages.text(
                        "part.together",
                        Integer.toString(names.size()),
                        String.join(messages.text("flip.and"), names));
        return without(all, explanation, last);
    }

    private String without(String what, Explanation explanation, Reading without) {
        Outcome outcome = explanation.outcome();
        String key =
                !(outcome instanceof NextItem)
                        ? "without.probability"
                        : without.rank() == 0 ? "without.share" : "without.item";
        return messages.text(
                key,
                what,
                plain(outcome, without.value()),
                plain(outcome, explanation.full().value()),
                rank(without));
    }

    /** A value of an outcome as people read it, with its unit. */
    public String plain(Outcome outcome, double value) {
        return outcome instanceof NextTime
                ? span(outcome.plain(value))
                : percent(outcome.plain(value));
    }

    private static String rank(Reading reading) {
        return reading.rank() == 0 ? "–" : Integer.toString(reading.rank());
    }

    private String flip(Moment moment, Explanation explanation, Explanation.Flip flip) {
        if (flip.after().isEmpty()) {
            return messages.text("flip.none", Integer.toString(Counterfactual.MOST_REMOVED));
        }
        List<String> names = new ArrayList<>();
        for (int event : flip.removed()) {
            names.add(name(moment, new Part(Part.Kind.EVENT, new int[] {event})));
        }
        String list = String.join(messages.text("flip.and"), names);
        Reading after = flip.after().get();
        if (explanation.outcome().isProbability()) {
            return messages.text(
                    "flip.probability",
                    list,
                    percent(after.value()),
                    percent(explanation.threshold()));
        }
        return explanation.full().rank() == 1
                ? messages.text("flip.item.lost", list, rank(after))
                : messages.text("flip.item.won", list);
    }

    private String shapley(ShapleyValues values) {
        double sum = 0;
        double error = 0;
        for (int player = 0; player < values.values().length; player++) {
            sum += values.values()[player];
            error = Math.max(error, values.standardErrors()[player]);
        }
        return messages.text(
                "shapley", Integer.toString(values.permutations()), number(sum), number(error));
    }

    /** What a part is called in a sentence. */
    public String name(Moment moment, Part part) {
        return name(moment, part, "part." + part.kind().name().toLowerCase(Locale.ROOT));
    }

    /** What a part is called beside its bar, which has less room. */
    public String label(Moment moment, Part part) {
        return part.kind() == Part.Kind.EVENT
                ? name(moment, part, "part.short")
                : name(moment, part);
    }

    private String name(Moment moment, Part part, String key) {
        EventSequence history = moment.history();
        int last = part.last();
        return messages.text(
                key,
                behaviours.get(history.behaviour(last)),
                part.kind() == Part.Kind.ALIKE
                        ? categories.apply(history.item(last))
                        : items.apply(history.item(last)),
                Integer.toString(part.events().length),
                when(moment, last));
    }

    private String when(Moment moment, int event) {
        long time = moment.history().timeMicros(event);
        return time > 0 && moment.nowMicros() > 0
                ? messages.text("ago", span((moment.nowMicros() - time) / MICROS_A_SECOND))
                : messages.text("place", Integer.toString(event + 1));
    }

    private String span(double seconds) {
        return span(messages, seconds);
    }

    /** A length of time in one unit, in a language. */
    public static String span(Locale language, double seconds) {
        return span(messages(language), seconds);
    }

    private static String span(Messages messages, double seconds) {
        if (seconds < 120) {
            return messages.text("span.seconds", rounded(seconds));
        }
        if (seconds < 7_200) {
            return messages.text("span.minutes", rounded(seconds / 60));
        }
        return seconds < 172_800
                ? messages.text("span.hours", rounded(seconds / 3_600))
                : messages.text("span.days", rounded(seconds / 86_400));
    }

    /** The texts that sentences are made of. */
    static Messages messages(Locale language) {
        return Messages.of(ExplanationText.class, "sentences", language);
    }

    private static String rounded(double number) {
        return Long.toString(Math.round(number));
    }

    /** Two digits that count: 31 %, 4.2 %, 0.037 %. */
    public static String percent(double part) {
        return number(100 * part) + " %";
    }

    private static String number(double number) {
        if (Math.abs(number) < 1e-9) {
            return "0";
        }
        int whole = (int) Math.floor(Math.log10(Math.abs(number))) + 1;
        return new BigDecimal(number)
                .round(new MathContext(Math.max(2, whole)))
                .stripTrailingZeros()
                .toPlainString();
    }
}
