package dev.nextact.cli;

import picocli.CommandLine;

/** The command line's front door: arguments in, exit code out. */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        Terminal terminal = Terminal.ofProcess();
        int exitCode;
        try (Interruption interruption = Interruption.watch(terminal)) {
            exitCode = run(terminal, args);
        }
        System.exit(exitCode);
    }

    /**
     * @return 0, or the exit code of a {@code NextactException.Category}
     */
    static int run(Terminal terminal, String... args) {
        Failures failures = new Failures(terminal);
        try {
            return commandLine(terminal, failures).execute(args);
        } catch (Error error) {
            // picocli hands only exceptions to its handlers
            return failures.handle(error);
        }
    }

    private static CommandLine commandLine(Terminal terminal, Failures failures) {
        return new CommandLine(new Nextact())
                .addSubcommand(new DemoCommand(terminal))
                .addSubcommand(new SimulateCommand(terminal))
                .addSubcommand(new PlanCommand(terminal))
                .addSubcommand(new InspectCommand(terminal))
                .addSubcommand(new CollectCommand(terminal))
                .addSubcommand(new PrepareCommand(terminal))
                .addSubcommand(new FeaturesCommand(terminal))
                .addSubcommand(new CheckCommand(terminal))
                .addSubcommand(new TrainCommand(terminal))
                .addSubcommand(new TuneCommand(terminal))
                .addSubcommand(new EvaluateCommand(terminal))
                .addSubcommand(new CrossValidateCommand(terminal))
                .addSubcommand(
                        new CommandLine(new PredictCommand())
                                .addSubcommand(new PredictNextCommand(terminal))
                                .addSubcommand(new PredictEventsCommand(terminal))
                                .addSubcommand(new PredictIntentCommand(terminal))
                                .addSubcommand(new PredictChurnCommand(terminal))
                                .addSubcommand(new PredictDemandCommand(terminal)))
                .addSubcommand(
                        new CommandLine(new CampaignCommand())
                                .addSubcommand(new CampaignAudienceCommand(terminal))
                                .addSubcommand(new CampaignCouponCommand(terminal))
                                .addSubcommand(new CampaignWinbackCommand(terminal))
                                .addSubcommand(new CampaignMeasureCommand(terminal)))
                .addSubcommand(new ExplainCommand(terminal))
                .addSubcommand(new ServeCommand(terminal))
                .addSubcommand(
                        new CommandLine(new ModelsCommand())
                                .addSubcommand(new ModelsListCommand(terminal))
                                .addSubcommand(new ModelsShowCommand(terminal))
                                .addSubcommand(new ModelsPromoteCommand(terminal))
                                .addSubcommand(new ModelsRollbackCommand(terminal)))
                .addSubcommand(
                        new CommandLine(new ItemsCommand())
                                .addSubcommand(new ItemsRefreshCommand(terminal)))
                .addSubcommand(
                        new CommandLine(new KeysCommand())
                                .addSubcommand(new KeysAddCommand(terminal)))
                .addSubcommand(new PublishCommand(terminal))
                .addSubcommand(new ForgetCommand(terminal))
                .addSubcommand(new ExportUserCommand(terminal))
                .addSubcommand(
                        new CommandLine(new AuditCommand())
                                .addSubcommand(new AuditVerifyCommand(terminal)))
                .addSubcommand(new ConfigCommand(terminal))
                .setOut(terminal.outWriter())
                .setErr(terminal.errWriter())
                .setColorScheme(
                        CommandLine.Help.defaultColorScheme(
                                terminal.hasColour()
                                        ? CommandLine.Help.Ansi.ON
                                        : CommandLine.Help.Ansi.OFF))
                .setUsageHelpWidth(Math.max(80, Math.min(100, terminal.columns())))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures);
    }
}
