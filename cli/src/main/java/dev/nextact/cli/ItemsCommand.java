package dev.nextact.cli;

import picocli.CommandLine.Command;

@Command(
        name = "items",
        synopsisSubcommandLabel = "COMMAND",
        description = "The items that a model can recommend.",
        commandListHeading = "%nCommands:%n")
final class ItemsCommand {}
