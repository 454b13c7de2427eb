package dev.nextact.cli;

import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.serve.live.Deployment;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "rollback", description = "Let the version before the last promote answer again.")
final class ModelsRollbackCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private ConfigOptions config = new ConfigOptions();

    ModelsRollbackCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ShopConfig shop = config.read();
        Path ofName = shop.modelsDirectory().resolve(shop.model().name());
        Deployment back =
                Deployment.read(ofName)
                        .orElseThrow(
                                () ->
                                        NextactException.bundle(
                                                "no version of %s was ever promoted; nextact models"
                                                        + " promote does that",
                                                shop.model().name()))
                        .rollback();
        Bundle.open(ofName.resolve(Integer.toString(back.champion())));
        back.write(ofName);
        ModelsPromoteCommand.audit(shop, "rollback", back.champion());
        terminal.out()
                .printf("version %d of %s answers again%n", back.champion(), shop.model().name());
        return 0;
    }
}
