package dev.nextact.data;

import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.privacy.Pseudonyms;
import dev.nextact.core.privacy.Tombstones;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who may enter the workspace, and under which name: with pseudonyms under one, and not at all who
 * was forgotten. Confined to one thread.
 */
final class KeptShoppers {

    /** Ids whose answers are remembered: logs have many events of few shoppers at a time. */
    private static final int REMEMBERED = 100_000;

    private final Pseudonyms pseudonyms;
    private final Tombstones tombstones;
    private final long oldestMicros;
    private final boolean keepsAll;
    private final Map<String, Optional<String>> known =
            new LinkedHashMap<>(1024, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Optional<String>> eldest) {
                    return size() > REMEMBERED;
                }
            };

    private KeptShoppers(Pseudonyms pseudonyms, Tombstones tombstones, long oldestMicros) {
        this.pseudonyms = pseudonyms;
        this.tombstones = tombstones;
        this.oldestMicros = oldestMicros;
        this.keepsAll = !pseudonyms.areOn() && tombstones.isEmpty();
    }

    /**
     * @param clock from which the config's retention counts
     */
    static KeptShoppers of(ShopConfig config, Clock clock) {
        return new KeptShoppers(
                Pseudonyms.of(config), Tombstones.open(config), oldestMicros(config, clock));
    }

    /** Events before this are too old to be kept; the least number where none is. */
    static long oldestMicros(ShopConfig config, Clock clock) {
        return config.privacy().retention().isZero()
                ? Long.MIN_VALUE
                : clock.instant().minus(config.privacy().retention()).getEpochSecond() * 1_000_000L;
    }

    /**
     * For the files of a remote source, where ids have been replaced when they were collected.
     *
     * @throws NextactException when they were kept otherwise than the config says now
     */
    KeptShoppers ofCollected(Path directory) {
        Path file = directory.resolve(".kept");
        try {
            String how = Files.exists(file) ? Files.readString(file).strip() : "";
            if (!how.equals(name())) {
                throw NextactException.input(
                        "%s was collected with other privacy.pseudonyms or privacy.scrub than the"
                                + " config has now. Delete the directory and run `nextact collect`"
                                + " again",
                        directory);
            }
        } catch (IOException e) {
            throw SourceFiles.unreadable(file, e);
        }
        return new KeptShoppers(Pseudonyms.none(), tombstones, oldestMicros);
    }

    /** What is kept of a shopper's id; empty for one who was forgotten. */
    Optional<String> user(String id) {
        if (keepsAll) {
            return Optional.of(id);
        }
        return known.computeIfAbsent(
                id,
                raw -> {
                    String kept = pseudonyms.ofUser(raw);
                    return tombstones.covers(kept) ? Optional.empty() : Optional.of(kept);
                });
    }

    /** What is kept of a value of another field. */
    String value(String field, String value) {
        return pseudonyms.of(field, value);
    }

    /** Whether the text of a row may be kept as it is: it holds whatever the file holds. */
    boolean keepsText() {
        return pseudonyms.name().isEmpty();
    }

    boolean isTooOld(long timeMicros) {
        return timeMicros < oldestMicros;
    }

    /** Changes with whatever changes what is kept of a row; empty where all of it is. */
    String name() {
        return pseudonyms.name();
    }
}
