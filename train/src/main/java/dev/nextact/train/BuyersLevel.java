package dev.nextact.train;

import dev.nextact.core.EventSequence;
import dev.nextact.core.LearningData;
import dev.nextact.core.NextactException;
import dev.nextact.core.churn.BgNbd;
import dev.nextact.core.churn.RepeatPurchases;
import dev.nextact.model.network.NetworkSettings;
import dev.nextact.model.network.TokenBatch;
import java.util.ArrayList;
import java.util.List;

/**
 * How often all who have bought will buy together within the horizon, by {@link BgNbd} fitted to
 * every purchase known when the validation part ends. A network that counts learns from horizons
 * that are over, so its sum is that of an older horizon, as if nobody had aged since; a model of
 * buying and leaving needs no horizon to be over. Forecasts of the whole shared out by another
 * model's proportions are "top-down" (Athanasopoulos, Ahmed and Hyndman 2009, §3.2). Immutable.
 *
 * @param buyers their histories
 * @param expected events of the behaviour, of all of them
 */
record BuyersLevel(List<EventSequence> buyers, double expected) {

    private static final double DAY_SECONDS = 86_400;

    BuyersLevel {
        buyers = List.copyOf(buyers);
    }

    /**
     * The model counts days with a purchase: each stands for as many events as such days had.
     *
     * @throws NextactException where no buyer ever came back, which tells nothing of leaving
     */
    static BuyersLevel of(
            LearningData data, StepLabels labels, int behaviour, double horizonSeconds) {
        List<EventSequence> buyers = new ArrayList<>();
        List<RepeatPurchases> purchases = new ArrayList<>();
        long events = 0;
        long days = 0;
        for (StepLabels.Asked asked : labels.asked(data)) {
            EventSequence history = asked.history();
            RepeatPurchases bought =
                    RepeatPurchases.inDays(history, behaviour, asked.nowMicros()).orElse(null);
            if (bought == null || TokenBatch.knownEvents(history) == 0) {
                continue;
            }
            buyers.add(history);
            purchases.add(bought);
            days += bought.repeats() + 1;
            for (int i = 0; i < history.size(); i++) {
                events += history.behaviour(i) == behaviour ? 1 : 0;
            }
        }
        if (purchases.stream().allMatch(bought -> bought.repeats() == 0)) {
            throw NextactException.input(
                    "tasks.intent.level: bg-nbd is fitted to shoppers whose target comes on several"
                            + " days, and of %,d with the target there is none. Use level: seen, or"
                            + " give more of the log",
                    purchases.size());
        }
        BgNbd model = BgNbd.fit(purchases);
        double horizonDays = horizonSeconds / DAY_SECONDS;
        double sum =
                purchases.stream()
                        .mapToDouble(bought -> model.expectedPurchases(bought, horizonDays))
                        .sum();
        if (!(sum < Double.POSITIVE_INFINITY)) {
            throw NextactException.input(
                    "tasks.intent.level: bg-nbd tells no number for these shoppers (%s). Use"
                            + " level: seen",
                    model);
        }
        return new BuyersLevel(buyers, sum * events / days);
    }

    /** What a network expects of the same shoppers, against that. */
    StepValidation.HowMany against(TorchScorer scorer, NetworkSettings settings) {
        double ofNetwork = StepValidation.ofLast(buyers, settings).counts(scorer).expected();
        return new StepValidation.HowMany(ofNetwork, expected);
    }
}
