package dev.nextact.bench;

import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.LearningData;
import dev.nextact.core.NextItemScorer;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.Split;
import dev.nextact.core.probability.BinaryOutcomes;
import dev.nextact.core.ranking.NextItemRanking;
import dev.nextact.core.ranking.NextItemTargets;
import dev.nextact.data.PrepareData;
import dev.nextact.data.PreparedData;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.OnnxScorer;
import dev.nextact.simulator.SimulateShop;
import dev.nextact.simulator.SimulationSettings;
import dev.nextact.train.TrainModel;
import dev.nextact.train.TrainReport;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A simulated shop of which some shoppers are learned from and others are not: these are what a
 * model is judged by, and what an attack must tell from those.
 *
 * @param roles by shopper
 */
record HeldOutShop(ShopConfig config, EventLog log, List<Split.Role> roles) {

    /** Of one list a model is asked at a time. */
    private static final int BATCH = 64;

    private static final int MOST_TARGETS = 50_000;

    /**
     * Simulates and prepares.
     *
     * @param learned shoppers that may be learned from; a tenth as many validate and test each
     * @param changes of the simulated shop's config
     */
    static HeldOutShop simulate(
            Path directory,
            int learned,
            int days,
            long seed,
            Map<String, String> changes,
            Progress progress) {
        int others = Math.max(500, learned / 10);
        var shop =
                new SimulateShop()
                        .run(
                                SimulationSettings.defaults()
                                        .withUsers(learned + 2 * others)
                                        .withDays(days)
                                        .withSeed(seed),
                                directory,
                                progress)
                        .shop();
        ShopConfig config =
                ShopConfigReader.changed(
                        ShopConfigReader.read(shop.configFile(), Map.of()), "privacy", changes);
        new PrepareData(Clock.systemUTC()).run(config, progress);
        EventLog log = PreparedData.open(config);
        // shoppers without an event are in no log
        int users = log.sequences().size();
        Split.Role[] roles = new Split.Role[users];
        Arrays.fill(roles, Split.Role.TRAINING);
        int[] order = shuffled(users, seed);
        for (int i = 0; i < 2 * others; i++) {
            roles[order[i]] = i < others ? Split.Role.VALIDATION : Split.Role.TEST;
        }
        return new HeldOutShop(config, log, List.of(roles));
    }

    static int[] shuffled(int size, long seed) {
        int[] order = IntStream.range(0, size).toArray();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = size - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int kept = order[i];
            order[i] = order[j];
            order[j] = kept;
        }
        return order;
    }

    /** The same shop, with other roles. */
    HeldOutShop withRoles(List<Split.Role> others) {
        return new HeldOutShop(config, log, others);
    }

    private Split split() {
        return Split.byRole(log.sequences(), roles);
    }

    /** What this config learns from. */
    LearningData data(ShopConfig of) {
        return LearningData.of(
                log.catalog(),
                log.sequences(),
                split(),
                of.clean().minItemEvents(),
                of.minItemUsers());
    }

    TrainReport train(ShopConfig of, Progress progress) {
        return new TrainModel().run(of, log, split(), new TrainModel.Options(false), progress);
    }

    NextItemRanking rank(NextItemScorer scorer) {
        NextItemTargets targets =
                NextItemTargets.of(data(config), NextItemTargets.Part.TEST, MOST_TARGETS, 42);
        return NextItemRanking.of(
                scorer,
                targets,
                config.tasks().nextItems().seen(),
                config.tasks().nextItems().k(),
                Runtime.getRuntime().availableProcessors());
    }

    NextItemRanking rank(TrainReport trained) {
        try (OnnxScorer scorer = OnnxScorer.open(Bundle.open(trained.bundle()))) {
            return rank(scorer);
        }
    }

    /** The mean loss of a model over the events of each of these shoppers, in nats. */
    double[] losses(TrainReport trained, int[] users) {
        Bundle bundle = Bundle.open(trained.bundle());
        LearningData known =
                LearningData.of(bundle.catalog(), log.catalog(), log.sequences(), split());
        double[] losses = new double[users.length];
        try (OnnxScorer scorer = OnnxScorer.open(bundle)) {
            IntStream.range(0, users.length)
                    .parallel()
                    .forEach(i -> losses[i] = loss(scorer, known, users[i]));
        }
        return losses;
    }

    private static double loss(NextItemScorer scorer, LearningData known, int user) {
        EventSequence events = known.sequences().get(user);
        double sum = 0;
        int count = 0;
        for (int from = 1; from < events.size(); from += BATCH) {
            List<EventSequence> histories = new ArrayList<>();
            int end = Math.min(events.size(), from + BATCH);
            for (int i = from; i < end; i++) {
                histories.add(events.prefix(i));
            }
            float[][] scores = new float[histories.size()][known.catalog().size() + 1];
            scorer.score(histories, scores);
            for (int i = from; i < end; i++) {
                if (events.item(i) != 0) {
                    sum += NextItemLoss.OF_LOGITS.nats(scores[i - from], events.item(i));
                    count++;
                }
            }
        }
        return count == 0 ? Double.NaN : sum / count;
    }

    /** At most so many shoppers of a role with two events or more, the same each time. */
    int[] users(Split.Role role, int most) {
        return Arrays.stream(shuffled(log.sequences().size(), 7))
                .filter(user -> roles.get(user) == role && log.sequences().get(user).size() > 1)
                .limit(most)
                .toArray();
    }

    /**
     * How well a number tells shoppers that were learned from from others: the area under the
     * curve, 0.5 = not at all.
     *
     * @param ofMembers the higher, the likelier a member
     */
    static double auc(double[] ofMembers, double[] ofOthers) {
        double[] scores = new double[ofMembers.length + ofOthers.length];
        boolean[] member = new boolean[scores.length];
        for (int i = 0; i < scores.length; i++) {
            member[i] = i < ofMembers.length;
            double score = member[i] ? ofMembers[i] : ofOthers[i - ofMembers.length];
            scores[i] = 0.5 + Math.atan(score) / Math.PI; // in order, between 0 and 1
        }
        return BinaryOutcomes.of(scores, member).auc();
    }
}
