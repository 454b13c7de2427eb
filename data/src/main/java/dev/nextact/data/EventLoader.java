package dev.nextact.data;

import dev.nextact.core.Behaviours;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfig.Action;
import dev.nextact.data.PrepareData.RejectedRows;
import dev.nextact.data.PrepareReport.SourceFile;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/** Turns rows of raw files into rows of {@code raw_events}, or rejects them with a reason. */
final class EventLoader implements AutoCloseable {

    /** Rows whose times decide the format. */
    private static final int SAMPLE = 1000;

    private static final int ROWS_BETWEEN_SIGNS = 20_000;

    /** What an item is called where the log has none: it holds transactions. */
    private static final String ANY_ITEM = "any";

    /** No shop kept such a log before the web was there. */
    private static final long EARLIEST_MICROS = micros(Instant.parse("1990-01-01T00:00:00Z"));

    private static final long DAY_MICROS = 86_400_000_000L;

    private final ShopConfig config;
    private final Map<String, Integer> behaviours = new HashMap<>();
    private final long latestMicros;
    private final RejectedRows rejectedRows;
    private final DuckDBAppender events;
    private final DuckDBAppender repairs;
    private int file;
    private long seq;

    EventLoader(DuckDb engine, ShopConfig config, Clock clock, RejectedRows rejectedRows)
            throws SQLException {
        this.config = config;
        this.latestMicros = micros(clock.instant()) + DAY_MICROS;
        this.rejectedRows = rejectedRows;
        List<Behaviours.Behaviour> list = config.behaviours().list();
        for (int b = 0; b < list.size(); b++) {
            for (String raw : list.get(b).rawNames()) {
                behaviours.put(raw.toLowerCase(Locale.ROOT), b);
            }
        }
        this.events = engine.appender("raw_events");
        this.repairs = engine.appender("repaired_events");
    }

    private static long micros(Instant instant) {
        return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1000;
    }

    /** Loads one file and accounts for its rows. */
    SourceFile load(Path path, ShopConfig.Source source, Progress.Task progress)
            throws IOException, SQLException {
        try (RowReader reader = SourceFiles.open(path, source)) {
            Columns columns = Columns.of(path, reader.columns(), source.columns());
            Deque<RawRow> sample = sample(reader);
            @Nullable TimeParser times = times(columns, sample, source);
            Account account = new Account(path.getFileName().toString());
            for (RawRow row = next(reader, sample); row != null; row = next(reader, sample)) {
                account.read++;
                @Nullable String reason = take(row, columns, times, account);
                if (reason != null) {
                    account.rejected.merge(reason, 1L, Long::sum);
                    rejectedRows.add(account.name, row.line(), reason, row.raw());
                }
                if (account.read % ROWS_BETWEEN_SIGNS == 0) {
                    progress.at(seq, account.name);
                }
            }
            if (account.read == 0) {
                throw NextactException.input(
                        "%s holds a header and no rows. Take it out of sources or export it again",
                        path);
            }
            Map<String, String> format = new LinkedHashMap<>(reader.format());
            format.put(
                    "time",
                    times == null
                            ? "order of the rows"
                            : times.isClock() ? times.name() : "order by a running number");
            progress.at(seq, account.name);
            file++;
            return new SourceFile(
                    account.name, format, account.read, account.repaired, account.rejected);
        }
    }

    /** The rows of one file, by where they went. */
    private static final class Account {
        private final String name;
        private final Map<String, Long> repaired = new LinkedHashMap<>();
        private final Map<String, Long> rejected = new LinkedHashMap<>();
        private long read;

        Account(String name) {
            this.name = name;
        }
    }

    private static Deque<RawRow> sample(RowReader reader) throws IOException {
        Deque<RawRow> sample = new ArrayDeque<>();
        for (RawRow row = reader.next(); row != null; row = reader.next()) {
            sample.add(row);
            if (sample.size() == SAMPLE) {
                break;
            }
        }
        return sample;
    }

    private static @Nullable RawRow next(RowReader reader, Deque<RawRow> sample)
            throws IOException {
        return sample.isEmpty() ? reader.next() : sample.poll();
    }

