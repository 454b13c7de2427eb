package dev.nextact.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.bench.MeasuredProcess.Command;
import dev.nextact.bench.PeerProgram.Outcome;
import dev.nextact.bench.PeerProgram.Point;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerProgramTest {

    private static final Outcome OUTCOME =
            new Outcome(
                    PeerProgram.RECBOLE,
                    42,
                    Map.of(),
                    Map.of(),
                    0,
                    "time",
                    List.of(
                            new Point(1, 10, 1000, 0.02),
                            new Point(2, 20, 2000, 0.05),
                            new Point(3, 25, 2500, 0.04)),
                    50,
                    0,
                    0,
                    Optional.empty());

    @Test
    void timeToAScoreIsThatOfTheFirstValidationThatReachedIt() {
        assertThat(OUTCOME.secondsTo(0.02)).contains(10.0);
        assertThat(OUTCOME.secondsTo(0.03)).contains(20.0);
        assertThat(OUTCOME.secondsTo(0.051)).isEmpty();
        assertThat(OUTCOME.best().epoch()).isEqualTo(2);
    }

    @Test
    void anEpochIsAsManyTargetsForAllPrograms() {
        assertThat(OUTCOME.secondsFor(5000)).isEqualTo(50);
        assertThat(OUTCOME.processorSecondsFor(1250)).isEqualTo(25);
    }

    @Test
    void aProcessIsStoppedWhenItsTimeIsUp(@TempDir Path folder) {
        MeasuredProcess process =
                MeasuredProcess.run(
                        new Command(List.of("sleep", "60"), Map.of()),
                        Duration.ofMillis(100),
                        folder.resolve("log"));

        assertThat(process.stopped()).isTrue();
        assertThat(process.seconds()).isBetween(0.1, 50.0);
    }

    @Test
    void aVariableOfTheEnvironmentIsSetOrTakenAway(@TempDir Path folder) {
        Path log = folder.resolve("log");
        MeasuredProcess.run(
                new Command(
                        List.of("sh", "-c", "echo \"[$GIVEN][$HOME]\""),
                        Map.of("GIVEN", "2", "HOME", "")),
                log);

        assertThat(System.getenv("HOME")).isNotEmpty();
        assertThat(log).hasContent("[2][]");
    }
}
