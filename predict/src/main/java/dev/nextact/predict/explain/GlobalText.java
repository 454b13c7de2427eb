package dev.nextact.predict.explain;

import dev.nextact.core.Messages;
import dev.nextact.predict.explain.GlobalImportance.Answer;
import dev.nextact.predict.explain.GlobalImportance.Importance;
import dev.nextact.predict.explain.GlobalImportance.Pause;
import dev.nextact.predict.explain.GlobalImportance.PricePart;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What matters on the whole, in plain sentences. Immutable; thread-safe. */
public final class GlobalText {

    private final Messages messages;
    private final Locale language;

    public GlobalText(Locale language) {
        this.messages = ExplanationText.messages(language);
        this.language = language;
    }

    /** What matters most, what a pause does, and a price. */
    public List<String> sentences(Answer answer) {
        List<String> sentences = new ArrayList<>();
        sentences.add(
                messages.text(
                        "global.share",
                        Integer.toString(answer.shoppers()),
                        ExplanationText.percent(Math.exp(answer.logShare()))));
        for (Importance of : answer.fields()) {
            if (of.loss() > 2 * of.error()) {
                sentences.add(
                        messages.text(
                                "global.field",
                                field(of.field()),
                                ExplanationText.percent(Math.exp(answer.logShare() - of.loss()))));
            }
        }
        if (!answer.pauses().isEmpty()) {
            Pause first = answer.pauses().get(0);
            Pause last = answer.pauses().get(answer.pauses().size() - 1);
            sentences.add(
                    messages.text(
                            "global.pause",
                            ExplanationText.span(language, last.days() * 86_400),
                            ExplanationText.percent(first.probability()),
                            ExplanationText.percent(last.probability())));
        }
        if (!answer.prices().isEmpty()) {
            PricePart cheap = answer.prices().get(0);
            sentences.add(
                    messages.text(
                            "global.price",
                            ExplanationText.percent(cheap.ranked()),
                            ExplanationText.percent(cheap.came())));
        }
        sentences.add(messages.text("global.caution"));
        return sentences;
    }

    /** What a field is called. */
    public String field(String name) {
        String key = "global.of." + name;
        return messages.keys().contains(key) ? messages.text(key) : name;
    }
}
