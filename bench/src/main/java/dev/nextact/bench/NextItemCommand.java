package dev.nextact.bench;

import dev.nextact.cli.ConfigOptions;
import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.Spread;
import dev.nextact.data.PrepareData;
import dev.nextact.evaluate.EvaluateModel;
import dev.nextact.evaluate.EvaluationReport;
import dev.nextact.train.TrainModel;
import dev.nextact.train.TrainReport;
import java.io.PrintStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "next-item",
        description = {
            "Prepares once; trains and evaluates once for each seed, beside the baselines; gives",
            "mean and standard deviation of every metric over the seeds. The config takes ${seed}."
        })
final class NextItemCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            split = ",",
            defaultValue = "42,43,44",
            description = "Seeds to train with (default: $${DEFAULT-VALUE}).")
    private List<Long> seeds = List.of();

    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();

    NextItemCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Progress progress = terminal.progress();
        PrintStream out = terminal.out();
        List<Double> validation = new ArrayList<>();
        List<Double> seconds = new ArrayList<>();
        Map<String, Map<String, List<Double>>> values = new LinkedHashMap<>();
        for (long seed : seeds) {
            ShopConfig shop = config.read(Map.of("seed", Long.toString(seed)));
            if (validation.isEmpty()) {
                out.print(new PrepareData(Clock.systemUTC()).run(shop, progress).toText());
            }
            TrainReport trained =
                    new TrainModel().run(shop, new TrainModel.Options(false), progress);
            EvaluationReport evaluated =
                    new EvaluateModel()
                            .run(
                                    shop,
                                    new EvaluateModel.Request(
                                            Optional.of(trained.bundle()), true, List.of()),
                                    progress);
            out.printf("%n== seed %d%n%s%s", seed, trained.toText(), evaluated.toText());
            validation.add(trained.validScore());
            seconds.add(trained.seconds());
            for (EvaluationReport.Result result : evaluated.results()) {
                Map<String, List<Double>> ofModel =
                        values.computeIfAbsent(result.model(), m -> new LinkedHashMap<>());
                result.metrics()
                        .forEach(
                                (metric, value) ->
                                        ofModel.computeIfAbsent(metric, m -> new ArrayList<>())
                                                .add(value));
            }
        }
        Map<String, Map<String, Spread>> spreads = new LinkedHashMap<>();
        values.forEach(
                (model, metrics) -> {
                    Map<String, Spread> ofModel = new LinkedHashMap<>();
                    metrics.forEach((metric, list) -> ofModel.put(metric, Spread.of(list)));
                    spreads.put(model, ofModel);
                });
        print(Spread.of(validation), Spread.of(seconds), spreads);
        json.write(toTree(Spread.of(validation), Spread.of(seconds), spreads));
        return 0;
    }

    private void print(
            Spread validation, Spread seconds, Map<String, Map<String, Spread>> spreads) {
        PrintStream out = terminal.out();
        out.printf("%n== over the seeds %s: mean ± standard deviation%n", seeds);
        spreads.forEach(
                (model, metrics) -> {
                    out.printf("%-18s", model);
                    metrics.forEach(
                            (metric, spread) -> out.printf("  %s %s", metric, spread.toText()));
                    out.println();
                });
        out.printf(
                "validation ndcg@10 %s, training %.0f ± %.0f s%n",
                validation.toText(), seconds.mean(), seconds.deviation());
    }

    private Map<String, Object> toTree(
            Spread validation, Spread seconds, Map<String, Map<String, Spread>> spreads) {
        Map<String, Object> models = new LinkedHashMap<>();
        spreads.forEach(
                (model, metrics) -> {
                    Map<String, Object> ofModel = new LinkedHashMap<>();
                    metrics.forEach((metric, spread) -> ofModel.put(metric, spread.toTree()));
                    models.put(model, ofModel);
                });
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("seeds", seeds);
        tree.put("validation_ndcg@10", validation.toTree());
        tree.put("training_seconds", seconds.toTree());
        tree.put("models", models);
        return tree;
    }
}
