package dev.nextact.model.bundle;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** {@code card.md}: what a model is good for, for people who will not read its code. */
final class ModelCard {

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

                **What it does.** Ranks all %,d items of the catalog by how likely a shopper's next \
                event is with each, from the newest %d events of the shopper's history. A score \
                orders items; it is not a probability.

                **What it is.** A %s network, trained on the history before the cut-off of the \
                split `%s`: %,d learned events of %,d shoppers, from a log of %,d events.

                **How good it is.**
                %s
                Compare it with the baselines by `nextact evaluate`.

                **What it cannot do.** It knows no item that was too rare in training, and a history \
                without a known item gets the most popular items. It learned what shoppers did, not \
                what is good for them. When the shop changes, train anew.

                **Privacy.** It holds vectors of items, and no shopper's history or id.

                Data fingerprint `%s`, seed %d, made %s.
                """,
                manifest.name(),
                manifest.version(),
                data.items(),
                manifest.length(),
                manifest.model(),
                data.protocol(),
                data.targets(),
                data.users(),
                data.events(),
                metrics,
                data.fingerprint(),
                manifest.seed(),
                manifest.createdAt());
    }
}