    private static @Nullable TimeParser times(
            Columns columns, Deque<RawRow> sample, ShopConfig.Source source) {
        if (!columns.has("time")) {
            return null;
        }
        ZoneId zone = ZoneId.of(source.time().zone());
        if (!source.time().format().equals("auto")) {
            try {
                return TimeParser.of(source.time().format(), zone);
            } catch (IllegalArgumentException e) {
                throw new NextactException(
                        NextactException.Category.INPUT,
                        "sources.time.format: found '"
                                + source.time().format()
                                + "', expected auto, iso, epoch-seconds, epoch-millis or a pattern"
                                + " such as yyyy-MM-dd HH:mm: "
                                + e.getMessage(),
                        e);
            }
        }
        List<String> texts = new ArrayList<>();
        for (RawRow row : sample) {
            if (row.problem().isEmpty()) {
                @Nullable String text = columns.value(row, "time");
                if (text != null) {
                    texts.add(text.strip());
                }
            }
        }
        return TimeParser.detect(texts, zone);
    }

    /** Appends the row, or tells why not. */
    private @Nullable String take(
            RawRow row, Columns columns, @Nullable TimeParser times, Account account)
            throws SQLException {
        if (row.problem().isPresent()) {
            return row.problem().get();
        }
        @Nullable String user = stripped(columns.value(row, "user"));
        @Nullable String item =
                columns.has("item") ? stripped(columns.value(row, "item")) : ANY_ITEM;
        if (user == null) {
            return "no user";
        }
        if (item == null) {
            return "no item";
        }
        int behaviour = 0;
        if (columns.has("behaviour")) {
            @Nullable String name = stripped(columns.value(row, "behaviour"));
            if (name == null) {
                return "no behaviour";
            }
            behaviour = behaviours.getOrDefault(name.toLowerCase(Locale.ROOT), -1);
            if (behaviour < 0) {
                return "behaviour not in the config: " + name;
            }
        }
        long time = seq * 1_000_000; // without times the order of the rows is all there is
        if (times != null) {
            @Nullable String text = stripped(columns.value(row, "time"));
            if (text == null) {
                return "no time";
            }
            OptionalLong micros = times.micros(text);
            if (micros.isEmpty()) {
                return "time not in the format " + times.name();
            }
            time = micros.getAsLong();
            if (times.isClock() && (time < EARLIEST_MICROS || time > latestMicros)) {
                return "impossible time";
            }
        }
        @Nullable String repair =
                isStripped(columns.value(row, "user"), user)
                                || (columns.has("item")
                                        && isStripped(columns.value(row, "item"), item))
                        ? "blanks around an id cut off"
                        : null;
        double price = Double.NaN;
        @Nullable String priceText = stripped(columns.value(row, "price"));
        if (priceText != null) {
            price = price(priceText);
            if (Double.isNaN(price)) {
                repair = "unreadable price left out";
            } else if (price < 0 && config.clean().outliers() == Action.DROP) {
                return "negative price";
            } else if (price < 0 && config.clean().outliers() == Action.FLAG) {
                price = Double.NaN;
                repair = "negative price left out";
            }
        }
        if (repair != null) {
            account.repaired.merge(repair, 1L, Long::sum);
            repairs.beginRow();
            repairs.append(seq);
            repairs.append(repair);
            repairs.endRow();
        }
        append(row, columns, user, item, behaviour, time, price);
        return null;
    }

    private void append(
            RawRow row,
            Columns columns,
            String user,
            String item,
            int behaviour,
            long time,
            double price)
            throws SQLException {
        events.beginRow();
        events.append(seq++);
        events.append(file);
        events.append(row.line());
        events.append(user);
        events.append(item);
        events.append((byte) behaviour);
        events.append(time);
        appendText(columns.value(row, "category"));
        appendText(columns.value(row, "brand"));
        if (Double.isNaN(price)) {
            events.appendNull();
        } else {
            events.append(price);
        }
        events.endRow();
    }

    private void appendText(@Nullable String text) throws SQLException {
        @Nullable String value = stripped(text);
        if (value == null) {
            events.appendNull();
        } else {
            events.append(value);
        }
    }

    /** NaN where the text is no number. */
    private static double price(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    private static @Nullable String stripped(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String stripped = text.strip();
        return stripped.isEmpty() ? null : stripped;
    }

    private static boolean isStripped(@Nullable String before, String after) {
        return before != null && before.length() != after.length();
    }

    @Override
    public void close() throws SQLException {
        events.close();
        repairs.close();
    }
}
