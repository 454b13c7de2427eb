package dev.nextact.bench;

import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.demand.DemandClass;
import dev.nextact.core.demand.DemandErrors.OfSeries;
import dev.nextact.core.demand.DemandForecast;
import dev.nextact.core.demand.DemandForecaster;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandPeriod;
import dev.nextact.core.demand.DemandSeries;
import dev.nextact.data.DemandReader;
import dev.nextact.data.PrepareData;
import dev.nextact.evaluate.demand.Croston;
import dev.nextact.evaluate.demand.DemandDifference;
import dev.nextact.evaluate.demand.ExponentialSmoothing;
import dev.nextact.evaluate.demand.LagTrees;
import dev.nextact.evaluate.demand.MovingAverage;
import dev.nextact.evaluate.demand.RollingOrigins;
import dev.nextact.evaluate.demand.SeasonalNaive;
import dev.nextact.evaluate.demand.Tsb;
import dev.nextact.model.network.DemandNetwork;
import dev.nextact.model.onnx.DemandGraph;
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
import java.util.function.ToDoubleFunction;
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

    @Option(
            names = "--catalog",
            paramLabel = "N",
            description =
                    "Also how long N items take to foretell: those of the log, again and again.")
    private int catalog;

    @Mixin private JsonOption json = new JsonOption();

    DemandCommand(Terminal terminal) {
        this.terminal = terminal;
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
                new DemandReader(shop.preparedDirectory(), DemandPeriod.WEEK)
                        .read(shop.target(), Optional.empty());
        RollingOrigins origins = new RollingOrigins(panel, test, horizon);
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%,d items over %d weeks; %d cut-offs, %d weeks from each%n",
                        panel.series().size(),
                        panel.periods(),
                        origins.cuts().length,
                        horizon);
        DemandPanel learned = panel.before(origins.firstCut());
        List<RollingOrigins.Result> results = new ArrayList<>();
        TrainDemand.Learned network =
                new TrainDemand().run(learned, horizon, SEED, terminal.progress());
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "trained in %.0f s, %d epochs, validation %.4f; spread %.2f, tail %.2f,"
                                + " correlation of items %.4f, of steps %.4f%n",
                        network.seconds(),
                        network.epochs(),
                        network.validation(),
                        network.settings().spread(),
                        network.settings().tail(),
                        network.settings().correlation(),
                        network.settings().stepCorrelation());
        byte[] graph = DemandGraph.write(new DemandNetwork(network.settings()), network.weights());
        try (DemandModel model = DemandModel.open(network.settings(), graph)) {
            results.add(judge(origins, model));
            newItems(origins, model);
            if (catalog > 0) {
                foretell(model, panel);
            }
        }
        for (DemandForecaster baseline :
                List.of(
                        new SeasonalNaive(),
                        new MovingAverage(),
                        new ExponentialSmoothing(),
                        new Croston(),
                        new Tsb())) {
            results.add(judge(origins, baseline));
        }
        try (LagTrees trees = LagTrees.learn(learned, horizon, SEED)) {
            results.add(judge(origins, trees));
        }
        json.write(report(results));
        return 0;
    }

    /**
     * First weeks of items that come on sale in the test, beside what others sell on the average.
     */
    private void newItems(RollingOrigins origins, DemandForecaster model) {
        for (DemandForecaster forecaster : List.of(model, new MovingAverage())) {
            RollingOrigins.Result result = origins.judgeNew(forecaster);
            Map<String, Double> metrics = result.metrics();
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "first weeks of %,d new items, %s: wape %.4f wape-median %.4f pinball"
                                    + " %.4f%n",
                            result.items().size(),
                            forecaster instanceof MovingAverage
                                    ? "mean of the others"
                                    : forecaster.name(),
                            metrics.get("wape"),
                            metrics.get("wape-median"),
                            metrics.get("pinball"));
        }
    }

    private void foretell(DemandModel model, DemandPanel panel) {
        List<DemandSeries> items = new ArrayList<>();
        for (int i = 0; i < catalog; i++) {
            DemandSeries like = panel.series().get(i % panel.series().size());
            items.add(
                    new DemandSeries(
                            like.item() + "-" + i,
                            like.category(),
                            like.listPrice(),
                            like.first(),
                            like.units(),
                            like.prices(),
                            like.signals()));
        }
        long start = System.nanoTime();
        List<DemandForecast> forecasts =
                model.forecast(
                        new DemandPanel(
                                panel.period(),
                                panel.startMicros(),
                                panel.periods(),
                                panel.signals(),
                                items),
                        horizon);
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%,d items foretold in %.1f s%n",
                        forecasts.size(),
                        (System.nanoTime() - start) / 1e9);
    }

    private RollingOrigins.Result judge(RollingOrigins origins, DemandForecaster forecaster) {
        RollingOrigins.Result result = origins.judge(forecaster);
        terminal.out().printf(Locale.ROOT, "%-15s %6.1f s", result.name(), result.seconds());
        result.metrics().forEach((name, value) -> terminal.out().printf(" %s %.4f", name, value));
        terminal.out().println();
        for (DemandClass of : DemandClass.values()) {
            if (result.classes().contains(of)) {
                Map<String, Double> metrics = result.metrics(of);
                terminal.out()
                        .printf(
                                Locale.ROOT,
                                "  %-13s %,6d items wape %.4f wape-median %.4f pinball %.4f"
                                        + " coverage %.4f%n",
                                of.title(),
                                result.classes().stream().filter(c -> c == of).count(),
                                metrics.get("wape"),
                                metrics.get("wape-median"),
                                metrics.get("pinball"),
                                metrics.get("coverage"));
            }
        }
        return result;
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
                row.put("wape-less", less(ours, result, "wape", OfSeries::absolute));
                row.put(
                        "wape-median-less",
                        less(ours, result, "median's wape", OfSeries::ofMedian));
                row.put("pinball-less", less(ours, result, "pinball", OfSeries::pinball));
            }
            tree.put(result.name(), row);
        }
        return tree;
    }

    private List<Double> less(
            RollingOrigins.Result ours,
            RollingOrigins.Result theirs,
            String figure,
            ToDoubleFunction<OfSeries> error) {
        DemandDifference difference = DemandDifference.of(ours, theirs, error, SEED);
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%s's %s less %s's: %+.4f, %+.4f to %+.4f%n",
                        ours.name(),
                        figure,
                        theirs.name(),
                        difference.value(),
                        difference.interval().low(),
                        difference.interval().high());
        return List.of(
                difference.value(), difference.interval().low(), difference.interval().high());
    }
}
