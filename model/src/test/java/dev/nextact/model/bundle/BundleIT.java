package dev.nextact.model.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.Catalog;
import dev.nextact.core.ItemFacts;
import dev.nextact.core.NextactException;
import dev.nextact.model.FloatTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BundleIT {

    @TempDir private Path models;

    private static BundleContent content(float weight) {
        return new BundleContent(
                "shop",
                "gru",
                50,
                List.of("view", "purchase"),
                "keep",
                42,
                new Manifest.Data("f00d", 10, 3, 100, 60, "time"),
                Map.of("valid ndcg@10", 0.25),
                Map.of("train", Map.of("seed", 42)),
                Catalog.of(List.of("a", "b'\"", "ü")),
                new int[] {0, 5, 6, 7},
                Map.of("w", new FloatTensor(new int[] {1}, new float[] {weight})),
                new byte[] {1, 2, 3});
    }

    private Path write(long second, float weight) {
        Clock clock = Clock.fixed(Instant.ofEpochSecond(second), ZoneOffset.UTC);
        return new BundleWriter(clock).write(models, content(weight));
    }

    @Test
    void whatIsWrittenIsOpened() {
        Bundle bundle = Bundle.open(write(0, 1));

        assertThat(bundle.manifest().model()).isEqualTo("gru");
        assertThat(bundle.manifest().data().fingerprint()).isEqualTo("f00d");
        assertThat(bundle.catalog().ids()).containsExactly("a", "b'\"", "ü");
        assertThat(bundle.trainEvents(3)).isEqualTo(7);
        assertThat(bundle.weights().get("w").values()).containsExactly(1);
        assertThat(bundle.directory().resolve("card.md")).content().contains("100 events");
    }

    @Test
    void whatAServerWantsToKnowIsKeptBesideTheModel() throws IOException {
        BundleContent plain = content(1);
        ItemFacts facts =
                new ItemFacts(
                        Map.of(
                                "price",
                                Map.of("a", List.of("2.5"), "ü", List.of("10")),
                                "category",
                                Map.of("b'\"", List.of("x", "é'"), "unknown", List.of("y"))));
        BundleContent content =
                new BundleContent(
                        plain.name(),
                        plain.model(),
                        plain.length(),
                        plain.behaviours(),
                        plain.seenItems(),
                        plain.seed(),
                        plain.data(),
                        plain.metrics(),
                        plain.config(),
                        plain.catalog(),
                        plain.trainEvents(),
                        plain.weights(),
                        plain.onnx(),
                        plain.tasks(),
                        plain.heads(),
                        plain.itemCodings(),
                        plain.fields(),
                        new BundleContent.ForServing(facts, List.of(7L, 3L)));
        Bundle bundle = Bundle.open(new BundleWriter(Clock.systemUTC()).write(models, content));
        List<String> read = new ArrayList<>();
        bundle.readItemFacts((item, field, value) -> read.add(item + " " + field + " " + value));

        assertThat(read)
                .containsExactly("2 category x", "2 category é'", "1 price 2.5", "3 price 10");
        assertThat(bundle.behaviourEvents()).containsExactly(7L, 3L);
        assertThat(Bundle.open(write(0, 1)).behaviourEvents()).isEmpty();

        Files.writeString(bundle.directory().resolve("item_facts.parquet"), "damaged");
        assertThatThrownBy(() -> Bundle.open(bundle.directory()))
                .hasMessageContaining("item_facts.parquet is damaged");
    }

    @Test
    void theCardTellsWhatIsAnswered() {
        Manifest.Data data = new Manifest.Data("f00d", 5, 3, 100, 90, "time");
        String card =
                ModelCard.text(
                        new Manifest(
                                Bundle.FORMAT,
                                "shop",
                                1,
                                "gru",
                                List.of("next-events", "churn"),
                                10,
                                List.of("view", "buy"),
                                "keep",
                                42,
                                data,
                                Map.of(),
                                Map.of(),
                                Map.of(),
                                "",
                                "",
                                Map.of()));

        assertThat(card)
                .contains(
                        "- `next-events`",
                        "- `churn`: the probability that a behaviour (view, buy)")
                .doesNotContain("- `next-items`", "- `intent`");
    }

    @Test
    void versionsCountUpAndTheNewestIsTaken() {
        write(0, 1);
        write(0, 2);

        assertThat(Bundle.newest(models, "shop").manifest().version()).isEqualTo(2);
        assertThat(Bundle.list(models)).hasSize(2);
    }

    @Test
    void theChecksumKnowsTheWeightsAndNotTheHour() {
        String checksum = Bundle.open(write(0, 1)).manifest().checksum();

        assertThat(Bundle.open(write(999, 1)).manifest().checksum()).isEqualTo(checksum);
        assertThat(Bundle.open(write(0, 2)).manifest().checksum()).isNotEqualTo(checksum);
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.onnx", "weights.safetensors", "items.parquet", "card.md"})
    void aChangedFileIsRefused(String name) throws IOException {
        Path directory = write(0, 1);
        byte[] bytes = Files.readAllBytes(directory.resolve(name));
        bytes[bytes.length / 2] ^= 1;
        Files.write(directory.resolve(name), bytes);

        assertThatThrownBy(() -> Bundle.open(directory))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("damaged")
                .extracting(e -> ((NextactException) e).category().exitCode())
                .isEqualTo(4);
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        Path directory = write(0, 1);
        Files.delete(directory.resolve("model.onnx"));

        assertThatThrownBy(() -> Bundle.open(directory))
                .hasMessageContaining("model.onnx is missing");
    }

    @Test
    void aNewerFormatIsRefused() throws IOException {
        Path directory = write(0, 1);
        Path manifest = directory.resolve("manifest.json");
        Files.writeString(
                manifest, Files.readString(manifest).replace("\"format\" : 3", "\"format\" : 7"));

        assertThatThrownBy(() -> Bundle.open(directory))
                .hasMessageContaining("bundle format 7, this nextact reads format 3")
                .hasMessageContaining("Update nextact");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"format\": 2}", "{\"format\": 2, \"surprise\": 2}"})
    void aDamagedManifestIsRefused(String text) throws IOException {
        Path directory = write(0, 1);
        Files.writeString(directory.resolve("manifest.json"), text);

        assertThatThrownBy(() -> Bundle.open(directory))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("manifest.json");
    }

    @Test
    void aHalfWrittenBundleIsNotSeen() throws IOException {
        write(0, 1);
        Files.createDirectories(models.resolve("shop").resolve(".writing-123"));

        assertThat(Bundle.newest(models, "shop").manifest().version()).isEqualTo(1);
        assertThat(Bundle.list(models)).hasSize(1);
    }

    @Test
    void noModelAtAllSaysWhatToDo() {
        assertThatThrownBy(() -> Bundle.newest(models, "shop"))
                .hasMessageContaining("Run `nextact train` first");
        assertThatThrownBy(() -> Bundle.open(models)).hasMessageContaining("no model bundle");
    }

    @Test
    void aPlaceThatCannotBeWrittenIsAClearError() throws IOException {
        Path file = Files.writeString(models.resolve("file"), "not a folder");

        assertThatThrownBy(() -> new BundleWriter(Clock.systemUTC()).write(file, content(1)))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("cannot write the model");
    }
}
