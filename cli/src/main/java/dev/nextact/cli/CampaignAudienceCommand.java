package dev.nextact.cli;

import dev.nextact.core.EventLog;
import dev.nextact.core.ShopConfig;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.ItemGroup;
import dev.nextact.predict.PredictAudience;
import dev.nextact.predict.PredictAudience.Request;
import dev.nextact.predict.PredictAudience.Summary;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "audience",
        description = {
            "Who is most likely to buy within a horizon: anything, something of a category, or an"
                    + " item;",
            "with how many buyers to expect, a reason for each and a holdout."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  nextact campaign audience --size 5000 --horizon 14d --out audience.csv",
            "  nextact campaign audience --category shoes --budget 300 --contact-cost 0.05 --out shoes.csv"
        })
final class CampaignAudienceCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private ItemGroupOptions items = new ItemGroupOptions();
    @Mixin private CampaignOptions campaign = new CampaignOptions();
    @Mixin private ModelOption model = new ModelOption();
    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();

    CampaignAudienceCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ShopConfig shop = config.read();
        Optional<ItemGroup> group = items.read(spec, shop);
        Request request =
                OutOfRange.asUsageError(
                        spec,
                        () ->
                                new Request(
                                        campaign.behaviour(shop),
                                        group,
                                        PredictAudience.of(items.category(), items.item()),
                                        campaign.horizon(spec, shop.tasks().intentHorizon()),
                                        campaign.atMicros(spec),
                                        shop.split(),
                                        campaign.limitByContacts(shop),
                                        campaign.contactCost(),
                                        campaign.holdout(shop),
                                        campaign.out(),
                                        campaign.page()));
        Bundle bundle = model.open(config);
        EventLog log = new PreparedShop(shop).open(bundle.fields());
        Summary summary = new PredictAudience().run(bundle, log, request, terminal.progress());
        terminal.err()
                .printf(
                        Locale.ROOT,
                        "%,d of %,d shoppers are contacted, %,d held out: %,.0f buyers are expected"
                                + " of the contacted (95 %%: %,.0f to %,.0f), %.4f a contact, %.4f"
                                + " a shopper on the average%n",
                        summary.reach().contacted(),
                        summary.shoppers(),
                        summary.reach().heldOut(),
                        summary.expected(),
                        summary.low(),
                        summary.high(),
                        summary.expected() / Math.max(1, summary.reach().contacted()),
                        summary.average());
        terminal.err()
                .println(
                        summary.backtest()
                                .map(
                                        of ->
                                                String.format(
                                                        Locale.ROOT,
                                                        "asked the same at the start of the test"
                                                                + " (%.1f days): %,.0f foretold,"
                                                                + " %,d came",
                                                        of.days(),
                                                        of.foretold(),
                                                        of.came()))
                                .orElse(
                                        "the interval knows chance alone: before the campaign there"
                                                + " is no test as long to ask the same at"));
        CampaignWords.told(terminal, summary.reach());
        json.write(summary.toTree());
        return 0;
    }
}
