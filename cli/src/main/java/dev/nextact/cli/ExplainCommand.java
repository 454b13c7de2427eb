package dev.nextact.cli;

import dev.nextact.core.EventLog;
import dev.nextact.core.Messages;
import dev.nextact.core.ShopConfig;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.ItemAttributes;
import dev.nextact.predict.Shoppers;
import dev.nextact.predict.explain.ExplainPrediction;
import dev.nextact.predict.explain.ExplainPrediction.Answer;
import dev.nextact.predict.explain.ExplainPrediction.Request;
import dev.nextact.predict.explain.Explanation;
import dev.nextact.predict.explain.Explanation.Effect;
import dev.nextact.predict.explain.ExplanationText;
import dev.nextact.predict.explain.Outcome.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "explain",
        description = {
            "Which past events moved a prediction, and how much: what the model tells of the",
            "history without them."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  nextact explain --user u100001",
            "  nextact explain --user u100001 --item i00012 --shapley 16 --flip",
            "  nextact explain --user u100001 --task intent --horizon 24h",
            "  nextact explain --history i00012:view,i00013:cart"
        })
final class ExplainCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Spec private CommandSpec spec;

    @Mixin private ShopperOptions shoppers = new ShopperOptions();

    @Option(
            names = "--task",
            paramLabel = "TASK",
            description = "next-items, next-events, intent or churn (default: next-items).")
    private String task = Task.NEXT_ITEMS.label();

    @Option(
            names = "--item",
            paramLabel = "ID",
            description = "For next-items: whose place is explained (default: the first's).")
    private @Nullable String item;

    @Mixin private HorizonOptions asked = new HorizonOptions();

    @Option(
            names = "--shapley",
            paramLabel = "PAIRS",
            description = "Also Shapley values, from so many pairs of orders of the events.")
    private int pairs;

    @Option(
            names = "--flip",
            description = "Also the events without which the decision would be another one.")
    private boolean flip;

    @Option(
            names = "--threshold",
            paramLabel = "P",
            description = "For --flip: above which a probability is a yes (default: 0.5).")
    private double threshold = 0.5;

    @Option(names = "--seed", paramLabel = "S", description = "Of the orders (default: 42).")
    private long seed = 42;

    @Option(
            names = "--language",
            paramLabel = "TAG",
            description = "Of the sentences: en or zh-CN (default: en).")
    private String language = "en";

    @Mixin private ModelOption model = new ModelOption();
    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();

    ExplainCommand(Terminal terminal) {
        this.terminal = terminal;
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        Shoppers shopper = shoppers.read(spec, config);
        if (shopper instanceof Shoppers.All
                || (shopper instanceof Shoppers.Chosen chosen && chosen.ids().size() != 1)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "one shopper is explained: give one --user, or a --history");
        }
        Bundle bundle = model.open(config);
        Task wanted =
                Task.of(task)
                        .orElseThrow(
                                () ->
                                        new ParameterException(
                                                spec.commandLine(),
                                                "--task: expected one of "
                                                        + String.join(", ", Task.labels())
                                                        + ", found '"
                                                        + task
                                                        + "'"));
        Request request = request(shopper, wanted);
        Optional<EventLog> log = shoppers.log(config, bundle);
        Answer answer = new ExplainPrediction().run(bundle, log, request);
        Locale reader = Messages.language(language);
        ExplainPrediction.sentences(bundle, answer, reader).forEach(terminal.out()::println);
        terminal.out().println();
        terminal.out().print(table(bundle, answer, reader).toText(terminal.columns()));
        json.write(ExplainPrediction.tree(bundle, answer, reader));
        return 0;
    }

    private Request request(Shoppers shopper, Task wanted) {
        // a bundle that is named ranks items without a config
        Supplier<ShopConfig> shop = config::read;
        return OutOfRange.asUsageError(
                spec,
                () ->
                        new Request(
                                shopper,
                                wanted,
                                Optional.ofNullable(item),
                                wanted == Task.NEXT_ITEMS
                                        ? ""
                                        : asked.behaviour(() -> shop.get().target()),
                                wanted == Task.NEXT_ITEMS
                                        ? Duration.ZERO
                                        : asked.horizon(spec, () -> horizon(shop.get(), wanted)),
                                asked.atMicros(spec),
                                pairs,
                                flip,
                                threshold,
                                seed));
    }

    private static Duration horizon(ShopConfig shop, Task wanted) {
        return wanted == Task.CHURN ? shop.tasks().churnHorizon() : shop.tasks().intentHorizon();
    }

    /** Every event, oldest first. */
    private static TextTable table(Bundle bundle, Answer answer, Locale reader) {
        Explanation explanation = answer.explanation();
        ExplanationText text = ExplainPrediction.text(bundle, ItemAttributes.of(bundle), reader);
        List<List<String>> rows = new ArrayList<>();
        for (int part = 0; part < explanation.events().size(); part++) {
            Effect effect = explanation.events().get(part);
            List<String> row = new ArrayList<>();
            row.add(text.name(answer.moment(), effect.part()));
            row.add(number(explanation.effect(effect)));
            int player = part;
            explanation
                    .shapley()
                    .ifPresent(
                            values ->
                                    row.add(
                                            number(values.values()[player])
                                                    + " ± "
                                                    + String.format(
                                                            Locale.ROOT,
                                                            "%.4f",
                                                            values.standardErrors()[player])));
            rows.add(row);
        }
        List<String> header = new ArrayList<>(List.of("event", "effect"));
        if (explanation.shapley().isPresent()) {
            header.add("shapley ± error");
        }
        return new TextTable(header, rows);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%+.4f", value);
    }
}
