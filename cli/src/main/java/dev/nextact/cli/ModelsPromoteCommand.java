package dev.nextact.cli;

import dev.nextact.core.ShopConfig;
import dev.nextact.core.privacy.AuditLog;
import dev.nextact.core.privacy.Tombstones;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.serve.live.Deployment;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "promote",
        description = {
            "Let a version answer from now on. Servers that run take it up within a second, once",
            "they have opened and warmed it; they stay with the old one where that fails."
        })
final class ModelsPromoteCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "VERSION", description = "As models list shows it.")
    private int version;

    @Mixin private ConfigOptions config = new ConfigOptions();

    ModelsPromoteCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ShopConfig shop = config.read();
        Path ofName = shop.modelsDirectory().resolve(shop.model().name());
        // a damaged one is refused here
        Bundle.open(ofName.resolve(Integer.toString(version)));
        Deployment.read(ofName)
                .map(now -> now.promote(version))
                .orElseGet(() -> Deployment.of(version))
                .write(ofName);
        audit(shop, "promote", version);
        terminal.out().printf("version %d of %s answers%n", version, shop.model().name());
        return 0;
    }

    static void audit(ShopConfig shop, String what, int version) {
        AuditLog.open(shop, Tombstones.open(shop), Clock.systemUTC())
                .add(ForgetCommand.who(), what, shop.model().name() + " " + version);
    }
}
