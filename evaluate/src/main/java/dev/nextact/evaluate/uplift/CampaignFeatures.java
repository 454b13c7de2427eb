package dev.nextact.evaluate.uplift;

import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.PrincipalComponents;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.Split;
import dev.nextact.core.survival.HazardCurve;
import dev.nextact.data.BuildFeatures;
import dev.nextact.data.FeatureTable;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.network.HeadSettings;
import dev.nextact.model.network.TokenBatch;
import dev.nextact.predict.Moment;
import dev.nextact.predict.OutlookModel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongUnaryOperator;

/**
 * What is known of shoppers at a moment: their row of {@code user_features} (docs/features.md), and
 * what a model's encoder makes of the history: the directions in which its states differ most, and
 * the probabilities that each behaviour comes within the horizon. Confined to one thread; the
 * caller closes it.
 */
final class CampaignFeatures implements AutoCloseable {

    /** Tables of features are built for so many moments at most; more are rounded down. */
    private static final int MOST_MOMENTS = 24;

    private static final long HOUR = 3_600_000_000L;

    /** What moments are rounded down to: the first that leaves few enough. */
    private static final List<Long> UNITS = List.of(1L, HOUR, 24 * HOUR, 168 * HOUR, 720 * HOUR);

    private static final int BATCH = 64;
    private static final int DIRECTIONS = 8;

    private final ShopConfig config;
    private final EventLog log;
    private final double horizonSeconds;
    private final Progress progress;
    private final Optional<OutlookModel> model;
    private final String sentence;
    private final Map<Long, FeatureTable> tables = new HashMap<>();
    private Optional<PrincipalComponents> components = Optional.empty();

    private CampaignFeatures(
            ShopConfig config,
            EventLog log,
            double horizonSeconds,
            Optional<OutlookModel> model,
            String sentence,
            Progress progress) {
        this.config = config;
        this.log = log;
        this.horizonSeconds = horizonSeconds;
        this.model = model;
        this.sentence = sentence;
        this.progress = progress;
    }

    /**
     * @param firstMicros of the campaign: a model that learned from what came later is not read,
     *     for it would know some of the outcomes
     */
    static CampaignFeatures open(
            ShopConfig config,
            EventLog log,
            Optional<Bundle> bundle,
            long firstMicros,
            double horizonSeconds,
            Progress progress) {
        String reason = unread(config, log, bundle, firstMicros);
        Optional<OutlookModel> model =
                reason.isEmpty() ? bundle.map(OutlookModel::open) : Optional.empty();
        return new CampaignFeatures(
                config,
                log,
                horizonSeconds,
                model,
                reason.isEmpty()
                        ? "features of shoppers, and what the model makes of their histories"
                        : "features of shoppers alone: " + reason,
                progress);
    }

    /** Why a model is not read; empty where it is. */
    private static String unread(
            ShopConfig config, EventLog log, Optional<Bundle> bundle, long firstMicros) {
        if (bundle.isEmpty()) {
            return "there is no model";
        }
        if (!bundle.get().heads().map(HeadSettings::hazards).orElse(false)) {
            return "the model did not learn how long behaviours stay away (tasks.learn: intent)";
        }
        if (bundle.get().manifest().data().events() > log.sequences().events()) {
            return "the model learned from a longer log than is prepared now";
        }
        long learnedUntil =
                Split.of(config.split(), log.sequences())
                        .cutOffs()
                        .map(Split.CutOffs::validUntil)
                        .orElse(Long.MAX_VALUE);
        if (learnedUntil > firstMicros) {
            return "the model learned from events after the campaign began, so it knows some of the"
                    + " outcomes"
                    + (learnedUntil == Long.MAX_VALUE
                            ? ""
                            : " (it learned until "
                                    + Instant.ofEpochMilli(learnedUntil / 1000)
                                    + ")")
                    + "; train one by a split at a time whose test begins no later";
        }
        return "";
    }

    /** For people, what is read. */
    String sentence() {
        return sentence;
    }

