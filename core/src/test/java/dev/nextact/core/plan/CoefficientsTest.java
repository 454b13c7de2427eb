package dev.nextact.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CoefficientsTest {

    private static Map<String, String> all() {
        Map<String, String> texts = new HashMap<>();
        for (Coefficient coefficient : Coefficient.values()) {
            texts.put(coefficient.key(), "1; 2; by hand");
        }
        texts.put("machine", "a desk");
        texts.put("checked", "never");
        return texts;
    }

    @Test
    void everyCoefficientIsThereWithItsSource() {
        Coefficients known = Coefficients.measured();

        for (Coefficient coefficient : Coefficient.values()) {
            assertThat(known.of(coefficient).how())
                    .as(coefficient.key())
                    .isNotBlank()
                    .doesNotContain("the same"); // each is read alone
        }
        assertThat(known.machine()).isNotBlank();
        assertThat(known.checked()).isNotBlank();
    }

    @Test
    void aLineIsValueFactorAndSource() {
        assertThat(Measured.parse("5.5; 1.5; a; b")).isEqualTo(new Measured(5.5, 1.5, "a; b"));
        assertThatThrownBy(() -> Measured.parse("5.5; by hand")).hasMessageContaining("found '5.5");
    }

    @Test
    void oneThatIsMissingUnknownOrOddIsNamed() {
        Map<String, String> texts = all();
        texts.remove("prepare.event");
        assertThatThrownBy(() -> Coefficients.of(texts)).hasMessage("prepare.event: is missing");
        texts.put("prepare.event", "1; 0.5; by hand");
        assertThatThrownBy(() -> Coefficients.of(texts))
                .hasMessage("prepare.event: within: expected 1 or more, found 0.5");
        texts.put("prepare.event", "1; 1; by hand");
        texts.put("prepare.evnt", "1; 1; by hand");
        assertThatThrownBy(() -> Coefficients.of(texts))
                .hasMessage("unknown coefficients: [prepare.evnt]");
    }
}
