package dev.nextact.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {

    @Test
    void deviationIsThatOfASample() {
        Spread spread = Spread.of(List.of(1.0, 2.0, 4.0, 5.0));

        assertThat(spread.mean()).isEqualTo(3.0);
        assertThat(spread.deviation()).isCloseTo(Math.sqrt(10.0 / 3), within(1e-12));
        assertThat(spread.toText()).isEqualTo("3.0000 ± 1.8257");
    }

    @Test
    void oneRunHasNoDeviation() {
        assertThat(Spread.of(List.of(0.5)).deviation()).isZero();
    }

    @Test
    void noRunHasNoSpread() {
        assertThatIllegalArgumentException().isThrownBy(() -> Spread.of(List.of()));
    }
}
