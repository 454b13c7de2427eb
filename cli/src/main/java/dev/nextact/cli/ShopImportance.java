package dev.nextact.cli;

import dev.nextact.core.EventLog;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.data.PreparedData;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.PageFile;
import dev.nextact.predict.PredictHorizon;
import dev.nextact.predict.explain.GlobalImportance;

/** What matters on the whole in a shop, kept where its console finds it. */
final class ShopImportance {

    private ShopImportance() {}

    /**
     * What is asked of a shop's prepared log.
     *
     * @param shoppers looked at, at most
     * @param seed of which they are, and of the values from other events
     * @throws IllegalArgumentException where {@code shoppers} cannot be looked at
     */
    static GlobalImportance.Request request(
            ShopConfig shop, Bundle bundle, int shoppers, long seed) {
        return new GlobalImportance.Request(
                shop.split(),
                PredictHorizon.behaviour(bundle, shop.target()),
                shop.tasks().intentHorizon().toMillis() / 1e3,
                shoppers,
                seed);
    }

    /** Asks, and keeps the answer beside the evaluation. */
    static GlobalImportance.Answer run(
            ShopConfig shop, Bundle bundle, GlobalImportance.Request request, Progress progress) {
        EventLog log = PreparedData.open(shop.preparedDirectory(), bundle.fields());
        GlobalImportance.Answer answer = new GlobalImportance().run(bundle, log, request, progress);
        PageFile.write(
                shop.evaluationDirectory().resolve("importance.json"),
                JsonOption.text(answer.toTree()));
        return answer;
    }
}
