package dev.nextact.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class NetworkModelTest {

    private final NetworkModel gigabyteASecond = new NetworkModel(0.001, 1e9);

    @Test
    void fourProcessesWaitSixTimesAndSendOneAndAHalfVectors() {
        assertThat(gigabyteASecond.seconds(4, 1e9)).isEqualTo(6 * 0.001 + 1.5, within(1e-12));
    }

    @Test
    void oneProcessSendsNothing() {
        assertThat(gigabyteASecond.seconds(1, 1e9)).isZero();
    }

    @Test
    void twoSumsTellHopAndSpeed() {
        NetworkModel model = NetworkModel.of(0.002, 0.006, 4e6);

        assertThat(model.hopSeconds()).isEqualTo(0.001, within(1e-12));
        assertThat(model.bytesPerSecond()).isEqualTo(1e9, within(1.0));
        assertThat(model.seconds(2, 4e6)).isEqualTo(0.006, within(1e-12));
    }

    @Test
    void aLinkMakesNothingFaster() {
        assertThat(gigabyteASecond.limitedTo(1e9).bytesPerSecond()).isEqualTo(1.25e8);
        assertThat(gigabyteASecond.limitedTo(1e12)).isEqualTo(gigabyteASecond);
    }

    @Test
    void moreProcessesNeverTakeLess() {
        for (int processes = 1; processes < 200; processes++) {
            assertThat(gigabyteASecond.seconds(processes + 1, 1e6))
                    .isGreaterThan(gigabyteASecond.seconds(processes, 1e6));
        }
    }

    @Test
    void whatIsNoNetworkIsRefused() {
        assertThatThrownBy(() -> new NetworkModel(-1, 1)).hasMessageStartingWith("hopSeconds: ");
        assertThatThrownBy(() -> new NetworkModel(0, 0)).hasMessageStartingWith("bytesPerSecond: ");
        assertThatThrownBy(() -> gigabyteASecond.seconds(0, 1))
                .hasMessage("processes: expected 1 or more, found 0");
    }
}
