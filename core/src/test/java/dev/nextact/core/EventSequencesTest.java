package dev.nextact.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EventSequencesTest {

    private static final EventSequences TWO_SHOPPERS =
            new EventSequences.Builder(1)
                    .event(1, 0, 10)
                    .event(2, 0, 20)
                    .event(3, 0, 30)
                    .endUser()
                    .event(4, 1, 5)
                    .endUser()
                    .build();

    @Test
    void prefixesHoldTheOldestEventsOfEachShopper() {
        EventSequences oldest = TWO_SHOPPERS.prefixes(user -> user == 0 ? 2 : 0);

        assertThat(oldest.size()).isEqualTo(2);
        assertThat(oldest.events()).isEqualTo(2);
        assertThat(oldest.get(0).items()).containsExactly(1, 2);
        assertThat(oldest.get(1).isEmpty()).isTrue();
        assertThat(oldest.renumberItems(new int[] {0, 7, 8, 9, 10}).get(0).items())
                .containsExactly(7, 8);
        assertThat(TWO_SHOPPERS.events()).isEqualTo(4);
    }

    @Test
    void aPrefixIsNoLongerThanWhatThereIs() {
        assertThatThrownBy(() -> TWO_SHOPPERS.prefixes(user -> 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("prefix of 2 events of shopper 1, but there are 1");
    }
}
