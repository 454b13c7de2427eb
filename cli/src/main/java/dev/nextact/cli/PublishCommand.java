package dev.nextact.cli;

import dev.nextact.core.ShopConfig;
import dev.nextact.core.privacy.AuditLog;
import dev.nextact.core.privacy.SecretNoise;
import dev.nextact.core.privacy.Tombstones;
import dev.nextact.data.PublishCounts;
import dev.nextact.data.PublishCounts.Published;
import dev.nextact.data.PublishCounts.Request;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "publish",
        description = {
            "Numbers of shoppers to show to anybody: who did each behaviour, how active they are, which",
            "categories they know, with noise, so that nobody can be told from them beyond a budget.",
            "Each publication spends one: the audit log keeps them, and what all come to is said."
        },
        footerHeading = "%nExample:%n",
        footer = "  nextact publish --epsilon 1 --json numbers.json")
final class PublishCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Option(
            names = "--epsilon",
            paramLabel = "E",
            required = true,
            description = "The budget of these numbers together.")
    private double epsilon;

    @Option(
            names = "--delta",
            paramLabel = "D",
            defaultValue = "0",
            description = "With which the budget may fail (default: one over the shoppers).")
    private double delta;

    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();
    @Spec private CommandSpec spec;

    PublishCommand(Terminal terminal) {
        this.terminal = terminal;
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        Request request = OutOfRange.asUsageError(spec, () -> new Request(epsilon, delta));
        ShopConfig shop = config.read();
        AuditLog audit = AuditLog.open(shop, Tombstones.open(shop), Clock.systemUTC());
        Published published =
                new PublishCounts(SecretNoise.create())
                        .run(shop, request, audit, ForgetCommand.who());
        for (PublishCounts.Table table : published.tables()) {
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "shoppers: %s (± %.0f, 95 %%)%n",
                            table.name(),
                            table.within());
            table.shoppers()
                    .forEach(
                            (name, count) -> terminal.out().printf("  %-16s %,12d%n", name, count));
        }
        terminal.err()
                .printf(
                        Locale.ROOT,
                        "(ε, δ) = (%.2f, %.2g) for each shopper; all publications so far come to ε ="
                                + " %.2f%n",
                        published.epsilon(),
                        published.delta(),
                        published.epsilonOfAll());
        json.write(tree(published));
        return 0;
    }

    private static Map<String, Object> tree(Published published) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("epsilon", published.epsilon());
        tree.put("delta", published.delta());
        tree.put("epsilon_of_all", published.epsilonOfAll());
        List<Map<String, Object>> tables =
                published.tables().stream()
                        .map(
                                table -> {
                                    Map<String, Object> entry = new LinkedHashMap<>();
                                    entry.put("name", table.name());
                                    entry.put("within", table.within());
                                    entry.put("shoppers", table.shoppers());
                                    return entry;
                                })
                        .toList();
        tree.put("tables", tables);
        return tree;
    }
}
