package dev.nextact.bench;

import dev.nextact.cli.ConfigOptions;
import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import dev.nextact.core.ShopConfig;
import dev.nextact.data.BuildFeatures;
import dev.nextact.data.PrepareData;
import dev.nextact.data.PrepareReport;
import dev.nextact.data.PrepareReport.Table;
import dev.nextact.data.SqlEngines;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "engines",
        description = {
            "Prepares a shop and builds its features at each cut-off, on DuckDB and on Spark, and",
            "compares the rows and hashes of every table. Needs the module spark (docs/spark.md).",
            "Exit code 5 when a table differs."
        })
final class EnginesCommand implements Callable<Integer> {

    private static final long MEMORY = 2L << 30;

    private final Terminal terminal;

    @Mixin private ConfigOptions config = new ConfigOptions();

    @Option(
            names = "--work",
            paramLabel = "DIR",
            required = true,
            description = "For the workspaces: the config's $${work}.")
    private Path work = Path.of("");

    @Option(
            names = "--master",
            paramLabel = "URL",
            defaultValue = "local[*]",
            description = "Of Spark (default: ${DEFAULT-VALUE}).")
    private String master = "local[*]";

    @Mixin private JsonOption json = new JsonOption();

    EnginesCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Tables of one engine by name, and how long they took. */
    private record Outcome(
            Map<String, Table> tables, double prepareSeconds, double featureSeconds) {}

    @Override
    public Integer call() {
        Outcome duckDb = run("duckdb", SqlEngines.duckDb(MEMORY));
        Outcome spark = run("spark", SqlEngines.spark(master));
        ComparedTables compared = new ComparedTables(duckDb.tables(), spark.tables());
        compared.print(terminal.out());
        List<String> different = compared.different();
        print("duckdb", duckDb);
        print("spark", spark);
        json.write(Map.of("duckdb", duckDb, "spark", spark, "different", different));
        if (!different.isEmpty()) {
            throw new NextactException(
                    Category.QUALITY, "the engines differ in " + String.join(", ", different));
        }
        return 0;
    }

    private Outcome run(String name, SqlEngines engines) {
        ShopConfig shop =
                config.read(Map.of("work", work.resolve(name).toAbsolutePath().toString()));
        long start = System.nanoTime();
        PrepareReport report =
                new PrepareData(Clock.systemUTC(), engines, MEMORY).run(shop, terminal.progress());
        long prepared = System.nanoTime();
        Map<String, Table> tables = new LinkedHashMap<>(report.tables());
        for (long cutOff : BuildFeatures.cutOffs(shop)) {
            BuildFeatures.Result result =
                    new BuildFeatures(engines, MEMORY).run(shop, cutOff, terminal.progress());
            result.tables()
                    .forEach(
                            (table, content) ->
                                    tables.put(
                                            result.directory().getFileName() + " " + table,
                                            content));
        }
        return new Outcome(tables, (prepared - start) / 1e9, (System.nanoTime() - prepared) / 1e9);
    }

    private void print(String name, Outcome outcome) {
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%-8s prepare %.1f s, features %.1f s%n",
                        name,
                        outcome.prepareSeconds(),
                        outcome.featureSeconds());
    }
}
