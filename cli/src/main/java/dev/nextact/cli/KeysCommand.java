package dev.nextact.cli;

import picocli.CommandLine.Command;

@Command(
        name = "keys",
        synopsisSubcommandLabel = "COMMAND",
        description = "API keys of the server.",
        commandListHeading = "%nCommands:%n")
final class KeysCommand {}
