package dev.nextact.bench;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequences;
import dev.nextact.core.LearningData;
import dev.nextact.core.NextItemScorer;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.Split;
import dev.nextact.core.ranking.NextItemRanking;
import dev.nextact.core.ranking.NextItemTargets;
import dev.nextact.data.PreparedData;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.OnnxScorer;
import dev.nextact.train.TrainModel;
import dev.nextact.train.TrainReport;

/**
 * A prepared shop and the targets that models of several configs are all ranked on. Their bundles
 * go to {@code models/bench}, so that none is taken for the shop's own.
 */
record CommonTargets(
        ShopConfig config,
        EventLog log,
        Split split,
        NextItemTargets.Part part,
        LearningData data,
        NextItemTargets targets) {

    /** As many as {@code nextact evaluate} ranks. */
    private static final int MOST_TARGETS = 50_000;

    /** Of the choice of targets, where there are more; the same for all models. */
    private static final long SEED = 42;

    /** What a model of one config and seed came to. */
    record Ranked(TrainReport trained, NextItemRanking ranking) {}

    static CommonTargets of(ShopConfig config, NextItemTargets.Part part) {
        EventLog log = PreparedData.open(config.preparedDirectory());
        Split split = Split.of(config.split(), log.sequences());
        LearningData data = data(config, log, log.sequences(), split);
        return new CommonTargets(
                config,
                log,
                split,
                part,
                data,
                NextItemTargets.of(data, part, config.model().grain(), MOST_TARGETS, SEED));
    }

    private static LearningData data(
            ShopConfig config, EventLog log, EventSequences sequences, Split split) {
        return LearningData.of(
                log.catalog(),
                sequences,
                split,
                config.clean().minItemEvents(),
                config.minItemUsers());
    }

    /** The items that models learn and rank. */
    Catalog catalog() {
        return data.catalog();
    }

    /** Events of the training part with one before them: the targets of an epoch. */
    long trainingTargets() {
        long targets = 0;
        for (int user = 0; user < data.sequences().size(); user++) {
            targets += Math.max(0, split.trainEnd(user) - 1);
        }
        return targets;
    }

    /** Trains a model and ranks the targets by it, as the bundle serves it. */
    Ranked train(ShopConfig changed, Progress progress) {
        ShopConfig named =
                changed.with(changed.split(), changed.model().named("bench"), changed.train());
        EventLog read = PreparedData.open(named); // with the fields that this one asks for
        TrainReport trained =
                new TrainModel().run(named, read, split, new TrainModel.Options(false), progress);
        Bundle bundle = Bundle.open(trained.bundle());
        NextItemTargets told =
                NextItemTargets.of(
                        data(config, read, read.sequences(bundle.fields()), split),
                        part,
                        config.model().grain(),
                        MOST_TARGETS,
                        SEED);
        try (OnnxScorer scorer = OnnxScorer.open(bundle)) {
            return new Ranked(trained, rank(scorer, told));
        }
    }

    NextItemRanking rank(NextItemScorer scorer) {
        return rank(scorer, targets);
    }

    private NextItemRanking rank(NextItemScorer scorer, NextItemTargets told) {
        return NextItemRanking.of(
                scorer,
                told,
                config.tasks().nextItems().seen(),
                config.tasks().nextItems().k(),
                Runtime.getRuntime().availableProcessors());
    }
}
