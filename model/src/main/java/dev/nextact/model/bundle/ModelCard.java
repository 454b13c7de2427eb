package dev.nextact.model.bundle;

import dev.nextact.core.IntentWay;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** {@code card.md}: what a model is good for, for people who will not read its code. */
final class ModelCard {

    private static final String NO_PROMISE =
            "What it learned from a single shopper is not bounded: it was trained without"
                    + " `train.privacy`.";

    private ModelCard() {}

    static String text(Manifest manifest) {
        Manifest.Data data = manifest.data();
        StringBuilder metrics = new StringBuilder();
        for (Map.Entry<String, Double> metric : new TreeMap<>(manifest.metrics()).entrySet()) {
            metrics.append(
                    String.format(Locale.ROOT, "- %s: %.4f%n", metric.getKey(), metric.getValue()));
        }
        return String.format(
                Locale.ROOT,
                """
                # %s, version %d

                **What it does.** From the newest %d events of a shopper's history:

                %s

                **What it is.** A %s network, trained on the history before the cut-off of the \
                split `%s`: %,d learned events of %,d shoppers, from a log of %,d events.

                **How good it is.**
                %s
                Compare it with the baselines by `nextact evaluate`.

                **What it cannot do.** %s A history without a known item gets the most popular items \
                and no more. It learned what shoppers did, not what is good for them. When the shop changes, train anew.

                **Privacy.** It holds vectors of items, and no shopper's history or id. %s

                Data fingerprint `%s`, seed %d, made %s.
                """,
                manifest.name(),
                manifest.version(),
                manifest.length(),
                String.join(System.lineSeparator(), answers(manifest)),
                manifest.model(),
                data.protocol(),
                data.targets(),
                data.users(),
                data.events(),
                metrics,
                takesNewItems(manifest)
                        ? "It knows no item that was too rare in training but by the item's facts."
                        : "It knows no item that was too rare in training.",
                manifest.promise().map(ModelCard::promise).orElse(NO_PROMISE),
                data.fingerprint(),
                manifest.seed(),
                manifest.createdAt());
    }

    private static String promise(TrainingPrivacy privacy) {
        return String.format(
                Locale.ROOT,
                "It was trained with differential privacy of whole shoppers: (ε, δ) = (%.2f, %.2g),"
                        + " by %s over %,d steps with noise of %.3f times the clip %.3g, each of"
                        + " %,d shoppers in a step with probability %.4f. Outside of this budget:"
                        + " %s.",
                privacy.epsilon(),
                privacy.delta(),
                privacy.accountant(),
                privacy.steps(),
                privacy.noise(),
                privacy.clip(),
                privacy.users(),
                privacy.rate(),
                String.join("; ", privacy.outside()));
    }

    private static boolean takesNewItems(Manifest manifest) {
        return manifest.config().get("model") instanceof Map<?, ?> model
                && Boolean.TRUE.equals(model.get("new_items"));
    }

    private static boolean classifies(Manifest manifest) {
        return manifest.config().get("tasks") instanceof Map<?, ?> tasks
                && tasks.get("intent") instanceof Map<?, ?> intent
                && IntentWay.CLASSIFIER.title().equals(intent.get("way"));
    }

    /** A line for each question it has learned to answer. */
    private static List<String> answers(Manifest manifest) {
        List<String> lines = new ArrayList<>();
        List<String> tasks = manifest.tasks();
        if (tasks.contains("next-items")) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "- `next-items`: ranks all %,d items of the catalog by how likely the"
                                    + " next event is with each. A score orders items; it is not a"
                                    + " probability.",
                            manifest.data().items()));
        }
        if (tasks.contains("next-events")) {
            lines.add(
                    "- `next-events`: when the next events come and of which behaviour, as"
                            + " distributions.");
        }
        String behaviours = String.join(", ", manifest.behaviours());
        if (tasks.contains("intent") && classifies(manifest)) {
            lines.add(
                    "- `intent`: after each event, the probability that the shop's target comes within"
                            + " one horizon, those of the config. What has passed since that event is"
                            + " not known to it.");
            return lines;
        }
        if (tasks.contains("intent")) {
            lines.add(
                    "- `intent`: the probability that a behaviour ("
                            + behaviours
                            + ") comes within"
                            + " a horizon.");
        }
        if (tasks.contains("churn")) {
            lines.add(
                    "- `churn`: the probability that a behaviour ("
                            + behaviours
                            + ") stays away"
                            + " for a horizon.");
        }
        if (tasks.contains("intent") || tasks.contains("churn")) {
            lines.add(
                    "- Horizons reach no further than the log it learned from. With a split at a"
                            + " time probabilities are calibrated on the validation part.");
        }
        return lines;
    }
}
