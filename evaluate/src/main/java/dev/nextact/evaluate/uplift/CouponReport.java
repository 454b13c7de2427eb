package dev.nextact.evaluate.uplift;

import dev.nextact.core.uplift.Estimate;
import dev.nextact.evaluate.uplift.LearnUplift.Candidate;
import dev.nextact.predict.CampaignReach;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What was learned of a coupon, and whom it goes to.
 *
 * @param judged absent where nothing could be learned of whom it moves
 */
public record CouponReport(Past past, Chosen chosen, Optional<Judged> judged) {

    /** Points of a curve, less one. */
    static final int STEPS = 20;

    /**
     * The past campaign.
     *
     * @param shoppers whose outcome is known
     * @param learnedFrom of these
     * @param leftOut who is left out and why; empty where nobody is
     * @param assignment for people, how contacts were chosen
     * @param features for people, what was read of shoppers
     */
    public record Past(
            int shoppers,
            int learnedFrom,
            String leftOut,
            Assignment.Way way,
            String assignment,
            String features,
            List<BaseLearner> bases) {}

    /**
     * The new campaign.
     *
     * @param shoppers who were asked about
     * @param worthIt of these, whose contact is foretold to gain something
     * @param gain that contacts are foretold to bring; of a list by intent without meaning
     */
    public record Chosen(int shoppers, int worthIt, CampaignReach reach, double gain) {}

    /**
     * How good the choice is, by shoppers of the past campaign that were held out of learning.
     *
     * @param qinis of each candidate
     * @param qini of choosing among them, nested
     * @param intentQini of contacting first who buys most likely
     * @param difference of the two
     * @param area below the curve (AUUC)
     * @param curve [steps + 1], gain per shopper over the share contacted
     * @param share of the shoppers that is listed now
     * @param value what contacting these gains in all
     * @param valueOfIntent what as many of the likeliest buyers would gain
     * @param valueOfAll what contacting everybody would
     */
    public record Judged(
            List<Candidate> candidates,
            List<Estimate> qinis,
            Candidate chosen,
            Estimate qini,
            Estimate intentQini,
            Estimate difference,
            double area,
            double[] curve,
            double[] intentCurve,
            double share,
            Estimate value,
            Estimate valueOfIntent,
            Estimate valueOfAll) {

        private Map<String, Object> toTree() {
            Map<String, Object> tree = new LinkedHashMap<>();
            Map<String, Object> of = new LinkedHashMap<>();
            for (int c = 0; c < candidates.size(); c++) {
                of.put(candidates.get(c).toString(), qinis.get(c).toTree());
            }
            tree.put("qini_of_candidates", of);
            tree.put("chosen", chosen.toString());
            tree.put("qini", qini.toTree());
            tree.put("qini_of_intent", intentQini.toTree());
            tree.put("qini_less_intent", difference.toTree());
            tree.put("auuc", area);
            tree.put("curve", curve);
            tree.put("curve_of_intent", intentCurve);
            tree.put("share_listed", share);
            tree.put("value", value.toTree());
            tree.put("value_of_intent", valueOfIntent.toTree());
            tree.put("value_of_all", valueOfAll.toTree());
            return tree;
        }
    }

    /** For the terminal: a sentence a line. */
    public List<String> sentences() {
        List<String> lines = new ArrayList<>();
        lines.add(
                text(
                        "past campaign: %,d shoppers, learned from %,d; %s",
                        past.shoppers(), past.learnedFrom(), past.assignment()));
        if (!past.leftOut().isEmpty()) {
            lines.add(past.leftOut());
        }
        lines.add("read: " + past.features());
        if (!past.bases().contains(BaseLearner.TREES)) {
            lines.add(
                    "without boosted trees: XGBoost's native library cannot be loaded (on Linux it"
                            + " needs libgomp; Debian: apt install libgomp1)");
        }
        if (judged.isEmpty()) {
            lines.add(
                    "whom the coupon moves cannot be learned from it: the list is by intent alone,"
                            + " those first who buy most likely, coupon or not");
        } else {
            Judged of = judged.get();
            for (int c = 0; c < of.candidates().size(); c++) {
                lines.add(
                        text(
                                "  %-20s Qini %+.5f (95 %%: %+.5f to %+.5f)%s",
                                of.candidates().get(c),
                                of.qinis().get(c).value(),
                                of.qinis().get(c).low(),
                                of.qinis().get(c).high(),
                                of.candidates().get(c).equals(of.chosen()) ? " chosen" : ""));
            }
            lines.add(
                    text(
                            "choosing so: Qini %+.5f (95 %%: %+.5f to %+.5f), AUUC %+.5f; by intent"
                                    + " %+.5f; difference %+.5f to %+.5f%s",
                            of.qini().value(),
                            of.qini().low(),
                            of.qini().high(),
                            of.area(),
                            of.intentQini().value(),
                            of.difference().low(),
                            of.difference().high(),
                            of.difference().low() > 0 ? "" : ", which could be chance"));
            lines.add(
                    text(
                            "this list gains %,.1f (95 %%: %,.1f to %,.1f) in the currency of"
                                    + " --margin; as many by intent %,.1f (%,.1f to %,.1f);"
                                    + " everybody %,.1f (%,.1f to %,.1f)",
                            of.value().value(),
                            of.value().low(),
                            of.value().high(),
                            of.valueOfIntent().value(),
                            of.valueOfIntent().low(),
                            of.valueOfIntent().high(),
                            of.valueOfAll().value(),
                            of.valueOfAll().low(),
                            of.valueOfAll().high()));
        }
        lines.add(
                text(
                        "%,d of %,d shoppers are contacted, %,d held out%s; foretold to cost %,.2f",
                        chosen.reach().contacted(),
                        chosen.shoppers(),
                        chosen.reach().heldOut(),
                        judged.isPresent()
                                ? text(
                                        "; contacting any of %,d others is foretold to gain nothing",
                                        chosen.shoppers() - chosen.worthIt())
                                : "",
                        chosen.reach().cost()));
        return lines;
    }

    private static String text(String format, Object... args) {
        return String.format(Locale.ROOT, format, args);
    }

    /** For {@code --json}. */
    public Map<String, Object> toTree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("campaign_shoppers", past.shoppers());
        tree.put("learned_from", past.learnedFrom());
        tree.put("left_out", past.leftOut());
        tree.put("assignment", past.way().name().toLowerCase(Locale.ROOT));
        tree.put("assignment_text", past.assignment());
        tree.put("features", past.features());
        tree.put("bases", past.bases().stream().map(BaseLearner::toString).toList());
        tree.put("by", judged.isPresent() ? "uplift" : "intent");
        tree.put("shoppers", chosen.shoppers());
        tree.put("worth_it", chosen.worthIt());
        chosen.reach().addTo(tree);
        if (judged.isPresent()) {
            tree.put("expected_gain", chosen.gain());
        }
        judged.ifPresent(of -> tree.put("held_out_of_learning", of.toTree()));
        return tree;
    }
}
