package dev.nextact.core;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What of shoppers is kept, and how; the key {@code privacy}. Paths are as the config says them,
 * relative to its directory.
 *
 * @param pseudonyms what takes the place of ids; absent = ids are kept as they are
 * @param scrub fields out of whose texts addresses, phone and card numbers are taken
 * @param retention how old events in the workspace's files may become; 0 = any age
 * @param k nothing is told of fewer shoppers than this; 1 = of each
 * @param historyKeys the keys that histories are encrypted with; absent = they are not
 * @param receiptKeys the keys that receipts and tombstones are made with; absent = the workspace's
 *     own
 * @param backups copies of the workspace, out of which who is forgotten is taken as well
 */
public record PrivacyConfig(
        Optional<Pseudonyms> pseudonyms,
        List<String> scrub,
        Duration retention,
        int k,
        Optional<KeySource> historyKeys,
        Optional<KeySource> receiptKeys,
        List<Path> backups) {

    public static final PrivacyConfig NOTHING =
            new PrivacyConfig(
                    Optional.empty(),
                    List.of(),
                    Duration.ZERO,
                    1,
                    Optional.empty(),
                    Optional.empty(),
                    List.of());

    public PrivacyConfig {
        scrub = List.copyOf(scrub);
        backups = List.copyOf(backups);
    }

    /**
     * @param columns fields whose values are replaced; {@code user} among them
     */
    public record Pseudonyms(List<String> columns, KeySource keys) {
        public Pseudonyms {
            columns = List.copyOf(columns);
        }
    }

    /**
     * Where keys are: a line each, the one in use first, then earlier ones.
     *
     * @param file of the keys; absent = an environment variable has them
     * @param variable its name
     */
    public record KeySource(Optional<Path> file, Optional<String> variable) {}
}
