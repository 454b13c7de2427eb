package dev.nextact.data;

import dev.nextact.core.Behaviours;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of one raw file into Parquet, or rejects them with a reason. Nothing here depends
 * on other files or other rows, so that what is read once need not be read again.
 */
final class EventLoader {

    /** Rows whose times and prices decide the formats. */
    private static final int SAMPLE = 1000;

    private static final int ROWS_BETWEEN_SIGNS = 20_000;

    /** A longer id, name or number is damage. */
    private static final int LONGEST_FIELD = 10_000;

    /** Why a row of a shopper who was forgotten is not kept. */
    static final String FORGOTTEN = "shopper forgotten";

    /** Why a row is no longer there that was. */
    static final String ERASED = "erased, or older than privacy.retention";

    /** Why a row older than the config's retention is not kept. */
    static final String TOO_OLD = "older than privacy.retention";

    /** What an item is called where the log has none: it holds transactions. */
    private static final String ANY_ITEM = "any";

    private final Path file;
    private final ShopConfig.Source source;
    private final Map<String, String> missingRules;
    private final Map<String, Integer> behaviours = new HashMap<>();
    private final RowReader reader;
    private final Account account;
    private final Deque<RawRow> sample = new ArrayDeque<>();

    private final Column user;
    private final Column item;
    private final Column behaviour;
    private final Column time;
    private final Column category;
    private final Column brand;
    private final Column price;
    private final Column quantity;
    private final Column session;
    private final List<Column> own;

    private final List<ReturnMark> returnMarks;

    /** What an act is that is told by its return alone. */
    private final int target;

    /** Those without which a row is rejected, by the config. */
    private final List<Column> needed;

    private final KeptShoppers shoppers;
    private final boolean isWithoutItems;
    private final @Nullable TimeParser times;
    private final DecimalParser prices;

    private EventLoader(
            Path file,
            ShopConfig.Source source,
            ShopConfig config,
            KeptShoppers shoppers,
            RowReader reader)
            throws IOException {
        this.file = file;
        this.shoppers = shoppers;
        this.source = source;
        this.missingRules = config.clean().missing();
        this.reader = reader;
        this.account = new Account(file.getFileName().toString());
        List<Behaviours.Behaviour> list = config.behaviours().list();
        for (int b = 0; b < list.size(); b++) {
            for (String raw : list.get(b).rawNames()) {
                behaviours.put(raw.toLowerCase(Locale.ROOT), b);
            }
        }
        Columns columns = Columns.of(file, reader.columns(), source.columns());
        this.user = column(columns, "user");
        this.item = column(columns, "item");
        this.behaviour = column(columns, "behaviour");
        this.time = column(columns, "time");
        this.category = column(columns, "category");
        this.brand = column(columns, "brand");
        this.price = column(columns, "price");
        this.quantity = column(columns, "quantity");
        this.session = column(columns, "session");
        this.own = config.extraColumns().stream().map(field -> column(columns, field)).toList();
        this.returnMarks = returnMarks(source, columns);
        this.target = config.behaviours().indexOf(config.target());
        this.needed =
                Stream.of(category, brand, price, quantity, session)
                        .filter(Column::isRejectedIfMissing)
                        .toList();
        this.isWithoutItems = !item.exists();
        for (RawRow row = reader.next(); row != null; row = reader.next()) {
            sample.add(row);
            if (sample.size() == SAMPLE) {
                break;
            }
        }
        this.times = time.exists() ? timeParser(texts(time)) : null;
        this.prices = DecimalParser.of(source.decimal(), texts(price));
    }

    /**
     * @param place of the column in a row; -1 where the file has none
     * @param missing texts that mean there is no value
     * @param ifMissing what to do then: {@code keep}, {@code reject} or {@code fill:TEXT}
     */
    private record Column(String field, int place, Set<String> missing, String ifMissing) {
        boolean exists() {
            return place >= 0;
        }

        boolean isRejectedIfMissing() {
            return exists() && ifMissing.equals("reject");
        }

        /** Null where there is none. */
        @Nullable String fill() {
            return exists() && ifMissing.startsWith("fill:") ? ifMissing.substring(5) : null;
        }

