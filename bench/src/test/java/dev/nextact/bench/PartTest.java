package dev.nextact.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartTest {

    @TempDir private Path folder;

    private ShopConfig config(String more) throws IOException {
        Path file = folder.resolve("shop.yaml");
        Files.writeString(
                file,
                "sources: [{path: a.csv, columns: {user: u, item: i, time: t, brand: b}}]\n"
                        + more);
        return ShopConfigReader.read(file, Map.of());
    }

    @Test
    void commasWithinBracketsBelongToAValue() {
        assertThat(Part.parse("time=model.time_fields:[gap, hour], model.width:32"))
                .isEqualTo(
                        new Part(
                                "time",
                                Map.of("model.time_fields", "[gap, hour]", "model.width", "32")));
    }

    @Test
    void changesWhatItSaysAndTheSeedAndNothingElse() throws IOException {
        ShopConfig full = config("model: {width: 48, dropout: 0.5}\n");

        ShopConfig changed = Part.parse("short=model.length:20,train.ema:0.9").of(full, 7);

        ShopConfig expected =
                config(
                        """
                        model: {width: 48, dropout: 0.5, length: 20}
                        train: {ema: 0.9, seed: 7}
                        """);
        assertThat(changed).isEqualTo(expected);
    }

    @Test
    void whatIsJudgedAndBySeedsStaysTheSame() {
        for (String key :
                List.of("split.valid", "clean.min_item_events", "tasks.next_items", "train.seed")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Part.parse("x=" + key + ":1"))
                    .withMessageContaining("found " + key);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Part.parse("model.width:32"))
                .withMessageContaining("expected NAME=KEY:VALUE");
    }

    @Test
    void anUnknownKeyIsRefusedWithTheNearestOne() throws IOException {
        ShopConfig full = config("");
        Part part = Part.parse("wide=model.widht:128");

        assertThatExceptionOfType(NextactException.class)
                .isThrownBy(() -> part.of(full, 1))
                .withMessageContaining("changed by 'wide'")
                .withMessageContaining("did you mean 'width'");
    }

    @Test
    void defaultsTakeOutWhatThereIsAndPutInWhatThereIsNot() throws IOException {
        List<Part> parts =
                Part.defaults(
                        config(
                                """
                                model: {time_fields: [gap]}
                                train: {loss: full-softmax, ema: 0.99}
                                """));

        assertThat(parts)
                .extracting(Part::name)
                .containsExactly(
                        "without time fields",
                        "with item fields",
                        "relative positions",
                        "both positions",
                        "without dropout",
                        "without ema",
                        "with cosine schedule",
                        "with warm-up",
                        "without clipping",
                        "with label smoothing",
                        "sampled softmax");
        assertThat(parts.get(1).changes()).containsEntry("model.item_fields", "[brand]");
    }

    @Test
    void everyDefaultPartGivesAConfig() throws IOException {
        ShopConfig full =
                config(
                        """
                        behaviours: {view: [v], buy: [b]}
                        train: {loss: full-softmax, label_smoothing: 0.1}
                        """);

        assertThat(Part.defaults(full))
                .allSatisfy(part -> assertThat(part.of(full, 42)).isNotEqualTo(full));
    }
}
