package dev.nextact.core.demand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StockAdviceTest {

    /** r = 2 and p = ½: P(k) = (k + 1) / 2^(k + 2). */
    private static final NegativeBinomial COUNT = new NegativeBinomial(2, 0.5);

    @Test
    void theStockIsTheLeastThatReachesTheServiceLevel() {
        StockAdvice advice = StockAdvice.of("tea", List.of(COUNT), 0, 0.6);
        assertThat(advice.orderUpTo()).isEqualTo(2);
        assertThat(advice.stockOut()).isCloseTo(1 - 0.6875, within(1e-12));
        assertThat(advice.shortage()).isCloseTo(0.75, within(1e-12));
    }

    @Test
    void aLongerLeadTimeAddsUpMeansAndVariances() {
        StockAdvice apart = StockAdvice.of("tea", List.of(COUNT, COUNT), 0, 0.95);
        assertThat(apart.expected()).isEqualTo(4);
        NegativeBinomial sum = DemandGroup.sum(List.of(COUNT, COUNT), 0);
        assertThat(sum.variance()).isCloseTo(8, within(1e-12));
        NegativeBinomial together = DemandGroup.sum(List.of(COUNT, COUNT), 1);
        assertThat(together.variance()).isCloseTo(16, within(1e-12));
        assertThat(StockAdvice.of("tea", List.of(COUNT, COUNT), 1, 0.95).orderUpTo())
                .isGreaterThan(apart.orderUpTo());
    }

    @Test
    void theNewsvendorWeighsMarginAgainstCost() {
        assertThat(StockAdvice.criticalRatio(3, 1)).isEqualTo(0.75);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StockAdvice.criticalRatio(0, 1))
                .withMessageContaining("found 0.0 and 1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StockAdvice.of("tea", List.of(COUNT), 0, 1));
    }

    @Test
    void itemsAddUpToCategoriesAndTheTotal() {
        Random random = new Random(5);
        List<DemandSeries> series = new ArrayList<>();
        List<List<NegativeBinomial>> items = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            series.add(
                    new DemandSeries(
                            "i" + i,
                            "c" + i % 7,
                            Float.NaN,
                            0,
                            new int[1],
                            new float[1],
                            new int[0][]));
            items.add(
                    List.of(
                            new NegativeBinomial(random.nextDouble() * 90, 1),
                            new NegativeBinomial(random.nextDouble() * 90, 2)));
        }
        DemandPanel panel = new DemandPanel(DemandPeriod.WEEK, 0, 1, List.of(), series);
        List<DemandGroup> groups = DemandGroup.of(panel, items, 0.1);
        assertThat(groups).hasSize(8);
        for (int h = 0; h < 2; h++) {
            int step = h;
            double all = items.stream().mapToDouble(item -> item.get(step).mean()).sum();
            double categories =
                    groups.stream()
                            .filter(group -> group.level() == DemandGroup.Level.CATEGORY)
                            .mapToDouble(group -> group.steps().get(step).mean())
                            .sum();
            assertThat(categories).isCloseTo(all, within(1e-6));
            assertThat(groups.get(7).steps().get(step).mean()).isCloseTo(all, within(1e-6));
        }
    }
}
