package dev.nextact.cli;

import dev.nextact.core.ShopConfig;
import dev.nextact.evaluate.uplift.MeasureCampaign;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "measure",
        description = {
            "What a campaign brought: those contacted against the holdout, with the interval, from the",
            "list and a log, prepared since, that holds what came."
        },
        footerHeading = "%nExample:%n",
        footer = {"  nextact prepare && nextact campaign measure coupons.csv --page lift.html"})
final class CampaignMeasureCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "LIST", description = "That `nextact campaign` wrote.")
    private Path list = Path.of("campaign.csv");

    @Option(
            names = "--horizon",
            paramLabel = "SPAN",
            description = "Count what came within, such as 7d (default: the list's).")
    private @Nullable String horizon;

    @Option(names = "--page", paramLabel = "FILE", description = "Also an HTML page with charts.")
    private @Nullable Path page;

    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();

    CampaignMeasureCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ShopConfig shop = config.read();
        MeasureCampaign.Measured measured =
                new MeasureCampaign()
                        .run(
                                shop,
                                new MeasureCampaign.Request(
                                        list,
                                        Optional.ofNullable(horizon)
                                                .map(
                                                        text ->
                                                                TimeTexts.span(
                                                                        spec,
                                                                        "--horizon",
                                                                        "7d",
                                                                        text)),
                                        Optional.ofNullable(page)));
        measured.sentences().forEach(terminal.out()::println);
        json.write(measured.toTree());
        return 0;
    }
}
