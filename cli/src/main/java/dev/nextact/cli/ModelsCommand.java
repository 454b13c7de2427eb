package dev.nextact.cli;

import picocli.CommandLine.Command;

@Command(
        name = "models",
        synopsisSubcommandLabel = "COMMAND",
        description = "The model bundles there are.",
        commandListHeading = "%nCommands:%n")
final class ModelsCommand {}
