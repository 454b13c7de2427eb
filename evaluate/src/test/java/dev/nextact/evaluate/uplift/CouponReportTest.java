package dev.nextact.evaluate.uplift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.predict.CampaignReach;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CouponReportTest {

    private static CouponReport report(List<BaseLearner> bases) {
        return new CouponReport(
                new CouponReport.Past(
                        100, 100, "", Assignment.Way.NOT_RANDOM, "no draw", "features", bases),
                new CouponReport.Chosen(100, 100, new CampaignReach(9, 1, 0, 0.5), 0),
                Optional.empty());
    }

    @Test
    void missingTreesAreToldPlainly() {
        assertThat(report(List.of(BaseLearner.LINEAR)).sentences())
                .anyMatch(
                        line -> line.contains("without boosted trees") && line.contains("libgomp"));
        assertThat(report(List.of(BaseLearner.LINEAR, BaseLearner.TREES)).sentences())
                .noneMatch(line -> line.contains("libgomp"));
    }

    @Test
    void aListByIntentClaimsNoGain() {
        CouponReport report = report(List.of(BaseLearner.LINEAR));
        assertThat(report.toTree())
                .containsEntry("by", "intent")
                .doesNotContainKey("expected_gain");
        assertThat(report.sentences()).anyMatch(line -> line.contains("by intent alone"));
    }
}
