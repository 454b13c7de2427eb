package dev.nextact.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nextact.core.plan.Workload.Machine;
import dev.nextact.core.plan.Workload.Training;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkloadTest {

    private static final Machine MACHINE = new Machine(8, 10, 500, 2L << 30);
    private static final Training NETWORK = new Training(64, 2, 50, 256, 512);

    private static Workload of(long events, long users, long items, List<Integer> machines) {
        return new Workload(events, users, items, machines, MACHINE, NETWORK, 1, 10);
    }

    @Test
    void whatCannotBeIsRefusedByTheNameOfItsOption() {
        assertThatThrownBy(() -> of(0, 1, 1, List.of(1)))
                .hasMessage("events: expected 1 to 10,000,000,000,000, found 0");
        assertThatThrownBy(() -> of(10, 11, 1, List.of(1)))
                .hasMessage("users: expected at most one for each of 10 events, found 11");
        assertThatThrownBy(() -> of(10, 1, 1L << 31, List.of(1)))
                .hasMessage("items: expected 1 to 2,147,483,647, found 2,147,483,648");
        assertThatThrownBy(() -> of(10, 1, 1, List.of(1, -2)))
                .hasMessage("machines: expected 1 to 10,000, found -2");
        assertThatThrownBy(() -> new Machine(8, Double.NaN, 500, 2L << 30))
                .hasMessageStartingWith("link: expected 0.001 to 10,000, found NaN");
        assertThatThrownBy(() -> new Training(64, 2, 50, 256, 0))
                .hasMessage("batch: expected 1 to 1,000,000, found 0");
    }

    /** bench/run distributed: a step sends 4 bytes for each of them beside the rows it reads. */
    @Test
    void denseWeightsAreThoseThatTheBenchCounts() {
        assertThat(NETWORK.denseValues()).isEqualTo((1_232_858 - 3_201 * 256) / 4.0, within(100.0));
    }

    @Test
    void aTokenCostsTwelveSquaresALayerAndWhatItAttendsTo() {
        assertThat(NETWORK.encoderMultiplications(10))
                .isEqualTo(2 * (12 * 64 * 64 + 2 * 64 * 10), within(1e-9));
    }
}
