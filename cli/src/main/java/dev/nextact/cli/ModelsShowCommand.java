package dev.nextact.cli;

import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import dev.nextact.model.bundle.Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "show",
        description = "Check a bundle's files and show its model card.",
        footerHeading = "%nExample:%n",
        footer = "  nextact models show --model work/models/default/1")
final class ModelsShowCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private ModelOption model = new ModelOption();
    @Mixin private JsonOption json = new JsonOption();

    ModelsShowCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Bundle bundle = model.open(config);
        Path card = bundle.directory().resolve("card.md");
        try {
            terminal.out().print(Files.readString(card));
        } catch (IOException e) {
            throw new NextactException(
                    Category.BUNDLE, "cannot read " + card + ": " + e.getMessage(), e);
        }
        json.write(bundle.manifest());
        return 0;
    }
}