        /** The value without blanks around it; null where there is none. */
        @Nullable String in(RawRow row) {
            if (place < 0) {
                return null;
            }
            @Nullable String text = row.fields()[place];
            if (text == null) {
                return null;
            }
            String stripped = text.strip();
            boolean none = stripped.isEmpty() || (!missing.isEmpty() && missing.contains(stripped));
            return none ? null : stripped;
        }

        boolean hasBlanksAround(RawRow row, String value) {
            @Nullable String text = place < 0 ? null : row.fields()[place];
            return text != null && text.length() != value.length();
        }
    }

    private Column column(Columns columns, String field) {
        return new Column(
                field,
                columns.place(field),
                Set.copyOf(source.missing().getOrDefault(field, List.of())),
                missingRules.getOrDefault(field, "keep"));
    }

    /**
     * What marks a return beside a quantity below zero.
     *
     * @param texts in lower case
     */
    private record ReturnMark(int place, Set<String> texts) {
        boolean isIn(RawRow row) {
            @Nullable String text = row.fields()[place];
            return text != null && texts.contains(text.strip().toLowerCase(Locale.ROOT));
        }
    }

    private static List<ReturnMark> returnMarks(ShopConfig.Source source, Columns columns) {
        List<ReturnMark> marks = new ArrayList<>();
        source.returned()
                .forEach(
                        (field, texts) ->
                                marks.add(
                                        new ReturnMark(
                                                columns.place(field),
                                                texts.stream()
                                                        .map(text -> text.toLowerCase(Locale.ROOT))
                                                        .collect(Collectors.toSet()))));
        return marks;
    }

    /**
     * Reads a whole file.
     *
     * @param shoppers who may enter
     * @param staged takes its rows
     */
    static Account load(
            Path file,
            ShopConfig.Source source,
            ShopConfig config,
            KeptShoppers shoppers,
            StagedRows staged,
            Progress.Task progress)
            throws IOException, SQLException {
        try (RowReader reader = new ReadAhead(SourceFiles.open(file, source))) {
            return new EventLoader(file, source, config, shoppers, reader).load(staged, progress);
        }
    }

    /** The rows of one file, by where they went. */
    static final class Account {
        final String name;
        final Map<String, String> format = new LinkedHashMap<>();
        final Map<String, Long> repaired = new LinkedHashMap<>();
        final Map<String, Long> rejected = new LinkedHashMap<>();
        long read;
        long kept;
        long outOfOrder;
        boolean isClock;

        Account(String name) {
            this.name = name;
        }
    }

    private Account load(StagedRows staged, Progress.Task progress)
            throws IOException, SQLException {
        long before = Long.MIN_VALUE;
        for (RawRow row = next(); row != null; row = next()) {
            account.read++;
            @Nullable String reason = take(row, staged);
            if (reason != null) {
                account.rejected.merge(reason, 1L, Long::sum);
                boolean told = shoppers.keepsText() && !reason.equals(FORGOTTEN);
                staged.reject(row.line(), reason, told ? row.raw() : "");
            } else {
                account.kept++;
                if (lastMicros < before) {
                    account.outOfOrder++;
                }
                before = lastMicros;
            }
            if (account.read % ROWS_BETWEEN_SIGNS == 0) {
                progress.at(account.read, account.name);
            }
        }
        // all that was collected in a file may have become too old
        if (account.read == 0 && source.remote().isEmpty()) {
            throw NextactException.input(
                    "%s holds a header and no rows. Take it out of sources or export it again",
                    file);
        }
        progress.at(account.read, account.name);
        account.isClock = times != null && times.isClock();
        account.format.putAll(reader.format());
        account.format.put(
                "time",
                times == null
                        ? "order of the rows"
                        : times.isClock() ? times.name() : "order by a running number");
        if (prices.point() == ',') {
            account.format.put("decimal", ",");
        }
        return account;
    }

    private @Nullable RawRow next() throws IOException {
        return sample.isEmpty() ? reader.next() : sample.poll();
    }

    private List<String> texts(Column column) {
        List<String> texts = new ArrayList<>();
        for (RawRow row : sample) {
            @Nullable String text = row.problem().isEmpty() ? column.in(row) : null;
            if (text != null) {
                texts.add(text);
            }
        }
        return texts;
    }

