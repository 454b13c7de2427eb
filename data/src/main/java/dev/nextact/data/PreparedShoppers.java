package dev.nextact.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.Behaviours;
import dev.nextact.core.Catalog;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequences;
import dev.nextact.core.FieldVocabulary;
import dev.nextact.core.NextactException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads the shoppers of prepared data, all or some: of these alone the rows are decoded, since the
 * events lie in the order of shoppers. Immutable; thread-safe.
 */
public final class PreparedShoppers {

    /** What an engine that reads some shoppers may hold, beside others that read others. */
    private static final long SLICE_MEMORY_BYTES = 512L << 20;

    private static final Slice ALL = new Slice(0, Integer.MAX_VALUE);

    private final Path directory;
    private final Map<String, List<String>> ofEvents;
    private final Map<String, List<String>> ofShoppers;
    private final boolean asOfTheEnd;
    private final Catalog catalog;
    private final Behaviours behaviours;
    private final String fingerprint;
    private final long events;

    private PreparedShoppers(
            Path directory,
            Map<String, List<String>> ofEvents,
            Map<String, List<String>> ofShoppers,
            boolean asOfTheEnd,
            Catalog catalog,
            Behaviours behaviours,
            String fingerprint,
            long events) {
        this.directory = directory;
        this.ofEvents = ofEvents;
        this.ofShoppers = ofShoppers;
        this.asOfTheEnd = asOfTheEnd;
        this.catalog = catalog;
        this.behaviours = behaviours;
        this.fingerprint = fingerprint;
        this.events = events;
    }

    /**
     * For who asks at the end of the log what comes next, as {@link PreparedData#openAsOfTheEnd}.
     *
     * @throws NextactException when nothing has been prepared there, or it is damaged
     */
    public static PreparedShoppers openAsOfTheEnd(Path directory, FieldVocabulary fields) {
        return open(directory, fields.eventColumns(), fields.shopperColumns(), true);
    }

    /**
     * @param ofEvents columns that each field of an event is made of, by its name
     * @param ofShoppers likewise
     * @param asOfTheEnd whether what is told of those linked to a shopper is as of the log's end
     */
    static PreparedShoppers open(
            Path directory,
            Map<String, List<String>> ofEvents,
            Map<String, List<String>> ofShoppers,
            boolean asOfTheEnd) {
        Path report = PreparedData.requireIn(directory);
        try (DuckDb engine = DuckDb.open(directory)) {
            JsonNode tree = JsonMapper.builder().build().readTree(report.toFile());
            return new PreparedShoppers(
                    directory,
                    ofEvents,
                    ofShoppers,
                    asOfTheEnd,
                    Catalog.of(ids(engine, directory.resolve(PreparedData.ITEMS), "item", ALL)),
                    PreparedData.behaviours(tree),
                    tree.path("fingerprint").asText(),
                    tree.path("events").asLong());
        } catch (IOException | IllegalArgumentException e) {
            throw damaged(directory, e);
        }
    }

    /** SHA-256 of the sorted events, in hexadecimal. */
    public String fingerprint() {
        return fingerprint;
    }

    /**
     * Cuts the shoppers into slices that it takes about as long to answer about. No block of
     * shoppers is cut; one of very many events is a slice of its own.
     *
     * @param block shoppers that must stay together: those of numbers n · block and following
     * @param cost of an answer about a shopper, in events that could be read meanwhile
     * @param count about how many slices there shall be
     * @param most that a slice may cost if more of them can help it, in events
     * @return at least one; together they hold every shopper
     */
    public List<Slice> slices(int block, int cost, int count, long most) {
        try (DuckDb engine = DuckDb.openInMemory(directory, SLICE_MEMORY_BYTES)) {
            long shoppers = engine.count("SELECT count(*) FROM " + parquet(PreparedData.USERS));
            long blocks = (shoppers + block - 1) / block;
            long all = events + blocks * block * cost;
            List<Slice> ofBlocks =
                    Slice.of(
                            engine,
                            String.format(
                                    "SELECT CAST(user_index // %1$d AS INTEGER) AS block, count(*) +"
                                            + " %2$d FROM %3$s GROUP BY block ORDER BY block",
                                    block, (long) block * cost, parquet(PreparedData.EVENTS)),
                            Math.min(most, Math.max(1, all / count)));
            return ofBlocks.isEmpty()
                    ? List.of(ALL)
                    : ofBlocks.stream().map(slice -> slice.times(block)).toList();
        } catch (IOException e) {
            throw damaged(directory, e);
        }
    }

