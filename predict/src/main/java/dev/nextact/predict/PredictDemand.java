package dev.nextact.predict;

import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.demand.DemandForecast;
import dev.nextact.core.demand.DemandGroup;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandSource;
import dev.nextact.core.demand.NegativeBinomial;
import dev.nextact.core.demand.StockAdvice;
import dev.nextact.model.bundle.DemandBundle;
import dev.nextact.model.network.DemandSettings;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Foretells the units of every item, every category and the total over a horizon, and how much
 * stock that asks for.
 */
public final class PredictDemand {

    /**
     * @param horizon steps, at most those of the model
     * @param out file of the forecasts: .csv, .jsonl or .parquet
     * @param page of the forecasts with charts, an HTML file
     */
    public record Request(int horizon, Path out, Optional<Path> page, Optional<Stock> stock) {}

    /**
     * Stock advice.
     *
     * @param out file: .csv, .jsonl or .parquet
     * @param periods the stock must last, at most the model's steps
     * @param serviceLevel within (0, 1)
     */
    public record Stock(Path out, int periods, double serviceLevel) {}

    /**
     * @param units of all items, expected over the horizon
     */
    public record Summary(int items, int categories, int horizon, double units) {

        public Map<String, Object> toTree() {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("items", items);
            tree.put("categories", categories);
            tree.put("horizon", horizon);
            tree.put("expected_units", units);
            return tree;
        }
    }

    /** One row: one step of an item, a category or the total. */
    private static final List<PredictionFile.Column> COLUMNS = columns();

    private static List<PredictionFile.Column> columns() {
        List<PredictionFile.Column> columns = new ArrayList<>();
        columns.add(new PredictionFile.Column("level", "VARCHAR"));
        columns.add(new PredictionFile.Column("name", "VARCHAR"));
        columns.add(new PredictionFile.Column("step", "INTEGER"));
        columns.add(new PredictionFile.Column("starts", "VARCHAR"));
        columns.add(new PredictionFile.Column("expected", "DOUBLE"));
        columns.add(new PredictionFile.Column("low_80", "DOUBLE"));
        columns.add(new PredictionFile.Column("high_80", "DOUBLE"));
        for (double level : DemandForecast.LEVELS) {
            String name = String.format(Locale.ROOT, "q%02d", Math.round(100 * level));
            columns.add(new PredictionFile.Column(name, "DOUBLE"));
        }
        return columns;
    }

    private static final List<PredictionFile.Column> STOCK_COLUMNS =
            List.of(
                    new PredictionFile.Column("item", "VARCHAR"),
                    new PredictionFile.Column("periods", "INTEGER"),
                    new PredictionFile.Column("expected", "DOUBLE"),
                    new PredictionFile.Column("order_up_to", "INTEGER"),
                    new PredictionFile.Column("service_level", "DOUBLE"),
                    new PredictionFile.Column("stock_out_probability", "DOUBLE"),
                    new PredictionFile.Column("expected_shortage", "DOUBLE"));

    /**
     * @param past the log up to the cut-off, by the model's period
     * @param source the shoppers' model, where the bundle counts it
     * @throws NextactException of category USAGE where the model does not see so far
     */
    public Summary run(
            DemandBundle bundle,
            DemandPanel past,
            Optional<DemandSource> source,
            Request request,
            Progress progress) {
        DemandSettings settings = bundle.settings();
        int longest = Math.max(request.horizon(), request.stock().map(Stock::periods).orElse(1));
        if (longest > settings.horizon()) {
            throw new NextactException(
                    NextactException.Category.USAGE,
                    String.format(
                            "the model in %s sees %d %ss ahead, asked for %d. Train it with a"
                                    + " longer tasks.demand.horizon",
                            bundle.directory(),
                            settings.horizon(),
                            settings.period().title(),
                            longest));
        }
        List<List<NegativeBinomial>> items;
        List<DemandForecast> forecasts;
        List<List<NegativeBinomial>> asked;
        try (DemandModel model = DemandModel.open(bundle, source);
                Progress.Task task = progress.start("predict", past.series().size(), "items")) {
            items = model.distributions(past, longest);
            asked = items.stream().map(steps -> steps.subList(0, request.horizon())).toList();
            forecasts = model.forecasts(past, asked);
            task.at(past.series().size(), "");
        }
        List<DemandGroup> groups =
                DemandGroup.of(past, asked, settings.calibration().correlation());
        write(past, forecasts, groups, request.out());
        request.stock().ifPresent(stock -> advise(past, items, settings, stock));
        request.page()
                .ifPresent(page -> PageFile.write(page, DemandPage.html(past, forecasts, groups)));
        double units =
                groups.get(groups.size() - 1).steps().stream()
                        .mapToDouble(NegativeBinomial::mean)
                        .sum();
        return new Summary(items.size(), groups.size() - 1, request.horizon(), units);
    }

    private static void write(
            DemandPanel past, List<DemandForecast> items, List<DemandGroup> groups, Path out) {
        try (PredictionFile file = PredictionFile.create(out, COLUMNS)) {
            for (int i = 0; i < items.size(); i++) {
                write(file, "item", past.series().get(i).item(), items.get(i), past);
            }
            for (DemandGroup group : groups) {
                String level = group.level().name().toLowerCase(Locale.ROOT);
                write(file, level, group.name(), DemandForecast.of(group.steps()), past);
            }
            file.complete();
        }
    }

    private static void write(
            PredictionFile file,
            String level,
            String name,
            DemandForecast forecast,
            DemandPanel past) {
        for (int h = 0; h < forecast.horizon(); h++) {
            Object[] row = new Object[COLUMNS.size()];
            row[0] = level;
            row[1] = name;
            row[2] = h + 1;
            row[3] = starts(past, h).toString();
            row[4] = forecast.mean()[h];
            row[5] = forecast.interval()[h][0];
            row[6] = forecast.interval()[h][1];
            for (int q = 0; q < DemandForecast.LEVELS.size(); q++) {
                row[7 + q] = forecast.quantiles()[h][q];
            }
            file.write(row);
        }
    }

    /** The first day (UTC) of a step. */
    static LocalDate starts(DemandPanel past, int step) {
        long micros = past.cutOffMicros() + step * past.period().micros();
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L))
                .atZone(ZoneOffset.UTC)
                .toLocalDate();
    }

    private static void advise(
            DemandPanel past,
            List<List<NegativeBinomial>> items,
            DemandSettings settings,
            Stock stock) {
        try (PredictionFile file = PredictionFile.create(stock.out(), STOCK_COLUMNS)) {
            for (int i = 0; i < items.size(); i++) {
                StockAdvice advice =
                        StockAdvice.of(
                                past.series().get(i).item(),
                                items.get(i).subList(0, stock.periods()),
                                settings.calibration().stepCorrelation(),
                                stock.serviceLevel());
                file.write(
                        advice.item(),
                        advice.periods(),
                        advice.expected(),
                        advice.orderUpTo(),
                        advice.serviceLevel(),
                        advice.stockOut(),
                        advice.shortage());
            }
            file.complete();
        }
    }
}
