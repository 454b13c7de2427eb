package dev.nextact.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpreadTableTest {

    @Test
    void runsOfAModelAreSpreadByMetricInTheOrderGiven() {
        SpreadTable table = new SpreadTable();
        table.add("transformer", metrics(0.4, 0.1));
        table.add("popularity", metrics(0.3, 0.2));
        table.add("transformer", metrics(0.6, 0.1));

        assertThat(table.toText().lines())
                .containsExactly(
                        "transformer         ndcg@10 0.5000 ± 0.1414  auc 0.1000 ± 0.0000",
                        "popularity          ndcg@10 0.3000 ± 0.0000  auc 0.2000 ± 0.0000");
        assertThat(table.toTree()).containsOnlyKeys("transformer", "popularity");
        assertThat(table.toTree().get("transformer"))
                .isEqualTo(
                        Map.of(
                                "ndcg@10", Spread.of(List.of(0.4, 0.6)).toTree(),
                                "auc", Spread.of(List.of(0.1, 0.1)).toTree()));
    }

    private static Map<String, Double> metrics(double ndcg, double auc) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("ndcg@10", ndcg);
        metrics.put("auc", auc);
        return metrics;
    }
}
