package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventSequences;
import dev.nextact.core.LearningData;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.Split;
import dev.nextact.model.network.HeadSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadPlanTest {

    private static final long HOUR = 3_600_000_000L;

    /** A Monday, midnight UTC. */
    private static final long MONDAY = 1_736_121_600_000_000L;

    @TempDir private Path directory;

    /**
     * 60 shoppers who view at noon of every day but buy on Sunday evenings alone, for six weeks.
     */
    private static EventSequences log(int days) {
        EventSequences.Builder builder = new EventSequences.Builder();
        for (int user = 0; user < 60; user++) {
            for (int day = 0; day < days; day++) {
                builder.event(1, 0, MONDAY + day * 24L * HOUR + 12 * HOUR + user);
                if (day % 7 == 6) {
                    builder.event(1, 1, MONDAY + day * 24L * HOUR + 20 * HOUR + user);
                }
            }
            builder.endUser();
        }
        return builder.build();
    }

    private HeadSettings plan(EventSequences log) throws IOException {
        Path file = directory.resolve("shop.yaml");
        Files.writeString(
                file,
                """
                sources: [{path: a.csv, columns: {user: u, item: i, behaviour: b, time: t}}]
                behaviours: {view: [v], buy: [b]}
                target: buy
                tasks: {learn: [intent]}
                """);
        ShopConfig config = ShopConfigReader.read(file, Map.of());
        long cutOff = MONDAY + 42 * 24 * HOUR;
        Split split = Split.at(log, cutOff, cutOff + HOUR);
        LearningData data = LearningData.of(Catalog.of(List.of("a")), log, split, 1);
        return HeadPlan.of(config.tasks(), data, 2).orElseThrow();
    }

    @Test
    void theCalendarKnowsWhenBehavioursCome() throws IOException {
        HeadSettings.Calendar calendar = plan(log(42)).calendar();

        assertThat(calendar.hours().get(0).get(12)).isGreaterThan(15);
        assertThat(calendar.hours().get(0).get(3)).isLessThan(0.3);
        assertThat(calendar.weekdays().get(0).get(2)).isCloseTo(1, offset(0.1));
        assertThat(calendar.weekdays().get(1).get(6)).isGreaterThan(4);
        assertThat(calendar.weekdays().get(1).get(2)).isLessThan(0.4);
    }

    @Test
    void nothingAfterTheTrainingPartIsCounted() throws IOException {
        assertThat(plan(log(60))).isEqualTo(plan(log(42)));
    }
}
