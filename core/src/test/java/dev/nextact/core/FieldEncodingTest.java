package dev.nextact.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FieldEncodingTest {

    private static Map<String, Float> encoded(FieldEncoding encoding, String text) {
        Bag bag = new Bag();
        encoding.encode(text, bag);
        Map<String, Float> rows = new TreeMap<>();
        for (int i = 0; i < bag.size(); i++) {
            rows.merge(encoding.nameOf(bag.row(i)), bag.weight(i), Float::sum);
        }
        return rows;
    }

    @Test
    void aValueIsLearnedFromEnoughEventsAndOthersAreUnknown() {
        FieldEncoding area =
                FieldEncoding.learn(
                        new FieldKind.Category(5), Map.of("north", 5, "south", 4, "", 9));

        assertThat(area.rows()).isEqualTo(3);
        assertThat(encoded(area, "north")).containsOnly(Map.entry("=north", 1f));
        assertThat(encoded(area, "south")).containsOnly(Map.entry("unknown", 1f));
        assertThat(encoded(area, "east")).containsOnly(Map.entry("unknown", 1f));
        assertThat(encoded(area, "")).containsOnly(Map.entry("=", 1f));
    }

    @Test
    void aMissingValueThatTrainingHasSeldomIsUnknown() {
        FieldEncoding area =
                FieldEncoding.learn(new FieldKind.Category(5), Map.of("north", 50, "", 4));

        assertThat(encoded(area, "")).containsOnly(Map.entry("unknown", 1f));
    }

    @Test
    void aSetIsTheMeanOfItsValues() {
        FieldEncoding tags =
                FieldEncoding.learn(
                        new FieldKind.Several("|", 2),
                        Map.of("a|b", 2, "b | c", 1, "c", 1, "d", 1));

        assertThat(encoded(tags, "a|c")).containsOnly(Map.entry("=a", .5f), Map.entry("=c", .5f));
        assertThat(encoded(tags, " b||x|d"))
                .hasSize(2)
                .hasEntrySatisfying("=b", w -> assertThat(w).isCloseTo(1 / 3f, offset(1e-6f)))
                .hasEntrySatisfying("unknown", w -> assertThat(w).isCloseTo(2 / 3f, offset(1e-6f)));
        assertThat(encoded(tags, "|")).containsOnly(Map.entry("unknown", 1f));
    }

    @Test
    void rangesAreEquallyFullAndEqualNumbersStayTogether() {
        Map<String, Integer> events = new HashMap<>();
        IntStream.range(0, 8).forEach(n -> events.put(Integer.toString(n), 1));
        FieldEncoding even = FieldEncoding.learn(new FieldKind.Buckets(4), events);
        assertThat(even).isEqualTo(new FieldEncoding.Ranges(List.of(2.0, 4.0, 6.0)));
        assertThat(encoded(even, "-3")).containsOnlyKeys("range 1 of 4");
        assertThat(encoded(even, "1.99")).containsOnlyKeys("range 1 of 4");
        assertThat(encoded(even, "2")).containsOnlyKeys("range 2 of 4");
        assertThat(encoded(even, "1e9")).containsOnlyKeys("range 4 of 4");
        assertThat(encoded(even, "dear")).containsOnlyKeys("unknown");
        assertThat(encoded(even, "NaN")).containsOnlyKeys("unknown");

        assertThat(FieldEncoding.learn(new FieldKind.Buckets(4), Map.of("1", 90, "2", 10)))
                .isEqualTo(new FieldEncoding.Ranges(List.of(2.0)));
        assertThat(FieldEncoding.learn(new FieldKind.Buckets(4), Map.of()).rows()).isEqualTo(2);
    }

    @Test
    void aNumberIsStandardisedByTraining() {
        FieldEncoding dwell =
                FieldEncoding.learn(new FieldKind.Numeric(), Map.of("1", 3, "5", 1, "x", 7));

        assertThat(dwell).isEqualTo(new FieldEncoding.Standardised(2, Math.sqrt(3)));
        assertThat(encoded(dwell, "3.5"))
                .hasEntrySatisfying(
                        "number", w -> assertThat(w).isCloseTo(0.8660254f, offset(1e-6f)));
        assertThat(encoded(dwell, "1e30")).containsOnly(Map.entry("number", 10f));
        assertThat(encoded(dwell, "")).containsOnly(Map.entry("unknown", 1f));
        assertThat(FieldEncoding.learn(new FieldKind.Numeric(), Map.of("7", 3)))
                .isEqualTo(new FieldEncoding.Standardised(7, 1));
    }

    @Test
    void aPlaceIsItsCells() {
        FieldKind kind = new FieldKind.Geo(List.of(10.0, 1000.0), "", "", 1);
        FieldEncoding place = FieldEncoding.learn(kind, Map.of("52.52,13.40", 1, "-33.9,151.2", 1));

        assertThat(place.rows()).isEqualTo(5);
        assertThat(encoded(place, "52.519, 13.401")).isEqualTo(encoded(place, "52.52,13.40"));
        Map<String, Float> near = encoded(place, "52.9,13.0"); // the same 1000 km, not the same 10
        assertThat(near).hasSize(2).containsEntry("unknown", .5f);
        assertThat(encoded(place, "1,1")).containsOnly(Map.entry("unknown", 1f));
        for (String nowhere : List.of("", "52.5", "a,b", "95,10", "10,200")) {
            assertThat(encoded(place, nowhere)).containsOnly(Map.entry("unknown", 1f));
        }
        FieldEncoding pacific = FieldEncoding.learn(kind, Map.of("0,180", 1));
        assertThat(encoded(pacific, "0,-180")).isEqualTo(encoded(pacific, "0,180"));
    }

    @Test
    void manyNumbersBecomeRangesAndFewStayValues() {
        Map<String, Integer> ages = new HashMap<>();
        IntStream.range(18, 80).forEach(age -> ages.put(Integer.toString(age), 9));
        assertThat(FieldEncoding.learn(new FieldKind.Auto(), ages))
                .isInstanceOf(FieldEncoding.Ranges.class);
        assertThat(FieldEncoding.learn(new FieldKind.Auto(), Map.of("1", 9, "2", 9, "", 9)))
                .isEqualTo(new FieldEncoding.Categories(List.of("", "1", "2"), ""));
        ages.put("old", 1);
        assertThat(FieldEncoding.learn(new FieldKind.Auto(), ages))
                .isInstanceOf(FieldEncoding.Categories.class);
    }

    @Test
    void aVocabularyIsReadAsItWasWritten() throws IOException {
        FieldVocabulary vocabulary =
                new FieldVocabulary(
                        List.of(
                                field(new FieldEncoding.Categories(List.of("a", "b"), "|")),
                                field(new FieldEncoding.Ranges(List.of(0.1, 2.0))),
                                field(new FieldEncoding.Standardised(0.5, 2))),
                        List.of(field(new FieldEncoding.Cells(List.of(5.0), List.of("0:1:2")))));
        JsonMapper json = JsonMapper.builder().build();

        assertThat(json.readValue(json.writeValueAsBytes(vocabulary), FieldVocabulary.class))
                .isEqualTo(vocabulary);
        assertThat(vocabulary.rowNames()).hasSize(vocabulary.rows()).doesNotHaveDuplicates();
    }

    private static FieldVocabulary.Field field(FieldEncoding encoding) {
        return new FieldVocabulary.Field(
                encoding.getClass().getSimpleName(), List.of("c"), encoding);
    }
}
