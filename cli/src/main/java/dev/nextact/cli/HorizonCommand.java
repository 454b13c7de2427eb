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
import dev.nextact.predict.ShopperCluster;
import dev.nextact.predict.StepAnswer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What {@code predict intent} and {@code predict churn} share. */
abstract class HorizonCommand implements Callable<Integer> {

    private final Terminal terminal;
    private final Question question;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private ShopperOptions shoppers = new ShopperOptions();

    @Mixin private HorizonOptions asked = new HorizonOptions();

    @Mixin private AnswerOptions answers = new AnswerOptions();

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
        Optional<ItemGroup> group = group(shop);
        Optional<ShopperCluster> cluster = answers.cluster(spec, request.shoppers(), () -> shop);
        if (group.isPresent() && cluster.isPresent()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--engine spark: of anything alone, not of a --category or an --item");
        }
        Bundle bundle = model.open(config);
        Summary summary =
                group.isPresent()
                        ? askAbout(group.get(), bundle, shop, request)
                        : cluster.isPresent()
                                ? ask(bundle, cluster.get(), request)
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

    private Summary ask(Bundle bundle, ShopperCluster cluster, Request request) {
        PredictHorizon useCase = new PredictHorizon();
        return asksEachStep()
                ? useCase.runSteps(bundle, cluster, request, terminal.progress())
                : useCase.run(bundle, cluster, request, terminal.progress());
    }

    private Summary ask(Bundle bundle, Request request) {
        PredictHorizon useCase = new PredictHorizon();
        Optional<EventLog> log = shoppers.log(config, bundle);
        Optional<Path> out = answers.file();
        if (asksEachStep()) {
            return out.isPresent()
                    ? useCase.runSteps(bundle, log, request, out.get(), terminal.progress())
                    : useCase.runSteps(
                            bundle,
                            log,
                            request,
                            (StepAnswer answer) -> terminal.out().println(answer.toText()),
                            terminal.progress());
        }
        return out.isPresent()
                ? useCase.run(bundle, log, request, out.get(), terminal.progress())
                : useCase.run(
                        bundle,
                        log,
                        request,
                        (HorizonAnswer answer) -> terminal.out().println(answer.toText()),
                        terminal.progress());
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
        Optional<Path> out = answers.file();
        return out.isPresent()
                ? useCase.run(bundle, log, asked, out.get(), terminal.progress())
                : useCase.run(
                        bundle,
                        log,
                        asked,
                        (ItemIntentAnswer answer) -> terminal.out().println(answer.toText()),
                        terminal.progress());
    }

    private static String text(Duration span) {
        return span.compareTo(Duration.ofDays(2)) < 0
                ? String.format(Locale.ROOT, "%.1f hours", span.toSeconds() / 3_600.0)
                : String.format(Locale.ROOT, "%.1f days", span.toSeconds() / 86_400.0);
    }
}
