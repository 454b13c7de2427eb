package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventSequences;
import dev.nextact.core.LearningData;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.Split;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.NetworkSettings;
import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.network.NetworkSettings.Positions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A killed training goes on as if nothing had happened. */
class ResumeIT {

    static final RunDirectory.Identity IDENTITY =
            new RunDirectory.Identity(Map.of("train", Map.of("seed", 42L)), "abc");

    static final Network NETWORK =
            Network.of(
                    new NetworkSettings(
                            Family.TRANSFORMER,
                            Block.PRE_NORM,
                            Positions.ABSOLUTE,
                            40,
                            1,
                            16,
                            1,
                            2,
                            20,
                            0.3,
                            List.of()));

    @TempDir private Path runs;

    static TrainingSet set() {
        SplittableRandom random = new SplittableRandom(1);
        EventSequences.Builder builder = new EventSequences.Builder();
        for (int user = 0; user < 60; user++) {
            int size = 5 + random.nextInt(10);
            int item = 1 + random.nextInt(40);
            for (int t = 0; t < size; t++) {
                builder.event(item, 0, t);
                item = 1 + (item + random.nextInt(3)) % 40;
            }
            builder.endUser();
        }
        EventSequences all = builder.build();
        Catalog catalog =
                Catalog.of(IntStream.rangeClosed(1, 40).mapToObj(Integer::toString).toList());
        return TrainingSet.of(LearningData.of(catalog, all, Split.leaveOneOut(all), 1), 20);
    }

    private static ShopConfig.Train settings(int epochs, double learningRate) {
        return new ShopConfig.Train(
                epochs, 5, 42, 8, "adam", learningRate, 0, 5, "sampled-softmax", 10, 1);
    }

    /** A validation that dies in one epoch, as a kill would, and else likes the weights better. */
    private static ToDoubleFunction<TorchScorer> validation(int diesInEpoch) {
        int[] epoch = {0};
        return scorer -> {
            if (++epoch[0] == diesInEpoch) {
                throw new IllegalStateException("killed");
            }
            return 0.1;
        };
    }

    private static Trainer.Outcome train(
            RunDirectory run, Optional<Checkpoint> from, ToDoubleFunction<TorchScorer> valid) {
        return new Trainer(settings(4, 0.01), NETWORK, List.of(), set(), valid)
                .train(run, from, Progress.silent());
    }

    @Test
    void aKilledRunEndsWithTheSameWeights() {
        Trainer.Outcome whole =
                train(RunDirectory.create(runs, IDENTITY), Optional.empty(), validation(-1));
        Path elsewhere = runs.resolve("killed");
        assertThatThrownBy(
                        () ->
                                train(
                                        RunDirectory.create(elsewhere, IDENTITY),
                                        Optional.empty(),
                                        validation(3)))
                .hasMessage("killed");

        RunDirectory run = RunDirectory.unfinished(elsewhere, IDENTITY);
        Optional<Checkpoint> checkpoint = run.checkpoint();
        assertThat(checkpoint.orElseThrow().state().epoch()).isEqualTo(3);
        Trainer.Outcome resumed = train(run, checkpoint, validation(-1));

        assertThat(resumed.weights()).isEqualTo(whole.weights());
        assertThat(resumed.state().step()).isEqualTo(whole.state().step());
        assertThat(run.directory().resolve("metrics.jsonl")).content().hasLineCount(4);
    }

    @Test
    void aCheckpointInMidEpochIsAsGoodAsOneAtItsEnd() {
        TrainingSet set = set();
        TrainingState state = TrainingState.start();
        RunDirectory run = RunDirectory.create(runs, IDENTITY);
        Trainer.Outcome whole = train(run, Optional.empty(), validation(-1));
        ShopConfig.Train settings = settings(4, 0.01);
        TorchRuntime.load();
        Checkpoint inMidEpoch;
        try (Weights weights = new Weights(NETWORK, NETWORK.initialWeights(42));
                Optimiser optimiser = Optimiser.of(settings, weights, 32);
                StepEngine engine =
                        new StepEngine(
                                settings,
                                NETWORK,
                                List.of(),
                                set.targetsOf(40),
                                weights,
                                optimiser)) {
            for (int[] batch : set.epoch(8, 42 * 31 + 1).subList(0, 3)) {
                StepEngine.Step done =
                        engine.step(
                                IntStream.of(batch).mapToObj(set::window).toList(),
                                state.step() + 1);
                state = state.afterStep(done, 0.1);
            }
            inMidEpoch =
                    new Checkpoint(
                            state, weights.snapshot(), optimiser.snapshot(), weights.snapshot());
        }
        run.save(inMidEpoch);

        Trainer.Outcome resumed = train(run, run.checkpoint(), validation(-1));

        assertThat(resumed.weights()).isEqualTo(whole.weights());
    }

    @Test
    void aRunKilledAtAnyStepEndsWithTheSameWeights() throws Exception {
        Trainer.Outcome whole =
                TrainingProcess.train(
                        RunDirectory.create(runs, IDENTITY), 2, Duration.ofMinutes(2));
        for (long step : List.of(1L, 13L, 40L)) {
            Path elsewhere = runs.resolve("killed-" + step);
            TrainingProcess.runAndKill(elsewhere, step);

            RunDirectory run = RunDirectory.unfinished(elsewhere, IDENTITY);
            Checkpoint checkpoint = run.checkpoint().orElseThrow();
            assertThat(checkpoint.state().step()).isGreaterThanOrEqualTo(step);
            Trainer.Outcome resumed = TrainingProcess.train(run, 1, Duration.ofMinutes(2));

            assertThat(resumed.weights()).isEqualTo(whole.weights());
            assertThat(resumed.state().step()).isEqualTo(whole.state().step());
        }
    }

    @Test
    void theTrainingStopsWhenPatienceIsOver() {
        double[] scores = {0.2, 0.3, 0.1, 0.1, 0.1, 0.1, 0.1, 0.9};
        int[] epoch = {0};
        ShopConfig.Train patient =
                new ShopConfig.Train(50, 3, 42, 8, "adam", 0.01, 0, 5, "full-softmax", 10, 1);
        Trainer.Outcome outcome =
                new Trainer(patient, NETWORK, List.of(), set(), scorer -> scores[epoch[0]++])
                        .train(
                                RunDirectory.create(runs, IDENTITY),
                                Optional.empty(),
                                Progress.silent());

        assertThat(outcome.state().bestEpoch()).isEqualTo(2);
        assertThat(outcome.state().epochs()).hasSize(5);
    }

    @Test
    void anotherConfigCannotBeResumed() {
        RunDirectory run = RunDirectory.create(runs, IDENTITY);
        assertThatThrownBy(() -> train(run, Optional.empty(), validation(2))).isNotNull();

        assertThatThrownBy(
                        () ->
                                RunDirectory.unfinished(
                                        runs, new RunDirectory.Identity(Map.of("train", 1), "abc")))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("another config");
        assertThatThrownBy(
                        () ->
                                RunDirectory.unfinished(
                                        runs, new RunDirectory.Identity(IDENTITY.config(), "xyz")))
                .hasMessageContaining("another state of the prepared data");
    }

    @Test
    void aFinishedRunIsNotResumed() {
        RunDirectory run = RunDirectory.create(runs, IDENTITY);
        train(run, Optional.empty(), validation(-1));
        run.finish();

        assertThat(Files.exists(run.directory().resolve("learning-curve.svg"))).isTrue();
        assertThatThrownBy(() -> RunDirectory.unfinished(runs, IDENTITY))
                .hasMessageContaining("no unfinished run");
    }
}
