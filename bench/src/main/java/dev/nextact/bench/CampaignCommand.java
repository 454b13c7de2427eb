package dev.nextact.bench;

import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.Spread;
import dev.nextact.core.SpreadTable;
import dev.nextact.core.uplift.Contact;
import dev.nextact.core.uplift.CouponTerms;
import dev.nextact.core.uplift.Estimate;
import dev.nextact.core.uplift.QiniCurve;
import dev.nextact.data.CampaignReader;
import dev.nextact.data.PrepareData;
import dev.nextact.evaluate.uplift.BaseLearner;
import dev.nextact.evaluate.uplift.CampaignStudy;
import dev.nextact.evaluate.uplift.FittedModels;
import dev.nextact.evaluate.uplift.HeldOutPolicy;
import dev.nextact.evaluate.uplift.HeldOutPolicy.Order;
import dev.nextact.evaluate.uplift.LearnUplift;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.simulator.world.CouponTruth;
import dev.nextact.simulator.world.Preset;
import dev.nextact.simulator.world.SimulateWorld;
import dev.nextact.train.TrainModel;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "campaign",
        description = {
            "Whom a coupon moves, in the simulator's shop whose coupon is of known effect on each"
                    + " shopper:",
            "the Qini of the uplift policy and of intent ranking, of the oracle's; and in how many of",
            "many seeds the interval of a budgeted policy's value holds the true value."
        })
final class CampaignCommand implements Callable<Integer> {

    /** What a purchase brings, the coupon takes off and a contact costs, where it is of money. */
    private static final CouponTerms TERMS = new CouponTerms(20, 4, 0.2);

    private static final double HORIZON_SECONDS = CouponTruth.horizonDays() * 86_400.0;

    private final Terminal terminal;

    @Option(
            names = "--seeds",
            paramLabel = "S",
            split = ",",
            defaultValue = "1,2,3",
            description = "Shops whose model is trained (default: ${DEFAULT-VALUE}).")
    private List<Long> seeds = List.of();

    @Option(
            names = "--intervals",
            paramLabel = "N",
            defaultValue = "100",
            description =
                    "Shops by which the interval is judged, without a model (default:"
                            + " ${DEFAULT-VALUE}).")
    private int intervals;

