package dev.nextact.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TextFieldTest {

    /** Of a text its length, its words and nothing, as a sentence model of three numbers. */
    private record Lengths(String checksum) implements TextEncoder {
        @Override
        public float[][] encode(List<String> texts) {
            float[][] vectors = new float[texts.size()][];
            for (int i = 0; i < vectors.length; i++) {
                String text = texts.get(i);
                vectors[i] = new float[] {text.length(), text.split(" ").length, 1};
            }
            return vectors;
        }
    }

    private static final TextEncoder ENCODER = new Lengths("a");

    private static final Map<String, Integer> TRAINED =
            Map.of("ab", 3, "ab cd", 1, "abcdefgh", 2, "a b c d e", 5, "", 4);

    private static FieldEncoding learned() {
        return FieldEncoding.learn(new FieldKind.Text(8), TRAINED, ENCODER);
    }

    private static List<double[]> encoded(FieldEncoding encoding, List<String> texts) {
        List<double[]> values = new ArrayList<>();
        encoding.encode(
                texts,
                ENCODER,
                bag -> {
                    double[] value = new double[encoding.rows()];
                    for (int i = 0; i < bag.size(); i++) {
                        value[bag.row(i)] += bag.weight(i);
                    }
                    values.add(value);
                });
        return values;
    }

    /** The third number is always 1: there are two directions in which texts differ. */
    @Test
    void theTrainingPartHasMeanZeroAndDeviationOneAlongEachDirection() {
        FieldEncoding encoding = learned();
        assertThat(encoding.rows()).isEqualTo(1 + 2);
        List<String> texts = TRAINED.keySet().stream().filter(t -> !t.isEmpty()).toList();
        List<double[]> values = encoded(encoding, texts);
        for (int row = 1; row < 3; row++) {
            double sum = 0;
            double squares = 0;
            double both = 0;
            for (int i = 0; i < texts.size(); i++) {
                int count = TRAINED.get(texts.get(i));
                sum += count * values.get(i)[row];
                squares += count * values.get(i)[row] * values.get(i)[row];
                both += count * values.get(i)[1] * values.get(i)[2];
            }
            assertThat(sum).isCloseTo(0, within(1e-4));
            assertThat(squares / 11).isCloseTo(1, within(1e-4));
            assertThat(both).isCloseTo(0, within(1e-4));
        }
    }

    @Test
    void aTextNeverSeenLiesWhereThoseOfLikeMeaningLie() {
        assertThat(encoded(learned(), List.of("x y z u v")).get(0))
                .isEqualTo(encoded(learned(), List.of("a b c d e")).get(0));
    }

    @Test
    void aMissingTextIsUnknown() {
        Bag bag = new Bag();
        learned().encode("", bag);
        assertThat(bag.size()).isEqualTo(1);
        assertThat(bag.row(0)).isEqualTo(FieldEncoding.UNKNOWN);
    }

    @Test
    void whereTheTrainingPartHasNoTextNoneIsRead() {
        FieldEncoding encoding = FieldEncoding.learn(new FieldKind.Text(8), Map.of("", 9), ENCODER);
        assertThat(encoding.rows()).isEqualTo(1);
        assertThat(encoded(encoding, List.of("ab"))).hasSize(1);
    }

    @Test
    void itComesBackFromItsFileAndRefusesAnotherSentenceModel() throws IOException {
        ObjectMapper json = new ObjectMapper();
        FieldEncoding read =
                json.readValue(json.writeValueAsString(learned()), FieldEncoding.class);
        assertThat(encoded(read, List.of("ab cd")).get(0))
                .isEqualTo(encoded(learned(), List.of("ab cd")).get(0));

        assertThatThrownBy(() -> read.encode(List.of("ab"), new Lengths("b"), bag -> {}))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("sentence model a")
                .hasMessageContaining("b");
    }

    @Test
    void theDirectionsOfTheLargestVarianceAreFound() {
        SplittableRandom random = new SplittableRandom(4);
        float[][] vectors = new float[3000][6];
        double[] weights = new double[vectors.length];
        for (int n = 0; n < vectors.length; n++) {
            weights[n] = 1;
            for (int f = 0; f < 6; f++) {
                vectors[n][f] = (float) ((6 - f) * (random.nextDouble() - 0.5));
            }
        }
        PrincipalComponents found = PrincipalComponents.of(vectors, weights, 2);
        assertThat(Math.abs(found.directions()[0][0])).isGreaterThan(0.99);
        assertThat(Math.abs(found.directions()[1][1])).isGreaterThan(0.99);
        assertThat(found.variances()[0]).isCloseTo(36 / 12.0, within(0.2));
    }
}
