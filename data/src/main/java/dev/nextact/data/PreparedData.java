package dev.nextact.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.Behaviours;
import dev.nextact.core.Catalog;
import dev.nextact.core.EventLog;
import dev.nextact.core.FieldVocabulary;
import dev.nextact.core.ItemFacts;
import dev.nextact.core.Nearest;
import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The directory {@code prepared/}: {@code events.parquet} (in the order of shopper, time and log),
 * {@code users.parquet}, {@code items.parquet}, {@code item_attributes.parquet}, {@code
 * unseen_items.parquet}, {@code user_attributes.parquet}, {@code categories.parquet}, {@code
 * returns.parquet}, {@code flagged.parquet}, {@code rejected.csv}, {@code report.json} and {@code
 * report.html}.
 */
public final class PreparedData {

    static final String EVENTS = "events.parquet";
    static final String USERS = "users.parquet";
    static final String ITEMS = "items.parquet";
    static final String ITEM_ATTRIBUTES = "item_attributes.parquet";
    static final String UNSEEN_ITEMS = "unseen_items.parquet";
    static final String USER_ATTRIBUTES = "user_attributes.parquet";
    static final String RETURNS = "returns.parquet";
    static final String FLAGGED = "flagged.parquet";
    static final String CATEGORIES = "categories.parquet";
    static final String REJECTED = "rejected.csv";
    static final String REPORT = "report.json";
    static final String PAGE = "report.html";

    /**
     * @param name in the report
     * @param query for its rows in their order, after the SQL steps
     */
    record PreparedTable(String name, String file, String query) {}

    /**
     * @param fields the shop's own columns of the events
     */
    static List<PreparedTable> tables(List<String> fields) {
        return Stream.concat(Stream.of(events(fields)), OTHER_TABLES.stream()).toList();
    }

    private static PreparedTable events(List<String> fields) {
        String columns =
                "SELECT user_index, item_index, behaviour, time_micros, session, category_index,"
                        + " price_micros, quantity";
        String order = " ORDER BY user_index, time_micros, seq";
        if (fields.isEmpty()) {
            return new PreparedTable("events", EVENTS, columns + " FROM sorted_events" + order);
        }
        String own = String.join(", ", fields);
        return new PreparedTable(
                "events",
                EVENTS,
                columns
                        + ", "
                        + own
                        + " FROM sorted_events JOIN (SELECT seq AS own_seq, "
                        + own
                        + " FROM raw_events) AS own ON own_seq = seq"
                        + order);
    }

    private static final List<PreparedTable> OTHER_TABLES =
            List.of(
                    new PreparedTable("users", USERS, "SELECT * FROM users ORDER BY user_index"),
                    new PreparedTable("items", ITEMS, "SELECT * FROM items ORDER BY item_index"),
                    new PreparedTable(
                            "categories",
                            CATEGORIES,
                            "SELECT * FROM categories ORDER BY category_index"),
                    new PreparedTable(
                            "item_attributes",
                            ITEM_ATTRIBUTES,
                            "SELECT * FROM item_attributes ORDER BY item_index, field, value,"
                                    + " known_micros NULLS FIRST"),
                    new PreparedTable(
                            "unseen_items",
                            UNSEEN_ITEMS,
                            "SELECT * FROM unseen_items ORDER BY item_id, field, value"),
                    new PreparedTable(
                            "user_attributes",
                            USER_ATTRIBUTES,
                            "SELECT * FROM user_attributes ORDER BY user_index, field, value"),
                    new PreparedTable(
                            "returns",
                            RETURNS,
                            "SELECT * FROM returned ORDER BY user_index, item_index, time_micros,"
                                    + " quantity, price_micros NULLS LAST, purchase_micros NULLS"
                                    + " LAST"),
                    new PreparedTable(
                            "flagged",
                            FLAGGED,
                            "SELECT * FROM flagged ORDER BY user_index, item_index, time_micros,"
                                    + " reason"));

    /** A value to choose by is a name or a number, no text: bytes of UTF-8. */
    private static final int LONGEST_FILTER = 256;

    private PreparedData() {}

    /**
     * The acts of those each shopper is linked to as of the end of the log.
     *
     * @param name of the links
     */
    static String linkedNow(String name) {
        return "linked_" + name + ".parquet";
    }

