package dev.nextact.bench;

import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.demand.DemandContext;
import dev.nextact.core.demand.DemandErrors.OfSeries;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandPeriod;
import dev.nextact.core.demand.DemandSeries;
import dev.nextact.core.demand.DemandSource;
import dev.nextact.data.DemandReader;
import dev.nextact.data.PrepareData;
import dev.nextact.data.PreparedData;
import dev.nextact.evaluate.demand.ExponentialSmoothing;
import dev.nextact.evaluate.demand.LagTrees;
import dev.nextact.evaluate.demand.MovingAverage;
import dev.nextact.evaluate.demand.RollingOrigins;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.predict.DemandModel;
import dev.nextact.predict.ShopperDemand;
import dev.nextact.simulator.world.Preset;
import dev.nextact.simulator.world.SimulateWorld;
import dev.nextact.train.TrainDemand;
import dev.nextact.train.TrainModel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "demand-simulated",
        description = {
            "What leading indicators, planned prices and the shoppers' own intents are worth to forecasts of",
            "demand, on the simulator's preset promotions, whose law is known: the same model with and",
            "without each, several seeds of shop and model, and the first weeks of new items."
        })
final class DemandSimulatedCommand implements Callable<Integer> {

    private static final int HORIZON = 2;
    private static final int TEST = 8;
    private static final Duration WEEK = Duration.ofDays(7);

    private static final String FULL = "nextact";
    private static final String NO_SIGNALS = "without views, carts";
    private static final String NO_PLAN = "without planned prices";
    private static final String BLENDED = "with shoppers";
    private static final String NEW = "new: nextact";
    private static final String NEW_MEAN = "new: category's mean";

    private final Terminal terminal;
    private final DemandFigures figures;
    private final Map<String, List<RollingOrigins.Result>> results = new LinkedHashMap<>();