    @Option(
            names = "--share",
            paramLabel = "P",
            defaultValue = "0.2",
            description = "Of the shoppers, whom the budget reaches (default: ${DEFAULT-VALUE}).")
    private double share;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            defaultValue = "work/campaign",
            description = "Gets the simulated shops (default: ${DEFAULT-VALUE}).")
    private Path directory = Path.of("work/campaign");

    @Mixin private JsonOption json = new JsonOption();

    CampaignCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Map<String, Object> tree = new LinkedHashMap<>();
        SpreadTable table = new SpreadTable();
        for (long seed : seeds) {
            judge(seed, table);
        }
        terminal.out().print(table.toText());
        tree.put("policies", table.toTree());
        if (intervals > 0) {
            tree.put("intervals", intervals());
        }
        json.write(tree);
        return 0;
    }

    private Path simulate(long seed) {
        Path shop = directory.resolve("shop-" + seed);
        new SimulateWorld()
                .run(
                        Preset.COUPON,
                        Preset.COUPON.defaults().withSeed(seed),
                        shop,
                        Progress.silent());
        return shop;
    }

    private void judge(long seed, SpreadTable table) {
        Path shop = simulate(seed);
        ShopConfig config = ShopConfigReader.read(shop.resolve("shop.yaml"), Map.of());
        new PrepareData(Clock.systemUTC()).run(config, Progress.silent());
        Bundle bundle =
                Bundle.open(
                        new TrainModel()
                                .run(config, new TrainModel.Options(false), terminal.progress())
                                .bundle());
        judge(shop, config, Optional.of(bundle), "with the model", table, seed);
        judge(shop, config, Optional.empty(), "without a model", table, seed);
    }

    private void judge(
            Path shop,
            ShopConfig config,
            Optional<Bundle> bundle,
            String name,
            SpreadTable table,
            long seed) {
        List<Contact> contacts = CampaignReader.contacts(CouponTruth.campaign(shop), Map.of());
        CampaignStudy.Question question =
                new CampaignStudy.Question(
                        contacts,
                        config.target(),
                        HORIZON_SECONDS,
                        CouponTerms.FREE,
                        seed,
                        Optional.empty());
        try (CampaignStudy study =
                CampaignStudy.open(config, bundle, question, terminal.progress())) {
            LearnUplift.Learned learned =
                    study.learned()
                            .orElseThrow(
                                    () ->
                                            NextactException.input(
                                                    "seed %d: the draw was not seen as one", seed));
            Map<String, CouponTruth.OfShopper> truth = CouponTruth.open(shop).shoppers();
            double[] effects =
                    study.cases().stream()
                            .mapToDouble(c -> truth(truth, c.user()).effect())
                            .toArray();
            double best = QiniCurve.of(effects, effects).qini().value();
            HeldOutPolicy policy = learned.policy();
            double qini = policy.curve(effects).qini().value();
            Estimate estimated = policy.curve().qini();
            double intent = policy.intentCurve(effects).qini().value();
            Map<String, Double> metrics = new LinkedHashMap<>();
            metrics.put("qini", qini);
            metrics.put("of-oracle", qini / best);
            metrics.put("estimated", estimated.value());
            metrics.put("intent", intent);
            metrics.put("intent-of-oracle", intent / best);
            table.add(name, metrics);
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "seed %d, %s: %s; Qini %.4f of the oracle's %.4f, estimated %.4f"
                                    + " (%.4f to %.4f); by intent %.4f%n",
                            seed,
                            name,
                            learned.chosen(),
                            qini,
                            best,
                            estimated.value(),
                            estimated.low(),
                            estimated.high(),
                            intent);
        }
    }

    private static CouponTruth.OfShopper truth(
            Map<String, CouponTruth.OfShopper> truth, String user) {
        CouponTruth.OfShopper of = truth.get(user);
        if (of == null) {
            throw new IllegalStateException("no truth of " + user);
        }
        return of;
    }

    /** Of policies learned and valued on one shop each. */
    private Map<String, Object> intervals() {
        int held = 0;
        int heldOfAll = 0;
        List<Double> widths = new ArrayList<>();
        List<Double> truths = new ArrayList<>();
        List<Double> errors = new ArrayList<>();
        try (Progress.Task task = terminal.progress().start("intervals", intervals, "shops")) {
            for (int seed = 0; seed < intervals; seed++) {
                Path shop = simulate(1_000 + seed);
                CountedShoppers counted = CountedShoppers.read(shop);
                Map<String, CouponTruth.OfShopper> truth = CouponTruth.open(shop).shoppers();
                double[] gains =
                        counted.users().stream()
                                .map(user -> truth(truth, user))
                                .mapToDouble(of -> TERMS.gain(of.with(), of.without()))
                                .toArray();
                try (FittedModels scope = new FittedModels()) {
                    HeldOutPolicy policy =
                            new LearnUplift(
                                            TERMS,
                                            LearnUplift.Settings.of(
                                                    List.of(BaseLearner.LINEAR), seed))
                                    .run(counted.cases(), scope, Progress.silent())
                                    .policy();
                    Estimate value = policy.value(share, Order.GAIN_PER_COST);
                    double isTrue = policy.value(share, Order.GAIN_PER_COST, gains);
                    held += value.low() <= isTrue && isTrue <= value.high() ? 1 : 0;
                    Estimate all = policy.valueOfAll();
                    double ofAll = Estimate.ofMean(gains).value();
                    heldOfAll += all.low() <= ofAll && ofAll <= all.high() ? 1 : 0;
                    widths.add(value.high() - value.low());
                    truths.add(isTrue);
                    errors.add(value.value() - isTrue);
                }
                task.at(seed + 1L, held + " held");
            }
        }
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "policy of %.0f %% of the shoppers: its value's interval held the true"
                                + " value in %d of %d shops (of contacting everybody: %d); true"
                                + " value %s a shopper, estimate less truth %s, width %s%n",
                        100 * share,
                        held,
                        intervals,
                        heldOfAll,
                        Spread.of(truths).toText(),
                        Spread.of(errors).toText(),
                        Spread.of(widths).toText());
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("shops", intervals);
        tree.put("held", held);
        tree.put("held_of_everybody", heldOfAll);
        tree.put("value", Spread.of(truths).toTree());
        tree.put("error", Spread.of(errors).toTree());
        tree.put("width", Spread.of(widths).toTree());
        return tree;
    }
}
