package dev.nextact.bench;

import dev.nextact.cli.Failures;
import dev.nextact.cli.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code bench/run}: one subcommand for each kind of figure. */
@Command(
        name = "bench/run",
        synopsisSubcommandLabel = "COMMAND",
        description = "Measures nextact: the figures of docs/benchmarks.md.",
        commandListHeading = "%nCommands:%n")
public final class Bench {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help and exit.")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    private Bench() {}

    public static void main(String[] args) {
        System.exit(commandLine(Terminal.ofProcess()).execute(args));
    }

    static CommandLine commandLine(Terminal terminal) {
        Failures failures = new Failures(terminal);
        return new CommandLine(new Bench())
                .addSubcommand(new NextItemCommand(terminal))
                .addSubcommand(new PeersCommand(terminal))
                .addSubcommand(new ScaleCommand(terminal))
                .addSubcommand(new AblationCommand(terminal))
                .addSubcommand(new ColdStartCommand(terminal))
                .addSubcommand(new BeyondCommand(terminal))
                .addSubcommand(new CustomerBaseCommand(terminal))
                .addSubcommand(new ChurnCommand(terminal))
                .addSubcommand(new NextEventCommand(terminal))
                .addSubcommand(new HorizonsCommand(terminal))
                .addSubcommand(new DemandCommand(terminal))
                .addSubcommand(new CampaignCommand(terminal))
                .addSubcommand(new DemandSimulatedCommand(terminal))
                .addSubcommand(new DemandScaleCommand(terminal))
                .addSubcommand(new SessionIntentCommand(terminal))
                .addSubcommand(new PrivacyCommand(terminal))
                .addSubcommand(new PrivacyAttacksCommand(terminal))
                .addSubcommand(new PrivacyForgetCommand(terminal))
                .addSubcommand(new TrainingSpeedCommand(terminal))
                .addSubcommand(new StepCostCommand(terminal))
                .addSubcommand(new DistributedCommand(terminal))
                .addSubcommand(new DistributedProcessCommand())
                .addSubcommand(new ClusterCommand(terminal))
                .addSubcommand(new ClusterTrainingCommand(terminal))
                .addSubcommand(new DataScaleCommand(terminal))
                .addSubcommand(new PlanFiguresCommand(terminal))
                .addSubcommand(new EnginesCommand(terminal))
                .addSubcommand(new PrepareKillsCommand(terminal))
                .addSubcommand(new ExplainCommand(terminal))
                .addSubcommand(new ServingCommand(terminal))
                .addSubcommand(new ServingFaultsCommand(terminal))
                .addSubcommand(new ServingOfflineCommand(terminal))
                .addSubcommand(new ServingFuzzCommand(terminal))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(100) // as the lines of descriptions are written
                .setOut(terminal.outWriter())
                .setErr(terminal.errWriter())
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures);
    }
}
