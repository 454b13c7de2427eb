package dev.nextact.predict;

import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig.SplitRule;
import dev.nextact.core.Split;
import dev.nextact.core.survival.HazardCurve;
import dev.nextact.model.bundle.Bundle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * {@code nextact predict intent --category} and {@code --item}: the probability that a behaviour
 * comes to something of some items within a horizon.
 *
 * <p>The hazard says how many of the behaviour to expect, Λ = −ln S(horizon) if they come one by
 * one; the ranking says which share q of them the items have ({@link GroupShare}). Thinned by q,
 * none of the items comes with probability S^q. What that passes over, several taken at a time and
 * a next event that is not the next one of the behaviour, is put right by the validation part
 * ({@link GroupCalibration}).
 */
public final class PredictItemIntent {

    private static final int BATCH = 64;

    /** Enough for two numbers. */
    private static final int MOST_CALIBRATED = 5_000;

    /**
     * @param behaviour its name
     * @param horizon above 0
     * @param atMicros as in {@link PredictHorizon.Request}
     * @param split by which the model was trained
     */
    public record Request(
            Shoppers shoppers,
            String behaviour,
            ItemGroup group,
            Duration horizon,
            Optional<Long> atMicros,
            SplitRule split) {
        public Request {
            if (horizon.isNegative() || horizon.isZero()) {
                throw new IllegalArgumentException("horizon: expected above 0, found " + horizon);
            }
        }
    }

    /** Writes a row for each shopper. */
    public PredictHorizon.Summary run(
            Bundle bundle, EventLog log, Request request, Path out, Progress progress) {
        try (PredictionFile file = PredictionFile.create(out, ItemIntentAnswer.COLUMNS)) {
            PredictHorizon.Summary summary =
                    run(bundle, log, request, a -> file.write(a.row()), progress);
            file.complete();
            return summary;
        }
    }

    /**
     * The same, each answer given to a sink as it is made.
     *
     * @throws NextactException when the bundle learned no hazards or no ranking, knows no such
     *     behaviour or none of the items, or the horizon is longer than the log it learned from
     */
    public PredictHorizon.Summary run(
            Bundle bundle,
            EventLog log,
            Request request,
            Consumer<ItemIntentAnswer> sink,
            Progress progress) {
        int behaviour = PredictHorizon.behaviour(bundle, request.behaviour());
        refuseUnknown(bundle, request.group());
        AskedMoments asked =
                AskedMoments.of(bundle, Optional.of(log), request.shoppers(), request.atMicros());
        double seconds = request.horizon().toMillis() / 1e3;
        EventSequences sequences =
                log.sequences(bundle.fields())
                        .renumberItems(log.catalog().indexesIn(bundle.catalog()));
        Split split = Split.of(request.split(), log.sequences());
        double sum = 0;
        try (OutlookModel model = OutlookModel.open(bundle);
                OnnxScorer scorer = OnnxScorer.open(bundle);
                Progress.Task task =
                        progress.start("predict", asked.moments().size(), "shoppers")) {
            model.refuseBeyond(behaviour, seconds);
            GroupShare share =
                    GroupShare.of(scorer, bundle, sequences, split, behaviour, request.group());
            GroupCalibration calibration =
                    split.cutOffs()
                            .map(
                                    cutOffs ->
                                            calibration(
                                                    new Learned(model, share, behaviour),
                                                    members(bundle, request.group()),
                                                    sequences,
                                                    cutOffs,
                                                    seconds))
                            .orElse(GroupCalibration.NONE);
            for (int from = 0; from < asked.moments().size(); from += BATCH) {
                int to = Math.min(asked.moments().size(), from + BATCH);
                List<Moment> moments = asked.moments().subList(from, to);
                double[] expected = expected(model, moments, behaviour, seconds);
                double[] ranked = share.after(moments.stream().map(Moment::history).toList());
                for (int i = 0; i < moments.size(); i++) {
                    double p = calibration.came(expected[i], ranked[i], share.overall());
                    sum += p;
                    sink.accept(
                            new ItemIntentAnswer(
                                    asked.ids().get(from + i),
                                    request.behaviour(),
                                    request.group().name(),
                                    moments.get(i).nowText(),
                                    seconds,
                                    p,
                                    -Math.expm1(-expected[i])));
                }
                task.at(to, "");
            }
        }
        return new PredictHorizon.Summary(
                asked.moments().size(), asked.leftOut(), sum / Math.max(1, asked.moments().size()));
    }

