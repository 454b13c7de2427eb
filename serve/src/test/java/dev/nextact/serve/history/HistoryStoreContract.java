package dev.nextact.serve.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What every history store promises. */
abstract class HistoryStoreContract {

    static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    static final HistoryRules RULES =
            new HistoryRules(20, Duration.ofDays(30), Clock.fixed(NOW, ZoneOffset.UTC));

    abstract HistoryStore store();

    static ShopperEvent event(String id, String user, int second) {
        return new ShopperEvent(id, user, "item-" + id, "view", micros(second));
    }

    static long micros(int second) {
        return (NOW.getEpochSecond() - 10_000 + second) * 1_000_000;
    }

    private void append(ShopperEvent... events) {
        store().append(List.of(events)).join();
    }

    private List<String> items(String user) {
        return store().last(user, 100).stream().map(PastEvent::item).toList();
    }

    @Test
    void anAcknowledgedEventIsThereAtOnce() {
        append(event("a", "ann", 1));

        assertThat(store().last("ann", 5))
                .containsExactly(new PastEvent(EventBytes.hash("a"), "item-a", "view", micros(1)));
        assertThat(store().last("bob", 5)).isEmpty();
    }

    @Test
    void anEventSentAgainCountsOnce() {
        append(event("a", "ann", 1), event("a", "ann", 1));
        append(event("a", "ann", 3), event("b", "ann", 2));

        assertThat(items("ann")).containsExactly("item-a", "item-b");
    }

    @Test
    void theSameIdOfAnotherShopperIsAnotherEvent() {
        append(event("a", "ann", 1), event("a", "bob", 1));

        assertThat(items("ann")).hasSize(1);
        assertThat(items("bob")).hasSize(1);
    }

    @Test
    void lateEventsArePlacedByTimeAndEqualTimesInOrderOfArrival() {
        append(event("c", "ann", 3), event("a", "ann", 1), event("x", "ann", 2));
        append(event("y", "ann", 2));

        assertThat(items("ann")).containsExactly("item-a", "item-x", "item-y", "item-c");
    }

    @Test
    void onlyTheNewestAreKeptHoweverManyCome() {
        List<ShopperEvent> events = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            events.add(event("e" + i, "ann", i));
        }
        Collections.shuffle(events, new Random(1));
        for (ShopperEvent event : events) {
            append(event);
        }

        List<String> expected = new ArrayList<>();
        for (int i = 980; i < 1000; i++) {
            expected.add("item-e" + i);
        }
        assertThat(items("ann")).isEqualTo(expected);
        assertThat(store().last("ann", 3))
                .hasSize(3)
                .last()
                .extracting(PastEvent::item)
                .isEqualTo("item-e999");
    }

    @Test
    void eventsThatAreTooOldAreGone() {
        append(
                new ShopperEvent("old", "ann", "x", "view", micros(0) - 31L * 86_400_000_000L),
                event("a", "ann", 1));

        assertThat(items("ann")).containsExactly("item-a");
    }

    @Test
    void aForgottenShopperIsGoneAndCanComeBack() {
        append(event("a", "ann", 1), event("b", "bob", 1));
        store().forget("ann").join();

        assertThat(items("ann")).isEmpty();
        assertThat(items("bob")).hasSize(1);
        append(event("a", "ann", 1));
        assertThat(items("ann")).containsExactly("item-a");
    }

    @Test
    void idsMayHoldAnyLetters() {
        append(new ShopperEvent("né", "日本 {x}:y", "c:1 'ü'", "view", micros(1)));

        assertThat(items("日本 {x}:y")).containsExactly("c:1 'ü'");
    }

    @Test
    void appendsFromManyThreadsAreAllKept() {
        List<CompletableFuture<Void>> done = new ArrayList<>();
        for (int user = 0; user < 20; user++) {
            for (int i = 0; i < 10; i++) {
                String id = user + "-" + i;
                int second = i;
                String name = "user" + user;
                done.add(
                        CompletableFuture.supplyAsync(() -> List.of(event(id, name, second)))
                                .thenCompose(store()::append));
            }
        }
        done.forEach(CompletableFuture::join);

        for (int user = 0; user < 20; user++) {
            assertThat(items("user" + user)).hasSize(10);
        }
    }

    @Test
    void shoppersAreListedByIdFromAPrefixOnAndPageByPage() {
        append(
                event("a", "ann", 1),
                event("b", "anna", 1),
                event("c", "bob", 1),
                event("d", "an*", 1),
                event("e", "\u9ad8", 1));

        assertThat(store().users("", "", 10))
                .containsExactly("an*", "ann", "anna", "bob", "\u9ad8");
        assertThat(store().users("an", "", 10)).containsExactly("an*", "ann", "anna");
        assertThat(store().users("an", "ann", 10)).containsExactly("anna");
        assertThat(store().users("an*", "", 10)).containsExactly("an*");
        assertThat(store().users("", "an*", 2)).containsExactly("ann", "anna");
        assertThat(store().users("zoe", "", 10)).isEmpty();
    }
}
