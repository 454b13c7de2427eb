package dev.nextact.predict;

import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.NextactException;
import dev.nextact.core.Orders;
import dev.nextact.core.Progress;
import dev.nextact.core.report.Page;
import dev.nextact.core.uplift.Holdout;
import dev.nextact.core.uplift.Listed;
import dev.nextact.model.bundle.Bundle;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code nextact campaign winback}: shoppers who are about to be lost and are worth most, why, what
 * to offer them and when.
 *
 * <p>A shopper's value is what the horizon would bring at the pace of before: purchases at the mean
 * distance of those there were, each worth the mean of theirs. What is at risk is that times the
 * probability that no purchase comes. A shopper whose own pace asks for no purchase within the
 * horizon is not missed yet, and not listed.
 */
public final class PredictWinback {

    /**
     * @param behaviour its name
     * @param atMicros the campaign's moment; absent: just after the newest event
     * @param leastChurn probability, within [0, 1]
     * @param worth mean worth of a purchase by the shopper's index in the log; empty where the log
     *     tells no prices: then purchases are counted
     * @param offers items for each
     * @param page an HTML file
     */
    public record Request(
            String behaviour,
            Duration horizon,
            Optional<Long> atMicros,
            double leastChurn,
            Map<Integer, Double> worth,
            int offers,
            CampaignLimit limit,
            double contactCost,
            Holdout holdout,
            Path out,
            Optional<Path> page) {
        public Request {
            worth = Map.copyOf(worth);
            if (horizon.isNegative() || horizon.isZero()) {
                throw new IllegalArgumentException("horizon: expected above 0, found " + horizon);
            }
            if (!(leastChurn >= 0 && leastChurn <= 1)) {
                throw new IllegalArgumentException(
                        "churn: expected within [0, 1], found " + leastChurn);
            }
            if (offers < 1) {
                throw new IllegalArgumentException("offers: expected 1 or more, found " + offers);
            }
            if (!(contactCost >= 0)) {
                throw new IllegalArgumentException(
                        "contact-cost: expected 0 or more, found " + contactCost);
            }
        }
    }

    /**
     * @param buyers shoppers who bought before
     * @param atRisk value at risk of those contacted
     * @param ofAll the same of all who would be listed without a limit
     * @param curve [steps + 1], value at risk over even shares of these, the most first
     */
    public record Summary(
            int buyers,
            int candidates,
            CampaignReach reach,
            double atRisk,
            double ofAll,
            boolean isMoney,
            double[] curve) {

        /** For {@code --json}. */
        public Map<String, Object> toTree() {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("buyers", buyers);
            tree.put("candidates", candidates);
            reach.addTo(tree);
            tree.put("unit", isMoney ? "money" : "purchases");
            tree.put("value_at_risk", atRisk);
            tree.put("value_at_risk_of_all", ofAll);
            tree.put("curve", curve);
            return tree;
        }
    }

    private static final List<PredictionFile.Column> COLUMNS =
            List.of(
                    new PredictionFile.Column("churn", "DOUBLE"),
                    new PredictionFile.Column("value", "DOUBLE"),
                    new PredictionFile.Column("value_at_risk", "DOUBLE"),
                    new PredictionFile.Column("offer", "VARCHAR"),
                    new PredictionFile.Column("contact_on", "VARCHAR"),
                    new PredictionFile.Column("hour", "INTEGER"));

    /**
     * A shopper to win back.
     *
     * @param gapMicros between purchases
     */
    private record Lost(String user, double churn, double value, PastActs past, long gapMicros) {

        double atRisk() {
            return churn * value;
        }

        /** The day on which a purchase is due by the shopper's own pace, or today. */
        LocalDate contactOn(long now) {
            long due = Math.max(now, past.lastMicros() + gapMicros);
            return Instant.ofEpochSecond(Math.floorDiv(due, 1_000_000L))
                    .atZone(ZoneOffset.UTC)
                    .toLocalDate();
        }
    }

    /**
     * Writes the list and the page.
     *
     * @throws NextactException as {@link PredictHorizon#run}, and where the model ranks no items
     */
    public Summary run(Bundle bundle, EventLog log, Request request, Progress progress) {
        long now = request.atMicros().orElse(log.sequences().newestMicros() + 1);
        EventLog past = log.before(now);
        int behaviour = PredictHorizon.behaviour(bundle, request.behaviour());
        Map<String, Double> churn = new LinkedHashMap<>();
        new PredictHorizon()
                .run(
                        bundle,
                        Optional.of(past),
                        new PredictHorizon.Request(
                                PredictHorizon.Question.CHURN,
                                new Shoppers.All(),
                                request.behaviour(),
                                request.horizon(),
                                Optional.of(now)),
                        answer -> churn.put(answer.user(), answer.probability()),
                        progress);
        List<Lost> lost = new ArrayList<>();
        int buyers = 0;
        for (Map.Entry<String, Double> of : churn.entrySet()) {
            int user = past.userIndex(of.getKey());
            EventSequence history = past.sequences().get(user);
            PastActs acts = PastActs.of(history, behaviour);
            buyers += acts.count() > 0 ? 1 : 0;
            if (acts.count() > 0 && of.getValue() >= request.leastChurn()) {
                lost(request, user, of.getKey(), of.getValue(), acts, history, now)
                        .ifPresent(lost::add);
            }
        }
        if (lost.isEmpty()) {
            throw NextactException.input(
                    "none of %,d buyers is missed: no purchase is due within the horizon, or the"
                            + " probability that none comes is below %.2f (--churn)",
                    buyers, request.leastChurn());
        }
        double[] atRisk = lost.stream().mapToDouble(Lost::atRisk).toArray();
        List<Lost> order = new ArrayList<>();
        for (int i : Orders.descending(atRisk)) {
            order.add(lost.get(i));
        }
        Summary summary = write(bundle, past, request, now, order, buyers, progress);
        request.page().ifPresent(page -> PageFile.write(page, page(request, summary)));
        return summary;
    }

