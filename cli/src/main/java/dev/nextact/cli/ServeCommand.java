package dev.nextact.cli;

import dev.nextact.core.ShopConfig;
import dev.nextact.serve.RunningServer;
import dev.nextact.serve.ServeModel;
import dev.nextact.serve.http.ServeLog;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "serve",
        description = "Serve the model by HTTP, until Ctrl-C. See docs/serving.md.")
final class ServeCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "In place of the config's serve.port; 0 = any free one.")
    private int port = -1;

    @Option(
            names = "--admin-port",
            paramLabel = "N",
            description = "In place of the config's serve.admin_port; 0 = any free one.")
    private int adminPort = -1;

    @Mixin private ConfigOptions config = new ConfigOptions();

    ServeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        ShopConfig read = config.read();
        ShopConfig shop = read.withServe(read.serve().withPorts(port, adminPort));
        Clock clock = Clock.systemUTC();
        ServeLog log = new ServeLog(terminal.err(), clock);
        RunningServer server = new ServeModel(clock).run(shop, PreparedShop.of(shop), log);
        terminal.out()
                .printf(
                        "serving on port %d, models and metrics on port %d; Ctrl-C ends it%n"
                                + "console  %s://%s:%d/console%n",
                        server.port(),
                        server.adminPort(),
                        shop.serve().tls().isPresent() ? "https" : "http",
                        shop.serve().adminHost(),
                        server.adminPort());
        Serving.untilTheEnd(server, log, () -> {});
        return 0;
    }
}
