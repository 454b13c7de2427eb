package dev.nextact.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.privacy.AuditLog;
import dev.nextact.core.privacy.LossAccountant;
import dev.nextact.core.privacy.SecretNoise;
import dev.nextact.core.privacy.Tombstones;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishCountsIT {

    private static final Clock NOW =
            Clock.fixed(Instant.parse("2020-01-01T00:00:00Z"), ZoneOffset.UTC);

    @TempDir private Path shop;
    private ShopConfig config;
    private AuditLog audit;

    /** 600 shoppers view books and games, 200 buy, one knows a category of its own. */
    @BeforeEach
    void prepare() throws IOException {
        StringBuilder log = new StringBuilder("user,item,act,time,category\n");
        for (int user = 0; user < 600; user++) {
            log.append("u").append(user).append(",i1,pv,2019-05-01 10:00:00,books\n");
            log.append("u").append(user).append(",i2,pv,2019-05-01 11:00:00,games\n");
            if (user < 200) {
                log.append("u").append(user).append(",i2,buy,2019-05-01 12:00:00,games\n");
                log.append("u").append(user).append(",i2,pv,2019-05-01 13:00:00,games\n");
            }
        }
        log.append("u0,i3,pv,2019-05-02 10:00:00,secrets\n");
        Files.writeString(shop.resolve("log.csv"), log);
        Path yaml =
                Files.writeString(
                        shop.resolve("shop.yaml"),
                        """
                        sources:
                          - path: log.csv
                            columns: {user: user, item: item, behaviour: act, time: time, category: category}
                        behaviours: {view: [pv], purchase: [buy]}
                        """);
        config = ShopConfigReader.read(yaml, Map.of());
        audit = AuditLog.open(config, Tombstones.open(config), NOW);
        new PrepareData(NOW).run(config, Progress.silent());
    }

    private PublishCounts.Published publish(double epsilon, long seed) {
        return new PublishCounts(SecretNoise.repeatable(seed))
                .run(config, new PublishCounts.Request(epsilon, 1e-4), audit, "ann");
    }

    @Test
    void numbersAreNearTheTruthAndNamesOfOneShopperAreNotTold() {
        PublishCounts.Published published = publish(2, 1);

        assertThat(published.epsilon()).isLessThanOrEqualTo(2).isGreaterThan(1.99);
        PublishCounts.Table behaviours = published.tables().get(0);
        assertThat(behaviours.shoppers().get("view").doubleValue())
                .isCloseTo(600, within(2 * behaviours.within()));
        assertThat(behaviours.shoppers().get("purchase").doubleValue())
                .isCloseTo(200, within(2 * behaviours.within()));
        PublishCounts.Table activity = published.tables().get(1);
        assertThat(activity.shoppers().get("2–3").doubleValue())
                .isCloseTo(400, within(2 * activity.within()));
        assertThat(activity.shoppers()).hasSize(16); // also those that nobody is in
        assertThat(activity.within()).isLessThan(behaviours.within());
        for (long seed = 1; seed <= 5; seed++) {
            assertThat(publish(2, seed).tables().get(2).shoppers())
                    .containsOnlyKeys("books", "games");
        }
    }

    @Test
    void everyPublicationIsAddedUpAndInTheAuditLog() {
        PublishCounts.Published first = publish(1, 1);
        PublishCounts.Published second = publish(1, 2);

        assertThat(first.epsilonOfAll()).isEqualTo(first.epsilon());
        assertThat(first.tables()).isNotEqualTo(second.tables());
        double noise = LossAccountant.start().noiseFor(1, 5e-5, 1, 3);
        assertThat(second.epsilonOfAll())
                .isCloseTo(LossAccountant.start().after(noise, 1, 6).epsilon(5e-5), within(1e-6))
                .isBetween(1.2, 2.0);
        assertThat(audit.verify()).isEqualTo(2);
        assertThat(audit.done(PublishCounts.PUBLISH)).hasSize(2);
    }

    @Test
    void withoutPreparedDataOrBehindATamperedLogNothingIsPublished() throws IOException {
        publish(1, 1);
        Path log = config.privacyDirectory().resolve("audit.jsonl");
        Files.writeString(log, Files.readString(log).replace("ann", "bob"));
        assertThatThrownBy(() -> publish(1, 2)).isInstanceOf(NextactException.class);

        ShopConfig empty = ShopConfigReader.changed(config, "test", Map.of("workspace", "nothing"));
        assertThatThrownBy(
                        () ->
                                new PublishCounts(SecretNoise.repeatable(1))
                                        .run(empty, new PublishCounts.Request(1, 0), audit, "ann"))
                .hasMessageContaining("nextact prepare");
    }
}
