package dev.nextact.serve.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.NextactException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class EventBytesTest {

    @Property(tries = 200)
    void whatIsWrittenIsReadAgain(
            @ForAll long id,
            @ForAll @StringLength(max = 60) String item,
            @ForAll @StringLength(max = 60) String behaviour,
            @ForAll long time) {
        // lone surrogates are no UTF-8; the HTTP interface refuses them
        Assume.that(isUtf8(item) && isUtf8(behaviour));
        List<PastEvent> events =
                List.of(
                        new PastEvent(id, item, behaviour, time),
                        new PastEvent(
                                ~id,
                                behaviour,
                                behaviour,
                                -time,
                                Map.of("area", item, "", behaviour, behaviour + "x", "")),
                        new PastEvent(id, item, item, time));

        assertThat(EventBytes.read(EventBytes.of(events))).isEqualTo(events);
    }

    private static boolean isUtf8(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    @Test
    void damagedBytesAreAClearError() {
        byte[] bytes = EventBytes.of(new PastEvent(1, "item", "view", 2, Map.of("a", "b")));

        assertThatThrownBy(() -> EventBytes.read(Arrays.copyOf(bytes, bytes.length - 1)))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("damaged");
        bytes[0] = 9;
        assertThatThrownBy(() -> EventBytes.read(bytes))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("format 9");
    }
}