    /** Everybody. */
    EventLog read() {
        return read(ALL);
    }

    /**
     * Some shoppers; their numbers begin at 0.
     *
     * @throws NextactException when the data are damaged, or lack a column that is to be read
     */
    public EventLog read(Slice slice) {
        try (DuckDb engine = engine(slice)) {
            List<String> users = ids(engine, directory.resolve(PreparedData.USERS), "user", slice);
            int size = Math.toIntExact(slice.equals(ALL) ? events : count(engine, slice));
            PreparedFields fields =
                    PreparedFields.of(
                            engine,
                            directory,
                            new PreparedFields.Columns(ofEvents, ofShoppers),
                            size,
                            slice.first(),
                            users.size());
            EventSequences sequences = events(engine, slice, users.size(), size, fields);
            if (asOfTheEnd) {
                fields.readLinkedNow(engine, sequences);
            }
            return new EventLog(
                    catalog,
                    users,
                    behaviours,
                    sequences.with(fields.side()),
                    fingerprint,
                    fields.texts());
        } catch (IOException | IllegalArgumentException e) {
            throw damaged(directory, e);
        }
    }

    private DuckDb engine(Slice slice) {
        if (slice.equals(ALL)) {
            return DuckDb.open(directory);
        }
        DuckDb engine = DuckDb.openInMemory(directory, SLICE_MEMORY_BYTES);
        engine.define("SET threads = 1"); // slices are read side by side
        return engine;
    }

    private long count(DuckDb engine, Slice slice) {
        return engine.count(
                "SELECT count(*) FROM " + parquet(PreparedData.EVENTS) + where("user", slice));
    }

    private String parquet(String file) {
        return DuckDb.parquet(List.of(directory.resolve(file)));
    }

    private static String where(String what, Slice slice) {
        return slice.equals(ALL)
                ? ""
                : String.format(
                        " WHERE %s_index BETWEEN %d AND %d", what, slice.first(), slice.last());
    }

    private static NextactException damaged(Path directory, Exception e) {
        return new NextactException(
                NextactException.Category.INPUT,
                "the prepared data in "
                        + directory
                        + " are damaged: "
                        + e.getMessage()
                        + ". Run `nextact prepare` again",
                e);
    }

    private static List<String> ids(DuckDb engine, Path file, String what, Slice slice)
            throws IOException {
        List<String> ids = new ArrayList<>();
        engine.read(
                String.format(
                        "SELECT %s_id FROM read_parquet(%s)%s ORDER BY %s_index",
                        what, DuckDb.quoted(file), where(what, slice), what),
                row -> ids.add(row.getString(1)));
        return ids;
    }

    private EventSequences events(
            DuckDb engine, Slice slice, int users, int size, PreparedFields fields)
            throws IOException {
        EventSequences.Builder builder = new EventSequences.Builder(size);
        int[] user = {0};
        engine.read(
                "SELECT user_index, item_index, behaviour, time_micros"
                        + fields.select()
                        + " FROM "
                        + parquet(PreparedData.EVENTS)
                        + where("user", slice),
                row -> {
                    while (user[0] < row.getInt(1) - slice.first()) {
                        builder.endUser();
                        user[0]++;
                    }
                    builder.event(row.getInt(2), row.getByte(3), row.getLong(4));
                    fields.read(row, 5);
                });
        for (int last = user[0]; last < users; last++) {
            builder.endUser();
        }
        return builder.build();
    }
}
