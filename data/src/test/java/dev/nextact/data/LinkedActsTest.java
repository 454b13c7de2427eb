package dev.nextact.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LinkedActsTest {

    private static final long ALWAYS = Long.MIN_VALUE;

    /** Shopper 0 is linked to 1 and 2, the latter after time 10; 1 and 2 to nobody. */
    private static LinkedActs acts(int most) {
        return new LinkedActs(
                new LinkedActs.Links(
                        new int[] {0, 2, 2, 2}, new int[] {1, 2}, new long[] {ALWAYS, 10}),
                most);
    }

    @Test
    void theNewestActsComeFirstEachItemOnce() {
        LinkedActs acts = acts(3);
        acts.add(1, 7, 1);
        acts.add(1, 8, 2);
        acts.add(1, 7, 3);
        assertThat(acts.before(0, 4)).containsExactly(7, 8);
        acts.add(1, 5, 5);
        acts.add(1, 6, 6);
        assertThat(acts.before(0, 7)).containsExactly(6, 5, 7);
        assertThat(acts.before(1, 7)).isEmpty();
    }

    @Test
    void anActAtTheTimeIsNotBeforeIt() {
        LinkedActs acts = acts(1);
        acts.add(1, 7, 1);
        acts.add(1, 8, 2);
        // not even by pushing an older one out
        assertThat(acts.before(0, 2)).containsExactly(7);
        assertThat(acts.before(0, 3)).containsExactly(8);
    }

    @Test
    void aLinkHoldsAfterTheTimeItBegan() {
        LinkedActs acts = acts(3);
        acts.add(2, 9, 5);
        assertThat(acts.before(0, 10)).isEmpty();
        assertThat(acts.before(0, 11)).containsExactly(9);
    }

    @Test
    void timeDoesNotGoBack() {
        LinkedActs acts = acts(3);
        acts.add(1, 7, 5);
        assertThatThrownBy(() -> acts.before(0, 4)).isInstanceOf(IllegalArgumentException.class);
    }

    private record Act(int shopper, int item, long micros) {}

    /** By looking at everything. */
    private static List<Integer> expected(
            LinkedActs.Links links, List<Act> told, int shopper, long micros, int most) {
        record Found(long micros, int link, int place, int item) {}
        List<Found> found = new ArrayList<>();
        for (int i = links.offsets()[shopper]; i < links.offsets()[shopper + 1]; i++) {
            if (links.sinceMicros()[i] < micros) {
                for (int place = 0; place < told.size(); place++) {
                    Act act = told.get(place);
                    if (act.shopper() == links.to()[i] && act.micros() < micros) {
                        found.add(new Found(act.micros(), i, place, act.item()));
                    }
                }
            }
        }
        found.sort(
                (a, b) ->
                        a.micros() != b.micros()
                                ? Long.compare(b.micros(), a.micros())
                                : a.link() != b.link()
                                        ? Integer.compare(a.link(), b.link())
                                        : Integer.compare(b.place(), a.place()));
        Set<Integer> items = new LinkedHashSet<>();
        found.forEach(act -> items.add(act.item()));
        return items.stream().limit(most).toList();
    }

    /** Items of one shopper differ, so that no ring is too short for as many different ones. */
    @Test
    void anyLogGivesWhatLookingAtAllOfItGives() {
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < 200; round++) {
            int shoppers = 2 + random.nextInt(5);
            int most = 1 + random.nextInt(4);
            int[] offsets = new int[shoppers + 1];
            List<Integer> to = new ArrayList<>();
            for (int shopper = 0; shopper < shoppers; shopper++) {
                for (int other = 0; other < shoppers; other++) {
                    if (random.nextInt(2) == 0) {
                        to.add(other);
                    }
                }
                offsets[shopper + 1] = to.size();
            }
            long[] since = to.stream().mapToLong(t -> random.nextInt(8) - 2L).toArray();
            LinkedActs.Links links =
                    new LinkedActs.Links(offsets, to.stream().mapToInt(t -> t).toArray(), since);
            LinkedActs acts = new LinkedActs(links, most);
            List<Act> told = new ArrayList<>();
            long now = 0;
            for (int i = 0; i < 25; i++) {
                now += random.nextInt(2);
                int shopper = random.nextInt(shoppers);
                assertThat(acts.before(shopper, now))
                        .containsExactly(
                                expected(links, told, shopper, now, most).toArray(new Integer[0]));
                Act act = new Act(shopper, 1 + i % (3 + shopper * 5) + shopper * 100, now);
                if (told.stream().noneMatch(t -> t.item() == act.item())) {
                    acts.add(act.shopper(), act.item(), act.micros());
                    told.add(act);
                }
            }
        }
    }
}