    /**
     * Reads the whole log.
     *
     * @throws NextactException when nothing has been prepared there, or it is damaged
     */
    public static EventLog open(Path directory) {
        return open(directory, Map.of(), Map.of());
    }

    /** Reads the whole log, with the fields that the config's network reads. */
    public static EventLog open(ShopConfig config) {
        return open(
                config.preparedDirectory(),
                config.model().eventColumns(),
                config.model().userColumns());
    }

    /** Reads the whole log, with the fields that a model reads. */
    public static EventLog open(Path directory, FieldVocabulary fields) {
        return open(directory, fields.eventColumns(), fields.shopperColumns(), false);
    }

    /**
     * The same for who asks at the end of the log what comes next: what those linked to a shopper
     * did is told as of then, not as of the shopper's last event.
     */
    public static EventLog openAsOfTheEnd(Path directory, FieldVocabulary fields) {
        return open(directory, fields.eventColumns(), fields.shopperColumns(), true);
    }

    /**
     * Reads the whole log, with what a network reads of events and shoppers.
     *
     * @param ofEvents columns that each field of an event is made of, by its name
     * @param ofShoppers columns that each field of a shopper is made of
     * @throws NextactException when nothing has been prepared there, it is damaged, or it lacks one
     *     of the columns
     */
    public static EventLog open(
            Path directory,
            Map<String, List<String>> ofEvents,
            Map<String, List<String>> ofShoppers) {
        return open(directory, ofEvents, ofShoppers, false);
    }

    /**
     * The kinds of acts, as they were when the data were prepared.
     *
     * @throws NextactException where nothing is prepared, or its report is damaged
     */
    static Behaviours behaviours(Path directory) {
        Path report = requireIn(directory);
        try {
            return behaviours(JsonMapper.builder().build().readTree(report.toFile()));
        } catch (IOException | IllegalArgumentException e) {
            throw new NextactException(
                    NextactException.Category.INPUT,
                    report + " is damaged: " + e.getMessage() + ". Run `nextact prepare` again",
                    e);
        }
    }

    static Behaviours behaviours(JsonNode report) {
        Map<String, List<String>> behaviours = new LinkedHashMap<>();
        for (JsonNode behaviour : report.path("behaviours")) {
            List<String> raw = new ArrayList<>();
            behaviour.path("raw_names").forEach(name -> raw.add(name.asText()));
            behaviours.put(behaviour.path("name").asText(), raw);
        }
        return Behaviours.of(behaviours);
    }

    private static EventLog open(
            Path directory,
            Map<String, List<String>> ofEvents,
            Map<String, List<String>> ofShoppers,
            boolean asOfTheEnd) {
        return PreparedShoppers.open(directory, ofEvents, ofShoppers, asOfTheEnd).read();
    }

    /** The report of the data prepared there. */
    static Path requireIn(Path directory) {
        Path report = directory.resolve(REPORT);
        if (!Files.isRegularFile(report)) {
            throw NextactException.input(
                    "there are no prepared data in %s. Run `nextact prepare` first", directory);
        }
        return report;
    }

    /** The time of the newest event, in microseconds since 1970-01-01 UTC. */
    public static long newestMicros(Path directory) {
        requireIn(directory);
        try (DuckDb engine = DuckDb.open(directory)) {
            return engine.count(
                    "SELECT max(time_micros) FROM read_parquet("
                            + DuckDb.quoted(directory.resolve(EVENTS))
                            + ")");
        }
    }

    /** Rows and hash of the content of Parquet files, in the order of the files and their rows. */
    public static PrepareReport.Table contentOf(List<Path> files) {
        try (DuckDb engine = DuckDb.open(files.get(0).resolveSibling(""))) {
            return engine.table(files);
        } catch (IOException e) {
            throw new IllegalStateException(e); // nothing above reads or writes
        }
    }

    /** Copies events and returns that lie before a cut-off to another directory. */
    static void copyBefore(Path directory, Path to, long cutOffMicros, long memoryBytes) {
        try (DuckDb engine = DuckDb.openInMemory(to, memoryBytes)) {
            for (String file : List.of(EVENTS, RETURNS)) {
                engine.define(
                        "COPY (SELECT * FROM read_parquet("
                                + DuckDb.quoted(directory.resolve(file))
                                + ") WHERE time_micros < "
                                + cutOffMicros
                                + ") TO "
                                + DuckDb.quoted(to.resolve(file))
                                + " (FORMAT parquet)");
            }
        }
    }

