package dev.nextact.cli;

import dev.nextact.core.EventLog;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.PredictNext;
import dev.nextact.predict.PredictNext.Request;
import dev.nextact.predict.Prediction;
import dev.nextact.predict.PredictionSummary;
import dev.nextact.predict.ShopperCluster;
import dev.nextact.predict.Shoppers;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "next",
        description = "The next items of all shoppers, of some, or after a history you give.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  nextact predict next --out next-items.parquet",
            "  nextact predict next --engine spark --master spark://host:7077 --out next-items",
            "  nextact predict next --user u100001 --user u100002",
            "  nextact predict next --history i00012:view,i00013:cart --k 5"
        })
final class PredictNextCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Spec private CommandSpec spec;

    @Mixin private ShopperOptions shoppers = new ShopperOptions();

    @Option(names = "--k", paramLabel = "K", description = "Items a shopper (default: 10).")
    private int k = 10;

    @Mixin private AnswerOptions answers = new AnswerOptions();

    @Mixin private ModelOption model = new ModelOption();
    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();

    PredictNextCommand(Terminal terminal) {
        this.terminal = terminal;
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        Request request = request();
        Optional<ShopperCluster> cluster = answers.cluster(spec, request.shoppers(), config::read);
        Bundle bundle = model.open(config);
        PredictionSummary summary =
                cluster.isPresent()
                        ? new PredictNext().run(bundle, cluster.get(), request, terminal.progress())
                        : ask(bundle, request);
        terminal.err().print(summary.toText());
        json.write(summary.toTree());
        return 0;
    }

    private PredictionSummary ask(Bundle bundle, Request request) {
        Optional<EventLog> log = shoppers.log(config, bundle);
        Optional<Path> out = answers.file();
        return out.isPresent()
                ? new PredictNext().run(bundle, log, request, out.get(), terminal.progress())
                : new PredictNext().run(bundle, log, request, this::print, terminal.progress());
    }

    private Request request() {
        Shoppers asked = shoppers.read(spec, config);
        return OutOfRange.asUsageError(spec, () -> new Request(asked, k, Optional.empty()));
    }

    private void print(Prediction prediction) {
        terminal.out()
                .println(
                        String.format(
                                Locale.ROOT,
                                "%-16s %3d  %-20s %8.3f",
                                prediction.user(),
                                prediction.rank(),
                                prediction.item(),
                                prediction.score()));
    }
}
