package dev.nextact.predict.explain;

import dev.nextact.core.Messages;
import dev.nextact.predict.DemandReasons;
import dev.nextact.predict.DemandReasons.Effect;
import dev.nextact.predict.DemandReasons.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What moved a forecast of demand, in plain sentences. Immutable; thread-safe. */
public final class DemandText {

    /** Effects told of. */
    private static final int TOLD = 3;

    private final Messages messages;
    private final Locale language;

    public DemandText(Locale language) {
        this.language = language;
        this.messages = ExplanationText.messages(language);
    }

    /**
     * What is foretold, what moved it most, and what all of this is not.
     *
     * @param seconds of the horizon
     */
    public List<String> sentences(DemandReasons reasons, double seconds) {
        List<String> sentences = new ArrayList<>();
        sentences.add(
                messages.text(
                        "demand.told",
                        reasons.item(),
                        units(reasons.expected()),
                        ExplanationText.span(language, seconds)));
        List<String> moved =
                reasons.strongest().stream()
                        .filter(
                                effect ->
                                        !units(effect.without()).equals(units(reasons.expected())))
                        .limit(TOLD)
                        .map(this::without)
                        .toList();
        sentences.addAll(moved.isEmpty() ? List.of(messages.text("demand.nothing")) : moved);
        sentences.add(messages.text("demand.caution"));
        return sentences;
    }

    private String without(Effect effect) {
        return effect.kind() == Kind.PERIOD
                ? messages.text(
                        "demand.without.period",
                        effect.what(),
                        units(effect.sold()),
                        units(effect.without()))
                : messages.text("demand.without.numbers", label(effect), units(effect.without()));
    }

    /** What an effect is of. */
    public String label(Effect effect) {
        if (effect.kind() == Kind.PERIOD) {
            return messages.text("demand.period", effect.what(), units(effect.sold()));
        }
        String key = "demand.of." + effect.what();
        return messages.keys().contains(key) ? messages.text(key) : effect.what();
    }

    /** Units of goods: whole ones from ten on, fewer to a tenth. */
    public static String units(double units) {
        boolean isWhole = units >= 10 || units == Math.rint(units);
        return String.format(Locale.ROOT, isWhole ? "%,.0f" : "%.1f", units);
    }
}
