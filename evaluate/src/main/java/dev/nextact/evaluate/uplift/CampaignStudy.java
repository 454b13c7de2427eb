package dev.nextact.evaluate.uplift;

import dev.nextact.core.EventLog;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.uplift.Contact;
import dev.nextact.core.uplift.CouponTerms;
import dev.nextact.core.uplift.Trial;
import dev.nextact.data.PreparedData;
import dev.nextact.evaluate.uplift.FittedModels.Fitted;
import dev.nextact.evaluate.uplift.UpliftModel.Foretold;
import dev.nextact.model.bundle.Bundle;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A past campaign, learned from: its shoppers as they were known at its moment, how they were
 * chosen, and if chance had a part in that, whom it moved. Else only who buys, moved or not.
 * Confined to one thread; the caller closes it.
 */
public final class CampaignStudy implements AutoCloseable {

    /** What is learned from at most: more take minutes, and tell little more. */
    private static final int MOST_CASES = 30_000;

    /**
     * @param contacts of the campaign
     * @param behaviour that is the outcome where the campaign's log tells none
     * @param horizonSeconds in which it counts
     * @param seed of every random choice
     * @param atMicros nothing at or after it is learned from; absent: the end of the log
     */
    public record Question(
            List<Contact> contacts,
            String behaviour,
            double horizonSeconds,
            CouponTerms terms,
            long seed,
            Optional<Long> atMicros) {
        public Question {
            contacts = List.copyOf(contacts);
        }
    }

    private final EventLog log;
    private final CampaignFeatures features;
    private final FittedModels scope;
    private final CouponReport.Past told;
    private final boolean isOfProbabilities;
    private final List<Contact> cases;
    private final Optional<LearnUplift.Learned> learned;
    private final Optional<Fitted> intent;

    private CampaignStudy(
            EventLog log,
            CampaignFeatures features,
            FittedModels scope,
            CouponReport.Past told,
            PastCampaign cases,
            Optional<LearnUplift.Learned> learned,
            Optional<Fitted> intent) {
        this.log = log;
        this.features = features;
        this.scope = scope;
        this.told = told;
        this.isOfProbabilities = Arrays.stream(cases.outcomes()).allMatch(y -> y == 0 || y == 1);
        this.cases = cases.contacts();
        this.learned = learned;
        this.intent = intent;
    }

    /**
     * @param bundle of a model whose view of histories is read, where it has learned nothing of
     *     what came of the campaign
     * @throws NextactException where the log knows no such behaviour, or nobody of the campaign
     */
    public static CampaignStudy open(
            ShopConfig config, Optional<Bundle> bundle, Question question, Progress progress) {
        EventLog log =
                bundle.isPresent()
                        ? PreparedData.open(config.preparedDirectory(), bundle.get().fields())
                        : PreparedData.open(config.preparedDirectory());
        if (log.behaviours().indexOf(question.behaviour()) < 0) {
            throw NextactException.input(
                    "no behaviour is named '%s'. Known: %s",
                    question.behaviour(), String.join(", ", log.behaviours().toMap().keySet()));
        }
        PastCampaign past =
                PastCampaign.of(
                        question.contacts(),
                        log,
                        question.behaviour(),
                        question.horizonSeconds(),
                        question.atMicros().orElse(Long.MAX_VALUE));
        CampaignFeatures features =
                CampaignFeatures.open(
                        config,
                        log,
                        bundle,
                        past.firstMicros(),
                        question.horizonSeconds(),
                        progress);
        FittedModels scope = new FittedModels();
        try {
            return study(question, log, past, features, scope, progress);
        } catch (RuntimeException | Error e) {
            scope.close();
            features.close();
            throw e;
        }
    }

    private static CampaignStudy study(
            Question question,
            EventLog log,
            PastCampaign past,
            CampaignFeatures features,
            FittedModels scope,
            Progress progress) {
        PastCampaign some = atMost(past, question.seed());
        double[][] rows = features.rows(some.users(), some.moments());
        Assignment assignment = Assignment.of(some.contacts(), rows, question.seed());
        List<BaseLearner> bases = BaseLearner.available();
        CouponReport.Past told =
                new CouponReport.Past(
                        past.size(),
                        some.size(),
                        past.leftOut(),
                        assignment.way(),
                        assignment.sentence(),
                        features.sentence(),
                        bases);
        if (!assignment.isRandom()) {
            BaseLearner base = bases.get(bases.size() - 1);
            Fitted intent = base.fit(scope, rows, some.outcomes(), question.seed());
            return new CampaignStudy(
                    log, features, scope, told, some, Optional.empty(), Optional.of(intent));
        }
        PastCampaign kept = some.select(assignment.kept());
        UpliftCases cases =
                new UpliftCases(
                        Arrays.stream(assignment.kept())
                                .mapToObj(i -> rows[i])
                                .toArray(double[][]::new),
                        new Trial(kept.treated(), assignment.propensities(), kept.outcomes()));
        LearnUplift.Learned learned =
                new LearnUplift(question.terms(), LearnUplift.Settings.of(bases, question.seed()))
                        .run(cases, scope, progress);
        return new CampaignStudy(
                log, features, scope, told, kept, Optional.of(learned), Optional.empty());
    }

    private static PastCampaign atMost(PastCampaign past, long seed) {
        int parts = (past.size() + MOST_CASES - 1) / MOST_CASES;
        return parts <= 1
                ? past
                : past.select(Folds.members(Folds.of(past.treated(), parts, seed), 0));
    }

    EventLog log() {
        return log;
    }

    CouponReport.Past told() {
        return told;
    }

    /** Whether outcomes are 1 and 0, so that what is foretold of them is a probability. */
    boolean isOfProbabilities() {
        return isOfProbabilities;
    }

    /** What was learned from, in the order of {@link LearnUplift.Learned#policy}. */
    public List<Contact> cases() {
        return cases;
    }

    /** Absent where nothing can be learned of whom the campaign moved. */
    public Optional<LearnUplift.Learned> learned() {
        return learned;
    }

    /**
     * What contacting shoppers is foretold to gain; where that cannot be learned, how likely they
     * buy in the place of all three numbers.
     *
     * @param users indices in the log
     * @param nowMicros nothing at or after it is seen
     */
    Foretold foretell(int[] users, long nowMicros) {
        long[] moments = new long[users.length];
        Arrays.fill(moments, nowMicros);
        double[][] rows = features.rows(users, moments);
        return learned.map(of -> of.model().foretell(rows))
                .orElseGet(
                        () -> {
                            double[] likely = intent.orElseThrow().predict(rows);
                            return new Foretold(likely, likely, likely);
                        });
    }

    @Override
    public void close() {
        scope.close();
        features.close();
    }
}