    /** Facts about items by field: category, brand, price, and those of the config's tables. */
    public static Map<String, Map<String, String>> itemAttributes(Path directory) {
        Map<String, Map<String, String>> attributes = new LinkedHashMap<>();
        try (DuckDb engine = DuckDb.open(directory)) {
            engine.read(
                    "SELECT item_id, field, value FROM read_parquet("
                            + DuckDb.quoted(directory.resolve(ITEM_ATTRIBUTES))
                            + ") JOIN read_parquet("
                            + DuckDb.quoted(directory.resolve(ITEMS))
                            + ") USING (item_index)",
                    row ->
                            attributes
                                    .computeIfAbsent(row.getString(1), id -> new LinkedHashMap<>())
                                    .put(row.getString(2), row.getString(3)));
            return attributes;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The items of which a fact holds.
     *
     * @return their ids, at least one
     * @throws NextactException where it holds of none
     */
    public static List<String> itemsWith(Path directory, String field, String value) {
        List<String> items = new ArrayList<>();
        Set<String> values = new LinkedHashSet<>();
        try (DuckDb engine = DuckDb.open(directory)) {
            engine.read(
                    "SELECT item_id, field, value FROM read_parquet("
                            + DuckDb.quoted(directory.resolve(ITEM_ATTRIBUTES))
                            + ") JOIN read_parquet("
                            + DuckDb.quoted(directory.resolve(ITEMS))
                            + ") USING (item_index) ORDER BY item_id, value",
                    row -> {
                        if (row.getString(2).equals(field)) {
                            values.add(row.getString(3));
                            if (row.getString(3).equals(value)) {
                                items.add(row.getString(1));
                            }
                        }
                    });
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        if (items.isEmpty()) {
            throw NextactException.input(
                    "no item has the %s '%s'%s; there are %,d others",
                    field, value, Nearest.hint(value, List.copyOf(values)), values.size());
        }
        return items;
    }

    /**
     * What is known of items, those without an event included.
     *
     * @param before of the log only what was known before that moment, in microseconds since
     *     1970-01-01 UTC; tables of items have no time and count whole
     */
    public static ItemFacts itemFacts(Path directory, Optional<Long> before) {
        if (!Files.isRegularFile(directory.resolve(UNSEEN_ITEMS))) {
            throw NextactException.input(
                    "the data in %s were prepared by an earlier nextact. Run `nextact prepare`"
                            + " again",
                    directory);
        }
        Map<String, Map<String, List<String>>> facts = new HashMap<>();
        try (DuckDb engine = DuckDb.open(directory)) {
            engine.read(
                    "SELECT item_id, field, value FROM read_parquet("
                            + DuckDb.quoted(directory.resolve(ITEM_ATTRIBUTES))
                            + ") AS facts JOIN read_parquet("
                            + DuckDb.quoted(directory.resolve(ITEMS))
                            + ") AS items USING (item_index) WHERE known_micros IS NULL OR"
                            + " known_micros < "
                            + before.orElse(Long.MAX_VALUE)
                            + " UNION ALL SELECT item_id, field, value FROM read_parquet("
                            + DuckDb.quoted(directory.resolve(UNSEEN_ITEMS))
                            + ") ORDER BY item_id, field, value",
                    row ->
                            facts.computeIfAbsent(row.getString(2), field -> new HashMap<>())
                                    .computeIfAbsent(row.getString(1), id -> new ArrayList<>())
                                    .add(row.getString(3)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return new ItemFacts(facts);
    }

    /**
     * What is known of a catalog's items, to choose among them: no feature, so all counts that is
     * known now. Empty where nothing is prepared, or an earlier nextact prepared it.
     */
    public static ItemFacts filterFacts(ShopConfig config, Catalog catalog) {
        Path directory = config.preparedDirectory();
        return Files.isRegularFile(directory.resolve(UNSEEN_ITEMS))
                ? itemFacts(directory, Optional.empty())
                        .only(config.serve().filters(), catalog, LONGEST_FILTER)
                : ItemFacts.NONE;
    }
}
