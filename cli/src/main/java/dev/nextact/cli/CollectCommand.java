package dev.nextact.cli;

import dev.nextact.data.collect.CollectReport;
import dev.nextact.data.collect.CollectSources;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "collect",
        description =
                "Bring what is new in HTTP APIs and Kafka topics into files, each event once.",
        footerHeading = "%nExample:%n",
        footer = "  SHOP_TOKEN=… nextact collect --config shop.yaml")
final class CollectCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();

    CollectCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        CollectReport report =
                new CollectSources(Clock.systemUTC(), terminal.environment())
                        .run(config.read(), terminal.progress());
        terminal.out().print(report.toText());
        json.write(report.toTree());
        return 0;
    }
}
