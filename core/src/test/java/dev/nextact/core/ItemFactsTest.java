package dev.nextact.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ItemFactsTest {

    @Test
    void onlyTheFieldsAndItemsThatAreWantedAreKeptAndNoTexts() {
        ItemFacts facts =
                new ItemFacts(
                        Map.of(
                                "category",
                                Map.of("a", List.of("x", "y"), "b", List.of("z")),
                                "text",
                                Map.of("a", List.of("ééé"), "c", List.of("é", "ééé")),
                                "price",
                                Map.of("a", List.of("1"))));

        assertThat(
                        facts.only(
                                List.of("category", "text", "none"),
                                Catalog.of(List.of("a", "c")),
                                4))
                .isEqualTo(
                        new ItemFacts(
                                Map.of(
                                        "category", Map.of("a", List.of("x", "y")),
                                        "text", Map.of("c", List.of("é")))));
    }
}