    private TimeParser timeParser(List<String> texts) {
        ZoneId zone = ZoneId.of(source.time().zone());
        if (source.time().format().equals("auto")) {
            return TimeParser.detect(texts, zone);
        }
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

    private long lastMicros;
    private @Nullable String repair;

    /** Hands the row on, or tells why not. */
    private @Nullable String take(RawRow row, StagedRows staged) throws IOException, SQLException {
        if (row.problem().isPresent()) {
            return row.problem().get();
        }
        repair = null;
        for (@Nullable String field : row.fields()) {
            if (field != null && field.length() > LONGEST_FIELD) {
                return "a field longer than " + LONGEST_FIELD + " characters";
            }
        }
        @Nullable String userId = user.in(row);
        if (userId == null) {
            return "no user";
        }
        Optional<String> kept = shoppers.user(userId);
        if (kept.isEmpty()) {
            return FORGOTTEN;
        }
        @Nullable String itemId = isWithoutItems ? ANY_ITEM : filled(item, row);
        if (itemId == null) {
            return "no item";
        }
        boolean isReturn = returnMarks.stream().anyMatch(mark -> mark.isIn(row));
        int act = 0;
        if (behaviour.exists()) {
            @Nullable String name = behaviour.in(row);
            if (name == null) {
                return "no behaviour";
            }
            Integer index = behaviours.get(name);
            act =
                    index != null
                            ? index
                            : behaviours.getOrDefault(name.toLowerCase(Locale.ROOT), -1);
            if (act < 0 && isReturn) {
                act = target;
            }
            if (act < 0) {
                return "behaviour not in the config: " + name;
            }
        }
        long micros = account.kept * 1_000_000; // without times the order of the rows is all
        if (times != null) {
            @Nullable String text = time.in(row);
            if (text == null) {
                return "no time";
            }
            OptionalLong parsed = times.micros(text);
            if (parsed.isEmpty()) {
                return "time not in the format " + times.name();
            }
            micros = parsed.getAsLong();
            if (times.isClock() && shoppers.isTooOld(micros)) {
                return TOO_OLD;
            }
        }
        for (Column column : needed) {
            if (column.in(row) == null) {
                return "no " + column.field();
            }
        }
        if (user.hasBlanksAround(row, userId)
                || (!isWithoutItems && item.in(row) != null && item.hasBlanksAround(row, itemId))) {
            repair = "blanks around an id cut off";
        }
        @Nullable String categoryName = filled(category, row);
        @Nullable String brandName = filled(brand, row);
        @Nullable String sessionId = filled(session, row);
        @Nullable String[] fields = own(row);
        OptionalLong priceMicros = number(price, row);
        OptionalLong amount = pieces(row, isReturn);
        lastMicros = micros;
        staged.add(
                new StagedRows.Row(
                        row.line(),
                        kept.get(),
                        itemId,
                        act,
                        micros,
                        categoryName,
                        brandName,
                        priceMicros,
                        amount,
                        sessionId,
                        repair,
                        fields));
        if (repair != null) {
            account.repaired.merge(repair, 1L, Long::sum);
        }
        return null;
    }

    private @Nullable String[] own(RawRow row) {
        @Nullable String[] fields = new @Nullable String[own.size()];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = filled(own.get(i), row);
        }
        return fields;
    }

    private @Nullable String filled(Column column, RawRow row) {
        @Nullable String value = column.in(row);
        if (value == null && column.fill() != null) {
            repair = "missing " + column.field() + " filled";
            return column.fill();
        }
        return value == null ? null : shoppers.value(column.field(), value);
    }

    /** Below zero for a return, which is of one piece where the row does not say how many. */
    private OptionalLong pieces(RawRow row, boolean isReturn) {
        OptionalLong micros = number(quantity, row);
        if (micros.isEmpty()) {
            return isReturn ? OptionalLong.of(-1) : micros;
        }
        long pieces = Math.floorDiv(micros.getAsLong(), 1_000_000L);
        return OptionalLong.of(isReturn ? Math.min(-1, -Math.abs(pieces)) : pieces);
    }

    private OptionalLong number(Column column, RawRow row) {
        @Nullable String text = filled(column, row);
        if (text == null) {
            return OptionalLong.empty();
        }
        OptionalLong number = prices.plain(text);
        if (number.isEmpty()) {
            number = prices.any(text);
            repair =
                    number.isEmpty()
                            ? "unreadable " + column.field() + " left out"
                            : column.field() + " written as a plain number";
        }
        return number;
    }
}
