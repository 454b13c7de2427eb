package dev.nextact.predict;

import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.NextactException;
import dev.nextact.core.Orders;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig.SplitRule;
import dev.nextact.core.Split;
import dev.nextact.core.uplift.Holdout;
import dev.nextact.core.uplift.Listed;
import dev.nextact.core.uplift.QiniCurve;
import dev.nextact.model.bundle.Bundle;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code nextact campaign audience}: the shoppers to whom a behaviour comes most likely within a
 * horizon, to anything, or to something of a category or an item, and how many of them to expect.
 */
public final class PredictAudience {

    /**
     * @param behaviour its name
     * @param group absent: anything
     * @param atMicros the campaign's moment; absent: just after the newest event
     * @param split by which the model was trained
     * @param contactCost of one contact, in the currency of the budget
     * @param page an HTML file
     */
    public record Request(
            String behaviour,
            Optional<ItemGroup> group,
            String of,
            Duration horizon,
            Optional<Long> atMicros,
            SplitRule split,
            CampaignLimit limit,
            double contactCost,
            Holdout holdout,
            Path out,
            Optional<Path> page) {
        public Request {
            if (horizon.isNegative() || horizon.isZero()) {
                throw new IllegalArgumentException("horizon: expected above 0, found " + horizon);
            }
            if (!(contactCost >= 0)) {
                throw new IllegalArgumentException(
                        "contact-cost: expected 0 or more, found " + contactCost);
            }
        }
    }

    /**
     * The same question where the answer is known: at the start of the test.
     *
     * @param days of the horizon, no longer than the test
     * @param foretold buyers among as large a share of the shoppers
     * @param came of them
     * @param reached [steps + 1], the share of all who came that the likeliest shoppers held, over
     *     even shares of shoppers
     */
    public record Backtest(double days, double foretold, int came, double[] reached) {

        /** By how much the foretold number was off, of itself. */
        double miss() {
            return Math.abs(came - foretold) / Math.max(1e-9, foretold);
        }

        Map<String, Object> toTree() {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("horizon_days", days);
            tree.put("foretold", foretold);
            tree.put("came", came);
            tree.put("reached", reached);
            return tree;
        }
    }

    /**
     * @param shoppers of whom the model knows something
     * @param expected of those contacted, to whom the behaviour comes
     * @param low of that, the lower end of the 95 % interval
     * @param average probability over all shoppers
     * @param curve [steps + 1], expected buyers over even shares of the shoppers contacted
     * @param first of the list, the likeliest
     */
    public record Summary(
            int shoppers,
            int leftOut,
            CampaignReach reach,
            double expected,
            double low,
            double high,
            double average,
            Optional<Backtest> backtest,
            double[] curve,
            List<Member> first) {

        public Summary {
            first = List.copyOf(first);
        }

        /** For {@code --json}. */
        public Map<String, Object> toTree() {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("shoppers", shoppers);
            tree.put("left_out", leftOut);
            reach.addTo(tree);
            tree.put("expected_buyers", List.of(expected, low, high));
            tree.put("mean_probability", average);
            backtest.ifPresent(of -> tree.put("backtest", of.toTree()));
            tree.put("curve", curve);
            return tree;
        }
    }

    /**
     * One of the list.
     *
     * @param probability that the behaviour comes
     */
    public record Member(String user, double probability, boolean isHeldOut) {}

    /** Points of a curve, less one. */
    public static final int STEPS = 20;

    /** Members of a summary. */
    private static final int FIRST = 20;

    /** A test that is shorter than the horizon by more than so many times says little of it. */
    private static final int SHORTEST = 4;

    /** What is asked of shoppers, answered. */
    private record Likely(List<String> users, double[] probabilities, long leftOut) {

        /** The likeliest first. */
        Likely sorted() {
            int[] order = Orders.descending(probabilities);
            return new Likely(
                    Arrays.stream(order).mapToObj(users::get).toList(),
                    Arrays.stream(order).mapToDouble(i -> probabilities[i]).toArray(),
                    leftOut);
        }

        double sum(int size) {
            return Arrays.stream(probabilities, 0, size).sum();
        }
    }

    /**
     * Writes the list and the page.
     *
     * @throws NextactException as {@link PredictHorizon#run} and {@link PredictItemIntent#run}
     */
    public Summary run(Bundle bundle, EventLog log, Request request, Progress progress) {
        long now = request.atMicros().orElse(log.sequences().newestMicros() + 1);
        Likely likely = ask(bundle, log, request, now, request.horizon(), progress).sorted();
        if (likely.users().isEmpty()) {
            throw NextactException.input(
                    "no shopper has an event of an item the model knows before the campaign");
        }
        double[] costs = new double[likely.users().size()];
        Arrays.fill(costs, request.contactCost());
        int listed = request.limit().count(likely.users(), costs, request.holdout());
        Optional<Backtest> backtest =
                backtest(bundle, log, request, now, listed / (double) costs.length, progress);
        Summary summary = write(log, request, now, likely, listed, backtest);
        request.page().ifPresent(page -> PageFile.write(page, AudiencePage.html(request, summary)));
        return summary;
    }

