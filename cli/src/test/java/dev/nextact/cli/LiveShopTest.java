package dev.nextact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.cli.LiveShop.Act;
import dev.nextact.core.Behaviours;
import dev.nextact.core.Catalog;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequences;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LiveShopTest {

    private static final long DAY = 86_400_000_000L;
    private static final long MINUTE = 60_000_000L;
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    private static EventLog log() {
        return new EventLog(
                Catalog.of(List.of("tea", "cup")),
                List.of("ann", "bob"),
                Behaviours.of(Map.of("view", List.of("view"))),
                new EventSequences.Builder()
                        .event(1, 0, DAY)
                        .event(2, 0, 3 * DAY)
                        .event(1, 0, 3 * DAY + 2 * MINUTE)
                        .endUser()
                        .event(2, 0, 9 * DAY)
                        .endUser()
                        .build(),
                "f");
    }

    private static long micros(Instant time) {
        return time.toEpochMilli() * 1000;
    }

    @Test
    void theLastSessionBeginsNowAndWhatLiesBetweenEventsStays() {
        List<Act> ann =
                LiveShop.acts(log(), NOW).stream().filter(act -> act.user().equals("ann")).toList();

        assertThat(ann).extracting(Act::item).containsExactly("tea", "cup", "tea");
        assertThat(ann.get(1).micros()).isEqualTo(micros(NOW) - 10 * MINUTE);
        assertThat(ann.get(1).micros() - ann.get(0).micros()).isEqualTo(2 * DAY);
        assertThat(ann.get(2).micros() - ann.get(1).micros()).isEqualTo(2 * MINUTE);
    }

    @Test
    void shoppersComeOneAfterTheOtherAndAllActsAreInOrder() {
        List<Act> acts = LiveShop.acts(log(), NOW);

        assertThat(acts).extracting(Act::micros).isSorted();
        assertThat(acts).extracting(Act::id).doesNotHaveDuplicates();
        Act bob = acts.stream().filter(act -> act.user().equals("bob")).findFirst().orElseThrow();
        assertThat(bob.micros()).isEqualTo(micros(NOW) - 10 * MINUTE + 6_000_000L);
    }
}
