package dev.nextact.data.collect;

import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.Remote;
import dev.nextact.core.Remote.HttpApi;
import dev.nextact.core.Remote.KafkaTopic;
import dev.nextact.core.ShopConfig;
import dev.nextact.data.collect.CollectReport.Collected;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code nextact collect}: HTTP APIs and Kafka topics → Parquet files in {@code collected/}, from
 * where the last run stopped to what is there now.
 */
public final class CollectSources {

    private final Clock clock;
    private final Secrets secrets;
    private final Waits waits;
    private final int rowsAFile;

    /**
     * @param clock for answers that ask to wait until a time
     * @param environment variables that headers and settings name
     */
    public CollectSources(Clock clock, Map<String, String> environment) {
        this(clock, environment, time -> Thread.sleep(time.toMillis()), Part.MOST_ROWS);
    }

    CollectSources(Clock clock, Map<String, String> environment, Waits waits, int rowsAFile) {
        this.clock = clock;
        this.secrets = new Secrets(Map.copyOf(environment));
        this.waits = waits;
        this.rowsAFile = rowsAFile;
    }

    /**
     * Collects each remote source of the config, one after the other.
     *
     * @throws NextactException when there is none, or one fails; what was collected is kept
     */
    public CollectReport run(ShopConfig config, Progress progress) {
        List<Collected> collected = new ArrayList<>();
        for (ShopConfig.Source source : config.sources()) {
            source.remote()
                    .ifPresent(remote -> collected.add(collect(config, source, remote, progress)));
        }
        if (collected.isEmpty()) {
            throw NextactException.input(
                    "sources in the config are all files, which prepare reads itself. collect is"
                            + " for paths such as https://host/api and kafka://host:9092/topic");
        }
        return new CollectReport(collected);
    }

    private Collected collect(
            ShopConfig config, ShopConfig.Source source, Remote remote, Progress progress) {
        List<String> columns = new ArrayList<>(source.columns().values());
        if (remote instanceof KafkaTopic) {
            columns.addAll(KafkaCollector.COLUMNS);
        }
        KeptRows kept = KeptRows.of(config, source);
        Part part = new Part(rowsAFile, columns, kept);
        try (CollectedDirectory directory =
                CollectedDirectory.open(
                        config.collectedDirectory().resolve(remote.name()), source.path())) {
            directory.refuseOtherwiseKept(kept.name());
            if (remote instanceof KafkaTopic topic) {
                return new KafkaCollector(topic, directory, secrets, part).run(progress);
            }
            HttpApi api = (HttpApi) remote;
            ApiClient client = new ApiClient(api, secrets, waits, clock, progress);
            return new HttpCollector(api, directory, client, part).run(progress);
        }
    }
}
