package dev.nextact.core.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.NextactException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PseudonymsTest {

    private static final String KEY = "01".repeat(32);
    private static final String OTHER = "02".repeat(32);

    private static Pseudonyms of(String... keys) {
        return Pseudonyms.of(
                List.of("user", "session"), Set.of("text"), SecretKeys.of(List.of(keys), "test"));
    }

    @Test
    void twoShopsCannotBeJoined() {
        Pseudonyms one = of(KEY);
        Pseudonyms two = of(OTHER);
        Set<String> first = new HashSet<>();
        Set<String> second = new HashSet<>();
        for (int user = 0; user < 100_000; user++) {
            first.add(one.ofUser("u" + user));
            second.add(two.ofUser("u" + user));
        }
        assertThat(first).hasSize(100_000);
        assertThat(second).hasSize(100_000);
        first.retainAll(second);
        assertThat(first).isEmpty();
    }

    @Test
    void aShopFindsItsShoppersAgainAlsoAfterANewKey() {
        String then = of(KEY).ofUser("ann");

        assertThat(of(KEY).ofUser("ann")).isEqualTo(then).doesNotContain("ann");
        assertThat(of(OTHER, KEY).ofUser("ann")).isNotEqualTo(then);
        assertThat(of(OTHER, KEY).earlierOfUser("ann")).containsExactly(then);
    }

    @Test
    void valuesOfTwoFieldsHaveNothingInCommon() {
        assertThat(of(KEY).of("session", "ann")).isNotEqualTo(of(KEY).ofUser("ann"));
        assertThat(of(KEY).of("item", "ann")).isEqualTo("ann");
        assertThat(of(KEY).of(Map.of("text", "to ann@example.org")))
                .isEqualTo(Map.of("text", "to [email]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "write to Ann.Lee+x@mail.example.co.uk soon | write to [email] soon",
                "card 4111 1111 1111 1111, thanks | card [card], thanks",
                "card 4111-1111-1111-1112, wrong digit | card 4111-1111-1111-1112, wrong digit",
                "5500005555555559 | [card]",
                "call +49 (30) 1234-5678 now | call [phone] now",
                "call 0151 23456789 now | call [phone] now",
                "order 12345678 of 2026-11-27 | order 12345678 of 2026-11-27",
                "size 38, price 19.99, 100 times | size 38, price 19.99, 100 times"
            })
    void textsLoseWhatNamesAPerson(String text, String scrubbed) {
        assertThat(TextScrubber.scrub(text)).isEqualTo(scrubbed);
    }

    @Test
    void aKeyThatIsTooShortIsRefusedAndNotTold() {
        assertThatThrownBy(() -> SecretKeys.of(List.of("# comment", "abcdef"), "the file k"))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("the file k: key 1 is none")
                .hasMessageNotContaining("abcdef");
        assertThatThrownBy(() -> SecretKeys.of(List.of(), "the file k"))
                .hasMessageContaining("holds no key");
    }
}
