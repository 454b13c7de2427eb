package dev.nextact.predict.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class CounterfactualTest {

    private static Optional<Counterfactual> search(int players, ToDoubleFunction<BitSet> worth) {
        return Counterfactual.search(
                players,
                coalitions ->
                        coalitions.stream()
                                .map(c -> new Reading(worth.applyAsDouble(c), 0))
                                .toList(),
                false,
                reading -> reading.value() <= 0.5);
    }

    @Test
    void theOneThatDecidesIsFoundAlone() {
        assertThat(search(5, c -> c.get(3) ? 0.9 : 0.1).orElseThrow().removed()).containsExactly(3);
    }

    @Test
    void whatTheFirstStepTookInVainIsPutBack() {
        // player 0 lowers it most, but only 1 and 2 together turn it
        ToDoubleFunction<BitSet> worth =
                c ->
                        !c.get(1) && !c.get(2)
                                ? 0.4
                                : 0.9 - (c.get(0) ? 0 : 0.2) - (c.get(1) ? 0 : 0.1);

        Counterfactual found = search(4, worth).orElseThrow();

        assertThat(found.removed()).containsExactly(1, 2);
        assertThat(found.after().value()).isEqualTo(0.4);
    }

    @Test
    void whereNothingTurnsItNothingIsFound() {
        assertThat(search(12, c -> 0.6)).isEmpty();
    }
}
