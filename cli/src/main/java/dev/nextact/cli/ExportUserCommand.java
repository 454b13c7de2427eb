package dev.nextact.cli;

import dev.nextact.core.ShopConfig;
import dev.nextact.data.ExportShopper;
import dev.nextact.serve.ServeModel;
import dev.nextact.serve.history.Forgetting;
import dev.nextact.serve.history.HistoryStore;
import dev.nextact.serve.history.PastEvent;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "export-user",
        description = {
            "All that the workspace holds of one shopper, as JSON, for the shopper to have.",
            "Where a server has the histories open, stop it first, or use --skip-history."
        },
        footerHeading = "%nExample:%n",
        footer = "  nextact export-user --user u100001 --json u100001.json")
final class ExportUserCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Option(
            names = "--user",
            paramLabel = "USER",
            required = true,
            description = "The id, as the shop knows it.")
    private String user = "";

    @Option(names = "--skip-history", description = "Leave the histories out.")
    private boolean skipHistory;

    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();

    ExportUserCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ShopConfig shop = config.read();
        Clock clock = Clock.systemUTC();
        Forgetting forgetting = Forgetting.of(shop, clock);
        forgetting.audit().add(ForgetCommand.who(), "export", forgetting.tombstone(user));
        Map<String, Object> tree = new LinkedHashMap<>(new ExportShopper().run(shop, user));
        if (!skipHistory) {
            List<Map<String, Object>> history = new ArrayList<>();
            try (HistoryStore store = forgetting.before(ServeModel.store(shop, clock), shop)) {
                for (PastEvent event : store.last(user, shop.serve().history().events())) {
                    Map<String, Object> entry = new LinkedHashMap<>();
                    entry.put("item", event.item());
                    entry.put("behaviour", event.behaviour());
                    entry.put(
                            "time",
                            Instant.EPOCH.plus(event.timeMicros(), ChronoUnit.MICROS).toString());
                    entry.put("fields", event.fields());
                    history.add(entry);
                }
            }
            tree.put("history", history);
        }
        terminal.out()
                .printf(
                        "%s: %s%n",
                        user,
                        String.join(
                                ", ",
                                tree.entrySet().stream()
                                        .map(
                                                e ->
                                                        ((List<?>) e.getValue()).size()
                                                                + " rows "
                                                                + e.getKey())
                                        .toList()));
        json.write(tree);
        return 0;
    }
}
