package dev.nextact.cli;

import dev.nextact.train.RefreshItems;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "refresh",
        description = {
            "Write a version of a model that also ranks the items that the prepared data know by"
                    + " now.",
            "Nothing is learned: new items are known by their facts. Run prepare before."
        },
        footerHeading = "%nExample:%n",
        footer = "  nextact prepare && nextact items refresh")
final class ItemsRefreshCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private ModelOption model = new ModelOption();
    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();

    ItemsRefreshCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        RefreshItems.Result result = new RefreshItems().run(config.read(), model.open(config));
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%,d learned items and %,d new ones: %,d added, %,d gone%n%s%n",
                        result.learned(),
                        result.newItems(),
                        result.added(),
                        result.gone(),
                        result.bundle()
                                .map(bundle -> "model " + bundle)
                                .orElse("nothing has changed, no version was written"));
        Map<String, Object> tree = new LinkedHashMap<>();
        result.bundle().ifPresent(bundle -> tree.put("bundle", bundle.toString()));
        tree.put("learned_items", result.learned());
        tree.put("new_items", result.newItems());
        tree.put("added", result.added());
        tree.put("gone", result.gone());
        json.write(tree);
        return 0;
    }
}
