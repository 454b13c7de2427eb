package dev.nextact.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.EventSequence;
import dev.nextact.core.NextactException;
import dev.nextact.core.uplift.Holdout;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CampaignLimitTest {

    private static final List<String> USERS =
            IntStream.range(0, 200).mapToObj(i -> "u" + i).toList();

    private static int contacts(int listed, Holdout holdout) {
        return (int) USERS.stream().limit(listed).filter(user -> !holdout.holds(user)).count();
    }

    @Test
    void thoseHeldOutCostNothingAndComeOnTop() {
        double[] costs = new double[USERS.size()];
        Arrays.fill(costs, 2);
        Holdout holdout = new Holdout(0.25, 3);
        CampaignLimit bySize = new CampaignLimit(OptionalInt.of(50), OptionalDouble.empty(), 1);
        int listed = bySize.count(USERS, costs, holdout);
        assertThat(contacts(listed, holdout)).isEqualTo(50);
        assertThat(listed).isGreaterThan(55);
        CampaignLimit byBudget = new CampaignLimit(OptionalInt.empty(), OptionalDouble.of(61), 1);
        assertThat(contacts(byBudget.count(USERS, costs, holdout), holdout)).isEqualTo(30);
        CampaignLimit none = new CampaignLimit(OptionalInt.empty(), OptionalDouble.empty(), 1);
        assertThat(none.count(USERS, costs, holdout)).isEqualTo(200);
        assertThatThrownBy(() -> new CampaignLimit(OptionalInt.of(0), OptionalDouble.empty(), 1))
                .hasMessage("size: expected 1 or more, found 0");
    }

    @Test
    void ofFewerThanKShoppersThereIsNoList() {
        CampaignLimit limit = new CampaignLimit(OptionalInt.of(9), OptionalDouble.empty(), 10);
        double[] costs = new double[USERS.size()];
        assertThatThrownBy(() -> limit.count(USERS, costs, new Holdout(0, 1)))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("fewer than 10 shoppers, which privacy.k forbids");
        CampaignLimit enough = new CampaignLimit(OptionalInt.of(10), OptionalDouble.empty(), 10);
        assertThat(enough.count(USERS, costs, new Holdout(0, 1))).isEqualTo(10);
    }

    @Test
    void pastActsTellPaceAndHour() {
        long day = 86_400_000_000L;
        long noon = 12 * 3_600_000_000L;
        EventSequence history =
                EventSequence.of(
                        0,
                        new int[] {1, 1, 1, 1},
                        new byte[] {0, 1, 1, 0},
                        new long[] {day, 2 * day + noon, 6 * day + noon, 7 * day + noon});
        PastActs acts = PastActs.of(history, 1);
        assertThat(acts.count()).isEqualTo(2);
        assertThat(acts.gapMicros()).hasValue(4 * day);
        assertThat(acts.hour()).isEqualTo(12);
        assertThat(acts.toText("buy", 8 * day + noon))
                .isEqualTo("seen 1.0 days ago, 2× buy, the last 2.0 days ago");
        assertThat(PastActs.of(history.prefix(1), 1).toText("buy", 2 * day))
                .isEqualTo("seen 1.0 days ago, never a buy");
        assertThat(PastActs.of(history.prefix(2), 1).gapMicros()).isEmpty();
    }
}
