package dev.nextact.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code nextact}: what all commands share. */
@Command(
        name = "nextact",
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "Learns from a shop's event log what every shopper does next.",
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n",
        commandListHeading = "%nCommands:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  nextact demo                                the whole way on a simulated shop",
            "  nextact inspect logs/2019-Oct.csv.gz        look at raw files, write a shop.yaml for them",
            "  nextact prepare                             shop.yaml here: raw logs to sequences",
            "  nextact train                               learn from them",
            "  nextact evaluate --baselines                how good the model is, and against what",
            "  nextact predict next --out next-items.csv   the next items of every shopper",
            "  nextact serve                               answers by HTTP, live",
            "",
            "Exit codes: 0 ok, 1 internal error, 2 wrong usage, 3 input or data, 4 model bundle,",
            "5 quality gate missed, 6 out of capacity."
        })
final class Nextact {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help and exit.")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print the version and exit.")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean version;
}
