package dev.nextact.cli;

import dev.nextact.core.ShopConfig;
import dev.nextact.core.uplift.CouponTerms;
import dev.nextact.evaluate.uplift.ChooseCoupons;
import dev.nextact.evaluate.uplift.ChooseCoupons.Request;
import dev.nextact.evaluate.uplift.CouponReport;
import dev.nextact.model.bundle.Bundle;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "coupon",
        description = {
            "Whom a coupon moves, learned from a past campaign that left some alone by chance;",
            "the best list under a budget, and what it gains. Without such chance in the log the",
            "list is by intent alone, and says so."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  nextact campaign coupon --log spring.csv --size 2000 --out coupons.csv --page coupons.html",
            "  nextact campaign coupon --log spring.csv --margin 20 --coupon 5 --contact-cost 0.1"
                    + " --budget 900 --out coupons.csv"
        })
final class CampaignCouponCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--log",
            paramLabel = "FILE",
            required = true,
            description =
                    "The past campaign: user, time, treated, and if known propensity and outcome; or"
                            + " a list that nextact made for it.")
    private Path log = Path.of("campaign.csv");

    @Option(
            names = "--columns",
            paramLabel = "FIELD=COLUMN",
            split = ",",
            description = "What the log's columns are called, such as user=customer_id.")
    private Map<String, String> columns = new LinkedHashMap<>();

    @Option(
            names = "--margin",
            paramLabel = "MONEY",
            defaultValue = "1",
            description =
                    "What a purchase brings (default: ${DEFAULT-VALUE}, so that gains are"
                            + " purchases).")
    private double margin;

    @Option(
            names = "--coupon",
            paramLabel = "MONEY",
            defaultValue = "0",
            description =
                    "What the coupon takes off each purchase of one who got it (default:"
                            + " ${DEFAULT-VALUE}).")
    private double coupon;

    @Option(
            names = "--without-model",
            description = "Read features of shoppers alone, no trained model.")
    private boolean withoutModel;

    @Mixin private CampaignOptions campaign = new CampaignOptions();
    @Mixin private ModelOption model = new ModelOption();
    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();

    CampaignCouponCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ShopConfig shop = config.read();
        Request request =
                OutOfRange.asUsageError(
                        spec,
                        () ->
                                new Request(
                                        log,
                                        columns,
                                        campaign.behaviour(shop),
                                        campaign.horizon(spec, shop.tasks().intentHorizon()),
                                        new CouponTerms(margin, coupon, campaign.contactCost()),
                                        campaign.limit(shop),
                                        campaign.holdout(shop),
                                        campaign.atMicros(spec),
                                        campaign.seed(shop),
                                        campaign.out(),
                                        campaign.page()));
        Optional<Bundle> bundle = withoutModel ? Optional.empty() : Optional.of(model.open(config));
        CouponReport report = new ChooseCoupons().run(shop, bundle, request, terminal.progress());
        report.sentences().forEach(terminal.out()::println);
        CampaignWords.told(terminal, report.chosen().reach());
        json.write(report.toTree());
        return 0;
    }
}
