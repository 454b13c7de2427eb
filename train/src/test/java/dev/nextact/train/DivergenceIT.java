package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.network.Network;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A training that goes wrong says where, and does not take the last good weights with it. */
class DivergenceIT {

    @TempDir private Path runs;

    private static ShopConfig.Train settings(
            int epochs, String optimiser, double learningRate, double clip) {
        return new ShopConfig.Train(
                epochs, 50, 42, 8, optimiser, learningRate, 0, clip, "full-softmax", 10, 1);
    }

    private static void train(
            RunDirectory run, ShopConfig.Train settings, Optional<Checkpoint> from) {
        ToDoubleFunction<TorchScorer> validation = scorer -> 0.1;
        new Trainer(settings, ResumeIT.NETWORK, List.of(), ResumeIT.set(), validation)
                .train(run, from, Progress.silent());
    }

    @Test
    void numbersThatAreNotFiniteStopItAtOnce() {
        RunDirectory run = RunDirectory.create(runs, ResumeIT.IDENTITY);

        assertThatThrownBy(() -> train(run, settings(50, "sgd", 1e30, 0), Optional.empty()))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("diverged at step 2 (epoch 1)")
                .hasMessageMatching(
                        "(?s).*(weight|gradient of) [a-z]+\\.[a-z0-9.]+ is not a finite.*")
                .hasMessageContaining("learning_rate")
                .hasMessageContaining("no checkpoint yet");
    }

    @ParameterizedTest
    @ValueSource(strings = {"adam", "adamw"})
    void aLearningRateOfTenIsFoundOut(String optimiser) {
        RunDirectory run = RunDirectory.create(runs, ResumeIT.IDENTITY);

        assertThatThrownBy(() -> train(run, settings(50, optimiser, 10, 5), Optional.empty()))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("diverged at step")
                .hasMessageContaining("the greatest weights, up to")
                .hasMessageMatching("(?s).*are in [a-z]+\\.[a-z0-9.]+\\. Lower.*");
    }

    @Test
    void theLastGoodCheckpointIsKept() {
        RunDirectory run = RunDirectory.create(runs, ResumeIT.IDENTITY);
        train(run, settings(2, "adam", 0.01, 5), Optional.empty());
        Checkpoint good = run.checkpoint().orElseThrow();

        assertThatThrownBy(() -> train(run, settings(50, "adam", 10, 5), Optional.of(good)))
                .hasMessageContaining("The last good checkpoint, of step " + good.state().step())
                .hasMessageContaining(run.directory().toString());

        Checkpoint kept = run.checkpoint().orElseThrow();
        assertThat(kept.state()).isEqualTo(good.state());
        assertThat(kept.weights()).isEqualTo(good.weights());
    }

    @Test
    void aWeightThatIsNoNumberIsNamed() {
        RunDirectory run = RunDirectory.create(runs, ResumeIT.IDENTITY);
        train(run, settings(1, "adam", 0.01, 5), Optional.empty());
        Checkpoint good = run.checkpoint().orElseThrow();
        FloatTensor table = good.weights().get(Network.ITEM_TABLE);
        table.values()[table.size(1) * 3] = Float.NaN;

        assertThatThrownBy(() -> train(run, settings(5, "adam", 0.01, 5), Optional.of(good)))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining(
                        "diverged at step " + (good.state().step() + 1) + " (epoch 2)")
                .hasMessageContaining("the weight item.embedding is not a finite number");
    }
}
