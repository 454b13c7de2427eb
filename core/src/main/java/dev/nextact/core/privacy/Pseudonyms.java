package dev.nextact.core.privacy;

import dev.nextact.core.PrivacyConfig;
import dev.nextact.core.ShopConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What takes the place of ids before anything is written: a keyed hash, by which a shop finds its
 * shoppers again and nobody else can. Shops with different keys have no pseudonym in common. Where
 * a config asks for none, ids stay as they are. Thread-safe.
 */
public final class Pseudonyms {

    /** Of whose ids pseudonyms are made in any case where any are. */
    public static final String USER = "user";

    /** 128 bits: among a billion shoppers two have the same with a probability below 1e-20. */
    private static final int BYTES = 16;

    private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();

    /** 21 letters of six bits, and one of the last two: one of sixteen ids that are as long. */
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{21}[AQgw]");

    /** By field; the key in use first. */
    private final Map<String, List<KeyedHash>> hashes;

    private final Set<String> scrubbed;
    private final String name;

    private Pseudonyms(Map<String, List<KeyedHash>> hashes, Set<String> scrubbed, String name) {
        this.hashes = hashes;
        this.scrubbed = scrubbed;
        this.name = name;
    }

    /**
     * Reads the keys that the config names.
     *
     * @throws dev.nextact.core.NextactException of category INPUT where they cannot be read
     */
    public static Pseudonyms of(ShopConfig config) {
        PrivacyConfig privacy = config.privacy();
        Set<String> scrubbed = Set.copyOf(privacy.scrub());
        if (privacy.pseudonyms().isEmpty()) {
            return new Pseudonyms(Map.of(), scrubbed, String.join(",", privacy.scrub()));
        }
        PrivacyConfig.Pseudonyms asked = privacy.pseudonyms().get();
        SecretKeys keys = SecretKeys.load(config, asked.keys(), "privacy.pseudonyms.key");
        return of(asked.columns(), scrubbed, keys);
    }

    static Pseudonyms of(List<String> columns, Set<String> scrubbed, SecretKeys keys) {
        Map<String, List<KeyedHash>> hashes = new HashMap<>();
        for (String column : columns) {
            List<KeyedHash> ofColumn = new ArrayList<>();
            keys.all().forEach(key -> ofColumn.add(new KeyedHash(key, "pseudonym " + column)));
            hashes.put(column, ofColumn);
        }
        return new Pseudonyms(
                hashes,
                scrubbed,
                keys.current().id()
                        + columns.stream().sorted().toList()
                        + scrubbed.stream().sorted().toList());
    }

    /** Whether ids of shoppers are replaced. */
    public boolean areOn() {
        return !hashes.isEmpty();
    }

    /** Changes with whatever changes what is kept of a value; empty where nothing does. */
    public String name() {
        return name;
    }

    /** What is kept of the id of a shopper. */
    public String ofUser(String id) {
        return of(USER, id);
    }

    /** What is kept of a value of a field of the log. */
    public String of(String field, String value) {
        List<KeyedHash> keyed = hashes.get(field);
        if (keyed != null) {
            return text(keyed.get(0), value);
        }
        return scrubbed.contains(field) ? TextScrubber.scrub(value) : value;
    }

    /** What was kept of a shopper's id with earlier keys, the newest first. */
    public List<String> earlierOfUser(String id) {
        List<KeyedHash> keyed = hashes.getOrDefault(USER, List.of());
        return keyed.stream().skip(1).map(hash -> text(hash, id)).toList();
    }

    /**
     * Every name under which a shopper who is asked for may be kept, that of {@link #ofAsked} the
     * first: those of the id by each key and, where it has the form of a pseudonym, the text
     * itself.
     */
    public List<String> allOfUser(String asked) {
        Set<String> names = new LinkedHashSet<>();
        names.add(ofAsked(asked));
        names.add(ofUser(asked));
        names.addAll(earlierOfUser(asked));
        return List.copyOf(names);
    }

    /**
     * What is kept of a shopper who is asked for by the own id, or by the pseudonym that a list
     * names. What is to be kept of an id that comes in is {@link #ofUser}'s alone.
     */
    public String ofAsked(String asked) {
        return areOn() && FORM.matcher(asked).matches() ? asked : ofUser(asked);
    }

    private static String text(KeyedHash hash, String value) {
        return TEXT.encodeToString(Arrays.copyOf(hash.of(value), BYTES));
    }

    /** Of several fields; those of the same name as of {@link #of}. */
    public Map<String, String> of(Map<String, String> fields) {
        if (hashes.isEmpty() && scrubbed.isEmpty()) {
            return fields;
        }
        Map<String, String> kept = new HashMap<>();
        fields.forEach((field, value) -> kept.put(field, of(field, value)));
        return kept;
    }

    /** Where the config asks for none, for use without a config. */
    public static Pseudonyms none() {
        return new Pseudonyms(Map.of(), Set.of(), "");
    }

    /** The fields that a log of this config may have; others are not kept where pseudonyms are. */
    public static Optional<Set<String>> named(ShopConfig config) {
        if (config.privacy().pseudonyms().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                config.sources().stream()
                        .flatMap(source -> source.columns().keySet().stream())
                        .collect(java.util.stream.Collectors.toUnmodifiableSet()));
    }
}
