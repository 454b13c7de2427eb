package dev.nextact.cli;

import dev.nextact.core.EventLog;
import dev.nextact.core.ShopConfig;
import dev.nextact.data.PreparedData;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.HorizonAnswer;
import dev.nextact.predict.ItemGroup;
import dev.nextact.predict.ItemIntentAnswer;
import dev.nextact.predict.PredictHorizon;
import dev.nextact.predict.PredictHorizon.Question;
import dev.nextact.predict.PredictHorizon.Request;
import dev.nextact.predict.PredictHorizon.Summary;
import dev.nextact.predict.PredictItemIntent;
import dev.nextact.predict.StepAnswer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What {@code predict intent} and {@code predict churn} share. */
abstract class HorizonCommand implements Callable<Integer> {

    private final Terminal terminal;
    private final Question question;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private ShopperOptions shoppers = new ShopperOptions();

    @Mixin private HorizonOptions asked = new HorizonOptions();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "A .csv, .jsonl or .parquet file (default: the terminal).")
    private @Nullable Path out;

    @Mixin private ModelOption model = new ModelOption();
    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();

    HorizonCommand(Terminal terminal, Question question) {
        this.terminal = terminal;
        this.question = question;
    }

    /** Where none is given. */
    abstract Duration horizonOf(ShopConfig config);

    @Override
    public Integer call() {
        ShopConfig shop = config.read();
        Request request =
                OutOfRange.asUsageError(
                        spec,
                        () ->
                                new Request(
                                        question,
                                        shoppers.read(spec, config),
                                        asked.behaviour(shop::target),
                                        asked.horizon(spec, () -> horizonOf(shop)),
                                        asked.atMicros(spec)));
        Bundle bundle = model.open(config);
        Optional<ItemGroup> group = group(shop);
        Summary summary =
                group.isPresent()
                        ? askAbout(group.get(), bundle, shop, request)
                        : ask(bundle, request);
        terminal.err()
                .printf(
                        Locale.ROOT,
                        "predicted for %,d shoppers: %s within %s, %.4f on the average%n",
                        summary.shoppers(),
                        (question == Question.INTENT ? "" : "no ")
                                + request.behaviour()
                                + group.map(items -> " of " + items.name()).orElse(""),
                        text(request.horizon()),
                        summary.meanProbability());
        if (summary.leftOut() > 0) {
            terminal.err()
                    .printf(
                            Locale.ROOT,
                            "left out %,d shoppers: no event of an item the model knows%n",
                            summary.leftOut());
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("shoppers", summary.shoppers());
        tree.put("left_out", summary.leftOut());
        tree.put("mean_probability", summary.meanProbability());
        json.write(tree);
        return 0;
    }

    /** What is asked about alone; absent: anything. */
    Optional<ItemGroup> group(ShopConfig shop) {
        return Optional.empty();
    }

    /** Whether it is answered after each event. */
    boolean asksEachStep() {
        return false;
    }

    private Summary ask(Bundle bundle, Request request) {
        PredictHorizon useCase = new PredictHorizon();
        Optional<EventLog> log = shoppers.log(config, bundle);
        if (asksEachStep()) {
            return out == null
                    ? useCase.runSteps(
                            bundle,
                            log,
                            request,
                            (StepAnswer answer) -> terminal.out().println(answer.toText()),
                            terminal.progress())
                    : useCase.runSteps(bundle, log, request, out, terminal.progress());
        }
        return out == null
                ? useCase.run(
                        bundle,
                        log,
                        request,
                        (HorizonAnswer answer) -> terminal.out().println(answer.toText()),
                        terminal.progress())
                : useCase.run(bundle, log, request, out, terminal.progress());
    }

    private Summary askAbout(ItemGroup group, Bundle bundle, ShopConfig shop, Request request) {
        PredictItemIntent useCase = new PredictItemIntent();
        EventLog log = PreparedData.open(shop.preparedDirectory(), bundle.fields());
        PredictItemIntent.Request asked =
                new PredictItemIntent.Request(
                        request.shoppers(),
                        request.behaviour(),
                        group,
                        request.horizon(),
                        request.atMicros(),
                        shop.split());
        return out == null
                ? useCase.run(
                        bundle,
                        log,
                        asked,
                        (ItemIntentAnswer answer) -> terminal.out().println(answer.toText()),
                        terminal.progress())
                : useCase.run(bundle, log, asked, out, terminal.progress());
    }

    private static String text(Duration span) {
        return span.compareTo(Duration.ofDays(2)) < 0
                ? String.format(Locale.ROOT, "%.1f hours", span.toSeconds() / 3_600.0)
                : String.format(Locale.ROOT, "%.1f days", span.toSeconds() / 86_400.0);
    }
}
