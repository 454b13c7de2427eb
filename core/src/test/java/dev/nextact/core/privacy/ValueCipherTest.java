package dev.nextact.core.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.NextactException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ValueCipherTest {

    private static final byte[] VALUE = "she bought a kettle".getBytes(StandardCharsets.UTF_8);
    private static final byte[] ANN = {1};

    private static ValueCipher of(String... keys) {
        return new ValueCipher(SecretKeys.of(List.of(keys), "test"));
    }

    private static final String KEY = "01".repeat(32);
    private static final String OTHER = "02".repeat(32);

    @Test
    void whatIsSealedOpensAgainAlsoAfterANewKey() {
        byte[] sealed = of(KEY).seal(VALUE, ANN);

        assertThat(of(OTHER, KEY).open(sealed, ANN)).isEqualTo(VALUE);
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("kettle");
        assertThat(of(KEY).seal(VALUE, ANN)).isNotEqualTo(sealed);
    }

    @Test
    void everyChangedByteIsSeen() {
        byte[] sealed = of(KEY).seal(VALUE, ANN);
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> of(KEY).open(changed, ANN))
                    .as("byte " + i)
                    .isInstanceOf(NextactException.class);
        }
    }

    @Test
    void aValueOfAnotherShopperOrKeyDoesNotOpen() {
        byte[] sealed = of(KEY).seal(VALUE, ANN);

        assertThatThrownBy(() -> of(KEY).open(sealed, new byte[] {2}))
                .hasMessageContaining("was changed");
        assertThatThrownBy(() -> of(OTHER).open(sealed, ANN))
                .hasMessageContaining("encrypted with the key");
    }
}