    /** Shares of items come of a ranking. */
    static void refuseWithoutRanking(Bundle bundle) {
        if (!bundle.manifest().tasks().contains("next-items")) {
            throw NextactException.bundle(
                    "%s did not learn which item is next. Add next-items to tasks.learn and run"
                            + " `nextact train` again",
                    bundle.directory());
        }
    }

    private static void refuseUnknown(Bundle bundle, ItemGroup group) {
        refuseWithoutRanking(bundle);
        if (group.ids().stream().noneMatch(id -> bundle.catalog().indexOf(id) > 0)) {
            throw NextactException.input(
                    "the model knows no item of '%s': they were too rare in training"
                            + " (clean.min_item_events), or there are none",
                    group.name());
        }
    }

    private static boolean[] members(Bundle bundle, ItemGroup group) {
        boolean[] members = new boolean[bundle.catalog().size() + 1];
        group.ids().forEach(id -> members[bundle.catalog().indexOf(id)] = true);
        members[0] = false;
        return members;
    }

    /** What is put right. */
    private record Learned(OutlookModel model, GroupShare share, int behaviour) {}

    /** Seen from the end of the training part, as far as the validation part goes. */
    private static GroupCalibration calibration(
            Learned learned,
            boolean[] members,
            EventSequences sequences,
            Split.CutOffs cutOffs,
            double seconds) {
        long now = cutOffs.trainUntil();
        double watched = Math.min(seconds, (cutOffs.validUntil() - now) / 1e6);
        if (!(watched > 0)) {
            return GroupCalibration.NONE;
        }
        List<Moment> moments = new ArrayList<>();
        int stride = Math.max(1, sequences.size() / MOST_CALIBRATED);
        for (int user = 0; user < sequences.size(); user += stride) {
            EventSequence events = sequences.get(user);
            EventSequence before = events.prefix(events.countBefore(now));
            if (OnnxScorer.isKnown(before)) {
                moments.add(new Moment(before, now));
            }
        }
        double[] expected = new double[moments.size()];
        double[] ranked = new double[moments.size()];
        boolean[] came = new boolean[moments.size()];
        for (int from = 0; from < moments.size(); from += BATCH) {
            int to = Math.min(moments.size(), from + BATCH);
            List<Moment> batch = moments.subList(from, to);
            double[] ofBatch = expected(learned.model(), batch, learned.behaviour(), watched);
            double[] shares = learned.share().after(batch.stream().map(Moment::history).toList());
            System.arraycopy(ofBatch, 0, expected, from, batch.size());
            System.arraycopy(shares, 0, ranked, from, batch.size());
        }
        for (int i = 0; i < came.length; i++) {
            EventSequence events = sequences.get(moments.get(i).history().user());
            int first = events.countBefore(now);
            int end = events.countBefore(now + Math.round(watched * 1e6));
            for (int e = first; e < end; e++) {
                came[i] |= events.behaviour(e) == learned.behaviour() && members[events.item(e)];
            }
        }
        return GroupCalibration.fit(
                new GroupCalibration.Outcomes(expected, ranked, came), learned.share().overall());
    }

    /** Λ of each moment. */
    private static double[] expected(
            OutlookModel model, List<Moment> moments, int behaviour, double seconds) {
        List<List<HazardCurve>> stays = model.stays(moments);
        return stays.stream()
                .mapToDouble(ofShopper -> -Math.log(ofShopper.get(behaviour).survival(seconds)))
                .toArray();
    }
}
