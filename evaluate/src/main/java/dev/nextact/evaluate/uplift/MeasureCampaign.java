package dev.nextact.evaluate.uplift;

import dev.nextact.core.EventLog;
import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.report.Page;
import dev.nextact.core.uplift.Lift;
import dev.nextact.core.uplift.Listed;
import dev.nextact.data.CampaignReader;
import dev.nextact.data.PreparedData;
import dev.nextact.predict.Came;
import dev.nextact.predict.ItemGroup;
import dev.nextact.predict.PageFile;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code nextact campaign measure}: what a campaign brought, from its list and the log of what came
 * after it: those contacted against the holdout. All who were to be contacted count, whether the
 * message reached them or not.
 */
public final class MeasureCampaign {

    /**
     * @param list that {@code nextact campaign} wrote
     * @param horizon to count outcomes in, from the campaign on; absent: the list's
     * @param page an HTML file
     */
    public record Request(Path list, Optional<Duration> horizon, Optional<Path> page) {}

    /**
     * @param of which outcome
     * @param unknown listed shoppers without an event in the log
     * @param buyers shares to whom it came
     * @param times it came, a shopper
     */
    public record Measured(String of, double days, int unknown, Lift buyers, Lift times) {

        /** For the terminal: a sentence a line. */
        public List<String> sentences() {
            List<String> lines = new ArrayList<>();
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "%s within %.1f days: %.2f %% of %,d contacted, %.2f %% of %,d held"
                                    + " out",
                            of,
                            days,
                            100 * buyers.ofContacted(),
                            buyers.contacted(),
                            100 * buyers.ofHoldout(),
                            buyers.heldOut()));
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "lift %+.2f points (95 %%: %+.2f to %+.2f): %,.0f more shoppers (%,.0f"
                                    + " to %,.0f)%s",
                            100 * buyers.difference(),
                            100 * buyers.low(),
                            100 * buyers.high(),
                            buyers.extra().get(0),
                            buyers.extra().get(1),
                            buyers.extra().get(2),
                            buyers.isTold() ? "" : "; it could be chance"));
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "how often, a shopper: %.4f against %.4f, lift %+.4f (95 %%: %+.4f to"
                                    + " %+.4f)%s",
                            times.ofContacted(),
                            times.ofHoldout(),
                            times.difference(),
                            times.low(),
                            times.high(),
                            times.isTold() ? "" : "; it could be chance"));
            if (unknown > 0) {
                lines.add(
                        String.format(
                                Locale.ROOT,
                                "%,d listed shoppers are not in the prepared log and count as"
                                        + " without an outcome",
                                unknown));
            }
            return lines;
        }

        /** For {@code --json}. */
        public Map<String, Object> toTree() {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("of", of);
            tree.put("horizon_days", days);
            tree.put("unknown", unknown);
            tree.put("buyers", buyers.toTree());
            tree.put("times", times.toTree());
            return tree;
        }
    }

    /**
     * @throws NextactException where the list has no holdout, or the log ends before the horizon
     *     does
     */
    public Measured run(ShopConfig config, Request request) {
        List<Listed> list = CampaignReader.list(request.list());
        Listed first = list.get(0);
        for (Listed listed : list) {
            if (listed.atMicros() != first.atMicros()
                    || listed.horizonSeconds() != first.horizonSeconds()
                    || !listed.behaviour().equals(first.behaviour())
                    || !listed.of().equals(first.of())) {
                throw NextactException.input(
                        "%s holds several campaigns (of %s and of %s): measure each by its own"
                                + " list",
                        request.list(), first.user(), listed.user());
            }
        }
        EventLog log = PreparedData.open(config.preparedDirectory());
        if (log.behaviours().indexOf(first.behaviour()) < 0) {
            throw NextactException.input(
                    "the log knows no behaviour '%s', which %s is about. Known: %s",
                    first.behaviour(),
                    request.list(),
                    String.join(", ", log.behaviours().toMap().keySet()));
        }
        double seconds =
                request.horizon().map(h -> h.toMillis() / 1e3).orElse(first.horizonSeconds());
        long until = first.atMicros() + Math.round(seconds * 1e6);
        long end = log.sequences().newestMicros() + 1;
        if (until > end) {
            throw NextactException.input(
                    "the prepared log ends at %s, the campaign's horizon at %s: prepare a log that"
                            + " holds what came, or measure a shorter --horizon",
                    Instant.ofEpochMilli(end / 1000), Instant.ofEpochMilli(until / 1000));
        }
        Came came = Came.of(log, first.behaviour(), group(config, first.of()));
        List<Double> contacted = new ArrayList<>();
        List<Double> heldOut = new ArrayList<>();
        int unknown = 0;
        for (Listed listed : list) {
            int user = log.userIndex(listed.user());
            unknown += user < 0 ? 1 : 0;
            double count =
                    user < 0 ? 0 : came.count(log.sequences().get(user), first.atMicros(), until);
            (listed.isHeldOut() ? heldOut : contacted).add(count);
        }
        if (contacted.isEmpty() || heldOut.isEmpty()) {
            throw NextactException.input(
                    "%s has %,d contacted and %,d held out: without both there is no lift. Make the"
                            + " next list with a --holdout",
                    request.list(), contacted.size(), heldOut.size());
        }
        refuseFew(config.privacy().k(), contacted, heldOut);
        Measured measured = measured(first, seconds, unknown, counts(contacted), counts(heldOut));
        request.page().ifPresent(page -> PageFile.write(page, html(measured)));
        return measured;
    }

    /** Of fewer than k shoppers neither how many they are nor what they did is told. */
    private static void refuseFew(int k, List<Double> contacted, List<Double> heldOut) {
        refuseFew(k, "contacted", contacted);
        refuseFew(k, "held out", heldOut);
    }

    private static void refuseFew(int k, String name, List<Double> group) {
        if (k > 1 && buyers(counts(group)) < k) {
            throw NextactException.input(
                    "the outcome came to fewer than %d of those %s, and privacy.k lets nothing be"
                            + " told of so few. Measure a longer --horizon or a greater campaign",
                    k, name);
        }
    }

    private static double[] counts(List<Double> counts) {
        return counts.stream().mapToDouble(count -> count).toArray();
    }

    private static Measured measured(
            Listed first, double seconds, int unknown, double[] contacted, double[] heldOut) {
        return new Measured(
                first.behaviour() + (first.of().equals(Listed.ANYTHING) ? "" : " of " + first.of()),
                seconds / 86_400,
                unknown,
                Lift.ofShares(contacted.length, buyers(contacted), heldOut.length, buyers(heldOut)),
                Lift.ofMeans(contacted, heldOut));
    }

    private static int buyers(double[] counts) {
        return (int) Arrays.stream(counts).filter(count -> count > 0).count();
    }

    private static Optional<ItemGroup> group(ShopConfig config, String of) {
        if (of.startsWith(Listed.CATEGORY)) {
            String name = of.substring(Listed.CATEGORY.length());
            return Optional.of(
                    new ItemGroup(
                            name,
                            PreparedData.itemsWith(config.preparedDirectory(), "category", name)));
        }
        return of.startsWith(Listed.ITEM)
                ? Optional.of(new ItemGroup(of, List.of(of.substring(Listed.ITEM.length()))))
                : Optional.empty();
    }

    private static String html(Measured measured) {
        Page page = new Page("Campaign", "What the campaign brought");
        page.line("<ul>");
        measured.sentences().forEach(sentence -> page.line("<li>%s</li>", Page.escaped(sentence)));
        page.line("</ul>");
        page.bars(
                "To whom it came",
                "group",
                List.of(
                        new Page.Bar("contacted", List.of(100 * measured.buyers().ofContacted())),
                        new Page.Bar("held out", List.of(100 * measured.buyers().ofHoldout()))),
                List.of("%"),
                Page.Scale.LINEAR);
        return page.html();
    }
}
