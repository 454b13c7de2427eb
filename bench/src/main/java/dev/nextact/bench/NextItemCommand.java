package dev.nextact.bench;

import dev.nextact.cli.ConfigOptions;
import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.Spread;
import dev.nextact.core.SpreadTable;
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
            "mean and standard deviation of every metric over the seeds. The config takes $${seed}."
        })
final class NextItemCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            split = ",",
            defaultValue = "42,43,44",
            description = "Seeds to train with (default: ${DEFAULT-VALUE}).")
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
        SpreadTable metrics = new SpreadTable();
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
                metrics.add(result.model(), result.metrics());
            }
        }
        print(Spread.of(validation), Spread.of(seconds), metrics);
        json.write(toTree(Spread.of(validation), Spread.of(seconds), metrics));
        return 0;
    }

    private void print(Spread validation, Spread seconds, SpreadTable metrics) {
        PrintStream out = terminal.out();
        out.printf("%n== over the seeds %s: mean ± standard deviation%n", seeds);
        out.print(metrics.toText());
        out.printf(
                "validation ndcg@10 %s, training %.0f ± %.0f s%n",
                validation.toText(), seconds.mean(), seconds.deviation());
    }

    private Map<String, Object> toTree(Spread validation, Spread seconds, SpreadTable metrics) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("seeds", seeds);
        tree.put("validation_ndcg@10", validation.toTree());
        tree.put("training_seconds", seconds.toTree());
        tree.put("models", metrics.toTree());
        return tree;
    }
}