    /**
     * The first call finds the directions of states, from these shoppers alone.
     *
     * @param users [N], indices in the log
     * @param moments [N], microseconds since 1970-01-01 UTC; nothing at or after is seen
     * @return [N][F], NaN = missing
     */
    double[][] rows(int[] users, long[] moments) {
        LongUnaryOperator rounded = rounded(moments);
        double[][] ofModel = ofModel(users, moments);
        double[][] rows = new double[users.length][];
        for (int i = 0; i < rows.length; i++) {
            FeatureTable table = table(rounded.applyAsLong(moments[i]));
            int width = table.columns().size();
            double[] row = new double[width + ofModel[i].length];
            Arrays.fill(row, Double.NaN);
            double[] known = table.rows().get(users[i]);
            if (known != null) {
                System.arraycopy(known, 0, row, 0, width);
            }
            System.arraycopy(ofModel[i], 0, row, width, ofModel[i].length);
            rows[i] = row;
        }
        return rows;
    }

    private static LongUnaryOperator rounded(long[] moments) {
        for (long unit : UNITS) {
            LongUnaryOperator rounded = micros -> Math.floorDiv(micros, unit) * unit;
            boolean isLast = unit == UNITS.get(UNITS.size() - 1);
            if (isLast || Arrays.stream(moments).map(rounded).distinct().count() <= MOST_MOMENTS) {
                return rounded;
            }
        }
        throw new IllegalStateException();
    }

    private FeatureTable table(long cutOff) {
        return tables.computeIfAbsent(
                cutOff,
                at -> FeatureTable.ofShoppers(new BuildFeatures().run(config, at, progress)));
    }

    /** The probability of each behaviour within the horizon, then the directions of the state. */
    private double[][] ofModel(int[] users, long[] moments) {
        if (model.isEmpty()) {
            return new double[users.length][0];
        }
        OutlookModel asked = model.get();
        Bundle bundle = asked.bundle();
        EventSequences sequences =
                log.sequences(bundle.fields())
                        .renumberItems(log.catalog().indexesIn(bundle.catalog()));
        List<Integer> known = new ArrayList<>();
        List<Moment> all = new ArrayList<>();
        for (int i = 0; i < users.length; i++) {
            EventSequence events = sequences.get(users[i]);
            EventSequence history = events.prefix(events.countBefore(moments[i]));
            if (TokenBatch.knownEvents(history) > 0) {
                known.add(i);
                all.add(new Moment(history, moments[i]));
            }
        }
        float[][] states = new float[all.size()][];
        List<List<HazardCurve>> stays = new ArrayList<>();
        try (Progress.Task task = progress.start("read histories", all.size(), "shoppers")) {
            for (int from = 0; from < all.size(); from += BATCH) {
                int to = Math.min(all.size(), from + BATCH);
                float[][] batch = asked.states(all.subList(from, to));
                System.arraycopy(batch, 0, states, from, batch.length);
                stays.addAll(asked.stays(all.subList(from, to)));
                task.at(to, "");
            }
        }
        if (components.isEmpty() && states.length > 0) {
            double[] even = new double[states.length];
            Arrays.fill(even, 1);
            components = Optional.of(PrincipalComponents.of(states, even, DIRECTIONS));
        }
        float[][] whitening = components.map(PrincipalComponents::whitening).orElse(new float[0][]);
        int behaviours = bundle.manifest().behaviours().size();
        double[][] rows = new double[users.length][behaviours + whitening.length];
        for (double[] row : rows) {
            Arrays.fill(row, Double.NaN);
        }
        for (int k = 0; k < states.length; k++) {
            double[] row = rows[known.get(k)];
            for (int c = 0; c < behaviours; c++) {
                row[c] = stays.get(k).get(c).came(horizonSeconds);
            }
            float[] mean = components.orElseThrow().mean();
            for (int d = 0; d < whitening.length; d++) {
                double along = 0;
                for (int f = 0; f < mean.length; f++) {
                    along += whitening[d][f] * (states[k][f] - mean[f]);
                }
                row[behaviours + d] = along;
            }
        }
        return rows;
    }

    @Override
    public void close() {
        model.ifPresent(OutlookModel::close);
    }
}
