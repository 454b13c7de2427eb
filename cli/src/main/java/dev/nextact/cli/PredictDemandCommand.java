package dev.nextact.cli;

import dev.nextact.core.ShopConfig;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandPeriod;
import dev.nextact.core.demand.StockAdvice;
import dev.nextact.model.bundle.DemandBundle;
import dev.nextact.predict.PredictDemand;
import dev.nextact.predict.PredictDemand.Request;
import dev.nextact.predict.PredictDemand.Stock;
import dev.nextact.predict.PredictDemand.Summary;
import java.nio.file.Path;
import java.util.Locale;
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
        name = "demand",
        description = {
            "How many units of each item will sell, and of each category and in all, with quantiles;",
            "and how much stock that asks for. `nextact train --demand` learns it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  nextact predict demand --out demand.csv --page demand.html",
            "  nextact predict demand --out demand.csv --stock stock.csv --lead-time 14d",
            "  nextact predict demand --out demand.csv --stock stock.csv --margin 4 --cost 1"
        })
final class PredictDemandCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            required = true,
            description = "A .csv, .jsonl or .parquet file.")
    private Path out = Path.of("demand.csv");

    @Option(
            names = "--horizon",
            paramLabel = "SPAN",
            description = "Such as 14d (default: what the model learned).")
    private @Nullable String horizon;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "The cut-off, UTC (default: the end of the log's last day).")
    private @Nullable String at;

    @Option(names = "--page", paramLabel = "FILE", description = "Also an HTML page with charts.")
    private @Nullable Path page;

    @Option(
            names = "--stock",
            paramLabel = "FILE",
            description = "Also stock advice, a .csv, .jsonl or .parquet file.")
    private @Nullable Path stock;

    @Option(
            names = "--lead-time",
            paramLabel = "SPAN",
            description =
                    "How long the stock must last: until goods ordered now arrive, and until the"
                            + " next order (default: the horizon).")
    private @Nullable String leadTime;

    @Option(
            names = "--service-level",
            paramLabel = "P",
            description = "The probability that nothing is missing (default: 0.95).")
    private @Nullable Double serviceLevel;

    @Option(
            names = "--margin",
            paramLabel = "M",
            description =
                    "With --cost in place of --service-level: what a missing unit loses. The level"
                            + " is then M / (M + C).")
    private @Nullable Double margin;

    @Option(
            names = "--cost",
            paramLabel = "C",
            description = "What a unit costs that is left over.")
    private @Nullable Double cost;

    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();

    PredictDemandCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ShopConfig shop = config.read();
        DemandBundle bundle = DemandBundle.newest(shop.demandDirectory(), shop.model().name());
        DemandPeriod period = bundle.settings().period();
        int steps =
                horizon == null
                        ? bundle.settings().horizon()
                        : period.count(TimeTexts.span(spec, "--horizon", "14d", horizon));
        Request request =
                new Request(
                        steps,
                        out,
                        Optional.ofNullable(page),
                        stock == null ? noStock() : Optional.of(stock(stock, period, steps)));
        DemandPanel past =
                ShopperSource.past(
                        shop,
                        bundle,
                        Optional.ofNullable(at).map(text -> TimeTexts.micros(spec, "--at", text)));
        Summary summary =
                ShopperSource.with(
                        shop,
                        bundle,
                        terminal.progress(),
                        source ->
                                new PredictDemand()
                                        .run(bundle, past, source, request, terminal.progress()));
        terminal.err()
                .printf(
                        Locale.ROOT,
                        "foretold %,d items and %,d categories over %d %ss: %,.0f units in all%n",
                        summary.items(),
                        summary.categories(),
                        summary.horizon(),
                        period.title(),
                        summary.units());
        json.write(summary.toTree());
        return 0;
    }

    private Optional<Stock> noStock() {
        if (leadTime != null || serviceLevel != null || margin != null || cost != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--lead-time, --service-level, --margin and --cost are of stock advice: say by"
                            + " --stock FILE where it goes");
        }
        return Optional.empty();
    }

    private Stock stock(Path file, DemandPeriod period, int steps) {
        if ((margin == null) != (cost == null) || (margin != null && serviceLevel != null)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "expected --service-level alone, or --margin and --cost together");
        }
        double level = serviceLevel == null ? 0.95 : serviceLevel;
        if (margin != null && cost != null) {
            double lost = margin;
            double left = cost;
            level = OutOfRange.asUsageError(spec, () -> StockAdvice.criticalRatio(lost, left));
        }
        if (!(level > 0 && level < 1)) {
            throw new ParameterException(
                    spec.commandLine(), "--service-level: expected within (0, 1), found " + level);
        }
        return new Stock(
                file,
                leadTime == null
                        ? steps
                        : period.count(TimeTexts.span(spec, "--lead-time", "14d", leadTime)),
                level);
    }
}