    @Option(
            names = "--seeds",
            paramLabel = "N",
            split = ",",
            defaultValue = "42,43,44",
            description = "Of the shop and of training (default: ${DEFAULT-VALUE}).")
    private List<Long> seeds = List.of();

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            defaultValue = "work/demand-simulated",
            description = "Gets the simulated shops (default: ${DEFAULT-VALUE}).")
    private Path directory = Path.of("work/demand-simulated");

    @Option(
            names = "--shoppers",
            description = "Also train the shoppers' model, and add what it foretells.")
    private boolean shoppers;

    @Mixin private FamiliesOption families = new FamiliesOption();
    @Mixin private JsonOption json = new JsonOption();

    DemandSimulatedCommand(Terminal terminal) {
        this.terminal = terminal;
        this.figures = new DemandFigures(terminal);
    }

    @Override
    public Integer call() {
        if (shoppers && !families.families().isEmpty()) {
            throw NextactException.input("--shoppers and --families: give one of them");
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        DemandFamilies judging = new DemandFamilies(terminal);
        for (long seed : seeds) {
            terminal.out().printf("%n== seed %d%n", seed);
            ShopConfig shop = simulate(seed);
            DemandPanel panel =
                    DemandReader.of(shop, DemandPeriod.WEEK).read(shop.target(), Optional.empty());
            RollingOrigins origins = new RollingOrigins(panel, TEST, HORIZON);
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "%,d items over %d weeks, %,d units%n",
                            panel.series().size(),
                            panel.periods(),
                            Arrays.stream(panel.totals()).sum());
            if (families.families().isEmpty()) {
                measure(shop, origins, seed);
            } else {
                List<DemandFamilies.Judged> judged =
                        judging.judge(origins, families.families(), seed);
                judged.forEach(one -> keep(one.test()));
                tree.put("seed " + seed, judging.table(judged));
            }
        }
        terminal.out().printf("%n== all seeds%n");
        results.forEach(
                (name, ofSeeds) -> {
                    RollingOrigins.Result all = pooled(name, ofSeeds);
                    figures.line(all);
                    tree.put(name, all.metrics());
                });
        if (families.families().isEmpty()) {
            tree.put("signals", worth(FULL, NO_SIGNALS));
            tree.put("plan", worth(FULL, NO_PLAN));
            tree.put("new", worth(NEW, NEW_MEAN));
            if (shoppers) {
                tree.put("shoppers", worth(BLENDED, FULL));
            }
        } else {
            List<RollingOrigins.Result> tests = new ArrayList<>();
            results.forEach((name, ofSeeds) -> tests.add(pooled(name, ofSeeds)));
            tree.putAll(judging.compare(tests));
        }
        json.write(tree);
        return 0;
    }

    private ShopConfig simulate(long seed) {
        Path out = directory.resolve(Long.toString(seed));
        SimulateWorld.Result simulated =
                new SimulateWorld()
                        .run(
                                Preset.PROMOTIONS,
                                Preset.PROMOTIONS.defaults().withSeed(seed),
                                out,
                                terminal.progress());
        ShopConfig shop = ShopConfigReader.read(simulated.config(), Map.of());
        new PrepareData(Clock.systemUTC()).run(shop, terminal.progress());
        return shop;
    }

    private void measure(ShopConfig shop, RollingOrigins origins, long seed) {
        DemandPanel panel = origins.panel();
        Optional<ShopperDemand> source =
                shoppers ? Optional.of(learnShoppers(shop)) : Optional.empty();
        try {
            TrainDemand.Learned full = learn(origins, seed, source.map(of -> of));
            try (DemandModel model = DemandFigures.open(full, Optional.empty())) {
                keep(figures.judge(FULL, origins, model));
                keep(figures.newItems(NEW, origins, model));
                keep(figures.newItems(NEW_MEAN, origins, new MovingAverage()));
            }
            if (source.isPresent()) {
                try (DemandModel model = DemandFigures.open(full, source.map(of -> of))) {
                    keep(figures.judge(BLENDED, origins, model));
                }
            }
        } finally {
            source.ifPresent(ShopperDemand::close);
        }
        judge(NO_SIGNALS, withoutSignals(panel), seed);
        judge(NO_PLAN, panel.with(DemandContext.NONE), seed);
        keep(figures.judge("ets", origins, new ExponentialSmoothing()));
        try (LagTrees trees = LagTrees.learn(panel.before(origins.firstCut()), HORIZON, seed)) {
            keep(figures.judge("xgboost", origins, trees));
        }
    }

    private TrainDemand.Learned learn(
            RollingOrigins origins, long seed, Optional<DemandSource> source) {
        TrainDemand.Learned learned =
                new TrainDemand()
                        .run(
                                origins.panel().before(origins.firstCut()),
                                HORIZON,
                                seed,
                                TrainDemand.Plan.of(Family.GRU),
                                source,
                                terminal.progress());
        figures.learned(learned);
        return learned;
    }

    private void judge(String name, DemandPanel panel, long seed) {
        RollingOrigins origins = new RollingOrigins(panel, TEST, HORIZON);
        try (DemandModel model =
                DemandFigures.open(learn(origins, seed, Optional.empty()), Optional.empty())) {
            keep(figures.judge(name, origins, model));
        }
    }

    /** It learns nothing after the first cut-off of demand's validation. */
    private ShopperDemand learnShoppers(ShopConfig asked) {
        ShopConfig.SplitRule split = asked.split();
        Duration heldOut = WEEK.multipliedBy(TEST + 2L * HORIZON);
        ShopConfig shop =
                asked.with(
                        new ShopConfig.SplitRule(
                                split.protocol(),
                                split.valid(),
                                heldOut,
                                split.folds(),
                                split.fold(),
                                split.share(),
                                split.seed()),
                        asked.model(),
                        asked.train());
        Path bundle =
                new TrainModel()
                        .run(shop, new TrainModel.Options(false), terminal.progress())
                        .bundle();
        Bundle opened = Bundle.open(bundle);
        return ShopperDemand.open(
                opened,
                PreparedData.open(shop.preparedDirectory(), opened.fields()),
                shop.split(),
                shop.target(),
                (double) HORIZON * WEEK.toSeconds());
    }

    private static DemandPanel withoutSignals(DemandPanel panel) {
        List<DemandSeries> series = new ArrayList<>();
        for (DemandSeries one : panel.series()) {
            series.add(
                    new DemandSeries(
                            one.item(),
                            one.category(),
                            one.listPrice(),
                            one.first(),
                            one.units(),
                            one.prices(),
                            new int[0][]));
        }
        return new DemandPanel(
                panel.period(),
                panel.startMicros(),
                panel.periods(),
                List.of(),
                series,
                panel.context());
    }

    private void keep(RollingOrigins.Result result) {
        results.computeIfAbsent(result.name(), name -> new ArrayList<>()).add(result);
    }

    /** Items of several shops are different items. */
    private static RollingOrigins.Result pooled(String name, List<RollingOrigins.Result> ofSeeds) {
        List<String> items = new ArrayList<>();
        for (int s = 0; s < ofSeeds.size(); s++) {
            for (String item : ofSeeds.get(s).items()) {
                items.add(s + "/" + item);
            }
        }
        return new RollingOrigins.Result(
                name,
                items,
                ofSeeds.stream().flatMap(one -> one.classes().stream()).toList(),
                ofSeeds.stream().flatMap(one -> one.errors().stream()).toList(),
                ofSeeds.stream().mapToDouble(RollingOrigins.Result::seconds).sum());
    }

    /** By how much the WAPE is lower, in all and by seed. */
    private Map<String, Object> worth(String with, String without) {
        List<RollingOrigins.Result> ours = results.getOrDefault(with, List.of());
        List<RollingOrigins.Result> theirs = results.getOrDefault(without, List.of());
        List<Double> bySeed = new ArrayList<>();
        for (int s = 0; s < ours.size(); s++) {
            bySeed.add(wape(ours.get(s)) / wape(theirs.get(s)) - 1);
        }
        RollingOrigins.Result first = pooled(with, ours);
        RollingOrigins.Result second = pooled(without, theirs);
        List<Double> less = figures.less(first, second, "wape", OfSeries::absolute);
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "  relative: %+.1f %% (%+.1f to %+.1f), by seed %s%n",
                        100 * less.get(0) / wape(second),
                        100 * less.get(1) / wape(second),
                        100 * less.get(2) / wape(second),
                        bySeed.stream()
                                .map(x -> String.format(Locale.ROOT, "%+.1f %%", 100 * x))
                                .toList());
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("wape-less", less);
        tree.put("relative-by-seed", bySeed);
        return tree;
    }

    private static double wape(RollingOrigins.Result result) {
        return result.metrics().getOrDefault("wape", Double.NaN);
    }
}
