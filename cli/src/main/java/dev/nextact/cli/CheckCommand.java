package dev.nextact.cli;

import dev.nextact.core.NextactException.Category;
import dev.nextact.data.CheckLeakage;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "check",
        description = "Prove of the prepared data and features that nothing crosses a cut-off.",
        footerHeading = "%nExample:%n",
        footer = "  nextact check --config shop.yaml")
final class CheckCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private MemoryOption memory = new MemoryOption();
    @Mixin private JsonOption json = new JsonOption();

    CheckCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        CheckLeakage.Result result =
                new CheckLeakage(memory.bytes()).run(config.read(), terminal.progress());
        terminal.out().print(result.toText());
        json.write(result.toTree());
        return result.allKept() ? 0 : Category.INPUT.exitCode();
    }
}
