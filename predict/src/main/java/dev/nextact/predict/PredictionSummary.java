package dev.nextact.predict;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * @param byPopularity shoppers without a known item in their history
 * @param unknownEvents events of items the model does not know; they were left out
 * @param unknownExamples some of those items
 */
public record PredictionSummary(
        long shoppers, long byPopularity, long unknownEvents, List<String> unknownExamples) {

    public PredictionSummary {
        unknownExamples = List.copyOf(unknownExamples);
    }

    static PredictionSummary of(AnswerTally tally) {
        return new PredictionSummary(
                tally.shoppers(),
                tally.byPopularity(),
                tally.unknownEvents(),
                tally.unknownExamples());
    }

    /** For the terminal. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "predicted for %,d shoppers%n", shoppers));
        if (unknownEvents > 0) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "left out %,d events of items the model does not know (such as %s)%n",
                            unknownEvents,
                            String.join(", ", unknownExamples)));
        }
        if (byPopularity > 0) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "%,d shoppers have no known item in their history: they get the most"
                                    + " popular items%n",
                            byPopularity));
        }
        return text.toString();
    }

    /** For {@code --json}. */
    public Map<String, Object> toTree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("shoppers", shoppers);
        tree.put("by_popularity", byPopularity);
        tree.put("unknown_events", unknownEvents);
        tree.put("unknown_examples", unknownExamples);
        return tree;
    }
}