    private static Optional<Lost> lost(
            Request request,
            int user,
            String id,
            double churn,
            PastActs acts,
            EventSequence history,
            long now) {
        long horizon = request.horizon().toNanos() / 1000;
        // of one who bought once, the time since the first visit is all that is known of a pace
        long gap = acts.gapMicros().orElse(Math.max(1, now - history.timeMicros(0)));
        if (acts.lastMicros() + gap >= now + horizon) {
            return Optional.empty();
        }
        double purchases = Math.min(acts.count(), horizon / (double) Math.max(1, gap));
        double worth = request.worth().isEmpty() ? 1 : request.worth().getOrDefault(user, 0.0);
        double value = purchases * worth;
        return value > 0 ? Optional.of(new Lost(id, churn, value, acts, gap)) : Optional.empty();
    }

    private static Summary write(
            Bundle bundle,
            EventLog past,
            Request request,
            long now,
            List<Lost> lost,
            int buyers,
            Progress progress) {
        List<String> users = lost.stream().map(Lost::user).toList();
        double[] costs = new double[users.size()];
        Arrays.fill(costs, request.contactCost());
        int listed = request.limit().count(users, costs, request.holdout());
        Map<String, List<String>> offers =
                offers(bundle, past, users.subList(0, listed), request, progress);
        CampaignList.Campaign campaign =
                new CampaignList.Campaign(
                        "winback",
                        now,
                        request.horizon().toMillis() / 1e3,
                        request.behaviour(),
                        Listed.ANYTHING);
        double atRisk = 0;
        double expected = 0;
        CampaignReach reach;
        try (CampaignList list =
                CampaignList.create(request.out(), campaign, request.holdout(), COLUMNS)) {
            for (Lost one : lost.subList(0, listed)) {
                list.add(
                        one.user(),
                        1 - one.churn(),
                        List.of(
                                one.churn(),
                                one.value(),
                                one.atRisk(),
                                String.join(" ", offers.getOrDefault(one.user(), List.of())),
                                one.contactOn(now).toString(),
                                one.past().hour()),
                        reason(one, request, now));
                if (!request.holdout().holds(one.user())) {
                    atRisk += one.atRisk();
                    expected += 1 - one.churn();
                }
            }
            list.complete();
            reach = CampaignReach.of(list, request.contactCost() * list.contacted(), expected);
        }
        double[] curve = new double[PredictAudience.STEPS + 1];
        for (int s = 0; s < curve.length; s++) {
            long size = Math.round(lost.size() * s / (double) PredictAudience.STEPS);
            curve[s] = lost.stream().limit(size).mapToDouble(Lost::atRisk).sum();
        }
        return new Summary(
                buyers,
                lost.size(),
                reach,
                atRisk,
                curve[curve.length - 1],
                !request.worth().isEmpty(),
                curve);
    }

    private static Map<String, List<String>> offers(
            Bundle bundle, EventLog past, List<String> users, Request request, Progress progress) {
        Map<String, List<String>> offers = new HashMap<>();
        new PredictNext()
                .run(
                        bundle,
                        Optional.of(past),
                        new PredictNext.Request(
                                new Shoppers.Chosen(users), request.offers(), Optional.empty()),
                        (Prediction next) ->
                                offers.computeIfAbsent(next.user(), user -> new ArrayList<>())
                                        .add(next.item()),
                        progress);
        return offers;
    }

    private static String reason(Lost one, Request request, long now) {
        double gap = one.gapMicros() / 86_400e6;
        double since = PastActs.days(one.past().lastMicros(), now);
        String pace =
                one.past().count() == 1
                        ? "bought once"
                        : String.format(
                                Locale.ROOT,
                                "bought %d times, every %.1f days",
                                one.past().count(),
                                gap);
        return String.format(
                Locale.ROOT,
                "%.0f %% likely no %s within %.0f days; %s, the last %.1f days ago%s; worth %.2f%s"
                        + " a horizon at that pace",
                100 * one.churn(),
                request.behaviour(),
                request.horizon().toMillis() / 86_400e3,
                pace,
                since,
                since > gap ? ", overdue" : "",
                one.value(),
                request.worth().isEmpty() ? " purchases" : "");
    }

    private static String page(Request request, Summary summary) {
        Page page = new Page("Win back", "Whom to win back");
        String unit = summary.isMoney() ? "money" : "purchases";
        page.line(
                "<p>Of %,d buyers %,d are missed or about to be; %,d are contacted and %,d held out."
                        + " At risk with those contacted: %,.2f (%s) within %.1f days; with all"
                        + " %,.2f.</p>",
                summary.buyers(),
                summary.candidates(),
                summary.reach().contacted(),
                summary.reach().heldOut(),
                summary.atRisk(),
                unit,
                request.horizon().toMillis() / 86_400e3,
                summary.ofAll());
        double[] shares = new double[summary.curve().length];
        for (int s = 0; s < shares.length; s++) {
            shares[s] = 100.0 * s / PredictAudience.STEPS;
        }
        page.lines(
                "Value at risk by how many are contacted",
                "% of those missed, the most at risk first",
                unit,
                List.of(
                        new Page.Line("the most first", shares, summary.curve()),
                        new Page.Line(
                                "at random",
                                new double[] {0, 100},
                                new double[] {0, summary.ofAll()})),
                Page.Diagonal.ABSENT);
        return page.html();
    }
}
