package dev.nextact.evaluate.uplift;

import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.NextactException;
import dev.nextact.core.Orders;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.uplift.CouponTerms;
import dev.nextact.core.uplift.Holdout;
import dev.nextact.core.uplift.Listed;
import dev.nextact.data.CampaignReader;
import dev.nextact.evaluate.uplift.HeldOutPolicy.Order;
import dev.nextact.evaluate.uplift.UpliftModel.Foretold;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.CampaignLimit;
import dev.nextact.predict.CampaignList;
import dev.nextact.predict.CampaignReach;
import dev.nextact.predict.PageFile;
import dev.nextact.predict.PastActs;
import dev.nextact.predict.PredictionFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * {@code nextact campaign coupon}: learns from a past campaign whom a coupon moves, and lists those
 * whose contact gains most. Where chance had no part in that campaign nothing can be learned of
 * whom it moved; then the list is of those who buy most likely, and says so.
 */
public final class ChooseCoupons {

    private static final List<PredictionFile.Column> BY_INTENT =
            List.of(
                    new PredictionFile.Column("by", "VARCHAR"),
                    new PredictionFile.Column("without", "DOUBLE"),
                    new PredictionFile.Column("cost", "DOUBLE"));

    private static final List<PredictionFile.Column> BY_UPLIFT =
            List.of(
                    new PredictionFile.Column("by", "VARCHAR"),
                    new PredictionFile.Column("without", "DOUBLE"),
                    new PredictionFile.Column("cost", "DOUBLE"),
                    new PredictionFile.Column("uplift", "DOUBLE"),
                    new PredictionFile.Column("gain", "DOUBLE"));

    /**
     * @param campaign log of the past one
     * @param columns what its columns are called; see {@link CampaignReader}
     * @param behaviour that is the outcome where the campaign's log tells none
     * @param horizon in which it counts
     * @param atMicros moment of the new campaign; absent: just after the newest event
     * @param seed of every random choice in learning
     * @param page an HTML file
     */
    public record Request(
            Path campaign,
            Map<String, String> columns,
            String behaviour,
            Duration horizon,
            CouponTerms terms,
            CampaignLimit limit,
            Holdout holdout,
            Optional<Long> atMicros,
            long seed,
            Path out,
            Optional<Path> page) {
        public Request {
            columns = Map.copyOf(columns);
            if (horizon.isNegative() || horizon.isZero()) {
                throw new IllegalArgumentException("horizon: expected above 0, found " + horizon);
            }
            if (limit.budget().isPresent() && terms.contact() == 0 && terms.coupon() == 0) {
                throw new IllegalArgumentException(
                        "budget: expected a --contact-cost or a --coupon to spend it on");
            }
        }

        Order order() {
            return limit.budget().isPresent() && terms.coupon() > 0
                    ? Order.GAIN_PER_COST
                    : Order.GAIN;
        }

        double horizonSeconds() {
            return horizon.toMillis() / 1e3;
        }
    }

    /**
     * @param bundle of a model whose view of histories is read, where it has learned nothing of the
     *     past campaign
     */
    public CouponReport run(
            ShopConfig config, Optional<Bundle> bundle, Request request, Progress progress) {
        CampaignStudy.Question question =
                new CampaignStudy.Question(
                        CampaignReader.contacts(request.campaign(), request.columns()),
                        request.behaviour(),
                        request.horizonSeconds(),
                        request.terms(),
                        request.seed(),
                        request.atMicros());
        try (CampaignStudy study = CampaignStudy.open(config, bundle, question, progress)) {
            long now = request.atMicros().orElse(study.log().sequences().newestMicros() + 1);
            int[] users = users(study.log(), now);
            Foretold foretold = study.foretell(users, now);
            CouponReport report = write(study, request, now, users, foretold);
            request.page().ifPresent(page -> PageFile.write(page, CouponPage.html(report)));
            return report;
        }
    }

    /** Shoppers with an event before the campaign. */
    private static int[] users(EventLog log, long now) {
        int[] users =
                IntStream.range(0, log.sequences().size())
                        .filter(user -> log.sequences().get(user).countBefore(now) > 0)
                        .toArray();
        if (users.length == 0) {
            throw NextactException.input("no shopper has an event before the campaign (--at)");
        }
        return users;
    }

