package dev.nextact.cli;

import dev.nextact.core.EventLog;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigWriter;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandPeriod;
import dev.nextact.core.demand.DemandSource;
import dev.nextact.data.DemandReader;
import dev.nextact.data.PreparedData;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.bundle.DemandBundle;
import dev.nextact.predict.ShopperDemand;
import dev.nextact.train.TrainDemand;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** Opens the model of shoppers that lies beside a model of demand, as its second source. */
final class ShopperSource {

    private ShopperSource() {}

    /** The log up to a cut-off, as a bundle counts it. */
    static DemandPanel past(ShopConfig shop, DemandBundle bundle, Optional<Long> atMicros) {
        return DemandReader.of(shop, bundle.settings().period())
                .read(bundle.manifest().target(), atMicros);
    }

    /** Answers with the source where a bundle counts it, and closes it. */
    static <T> T with(
            ShopConfig shop,
            DemandBundle bundle,
            Progress progress,
            Function<Optional<DemandSource>, T> answer) {
        boolean counts = bundle.settings().calibration().blend().weight() > 0;
        Optional<ShopperDemand> shoppers =
                counts
                        ? open(
                                shop,
                                bundle.settings().period(),
                                bundle.settings().horizon(),
                                progress)
                        : Optional.empty();
        if (counts && shoppers.isEmpty()) {
            progress.say("there is no model of shoppers to ask: the network answers alone");
        }
        try {
            return answer.apply(shoppers.map(of -> of));
        } finally {
            shoppers.ifPresent(ShopperDemand::close);
        }
    }

    /** Learns what will sell, with the shoppers' model as a second source where there is one. */
    static TrainDemand.Trained learnDemand(ShopConfig shop, Progress progress) {
        DemandPeriod period = shop.tasks().demand().period();
        Optional<ShopperDemand> shoppers =
                open(shop, period, period.count(shop.tasks().demand().horizon()), progress);
        try {
            return new TrainDemand().run(shop, shoppers.map(of -> (DemandSource) of), progress);
        } finally {
            shoppers.ifPresent(ShopperDemand::close);
        }
    }

    /**
     * @param periods the longest horizon that is asked for
     * @return the caller closes it; empty where there is no such model, or one that cannot tell,
     *     which is then said
     */
    static Optional<ShopperDemand> open(
            ShopConfig shop, DemandPeriod period, int periods, Progress progress) {
        List<Path> bundles =
                Bundle.list(shop.modelsDirectory()).stream()
                        .filter(
                                path ->
                                        path.startsWith(
                                                shop.modelsDirectory()
                                                        .resolve(shop.model().name())))
                        .toList();
        if (bundles.isEmpty()) {
            return Optional.empty();
        }
        try {
            Bundle bundle = Bundle.newest(shop.modelsDirectory(), shop.model().name());
            if (!Objects.equals(
                    bundle.manifest().config().get("split"),
                    ShopConfigWriter.toTree(shop).get("split"))) {
                throw NextactException.bundle(
                        "%s was trained by another split than the config's: up to when it learned is"
                                + " not known",
                        bundle.directory());
            }
            EventLog log = PreparedData.open(shop.preparedDirectory(), bundle.fields());
            return Optional.of(
                    ShopperDemand.open(
                            bundle,
                            log,
                            shop.split(),
                            shop.target(),
                            periods * period.micros() / 1e6));
        } catch (NextactException e) {
            progress.say("the shoppers' model is not heard: " + e.getMessage());
            return Optional.empty();
        }
    }
}
