package dev.nextact.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ItemFieldTest {

    private static Catalog catalog(int items) {
        return Catalog.of(IntStream.rangeClosed(1, items).mapToObj(Integer::toString).toList());
    }

    @Test
    void valuesAreNumberedAndAnItemMayHaveSeveralOrNone() {
        ItemCategories field =
                ItemCategories.of(
                        "tag", catalog(3), Map.of("1", List.of("a", "b"), "3", List.of("b", "c")));

        assertThat(field.values()).containsExactly("a", "b", "c");
        assertThat(field.of(0)).isEmpty();
        assertThat(field.of(1)).containsExactly(0, 1);
        assertThat(field.of(2)).isEmpty();
        assertThat(field.of(3)).containsExactly(1, 2);
    }

    @Test
    void whatOnlyItemsOutsideTheCatalogHaveIsNoValue() {
        ItemCategories field = ItemCategories.of("tag", catalog(1), Map.of("9", List.of("later")));

        assertThat(field.size()).isZero();
    }

    @Test
    void numbersFallIntoEquallyFullRangesAndEqualOnesTogether() {
        Map<String, List<String>> prices = new HashMap<>();
        for (int item = 1; item <= 100; item++) {
            prices.put(Integer.toString(item), List.of(item <= 40 ? "5.0" : item + ".50"));
        }
        prices.put("100", List.of("cheap"));
        ItemFacts facts = new ItemFacts(Map.of("price", prices));
        ItemCoding.Ranges ranges = ItemCoding.Ranges.fit("price", catalog(100), facts, 4);
        ItemCategories field = ranges.of(catalog(100), facts, TextEncoder.NONE);

        assertThat(field.of(1)).isEqualTo(field.of(40));
        assertThat(field.of(40)).isNotEqualTo(field.of(99));
        assertThat(field.of(100)).isEmpty();
        assertThat(field.size()).isBetween(2, 4);
    }
}
