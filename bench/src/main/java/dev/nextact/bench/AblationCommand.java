package dev.nextact.bench;

import dev.nextact.bench.CommonTargets.Ranked;
import dev.nextact.cli.ConfigOptions;
import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.Spread;
import dev.nextact.core.ranking.NextItemTargets;
import dev.nextact.data.PrepareData;
import dev.nextact.evaluate.Bootstrap;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "ablation",
        description = {
            "What each part of a config is worth, or one variant against another: trains the config"
                    + " as",
            "it is and with each part changed, with every seed, and ranks the validation part by"
                    + " all.",
            "The interval of a difference is paired: it draws the same shoppers for both. It says",
            "what other shoppers would change, the deviation what another seed would."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  bench/run ablation --config shop.yaml",
            "  bench/run ablation --config shop.yaml --seeds 1,2 --base train.epochs:20 \\",
            "    --part short=model.length:20 --part 'wide=model.width:128,model.heads:4'"
        })
final class AblationCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,2,3",
            description = "Seeds to train with (default: ${DEFAULT-VALUE}).")
    private List<Long> seeds = List.of();

    @Option(
            names = "--part",
            paramLabel = "NAME=KEY:VALUE,…",
            description = {
                "A part, by what to change in the config; may be given several times. Without any:",
                "each of time fields, item fields, positions, behaviour weights, dropout, ema,",
                "schedule, warm-up, clipping, label smoothing and the other softmax, taken out",
                "where the config has it, put in where it has not."
            })
    private List<String> parts = List.of();

    @Option(
            names = "--base",
            paramLabel = "KEY:VALUE,…",
            description = "Changes of the config that hold for all, such as train.epochs:20.")
    private List<String> base = List.of();

    @Option(names = "--test", description = "Rank the test part rather than the validation part.")
    private boolean test;

    @Spec private CommandSpec spec;

    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();

    AblationCommand(Terminal terminal) {
        this.terminal = terminal;
        this.spec = CommandSpec.create();
    }

    /** The models of one part, in the order of the seeds. */
    private record Runs(Part part, List<Ranked> models) {

        Spread of(ToDoubleFunction<Ranked> measure) {
            return Spread.of(models.stream().mapToDouble(measure).boxed().toList());
        }

        Bootstrap ndcg() {
            return Bootstrap.ofNdcg(models.stream().map(Ranked::ranking).toList(), 42);
        }
    }

    @Override
    public Integer call() {
        ShopConfig full = config.read();
        List<Part> all = new ArrayList<>();
        try {
            for (String changes : base) {
                Part part = new Part("--base", Part.changes(changes));
                full =
                        ShopConfigReader.changed(
                                full, "the config changed by --base", part.changes());
            }
            all.add(new Part(Part.FULL, Map.of()));
            all.addAll(
                    parts.isEmpty()
                            ? Part.defaults(full)
                            : parts.stream().map(Part::parse).toList());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        for (Part part : all) {
            part.of(full, 1); // a wrong key is told now, not after an hour
        }
        Progress progress = terminal.progress();
        new PrepareData(Clock.systemUTC()).run(full, progress);
        CommonTargets common =
                CommonTargets.of(
                        full, test ? NextItemTargets.Part.TEST : NextItemTargets.Part.VALIDATION);
        header(common);
        List<Runs> runs = new ArrayList<>();
        for (Part part : all) {
            List<Ranked> models = new ArrayList<>();
            for (long seed : seeds) {
                progress.say(part.name() + ", seed " + seed);
                models.add(common.train(part.of(full, seed), progress));
            }
            Runs done = new Runs(part, models);
            runs.add(done);
            line(done, runs.get(0));
        }
        json.write(toTree(common, runs));
        return 0;
    }

    private void header(CommonTargets common) {
        terminal.out()
                .printf(
                        "%s part, %,d targets, seeds %s; mean ± standard deviation over the"
                                + " seeds;%ndifference to the full config with its 95 %% interval over"
                                + " shoppers%n%-26s %-17s  %-28s %-17s %10s %7s %6s%n",
                        test ? "test" : "validation",
                        common.targets().size(),
                        seeds,
                        "part",
                        "ndcg@" + common.config().tasks().nextItems().k(),
                        "difference",
                        "recall",
                        "values",
                        "seconds",
                        "epoch");
    }

    private void line(Runs runs, Runs full) {
        String difference = "";
        if (!runs.equals(full)) {
            Bootstrap.Interval interval = runs.ndcg().minus(full.ndcg()).interval();
            difference =
                    "%+.4f (%+.4f to %+.4f)"
                            .formatted(
                                    ndcg(runs).mean() - ndcg(full).mean(),
                                    interval.low(),
                                    interval.high());
        }
        terminal.out()
                .printf(
                        "%-26s %-17s  %-28s %-17s %,10d %7.0f %6.1f%n",
                        runs.part().name(),
                        ndcg(runs).toText(),
                        difference,
                        recall(runs).toText(),
                        runs.models().get(0).trained().parameters(),
                        runs.of(m -> m.trained().seconds()).mean(),
                        runs.of(m -> m.trained().bestEpoch()).mean());
        terminal.out().flush();
    }

    private static Spread ndcg(Runs runs) {
        return runs.of(m -> m.ranking().ndcg());
    }

    private static Spread recall(Runs runs) {
        return runs.of(m -> m.ranking().recall());
    }

    private Map<String, Object> toTree(CommonTargets common, List<Runs> runs) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("part", test ? "test" : "validation");
        tree.put("targets", common.targets().size());
        tree.put("seeds", seeds);
        List<Object> list = new ArrayList<>();
        for (Runs of : runs) {
            Bootstrap.Interval interval = of.ndcg().minus(runs.get(0).ndcg()).interval();
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("name", of.part().name());
            entry.put("changes", of.part().changes());
            entry.put("ndcg", ndcg(of).toTree());
            entry.put("recall", recall(of).toTree());
            entry.put("difference", ndcg(of).mean() - ndcg(runs.get(0)).mean());
            entry.put("difference_interval", List.of(interval.low(), interval.high()));
            entry.put("parameters", of.models().get(0).trained().parameters());
            entry.put("training_seconds", of.of(m -> m.trained().seconds()).toTree());
            entry.put("best_epochs", of.of(m -> m.trained().bestEpoch()).values());
            list.add(entry);
        }
        tree.put("parts", list);
        return tree;
    }
}
