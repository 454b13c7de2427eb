package dev.nextact.predict.explain;

import dev.nextact.core.Messages;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** What similar shoppers did, in plain sentences. Immutable; thread-safe. */
public final class SimilarText {

    private final Messages messages;
    private final Locale language;
    private final IntFunction<String> items;
    private final UnaryOperator<String> behaviours;

    /**
     * @param items what an item is called, by its number
     * @param behaviours what a behaviour is called, by its name
     */
    public SimilarText(
            Locale language, IntFunction<String> items, UnaryOperator<String> behaviours) {
        this.messages = ExplanationText.messages(language);
        this.language = language;
        this.items = items;
        this.behaviours = behaviours;
    }

    /** Who they are, when they came, what they did, and with which items. */
    public List<String> sentences(SimilarShoppers.Found found) {
        List<String> sentences = new ArrayList<>();
        sentences.add(
                messages.text(
                        "similar.came",
                        Integer.toString(found.shoppers()),
                        ExplanationText.percent(found.came()),
                        ExplanationText.span(language, found.horizonSeconds())));
        found.medianSeconds()
                .ifPresent(
                        seconds ->
                                sentences.add(
                                        messages.text(
                                                "similar.when",
                                                ExplanationText.span(language, seconds))));
        String and = messages.text("flip.and");
        if (!found.acts().isEmpty()) {
            sentences.add(
                    messages.text(
                            "similar.acts",
                            found.acts().entrySet().stream()
                                    .map(
                                            act ->
                                                    behaviours.apply(act.getKey())
                                                            + " "
                                                            + ExplanationText.percent(
                                                                    act.getValue()))
                                    .collect(Collectors.joining(and))));
        }
        if (!found.items().isEmpty()) {
            sentences.add(
                    messages.text(
                            "similar.items",
                            found.items().stream()
                                    .map(
                                            item ->
                                                    items.apply(item.item())
                                                            + " ("
                                                            + item.shoppers()
                                                            + ")")
                                    .collect(Collectors.joining(and))));
        }
        sentences.add(messages.text("similar.caution", Integer.toString(SimilarShoppers.LEAST)));
        return sentences;
    }
}
