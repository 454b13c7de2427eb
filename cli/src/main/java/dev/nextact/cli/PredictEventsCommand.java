package dev.nextact.cli;

import dev.nextact.core.EventLog;
import dev.nextact.core.EventWay;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.PredictEvents;
import dev.nextact.predict.PredictEvents.Request;
import dev.nextact.predict.PredictEvents.Summary;
import dev.nextact.predict.PredictedEvent;
import dev.nextact.predict.ShopperCluster;
import dev.nextact.predict.Shoppers;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "events",
        description = "The next events of all shoppers or of some: when, and of which behaviour.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  nextact predict events --user u100001 --k 5",
            "  nextact predict events --k 10 --out events.parquet"
        })
final class PredictEventsCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private ShopperOptions shoppers = new ShopperOptions();

    @Option(names = "--k", paramLabel = "K", description = "Events a shopper (default: config).")
    private int k;

    @Option(
            names = "--way",
            paramLabel = "WAY",
            description = "roll-out, direct or histogram (default: what was best on validation).")
    private @Nullable String way;

    @Option(names = "--seed", paramLabel = "S", description = "Of the futures (default: 42).")
    private long seed = 42;

    @Mixin private AnswerOptions answers = new AnswerOptions();

    @Mixin private ModelOption model = new ModelOption();
    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();

    PredictEventsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Shoppers asked = shoppers.read(spec, config);
        int count = k == 0 ? config.read().tasks().nextEvents().k() : k;
        Optional<EventWay> chosen = way == null ? Optional.empty() : way();
        Request request =
                OutOfRange.asUsageError(spec, () -> new Request(asked, count, chosen, seed));
        Optional<ShopperCluster> cluster = answers.cluster(spec, asked, config::read);
        Bundle bundle = model.open(config);
        Summary summary =
                cluster.isPresent()
                        ? new PredictEvents()
                                .run(bundle, cluster.get(), request, terminal.progress())
                        : ask(bundle, request);
        terminal.err()
                .printf(
                        Locale.ROOT,
                        "predicted for %,d shoppers%s%n",
                        summary.shoppers(),
                        summary.leftOut() == 0
                                ? ""
                                : ", left out "
                                        + summary.leftOut()
                                        + ": no event of an item the model knows");
        json.write(Map.of("shoppers", summary.shoppers(), "left_out", summary.leftOut()));
        return 0;
    }

    private Summary ask(Bundle bundle, Request request) {
        Optional<EventLog> log = shoppers.log(config, bundle);
        Optional<Path> out = answers.file();
        return out.isPresent()
                ? new PredictEvents().run(bundle, log, request, out.get(), terminal.progress())
                : new PredictEvents().run(bundle, log, request, this::print, terminal.progress());
    }

    private Optional<EventWay> way() {
        Optional<EventWay> found = EventWay.of(String.valueOf(way));
        if (found.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--way: expected one of "
                            + String.join(", ", EventWay.titles())
                            + ", found "
                            + way);
        }
        return found;
    }

    private void print(PredictedEvent event) {
        terminal.out().println(event.toText());
    }
}
