package dev.nextact.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalParserTest {

    private static final DecimalParser POINT = DecimalParser.of(".", List.of());
    private static final DecimalParser COMMA = DecimalParser.of(",", List.of());

    /** As the loader reads: the plain form first, then any. */
    private static OptionalLong micros(DecimalParser parser, String text) {
        OptionalLong plain = parser.plain(text);
        return plain.isPresent() ? plain : parser.any(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "12.5|12500000",
                "-3|-3000000",
                "0|0",
                "007|7000000",
                "1,234.56|1234560000",
                "1'234.5|1234500000",
                "1 234 567.8|1234567800000",
                "$ 9.99|9990000",
                "EUR 12.-|12000000",
                "(4.50)|-4500000",
                "\u2212 7.25|-7250000",
                "1.5e3|1500000000",
                "0.0000005|1",
                "0.0000004|0"
            })
    void numbersWithAPointAreRead(String text, long expected) {
        assertThat(micros(POINT, text)).hasValue(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "12,5|12500000",
                "1.234,56|1234560000",
                "1 234,5 €|1234500000",
                "1234|1234000000",
                "1.234|1234000000"
            })
    void numbersWithACommaAreRead(String text, long expected) {
        assertThat(micros(COMMA, text)).hasValue(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "cheap", "-", "$", "12 or 13", "10-20", "1.2.3", "9999999999999999"})
    void whatIsNoOneNumberIsNone(String text) {
        assertThat(micros(POINT, text)).isEmpty();
    }

    @Test
    void theDecimalSignIsFoundOutFromTheFile() {
        assertThat(DecimalParser.of("auto", List.of("1.234,50", "12,5", "1.000")).point())
                .isEqualTo(',');
        assertThat(DecimalParser.of("auto", List.of("1,234.50", "12.5", "1,000")).point())
                .isEqualTo('.');
        // three digits behind the one sign tell nothing: then it is the point
        assertThat(DecimalParser.of("auto", List.of("1,234", "5,678")).point()).isEqualTo('.');
        assertThat(micros(DecimalParser.of("auto", List.of("1,234")), "1,234"))
                .hasValue(1_234_000_000L);
    }

    @Property
    void everyAmountComesBackAsItWasWritten(
            @ForAll @LongRange(min = -99_999_999_999_999_999L, max = 99_999_999_999_999_999L)
                    long micros) {
        String text = BigDecimal.valueOf(micros, 6).toPlainString();

        assertThat(micros(POINT, text)).hasValue(micros);
        assertThat(micros(COMMA, text.replace('.', ','))).hasValue(micros);
    }

    @Property
    void noTextCrashesIt(@ForAll String text) {
        assertThat(micros(POINT, text)).isNotNull();
        assertThat(micros(COMMA, text)).isNotNull();
    }
}
