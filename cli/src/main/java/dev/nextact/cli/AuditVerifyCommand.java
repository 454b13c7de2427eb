package dev.nextact.cli;

import dev.nextact.core.ShopConfig;
import dev.nextact.core.privacy.AuditLog;
import dev.nextact.core.privacy.Tombstones;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "verify",
        description = "Whether every entry is as it was written, and none is missing.")
final class AuditVerifyCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();

    AuditVerifyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ShopConfig shop = config.read();
        long entries = AuditLog.open(shop, Tombstones.open(shop), Clock.systemUTC()).verify();
        terminal.out().printf("%,d entries, each as it was written%n", entries);
        json.write(Map.of("entries", entries));
        return 0;
    }
}