    private static Likely ask(
            Bundle bundle,
            EventLog log,
            Request request,
            long now,
            Duration horizon,
            Progress progress) {
        List<String> users = new ArrayList<>();
        List<Double> probabilities = new ArrayList<>();
        PredictHorizon.Summary answered =
                request.group().isPresent()
                        ? new PredictItemIntent()
                                .run(
                                        bundle,
                                        log,
                                        new PredictItemIntent.Request(
                                                new Shoppers.All(),
                                                request.behaviour(),
                                                request.group().get(),
                                                horizon,
                                                Optional.of(now),
                                                request.split()),
                                        answer -> {
                                            users.add(answer.user());
                                            probabilities.add(answer.probability());
                                        },
                                        progress)
                        : new PredictHorizon()
                                .run(
                                        bundle,
                                        Optional.of(log),
                                        new PredictHorizon.Request(
                                                PredictHorizon.Question.INTENT,
                                                new Shoppers.All(),
                                                request.behaviour(),
                                                horizon,
                                                Optional.of(now)),
                                        answer -> {
                                            users.add(answer.user());
                                            probabilities.add(answer.probability());
                                        },
                                        progress);
        return new Likely(
                users, probabilities.stream().mapToDouble(p -> p).toArray(), answered.leftOut());
    }

    private static Summary write(
            EventLog log,
            Request request,
            long now,
            Likely likely,
            int listed,
            Optional<Backtest> backtest) {
        int size = likely.users().size();
        double average = likely.sum(size) / size;
        int behaviour = log.behaviours().indexOf(request.behaviour());
        double expected = 0;
        double variance = 0;
        CampaignList.Campaign campaign =
                new CampaignList.Campaign(
                        "audience",
                        now,
                        request.horizon().toMillis() / 1e3,
                        request.behaviour(),
                        request.of());
        CampaignReach reach;
        List<Member> first = new ArrayList<>();
        try (CampaignList list =
                CampaignList.create(request.out(), campaign, request.holdout(), List.of())) {
            for (int i = 0; i < listed; i++) {
                String user = likely.users().get(i);
                double p = likely.probabilities()[i];
                EventSequence events = log.sequences().get(log.userIndex(user));
                PastActs past = PastActs.of(events.prefix(events.countBefore(now)), behaviour);
                list.add(
                        user,
                        p,
                        List.of(),
                        String.format(
                                Locale.ROOT,
                                "%.1f %% likely, %.1f times the average; %s",
                                100 * p,
                                p / average,
                                past.toText(request.behaviour(), now)));
                boolean isHeldOut = request.holdout().holds(user);
                if (i < FIRST) {
                    first.add(new Member(user, p, isHeldOut));
                }
                if (!isHeldOut) {
                    expected += p;
                    variance += p * (1 - p);
                }
            }
            list.complete();
            reach = CampaignReach.of(list, request.contactCost() * list.contacted(), expected);
        }
        double off = backtest.map(Backtest::miss).orElse(0.0) * expected;
        double half = 1.96 * Math.sqrt(variance + off * off);
        double[] curve = new double[STEPS + 1];
        for (int s = 0; s <= STEPS; s++) {
            curve[s] = likely.sum((int) Math.round(size * s / (double) STEPS));
        }
        return new Summary(
                size,
                (int) likely.leftOut(),
                reach,
                expected,
                Math.max(0, expected - half),
                Math.min(reach.contacted(), expected + half),
                average,
                backtest,
                curve,
                first);
    }

    /**
     * Asks the same at the start of the test, which the model has not learned from.
     *
     * @param share of the shoppers that is listed now
     */
    private static Optional<Backtest> backtest(
            Bundle bundle,
            EventLog log,
            Request request,
            long now,
            double share,
            Progress progress) {
        Split.CutOffs cutOffs =
                Split.of(request.split(), log.sequences())
                        .cutOffs()
                        .orElse(new Split.CutOffs(now, now, now));
        long then = cutOffs.validUntil();
        long watched = Math.min(now, cutOffs.testUntil()) - then;
        Duration horizon = Duration.of(watched, ChronoUnit.MICROS);
        if (horizon.compareTo(request.horizon()) > 0) {
            horizon = request.horizon();
        }
        boolean isClassifier = bundle.heads().map(heads -> heads.classifies()).orElse(false);
        boolean isTooShort =
                watched <= 0 || horizon.multipliedBy(SHORTEST).compareTo(request.horizon()) < 0;
        if (isTooShort || (isClassifier && !horizon.equals(request.horizon()))) {
            return Optional.empty();
        }
        Likely likely = ask(bundle, log, request, then, horizon, progress).sorted();
        int size = likely.users().size();
        if (size == 0) {
            return Optional.empty();
        }
        long until = then + horizon.toNanos() / 1000;
        Came wanted = Came.of(log, request.behaviour(), request.group());
        double[] came = new double[size];
        double[] places = new double[size];
        for (int i = 0; i < size; i++) {
            EventSequence events = log.sequences().get(log.userIndex(likely.users().get(i)));
            came[i] = wanted.count(events, then, until) > 0 ? 1 : 0;
            places[i] = -i;
        }
        double all = Math.max(1, Arrays.stream(came).sum());
        double[] reached = QiniCurve.of(places, came).points(STEPS);
        for (int s = 0; s < reached.length; s++) {
            reached[s] *= size / all;
        }
        int first = (int) Math.round(share * size);
        int cameOfFirst = (int) Arrays.stream(came, 0, first).sum();
        if (cameOfFirst < request.limit().k() && request.limit().k() > 1) {
            return Optional.empty();
        }
        return Optional.of(
                new Backtest(
                        horizon.toMillis() / 86_400e3, likely.sum(first), cameOfFirst, reached));
    }

    /** The word of a group of items by which a list names it; see {@link Listed}. */
    public static String of(Optional<String> category, Optional<String> item) {
        return category.map(name -> Listed.CATEGORY + name)
                .or(() -> item.map(id -> Listed.ITEM + id))
                .orElse(Listed.ANYTHING);
    }
}
