package dev.nextact.cli;

import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "config",
        description = "Check a config; with --print, show all of it, defaults included.",
        footerHeading = "%nExample:%n",
        footer = "  nextact config --print --config shop.yaml")
final class ConfigCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Option(names = "--print", description = "Print the whole effective config as YAML.")
    private boolean print;

    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();

    ConfigCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ShopConfig read = config.read();
        if (print) {
            terminal.out().print(ShopConfigWriter.toYaml(read));
        } else {
            terminal.out().println("the config is valid; --print shows it with every default");
        }
        json.write(ShopConfigWriter.toTree(read));
        return 0;
    }
}
