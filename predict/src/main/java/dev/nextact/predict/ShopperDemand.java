package dev.nextact.predict;

import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig.SplitRule;
import dev.nextact.core.Split;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandSource;
import dev.nextact.core.survival.HazardCurve;
import dev.nextact.model.bundle.Bundle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What will sell as the shoppers' own intents add up to: the hazard of each shopper's next purchase
 * over a step, shared out over the items as the ranking and what is done with items say ({@link
 * ItemShares}). A shopper's later purchases are taken to come as the first does, one unit each, and
 * shoppers who are not in the log yet are missed: a factor chosen on validation ({@code
 * DemandBlend}) puts the level right. Confined to one thread; the caller closes it.
 */
public final class ShopperDemand implements DemandSource, AutoCloseable {

    private static final int BATCH = 64;

    /** Of more shoppers every n-th is asked, and counts n times. */
    private static final int MOST_SHOPPERS = 20_000;

    /** Keeps what is sure finite. */
    private static final double LEAST_SURVIVAL = 1e-9;

    private final OutlookModel model;
    private final OnnxScorer scorer;
    private final EventSequences sequences;
    private final Split split;
    private final int behaviour;
    private final ItemShares shares;

    private ShopperDemand(
            OutlookModel model,
            OnnxScorer scorer,
            EventSequences sequences,
            Split split,
            int behaviour) {
        this.model = model;
        this.scorer = scorer;
        this.sequences = sequences;
        this.split = split;
        this.behaviour = behaviour;
        this.shares = ItemShares.of(scorer, model.bundle(), sequences, split, behaviour);
    }

    /**
     * @param log that the bundle learned from, or a longer one
     * @param split by which it was trained
     * @param target the behaviour that is demand
     * @param horizonSeconds the longest that is asked for
     * @throws NextactException where the bundle learned no hazards or no ranking, knows no such
     *     behaviour or does not see so far
     */
    public static ShopperDemand open(
            Bundle bundle, EventLog log, SplitRule split, String target, double horizonSeconds) {
        PredictItemIntent.refuseWithoutRanking(bundle);
        int behaviour = PredictHorizon.behaviour(bundle, target);
        EventSequences sequences =
                log.sequences(bundle.fields())
                        .renumberItems(log.catalog().indexesIn(bundle.catalog()));
        OutlookModel model = OutlookModel.open(bundle);
        try {
            model.refuseBeyond(behaviour, horizonSeconds);
            return new ShopperDemand(
                    model,
                    OnnxScorer.open(bundle),
                    sequences,
                    Split.of(split, log.sequences()),
                    behaviour);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** The end of the validation part, by which it was chosen. */
    @Override
    public long learnedUntilMicros() {
        return split.cutOffs().map(Split.CutOffs::validUntil).orElse(Long.MAX_VALUE);
    }

    @Override
    public double[][] expected(DemandPanel past, int horizon) {
        long now = past.cutOffMicros();
        List<Moment> moments = new ArrayList<>();
        int stride = Math.max(1, (sequences.size() + MOST_SHOPPERS - 1) / MOST_SHOPPERS);
        for (int user = 0; user < sequences.size(); user += stride) {
            EventSequence events = sequences.get(user);
            EventSequence before = events.prefix(events.countBefore(now));
            if (OnnxScorer.isKnown(before)) {
                moments.add(new Moment(before, now));
            }
        }
        double step = past.period().micros() / 1e6;
        double[][] byItem = new double[shares.acts().length][horizon];
        for (int from = 0; from < moments.size(); from += BATCH) {
            add(moments.subList(from, Math.min(moments.size(), from + BATCH)), step, byItem);
        }
        double[][] expected = new double[past.series().size()][horizon];
        for (int i = 0; i < expected.length; i++) {
            int item = model.bundle().catalog().indexOf(past.series().get(i).item());
            for (int h = 0; h < horizon; h++) {
                expected[i][h] = item == 0 ? Double.NaN : stride * byItem[item][h];
            }
        }
        return expected;
    }

    /**
     * @param stepSeconds the length of a step
     * @param byItem [V+1][H], to which the shoppers' purchases are added
     */
    private void add(List<Moment> moments, double stepSeconds, double[][] byItem) {
        List<List<HazardCurve>> stays = model.stays(moments);
        double[][] ofShoppers = shares.after(moments.stream().map(Moment::history).toList());
        int horizon = byItem[0].length;
        for (int b = 0; b < ofShoppers.length; b++) {
            HazardCurve curve = stays.get(b).get(behaviour);
            double[] purchases = new double[horizon];
            Arrays.setAll(
                    purchases,
                    h -> hazard(curve, (h + 1) * stepSeconds) - hazard(curve, h * stepSeconds));
            for (int item = 1; item < byItem.length; item++) {
                for (int h = 0; h < horizon; h++) {
                    byItem[item][h] += purchases[h] * ofShoppers[b][item];
                }
            }
        }
    }

    /** Purchases to expect by then, if they come one by one. */
    private static double hazard(HazardCurve curve, double seconds) {
        return -Math.log(Math.max(LEAST_SURVIVAL, curve.survival(seconds)));
    }

    @Override
    public void close() {
        try (scorer) {
            model.close();
        }
    }
}
