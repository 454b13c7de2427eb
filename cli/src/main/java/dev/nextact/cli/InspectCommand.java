package dev.nextact.cli;

import dev.nextact.core.NextactException.Category;
import dev.nextact.data.InspectFiles;
import dev.nextact.data.InspectReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "inspect",
        description = "Look at raw files and write a commented shop.yaml for them.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  nextact inspect logs/2019-Oct.csv.gz items.csv",
            "  nextact inspect log.csv --columns user,item,category,behaviour,time",
            "  nextact inspect log.csv --columns user=visitor,item=thing"
        })
final class InspectCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description =
                    "Log files, tables of items or users, or directories of them: CSV, TSV, JSON"
                            + " lines, Parquet; .gz and .zst too.")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--columns",
            paramLabel = "FIELDS",
            split = ",",
            description =
                    "What the columns are: a field each in their order, - for one not used; or"
                            + " FIELD=COLUMN for some.")
    private List<String> columns = new ArrayList<>();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            defaultValue = "shop.yaml",
            description = "The config to write (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("shop.yaml");

    @Option(names = "--force", description = "Overwrite it if it is there.")
    private boolean force;

    @Option(
            names = "--rows",
            paramLabel = "N",
            description = "Rows to read of each file (default: 1,000,000).")
    private long rows = InspectFiles.ROWS;

    @Mixin private JsonOption json = new JsonOption();

    InspectCommand(Terminal terminal) {
        this.terminal = terminal;
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        InspectFiles.Settings settings =
                OutOfRange.asUsageError(
                        spec, () -> new InspectFiles.Settings(columns, out, force, rows));
        InspectReport report = new InspectFiles().run(files, settings, terminal.progress());
        terminal.out().print(report.toText());
        json.write(report.toTree());
        return report.questions().isEmpty() ? 0 : Category.INPUT.exitCode();
    }
}
