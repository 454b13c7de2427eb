package dev.nextact.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventSequences;
import dev.nextact.core.LearningData;
import dev.nextact.core.Split;
import java.util.List;
import org.junit.jupiter.api.Test;

class NextEventCasesTest {

    /** Item 3 comes in the test alone, so no model knows it; the test begins at 100. */
    private static NextEventCases cases() {
        EventSequences all =
                new EventSequences.Builder()
                        .event(1, 0, 10)
                        .event(2, 0, 20)
                        .event(3, 0, 110)
                        .event(1, 0, 120)
                        .event(2, 0, 130)
                        .endUser()
                        .event(1, 0, 30)
                        .event(2, 0, 40)
                        .endUser()
                        .event(2, 0, 150)
                        .event(1, 0, 160)
                        .endUser()
                        .event(3, 0, 170)
                        .endUser()
                        .build();
        Split split = Split.at(all, 50, 100);
        Catalog catalog = Catalog.of(List.of("a", "b", "c"));
        return NextEventCases.of(LearningData.of(catalog, all, split, 1), 1);
    }

    @Test
    void onlyShoppersWithAnEventToForetellAreThere() {
        assertThat(cases().sequences())
                .extracting(events -> events.user())
                .containsExactlyInAnyOrder(0, 2);
    }

    @Test
    void eventsOfUnknownItemsAreCountedAndLeftOut() {
        NextEventCases cases = cases();
        int first = cases.sequences().get(0).user() == 0 ? 0 : 1;

        assertThat(cases.leftOut()).isEqualTo(2);
        assertThat(cases.sequences().get(first).items()).containsExactly(1, 2, 1, 2);
        assertThat(cases.first()[first]).isEqualTo(2);
        // who came in the test alone is judged from the second event on
        assertThat(cases.first()[1 - first]).isEqualTo(1);
        assertThat(cases.events()).isEqualTo(3);
    }

    @Test
    void fewerShoppersAreChosenWhereThereAreTooManyEvents() {
        assertThat(cases().withEvents(2).sequences()).hasSize(1);
        assertThat(cases().withEvents(3).sequences()).hasSize(2);
    }
}
