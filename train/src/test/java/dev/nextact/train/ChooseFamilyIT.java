package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.EventLog;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChooseFamilyIT {

    @TempDir private Path shop;

    private ShopConfig config(String budget) throws IOException {
        Path file =
                Files.writeString(
                        shop.resolve("shop.yaml"),
                        """
                        sources: [{path: log.csv, columns: {user: user, item: item, time: time}}]
                        clean: {min_item_events: 1}
                        split: {protocol: leave-one-out}
                        model: {family: auto, width: 8, layers: 1, length: 8}
                        train: {epochs: 2, batch: 8, negatives: 8, workers: 1, family_budget: %s}
                        """
                                .formatted(budget));
        return ShopConfigReader.read(file, Map.of());
    }

    private static ChooseFamily.Choice choose(ShopConfig config, EventLog log) {
        return choose(new ChooseFamily(System::nanoTime), config, log);
    }

    private static ChooseFamily.Choice choose(
            ChooseFamily chooser, ShopConfig config, EventLog log) {
        return chooser.run(
                config, log, Split.of(config.split(), log.sequences()), Progress.silent());
    }

    @Test
    void theBestByValidationIsTakenAndSaysWhy() throws IOException {
        ChooseFamily.Choice choice = choose(config("10m"), TuneModelIT.log(0));

        assertThat(choice.scores()).hasSize(5);
        double best = choice.scores().values().stream().mapToDouble(s -> s).max().orElseThrow();
        assertThat(choice.scores().get(choice.family())).isEqualTo(best);
        assertThat(choice.because())
                .startsWith(choice.family() + " has the best validation score")
                .contains("recurrent networks were tried first");
        assertThat(choice.toTree()).containsEntry("family", choice.family());
    }

    @Test
    void withoutTimeTheFirstByTheLengthOfHistoriesIsTaken() throws IOException {
        ShopConfig config = config("1s");
        long[] now = {0};
        ChooseFamily impatient = new ChooseFamily(() -> now[0] += 2_000_000_000L);

        ChooseFamily.Choice choice = choose(impatient, config, TuneModelIT.log(0));
        assertThat(choice.family()).isEqualTo("gru");
        assertThat(choice.scores()).containsOnlyKeys("gru");
        assertThat(choice.because()).contains("the budget of 1 s ended the search");

        ChooseFamily.Choice ofLong = choose(impatient, config, TuneModelIT.log(0, 24));
        assertThat(ofLong.family()).isEqualTo("transformer");
        assertThat(ofLong.because()).contains("attention networks were tried first");
    }
}
