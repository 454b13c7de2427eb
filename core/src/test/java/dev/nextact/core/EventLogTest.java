package dev.nextact.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventLogTest {

    private static final long DAY = 86_400_000_000L;

    private static final Map<String, FieldKind> OF_EVENTS =
            Map.of("area", new FieldKind.Category(2));

    private static final Map<String, FieldKind> OF_SHOPPERS =
            Map.of("club", new FieldKind.Category(1));

    /** Ann acts on days 1 to 4 and 9, Bob on day 9 alone; one day to validate, one to test. */
    private static FieldVocabulary learned(int[] areas, int[] clubs) {
        EventSequences.Builder events = new EventSequences.Builder();
        for (int day : new int[] {1, 2, 3, 4, 9}) {
            events.event(1, 0, day * DAY);
        }
        events.endUser().event(1, 0, 9 * DAY).event(1, 0, 10 * DAY).endUser();
        EventSequences sequences =
                events.build().with(SideInformation.of(new int[][] {areas}, new int[][] {clubs}));
        EventLog log =
                new EventLog(
                        Catalog.of(List.of("pen")),
                        List.of("ann", "bob"),
                        Behaviours.of(Map.of("view", List.of("view"))),
                        sequences,
                        "f",
                        new FieldTexts(
                                List.of(
                                        new FieldTexts.Column(
                                                "area", List.of("north", "south", "west"))),
                                List.of(new FieldTexts.Column("club", List.of("gold", "silver")))));
        Split split =
                Split.of(
                        new ShopConfig.SplitRule("time", Duration.ofDays(1), Duration.ofDays(1)),
                        sequences);
        return log.learnFields(OF_EVENTS, OF_SHOPPERS, split);
    }

    @Test
    void fieldsAreLearnedFromTheTrainingPartAlone() {
        FieldVocabulary then = learned(new int[] {1, 1, 2, 0, 3, 3, 3}, new int[] {1, 2});

        assertThat(then.ofEvents().get(0).encoding())
                .isEqualTo(new FieldEncoding.Categories(List.of("north"), ""));
        assertThat(then.ofShoppers().get(0).encoding())
                .isEqualTo(new FieldEncoding.Categories(List.of("gold"), ""));
        // another future, and another club of one who is not there yet
        assertThat(learned(new int[] {1, 1, 2, 0, 2, 2, 2}, new int[] {1, 0})).isEqualTo(then);
        assertThat(learned(new int[] {1, 2, 2, 0, 3, 3, 3}, new int[] {1, 2})).isNotEqualTo(then);
    }
}
