package dev.nextact.cli;

import picocli.CommandLine.Command;

@Command(
        name = "audit",
        synopsisSubcommandLabel = "COMMAND",
        description = "The log of who read, erased and promoted what.")
final class AuditCommand {}
