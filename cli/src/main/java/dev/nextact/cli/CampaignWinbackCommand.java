package dev.nextact.cli;

import dev.nextact.core.EventLog;
import dev.nextact.core.ShopConfig;
import dev.nextact.data.PreparedData;
import dev.nextact.data.SpendReader;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.PredictWinback;
import dev.nextact.predict.PredictWinback.Request;
import dev.nextact.predict.PredictWinback.Summary;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "winback",
        description = {"Who is about to be lost and is worth most: why, what to offer and when."},
        footerHeading = "%nExample:%n",
        footer = {"  nextact campaign winback --horizon 30d --size 500 --out winback.csv"})
final class CampaignWinbackCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--churn",
            paramLabel = "P",
            defaultValue = "0.5",
            description =
                    "The least probability that nothing comes within the horizon (default:"
                            + " ${DEFAULT-VALUE}).")
    private double churn;

    @Option(
            names = "--offers",
            paramLabel = "K",
            defaultValue = "3",
            description = "Items to offer each (default: ${DEFAULT-VALUE}).")
    private int offers;

    @Mixin private CampaignOptions campaign = new CampaignOptions();
    @Mixin private ModelOption model = new ModelOption();
    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();

    CampaignWinbackCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ShopConfig shop = config.read();
        Bundle bundle = model.open(config);
        EventLog log = PreparedData.open(shop.preparedDirectory(), bundle.fields());
        String behaviour = campaign.behaviour(shop);
        long at = campaign.atMicros(spec).orElse(log.sequences().newestMicros() + 1);
        Map<Integer, Double> worth =
                new SpendReader(shop.preparedDirectory())
                        .meanPurchase(log.behaviours().indexOf(behaviour), at);
        Request request =
                OutOfRange.asUsageError(
                        spec,
                        () ->
                                new Request(
                                        behaviour,
                                        campaign.horizon(spec, shop.tasks().churnHorizon()),
                                        campaign.atMicros(spec),
                                        churn,
                                        worth,
                                        offers,
                                        campaign.limitByContacts(shop),
                                        campaign.contactCost(),
                                        campaign.holdout(shop),
                                        campaign.out(),
                                        campaign.page()));
        Summary summary = new PredictWinback().run(bundle, log, request, terminal.progress());
        terminal.err()
                .printf(
                        Locale.ROOT,
                        "of %,d buyers %,d are missed or about to be; %,d are contacted, %,d held"
                                + " out: %,.2f %s at risk with them, of %,.2f%n",
                        summary.buyers(),
                        summary.candidates(),
                        summary.reach().contacted(),
                        summary.reach().heldOut(),
                        summary.atRisk(),
                        summary.isMoney() ? "in money" : "purchases",
                        summary.ofAll());
        CampaignWords.told(terminal, summary.reach());
        json.write(summary.toTree());
        return 0;
    }
}
