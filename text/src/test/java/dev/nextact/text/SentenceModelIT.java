package dev.nextact.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nextact.core.TextEncoder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentenceModelIT {

    @TempDir private Path cache;

    private static double cosine(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /**
     * {@code golden.tsv}: a text and its vector in each line, made once by {@code
     * AllMiniLmL6V2QuantizedEmbeddingModel.embed} of langchain4j 1.0.0-beta3, whose tokenizer is
     * Hugging Face's own, on ONNX Runtime 1.20.0.
     */
    @Test
    void vectorsAreThoseOfTheModelsOwnLibrary() throws IOException {
        List<String> golden;
        try (InputStream in = SentenceModelIT.class.getResourceAsStream("golden.tsv")) {
            golden = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
        assertThat(golden).hasSize(3);
        for (String line : golden) {
            String[] parts = line.split("\t", -1);
            float[] vector = SentenceModel.open().encode(List.of(parts[0]))[0];
            assertThat(vector).hasSize(parts.length - 1);
            for (int i = 0; i < vector.length; i++) {
                assertThat(vector[i])
                        .as("%s, number %d", parts[0], i)
                        .isCloseTo(Float.parseFloat(parts[i + 1]), within(1e-3f));
            }
        }
    }

    @Test
    void textsOfLikeMeaningAreNear() {
        float[][] vectors =
                SentenceModel.open()
                        .encode(
                                List.of(
                                        "espresso machine with milk frother",
                                        "coffee maker",
                                        "running shoes for women"));

        assertThat(cosine(vectors[0], vectors[1]))
                .isGreaterThan(cosine(vectors[0], vectors[2]) + 0.2);
        assertThat(cosine(vectors[0], vectors[0])).isCloseTo(1, within(1e-5));
    }

    @Test
    void aTextHasTheSameVectorWhateverIsReadWithIt() {
        SentenceModel model = SentenceModel.open();

        assertThat(model.encode(List.of("plant pot", "a much longer text about other things"))[0])
                .isEqualTo(model.encode(List.of("plant pot"))[0]);
        assertThat(model.encode(List.of("", "word ".repeat(1000)))).hasNumberOfRows(2);
    }

    @Test
    void theModelIsFoundOnTheClassPathAndItsVectorsAreKept() throws IOException {
        float[][] first = TextEncoder.find(cache).encode(List.of("plant pot", "plant pot"));
        long size;
        try (var files = Files.list(cache)) {
            size = Files.size(files.findFirst().orElseThrow());
        }

        assertThat(first[0]).isEqualTo(first[1]);
        assertThat(size).isEqualTo(32 + 4 + 384 * 4);
        assertThat(TextEncoder.find(cache).encode(List.of("plant pot"))[0]).isEqualTo(first[0]);
    }
}
