package dev.nextact.serve.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.NextactException;
import dev.nextact.serve.live.LiveModels.Variant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeploymentTest {

    @TempDir private Path directory;

    @Test
    void rollbackGoesBackTheWayThatPromoteCame() {
        Deployment third = Deployment.of(1).promote(2).promote(3);

        assertThat(third.rollback().champion()).isEqualTo(2);
        assertThat(third.rollback().rollback()).isEqualTo(Deployment.of(1));
        assertThatThrownBy(() -> Deployment.of(1).rollback())
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("none to go back to");
    }

    @Test
    void aPromotedChallengerIsChallengerNoLonger() {
        Deployment both = Deployment.of(1).withChallenger(new Deployment.Challenger(2, 0.1));

        assertThat(both.promote(2).challenger()).isNull();
        assertThat(both.promote(3).challenger()).isNotNull();
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        Deployment deployment =
                Deployment.of(1)
                        .promote(4)
                        .withChallenger(new Deployment.Challenger(5, 0.25))
                        .withShadow(6);
        deployment.write(directory);

        assertThat(Deployment.read(directory)).contains(deployment);
        assertThat(deployment.versions()).containsExactly(4, 5, 6);
    }

    @Test
    void aDamagedFileIsAClearError() throws Exception {
        Files.writeString(directory.resolve("served.json"), "{\"champion\": \"x\"");

        assertThatThrownBy(() -> Deployment.read(directory))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("served.json");
    }

    @Test
    void theShareOfTheChallengerIsMetAndAShopperKeepsItsVariant() {
        Deployment deployment = Deployment.of(1).withChallenger(new Deployment.Challenger(2, 0.2));
        int challenged = 0;
        for (int user = 0; user < 10_000; user++) {
            Optional<String> id = Optional.of("user-" + user);
            Variant variant = LiveModels.variant(deployment, id);
            challenged += variant == Variant.CHALLENGER ? 1 : 0;
            assertThat(LiveModels.variant(deployment, id)).isEqualTo(variant);
        }
        assertThat(challenged).isBetween(1800, 2200);
        assertThat(LiveModels.variant(deployment, Optional.empty())).isEqualTo(Variant.CHAMPION);
    }
}
