package dev.nextact.cli;

import dev.nextact.core.EventLog;
import dev.nextact.core.Messages;
import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.bundle.DemandBundle;
import dev.nextact.predict.DemandReasons;
import dev.nextact.predict.ExplainDemand;
import dev.nextact.predict.ItemAttributes;
import dev.nextact.predict.OutlookModel;
import dev.nextact.predict.Shoppers;
import dev.nextact.predict.explain.DemandText;
import dev.nextact.predict.explain.ExplainPrediction;
import dev.nextact.predict.explain.ExplainPrediction.Answer;
import dev.nextact.predict.explain.ExplainPrediction.Request;
import dev.nextact.predict.explain.Explanation;
import dev.nextact.predict.explain.Explanation.Effect;
import dev.nextact.predict.explain.ExplanationText;
import dev.nextact.predict.explain.GlobalImportance;
import dev.nextact.predict.explain.GlobalText;
import dev.nextact.predict.explain.Outcome.Task;
import dev.nextact.predict.explain.SimilarShoppers;
import dev.nextact.predict.explain.SimilarText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
            "  nextact explain --user u100001 --similar",
            "  nextact explain --task demand --item i00012",
            "  nextact explain --global",
            "  nextact explain --history i00012:view,i00013:cart"
        })
final class ExplainCommand implements Callable<Integer> {

    /** Beside the tasks of shoppers. */
    private static final String DEMAND = "demand";

    private final Terminal terminal;

    @Spec private CommandSpec spec;

    @Mixin private ShopperOptions shoppers = new ShopperOptions();

    @Option(
            names = "--task",
            paramLabel = "TASK",
            description =
                    "next-items, next-events, time, intent, churn, or, of an item, demand (default:"
                            + " next-items).")
    private String task = Task.NEXT_ITEMS.label();

    @Option(
            names = "--item",
            paramLabel = "ID",
            description =
                    "For next-items: whose place is explained (default: the first's); for demand:"
                            + " which.")
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

    @Option(
            names = "--global",
            description =
                    "What matters on the whole in place of one shopper: of each field how much less"
                            + " the model makes of what came on the validation part with the values"
                            + " of other events; what a pause does, and a price. The console shows"
                            + " it.")
    private boolean global;

    @Option(
            names = "--shoppers",
            paramLabel = "N",
            description = "For --global: looked at (default: 1000).")
    private int looked = 1000;

    @Option(
            names = "--similar",
            description =
                    "Also what those did next who were most like the shopper, seen from a horizon"
                            + " before the end of the log.")
    private boolean similar;

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
        if (global) {
            return global(shopper);
        }
        if (task.equals(DEMAND)) {
            return demand(shopper);
        }
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
                                                        + ", "
                                                        + DEMAND
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
        Map<String, Object> tree =
                new LinkedHashMap<>(ExplainPrediction.tree(bundle, answer, reader));
        if (similar) {
            SimilarShoppers.Found found = similar(bundle, answer);
            terminal.out().println();
            new SimilarText(reader, item -> bundle.catalog().id(item), name -> name)
                    .sentences(found)
                    .forEach(terminal.out()::println);
            tree.put("similar", found.toTree(bundle));
        }
        json.write(tree);
        return 0;
    }

    /** What those did who were most like the one explained. */
    private SimilarShoppers.Found similar(Bundle bundle, Answer answer) {
        if (bundle.headsOnnx().isEmpty()) {
            throw NextactException.bundle(
                    "%s learned the next item alone: --similar needs another task in tasks.learn",
                    bundle.directory());
        }
        ShopConfig shop = config.read();
        EventLog log = new PreparedShop(shop).open(bundle.fields());
        try (OutlookModel outlook = OutlookModel.open(bundle)) {
            return SimilarShoppers.of(outlook, bundle, log, shop.split().test(), seed)
                    .to(outlook.states(List.of(answer.moment()))[0]);
        }
    }

    /** What matters on the whole. */
    private Integer global(Shoppers shopper) {
        if (!(shopper instanceof Shoppers.All)
                || pairs != 0
                || flip
                || item != null
                || similar
                || !task.equals(Task.NEXT_ITEMS.label())) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--global: expected no shopper, and no --task, --item, --shapley, --flip or"
                            + " --similar");
        }
        ShopConfig shop = config.read();
        Bundle bundle = model.open(config);
        GlobalImportance.Request request =
                OutOfRange.asUsageError(
                        spec, () -> ShopImportance.request(shop, bundle, looked, seed));
        GlobalImportance.Answer answer =
                ShopImportance.run(shop, bundle, request, terminal.progress());
        GlobalText text = new GlobalText(Messages.language(language));
        text.sentences(answer).forEach(terminal.out()::println);
        terminal.out().println();
        List<List<String>> rows =
                answer.fields().stream()
                        .map(
                                of ->
                                        List.of(
                                                text.field(of.field()),
                                                number(of.loss()),
                                                String.format(Locale.ROOT, "%.4f", of.error())))
                        .toList();
        terminal.out()
                .print(
                        new TextTable(List.of("field", "nats lost", "error"), rows)
                                .toText(terminal.columns()));
        json.write(answer.toTree());
        return 0;
    }

    /** What moved what is foretold of an item. */
    private Integer demand(Shoppers shopper) {
        if (item == null || !(shopper instanceof Shoppers.All) || pairs != 0 || flip) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--task demand: expected an --item, and no shopper, --shapley or --flip");
        }
        ShopConfig shop = config.read();
        DemandBundle bundle = DemandBundle.newest(shop.demandDirectory(), shop.model().name());
        DemandPanel past = ShopperSource.past(shop, bundle, asked.atMicros(spec));
        DemandReasons reasons = new ExplainDemand(bundle, past).run(item);
        DemandText text = new DemandText(Messages.language(language));
        double seconds = bundle.settings().horizon() * past.period().micros() / 1e6;
        List<String> sentences = text.sentences(reasons, seconds);
        sentences.forEach(terminal.out()::println);
        terminal.out().println();
        List<List<String>> rows =
                reasons.strongest().stream()
                        .map(effect -> List.of(text.label(effect), number(reasons.effect(effect))))
                        .toList();
        terminal.out()
                .print(
                        new TextTable(List.of("what it was", "units it adds"), rows)
                                .toText(terminal.columns()));
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("item", item);
        tree.put("sentences", sentences);
        tree.putAll(reasons.toTree());
        json.write(tree);
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
                                needsNone(wanted) ? "" : asked.behaviour(() -> shop.get().target()),
                                needsNone(wanted)
                                        ? Duration.ZERO
                                        : asked.horizon(spec, () -> horizon(shop.get(), wanted)),
                                asked.atMicros(spec),
                                pairs,
                                flip,
                                threshold,
                                seed));
    }

    /** Neither a behaviour nor a horizon. */
    private static boolean needsNone(Task task) {
        return task == Task.NEXT_ITEMS || task == Task.TIME;
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
