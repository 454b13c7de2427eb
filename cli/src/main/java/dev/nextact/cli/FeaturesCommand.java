package dev.nextact.cli;

import dev.nextact.core.ShopConfig;
import dev.nextact.data.BuildFeatures;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "features",
        description = "Build tables of features as of a cut-off, for any tool to use.",
        footerHeading = "%nExample:%n",
        footer = "  nextact features --config shop.yaml --at 2025-02-20T00:00:00Z")
final class FeaturesCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private EngineOptions engine = new EngineOptions();
    @Mixin private MemoryOption memory = new MemoryOption();

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description =
                    "Cut-off in UTC; nothing at or after it is seen. May be given several times"
                            + " (default: the split's cut-offs and the end of the log).")
    private List<Instant> cutOffs = new ArrayList<>();

    @Mixin private JsonOption json = new JsonOption();

    FeaturesCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ShopConfig shop = config.read();
        List<Long> micros =
                cutOffs.isEmpty()
                        ? BuildFeatures.cutOffs(shop)
                        : cutOffs.stream().map(at -> at.toEpochMilli() * 1000).toList();
        List<Map<String, Object>> results = new ArrayList<>();
        for (long cutOff : micros) {
            BuildFeatures.Result result =
                    new BuildFeatures(engine.engines(memory), memory.bytes())
                            .run(shop, cutOff, terminal.progress());
            terminal.out().print(result.toText());
            results.add(result.toTree());
        }
        json.write(Map.of("features", results));
        return 0;
    }
}
