package dev.nextact.bench;

import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "serving-fuzz",
        description = {
            "Sends nextact serve right and wrong requests made from its OpenAPI documents: other",
            "types, huge numbers, deep nesting, broken JSON, what is no HTTP, slow senders, 100 MB.",
            "Exit code 5 at a status 500, a lost answer, or more threads or memory than before."
        })
final class ServingFuzzCommand implements Callable<Integer> {

    /** The default of {@code serve.limits.body_bytes}. */
    private static final int BODY_BYTES = 1 << 20;

    private final Terminal terminal;

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "100000",
            description = "How many (default: ${DEFAULT-VALUE}).")
    private int requests;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the requests (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin private ServingShopOptions options = new ServingShopOptions();
    @Mixin private JsonOption json = new JsonOption();

    ServingFuzzCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Path config = options.shop().write("");
        try (ServedProcess server = ServedProcess.start(config, List.of("-Xmx320m"))) {
            ApiFuzz fuzz =
                    new ApiFuzz(
                            server.port(), server.adminPort(), BODY_BYTES, server::collectGarbage);
            long start = System.nanoTime();
            ApiFuzz.Result result = fuzz.run(requests, seed);
            List<Integer> longBodies = fuzz.longBodies();
            terminal.out()
                    .printf(
                            "%,d requests, seed %d, in %.0f s; statuses by kind:%n%s"
                                    + "bodies of 100 MB: %s; MiB %s%n",
                            requests,
                            seed,
                            (System.nanoTime() - start) / 1e9,
                            result.toText(),
                            longBodies,
                            server.mebibytes());
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("requests", requests);
            tree.put("statuses", result.statuses());
            tree.put("threads", List.of(result.before().threads(), result.after().threads()));
            tree.put(
                    "heap_bytes", List.of(result.before().heapBytes(), result.after().heapBytes()));
            tree.put("long_bodies", longBodies);
            tree.put("mebibytes", server.mebibytes());
            json.write(tree);
        }
        return 0;
    }
}