    private static CouponReport write(
            CampaignStudy study, Request request, long now, int[] users, Foretold foretold) {
        CouponTerms terms = request.terms();
        double[] cost = new double[users.length];
        double[] key = new double[users.length];
        for (int i = 0; i < users.length; i++) {
            cost[i] = terms.cost(foretold.with()[i]);
            boolean isPerCost = request.order() == Order.GAIN_PER_COST;
            key[i] = isPerCost ? foretold.gains()[i] / cost[i] : foretold.gains()[i];
        }
        boolean isLearned = study.learned().isPresent();
        int[] order =
                Orders.descending(
                        IntStream.range(0, users.length)
                                .filter(i -> !isLearned || foretold.gains()[i] > 0),
                        key);
        List<String> ids =
                Arrays.stream(order).mapToObj(i -> study.log().userId(users[i])).toList();
        double[] costs = Arrays.stream(order).mapToDouble(i -> cost[i]).toArray();
        int listed = request.limit().count(ids, costs, request.holdout());
        CampaignList.Campaign campaign =
                new CampaignList.Campaign(
                        "coupon",
                        now,
                        request.horizonSeconds(),
                        request.behaviour(),
                        Listed.ANYTHING);
        double spent = 0;
        double gained = 0;
        double outcomes = 0;
        CampaignReach reach;
        try (CampaignList list =
                CampaignList.create(
                        request.out(),
                        campaign,
                        request.holdout(),
                        isLearned ? BY_UPLIFT : BY_INTENT)) {
            for (int n = 0; n < listed; n++) {
                int i = order[n];
                String acts = acts(study.log(), users[i], request.behaviour(), now);
                double without = foretold.without()[i];
                if (isLearned) {
                    double gain = foretold.gains()[i];
                    double uplift = terms.uplift(gain, foretold.with()[i]);
                    double with =
                            study.isOfProbabilities() ? share(without + uplift) : without + uplift;
                    list.add(
                            ids.get(n),
                            with,
                            List.of("uplift", without, cost[i], uplift, gain),
                            String.format(
                                    Locale.ROOT,
                                    "%.3f without the coupon, %.3f with it: gains %.2f for %.2f;"
                                            + " %s",
                                    without,
                                    with,
                                    gain,
                                    cost[i],
                                    acts));
                } else {
                    list.add(
                            ids.get(n),
                            without,
                            List.of("intent", without, cost[i]),
                            String.format(
                                    Locale.ROOT,
                                    "%.3f likely whatever is sent: whom the coupon moves is not"
                                            + " known; %s",
                                    without,
                                    acts));
                }
                if (!request.holdout().holds(ids.get(n))) {
                    spent += cost[i];
                    gained += foretold.gains()[i];
                    outcomes += without;
                }
            }
            list.complete();
            reach = CampaignReach.of(list, spent, outcomes);
        }
        CouponReport.Chosen chosen =
                new CouponReport.Chosen(users.length, order.length, reach, gained);
        return new CouponReport(
                study.told(),
                chosen,
                study.learned().map(of -> judged(request, of, listed, chosen)));
    }

    /** A learner of effects may say more than a probability can be. */
    private static double share(double foretold) {
        return Math.max(0, Math.min(1, foretold));
    }

    /** What a shopper did before, for the reason. */
    private static String acts(EventLog log, int user, String behaviour, long now) {
        EventSequence events = log.sequences().get(user);
        return PastActs.of(
                        events.prefix(events.countBefore(now)), log.behaviours().indexOf(behaviour))
                .toText(behaviour, now);
    }

    private static CouponReport.Judged judged(
            Request request, LearnUplift.Learned learned, int listed, CouponReport.Chosen chosen) {
        double share = listed / (double) chosen.shoppers();
        HeldOutPolicy policy = learned.policy();
        // of a listed shopper some are held out, and gain nothing
        double scale =
                listed == 0
                        ? 0
                        : chosen.shoppers() * (chosen.reach().contacted() / (double) listed);
        return new CouponReport.Judged(
                learned.candidates(),
                learned.qinis(),
                learned.chosen(),
                policy.curve().qini(),
                policy.intentCurve().qini(),
                policy.curve().less(policy.intentCurve()),
                policy.curve().area(),
                policy.curve().points(CouponReport.STEPS),
                policy.intentCurve().points(CouponReport.STEPS),
                share,
                policy.value(share, request.order()).times(scale),
                policy.valueOfIntent(share).times(scale),
                policy.valueOfAll().times(chosen.shoppers()));
    }
}
