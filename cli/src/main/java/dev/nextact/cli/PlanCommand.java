package dev.nextact.cli;

import dev.nextact.core.plan.Coefficients;
import dev.nextact.core.plan.Plan;
import dev.nextact.core.plan.Workload;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "plan",
        description = {
            "Estimate what prepare, train and score of a log need: time, memory, disk and network on",
            "one machine and on several, from measured coefficients. Runs and reads nothing.",
            "Numbers may be written 1_000_000_000 or 1e9."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  nextact plan --events 1e9 --users 5e7 --items 1e6 --machines 1,4,16 --json plan.json"
        })
final class PlanCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--events",
            paramLabel = "N",
            required = true,
            description = "Rows of the raw log.")
    private String events = "";

    @Option(names = "--users", paramLabel = "N", required = true, description = "Shoppers.")
    private String users = "";

    @Option(
            names = "--items",
            paramLabel = "N",
            required = true,
            description = "Items of the catalog.")
    private String items = "";

    @Option(
            names = "--machines",
            paramLabel = "N,…",
            defaultValue = "1,2,4,8,16",
            description =
                    "Numbers of machines, by commas; 1 is one without a cluster (default:"
                            + " ${DEFAULT-VALUE}).")
    private String machines = "";

    @Option(
            names = "--cores",
            paramLabel = "N",
            defaultValue = "8",
            description = "Of each machine (default: ${DEFAULT-VALUE}).")
    private int cores;

    @Option(
            names = "--link",
            paramLabel = "GBIT",
            defaultValue = "10",
            description =
                    "Gbit/s of each machine's link, in each direction, and of the shared disk's"
                            + " (default: ${DEFAULT-VALUE}).")
    private double link;

    @Option(
            names = "--disk",
            paramLabel = "MB",
            defaultValue = "500",
            description = "MB/s that a disk reads or writes (default: ${DEFAULT-VALUE}).")
    private double disk;

    @Option(
            names = "--width",
            paramLabel = "N",
            defaultValue = "64",
            description = "model.width (default: ${DEFAULT-VALUE}).")
    private int width;

    @Option(
            names = "--layers",
            paramLabel = "N",
            defaultValue = "2",
            description = "model.layers (default: ${DEFAULT-VALUE}).")
    private int layers;

    @Option(
            names = "--length",
            paramLabel = "N",
            defaultValue = "50",
            description = "model.length (default: ${DEFAULT-VALUE}).")
    private int length;

    @Option(
            names = "--negatives",
            paramLabel = "N",
            defaultValue = "256",
            description = "train.negatives (default: ${DEFAULT-VALUE}).")
    private int negatives;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "2048",
            description =
                    "train.batch, histories a step over all machines (default: ${DEFAULT-VALUE}; a"
                            + " config's own default, 128, is for one machine).")
    private int batch;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "10",
            description = "Epochs of training (default: ${DEFAULT-VALUE}).")
    private int epochs;

    @Option(
            names = "--k",
            paramLabel = "K",
            defaultValue = "10",
            description = "Items that each shopper is answered (default: ${DEFAULT-VALUE}).")
    private int k;

    @Option(
            names = "--coefficients",
            description = "Also print every coefficient and how it was measured.")
    private boolean coefficients;

    @Mixin private MemoryOption memory = new MemoryOption();
    @Mixin private JsonOption json = new JsonOption();

    PlanCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Plan plan = Plan.of(OutOfRange.asUsageError(spec, this::asked), Coefficients.measured());
        PlanTables tables = new PlanTables(plan, terminal.columns());
        terminal.out().print(tables.toText());
        if (coefficients) {
            terminal.out().print(tables.coefficients());
        }
        json.write(plan.toTree());
        return 0;
    }

    private Workload asked() {
        return new Workload(
                CountTexts.count(spec, "--events", events),
                CountTexts.count(spec, "--users", users),
                CountTexts.count(spec, "--items", items),
                CountTexts.counts(spec, "--machines", machines),
                new Workload.Machine(cores, link, disk, memory.bytes()),
                new Workload.Training(width, layers, length, negatives, batch),
                epochs,
                k);
    }
}
