package dev.nextact.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ItemCodingTest {

    private static final Catalog LEARNED = Catalog.of(List.of("a", "b", "c", "d"));
    private static final Catalog NEW = Catalog.of(List.of("n", "o"));
    private static final ItemFacts FACTS =
            new ItemFacts(
                    Map.of(
                            "colour",
                            Map.of(
                                    "a", List.of("red"),
                                    "b", List.of("blue", "red"),
                                    "n", List.of("green", "blue")),
                            "weight",
                            Map.of(
                                    "a", List.of("1"),
                                    "b", List.of("3"),
                                    "c", List.of("heavy"),
                                    "n", List.of("2.5"),
                                    "o", List.of("1000000")),
                            "title",
                            Map.of("a", List.of("x"), "b", List.of("xxx"), "n", List.of("xx"))));

    /** A text's vector is one number, its length. */
    private static final TextEncoder LENGTHS =
            new TextEncoder() {
                @Override
                public String checksum() {
                    return "lengths";
                }

                @Override
                public float[][] encode(List<String> texts) {
                    return texts.stream()
                            .map(t -> new float[] {t.length()})
                            .toArray(float[][]::new);
                }
            };

    @Test
    void valuesThatNoLearnedItemHadAreLeftOut() {
        ItemCoding.Categories coding = ItemCoding.Categories.fit("colour", LEARNED, FACTS);
        ItemCategories learned = coding.of(LEARNED, FACTS, TextEncoder.NONE);
        ItemCategories later = coding.of(NEW, FACTS, TextEncoder.NONE);

        assertThat(coding.values()).containsExactly("red", "blue");
        assertThat(learned.of(2)).containsExactly(1, 0);
        assertThat(later.of(1)).containsExactly(1);
        assertThat(later.knows(1)).isTrue();
        assertThat(later.knows(2)).isFalse();
    }

    @Test
    void numbersAreMeasuredByTheLearnedItemsAndASlipIsBounded() {
        ItemCoding.Standardised coding = ItemCoding.Standardised.fit("weight", LEARNED, FACTS);

        assertThat(coding.mean()).isEqualTo(2);
        assertThat(coding.deviation()).isEqualTo(1);
        assertThat(coding.of(LEARNED, FACTS, TextEncoder.NONE).values())
                .containsExactly(0, -1, 1, 0, 0);
        assertThat(coding.of(NEW, FACTS, TextEncoder.NONE).values()).containsExactly(0, 0.5f, 5);
    }

    @Test
    void aNewNumberFallsIntoTheRangeOfItsLikes() {
        ItemCoding.Ranges coding = ItemCoding.Ranges.fit("weight", LEARNED, FACTS, 2);
        ItemCategories learned = coding.of(LEARNED, FACTS, TextEncoder.NONE);
        ItemCategories later = coding.of(NEW, FACTS, TextEncoder.NONE);

        assertThat(later.of(1)).isEqualTo(learned.of(1));
        assertThat(later.of(2)).isEqualTo(learned.of(2));
        assertThat(
                        coding.of(
                                        NEW,
                                        new ItemFacts(Map.of("weight", Map.of("n", List.of("-9")))),
                                        TextEncoder.NONE)
                                .of(1))
                .isEqualTo(learned.of(1));
    }

    @Test
    void textsAreMeasuredFromTheMeanOfTheLearnedItems() {
        ItemCoding.Text coding = ItemCoding.Text.fit("title", LEARNED, FACTS, LENGTHS);

        assertThat(coding.mean()).containsExactly(2f);
        assertThat(coding.scale()).isCloseTo(1, within(1e-9));
        assertThat(coding.of(LEARNED, FACTS, LENGTHS).values()).containsExactly(0, -1, 1, 0, 0);
        assertThat(coding.of(NEW, FACTS, LENGTHS).values()).containsExactly(0, 0, 0);
        assertThatThrownBy(() -> coding.of(NEW, FACTS, TextEncoder.NONE))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("checksum lengths");
    }

    @Test
    void aFactThatNoLearnedItemHasIsRefused() {
        assertThatThrownBy(
                        () -> ItemCoding.Categories.fit("colour", Catalog.of(List.of("o")), FACTS))
                .hasMessageContaining("model.item_fields: no item has a value of 'colour'")
                .hasMessageContaining("[colour, title, weight]");
        assertThatThrownBy(() -> ItemCoding.Standardised.fit("title", LEARNED, FACTS))
                .hasMessageContaining("model.item_numbers: no item has a number as 'title'");
    }

    @Test
    void codingsComeBackFromJson() throws IOException {
        List<ItemCoding> codings =
                List.of(
                        ItemCoding.Categories.fit("colour", LEARNED, FACTS),
                        ItemCoding.Ranges.fit("weight", LEARNED, FACTS, 2),
                        ItemCoding.Standardised.fit("weight", LEARNED, FACTS),
                        ItemCoding.Text.fit("title", LEARNED, FACTS, LENGTHS));
        TypeReference<List<ItemCoding>> type = new TypeReference<>() {};
        JsonMapper json = JsonMapper.builder().build();

        assertThat(json.readValue(json.writerFor(type).writeValueAsString(codings), type))
                .isEqualTo(codings);
    }
}
