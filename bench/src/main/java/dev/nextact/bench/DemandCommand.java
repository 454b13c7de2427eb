package dev.nextact.bench;

import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.demand.DemandClass;
import dev.nextact.core.demand.DemandContext;
import dev.nextact.core.demand.DemandErrors.OfSeries;
import dev.nextact.core.demand.DemandForecaster;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandPeriod;
import dev.nextact.data.DemandReader;
import dev.nextact.data.PrepareData;
import dev.nextact.evaluate.demand.Croston;
import dev.nextact.evaluate.demand.ExponentialSmoothing;
import dev.nextact.evaluate.demand.LagTrees;
import dev.nextact.evaluate.demand.MovingAverage;
import dev.nextact.evaluate.demand.RollingOrigins;
import dev.nextact.evaluate.demand.SeasonalNaive;
import dev.nextact.evaluate.demand.Tsb;
import dev.nextact.predict.DemandModel;
import dev.nextact.train.TrainDemand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
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
        name = "demand",
        description = {
            "How well weekly units of each item of UCI Online Retail are foretold over its last weeks,",
            "from a cut-off before each week that leaves a whole horizon: nextact beside baselines,",
            "with the middle 95 %% of the differences over items drawn anew."
        })
final class DemandCommand implements Callable<Integer> {

    private static final long SEED = 42;

    private final Terminal terminal;
    private final DemandFigures figures;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            required = true,
            description = "The folder with online_retail.parquet.")
    private Path data = Path.of(".");

    @Option(
            names = "--work",
            paramLabel = "FOLDER",
            defaultValue = "work/demand",
            description = "Where the prepared data and the model go (default: ${DEFAULT-VALUE}).")
    private Path work = Path.of("work/demand");

    @Option(
            names = "--test",
            paramLabel = "N",
            defaultValue = "8",
            description = "Weeks at the end that are foretold (default: ${DEFAULT-VALUE}).")
    private int test;

    @Option(
            names = "--horizon",
            paramLabel = "N",
            defaultValue = "4",
            description = "Weeks from each cut-off (default: ${DEFAULT-VALUE}).")
    private int horizon;

    @Mixin private FamiliesOption families = new FamiliesOption();
    @Mixin private JsonOption json = new JsonOption();

    DemandCommand(Terminal terminal) {
        this.terminal = terminal;
        this.figures = new DemandFigures(terminal);
    }

    @Override
    public Integer call() {
        Path configs = Path.of(System.getProperty("nextact.bench.configs", "bench/configs"));
        ShopConfig shop =
                ShopConfigReader.read(
                        configs.resolve("demand.yaml"),
                        Map.of(
                                "data", data.toAbsolutePath().toString(),
                                "work", work.toAbsolutePath().toString()));
        if (!Files.isDirectory(shop.preparedDirectory())) {
            new PrepareData(Clock.systemUTC()).run(shop, terminal.progress());
        }
        DemandPanel panel =
                DemandReader.of(shop, DemandPeriod.WEEK).read(shop.target(), Optional.empty());
        RollingOrigins origins = new RollingOrigins(panel, test, horizon);
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%,d items over %d weeks; %d cut-offs, %d weeks from each%n",
                        panel.series().size(),
                        panel.periods(),
                        origins.cuts().length,
                        horizon);
        json.write(
                families.families().isEmpty()
                        ? besideBaselines(origins)
                        : besideEachOther(origins));
        return 0;
    }

    private Map<String, Object> besideEachOther(RollingOrigins origins) {
        DemandFamilies judging = new DemandFamilies(terminal);
        List<DemandFamilies.Judged> judged = judging.judge(origins, families.families(), SEED);
        Map<String, Object> tree = judging.table(judged);
        tree.putAll(judging.compare(judged.stream().map(DemandFamilies.Judged::test).toList()));
        return tree;
    }

    private Map<String, Object> besideBaselines(RollingOrigins origins) {
        DemandPanel panel = origins.panel();
        DemandPanel learned = panel.before(origins.firstCut());
        List<RollingOrigins.Result> results = new ArrayList<>();
        RollingOrigins.Result mean =
                figures.newItems("mean of the others", origins, new MovingAverage());
        RollingOrigins.Result fresh = judge("nextact", origins, results);
        RollingOrigins.Result unread =
                judge(
                        "nextact without texts",
                        new RollingOrigins(panel.with(DemandContext.NONE), test, horizon),
                        results);
        for (RollingOrigins.Result other : List.of(mean, unread)) {
            figures.less(fresh, other, "wape of new items", OfSeries::absolute);
            figures.less(fresh, other, "median's wape of new items", OfSeries::ofMedian);
            figures.less(fresh, other, "pinball of new items", OfSeries::pinball);
        }
        for (RollingOrigins.Result result : List.of(mean, fresh, unread)) {
            figures.line(DemandFigures.withoutLargest(result));
        }
        figures.less(
                DemandFigures.withoutLargest(fresh),
                DemandFigures.withoutLargest(mean),
                "wape of new items",
                OfSeries::absolute);
        for (DemandForecaster baseline :
                List.of(
                        new SeasonalNaive(),
                        new MovingAverage(),
                        new ExponentialSmoothing(),
                        new Croston(),
                        new Tsb())) {
            results.add(figures.judge(baseline.name(), origins, baseline));
        }
        try (LagTrees trees = LagTrees.learn(learned, horizon, SEED)) {
            results.add(figures.judge(trees.name(), origins, trees));
        }
        return report(results);
    }

    /**
     * Learns before the first cut-off, and is judged.
     *
     * @param results to which what it did with all items is added
     * @return what it did with new items
     */
    private RollingOrigins.Result judge(
            String name, RollingOrigins origins, List<RollingOrigins.Result> results) {
        TrainDemand.Learned network =
                new TrainDemand()
                        .run(
                                origins.panel().before(origins.firstCut()),
                                horizon,
                                SEED,
                                terminal.progress());
        figures.learned(network);
        try (DemandModel model = DemandFigures.open(network, Optional.empty())) {
            results.add(figures.judge(name, origins, model));
            return figures.newItems(name, origins, model);
        }
    }

    private Map<String, Object> report(List<RollingOrigins.Result> results) {
        RollingOrigins.Result ours = results.get(0);
        Map<String, Object> tree = new LinkedHashMap<>();
        for (RollingOrigins.Result result : results) {
            Map<String, Object> row = new LinkedHashMap<>(result.metrics());
            for (DemandClass of : DemandClass.values()) {
                if (result.classes().contains(of)) {
                    row.put(of.title(), result.metrics(of));
                }
            }
            if (!result.name().equals(ours.name())) {
                row.put("wape-less", figures.less(ours, result, "wape", OfSeries::absolute));
                row.put(
                        "wape-median-less",
                        figures.less(ours, result, "median's wape", OfSeries::ofMedian));
                row.put("pinball-less", figures.less(ours, result, "pinball", OfSeries::pinball));
            }
            tree.put(result.name(), row);
        }
        return tree;
    }
}
