package dev.nextact.cli;

import dev.nextact.data.PrepareData;
import dev.nextact.data.PrepareReport;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "prepare",
        description = "Read the raw logs, clean them, and account for every row.",
        footerHeading = "%nExample:%n",
        footer = "  nextact prepare --config shop.yaml --json prepare.json")
final class PrepareCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private EngineOptions engine = new EngineOptions();
    @Mixin private MemoryOption memory = new MemoryOption();
    @Mixin private JsonOption json = new JsonOption();

    PrepareCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        PrepareReport report =
                new PrepareData(Clock.systemUTC(), engine.engines(memory), memory.bytes())
                        .run(config.read(), terminal.progress());
        terminal.out().print(report.toText());
        json.write(report.toTree());
        return 0;
    }
}
