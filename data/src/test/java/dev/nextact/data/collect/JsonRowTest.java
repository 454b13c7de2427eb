package dev.nextact.data.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class JsonRowTest {

    @Test
    void keysWithinKeysAreJoinedAndListsStayJson() {
        assertThat(
                        JsonRow.parse("{\"a\": {\"b\": {\"c\": 1.10}}, \"l\": [1], \"n\": null}")
                                .values())
                .isEqualTo(Map.of("a.b.c", "1.10", "l", "[1]"));
    }

    @Test
    void whatIsDeeperThanFourKeysStaysJson() {
        assertThat(JsonRow.parse("{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":1}}}}}").values())
                .isEqualTo(Map.of("a.b.c.d", "{\"e\":1}"));
    }

    @Property
    void anyTextIsARowAndNoneIsLost(@ForAll String text) {
        JsonRow row = JsonRow.parse(text);

        assertThat(row.values()).isNotEmpty();
        assertThat(row.isReadable() || row.values().size() == 1).isTrue();
    }

    @Test
    void whatIsNoObjectIsKeptWhole() {
        for (String text : new String[] {"", "7", "[1]", "{}", "{\"a\": 1} {", "{\"a\": 1} x"}) {
            assertThat(JsonRow.parse(text).isReadable()).as(text).isFalse();
        }
    }
}
