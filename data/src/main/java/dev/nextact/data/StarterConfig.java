package dev.nextact.data;

import dev.nextact.data.InspectFiles.Guess;
import dev.nextact.data.InspectReport.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes the config that the guesses amount to, with the reason of each guess beside it. */
final class StarterConfig {

    private static final DateTimeFormatter MINUTES =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** Column at which comments begin, where the text before leaves it free. */
    private static final int COMMENT = 44;

    /** What is held back at the end of a log: a tenth each, at most a week, in whole steps. */
    private static final int HELD_BACK = 10;

    private static final List<Duration> STEPS =
            List.of(
                    Duration.ofDays(7),
                    Duration.ofDays(1),
                    Duration.ofHours(6),
                    Duration.ofHours(1),
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(1));

    /** What stands before the first digit of a path, up to its last one, and behind. */
    private static final Pattern NUMBERS = Pattern.compile("(\\D*)(\\d.*\\d|\\d)(\\D*)");

    private final StringBuilder text = new StringBuilder();

    private StarterConfig() {}

    /**
     * @param behaviours none where the log tells no kinds of acts
     */
    static String write(
            List<Guess> guesses,
            Optional<BehaviourGuess> behaviours,
            List<String> notes,
            Path out) {
        StarterConfig config = new StarterConfig();
        config.head(guesses, notes);
        config.sources(guesses, out);
        config.tables("items", "item", of(guesses, Role.ITEMS), out);
        config.tables("users", "user", of(guesses, Role.USERS), out);
        List<Guess> logs = of(guesses, Role.EVENTS);
        config.behaviours(behaviours, logs);
        config.clean(logs);
        config.split(logs);
        return config.text.toString();
    }

    private static List<Guess> of(List<Guess> guesses, Role role) {
        return guesses.stream().filter(guess -> guess.role() == role).toList();
    }

    private void head(List<Guess> guesses, List<String> notes) {
        line(
                "# Written by nextact inspect. Each guess has its reason beside it; what is not here has");
        line("# a default, which nextact config --print shows and docs/config.md explains.");
        for (Guess guess : guesses) {
            FileProfile profile = guess.profile();
            line(
                    String.format(
                            Locale.ROOT,
                            "#   %s: %s, %s%,d rows read",
                            guess.file().getFileName(),
                            profile.formatText(),
                            profile.whole() ? "" : "the first ",
                            profile.rows()));
        }
        notes.forEach(note -> line("# Look at this: " + note + "."));
        line("");
        line("workspace: work", "everything nextact writes");
        line("");
    }

    private void sources(List<Guess> guesses, Path out) {
        line("sources:");
        for (List<Guess> layout : layouts(of(guesses, Role.EVENTS))) {
            Guess guess = layout.get(0);
            for (String path : paths(layout, out)) {
                line("  - path: " + scalar(path));
                columns(guess);
                if (!guess.profile().hasNames()) {
                    line("    header: false");
                }
                time(guess);
                missing(guess);
                returned(guess);
            }
        }
    }

    private void columns(Guess guess) {
        line("    columns:");
        guess.fields()
                .columns()
                .forEach(
                        (field, column) ->
                                line(
                                        "      " + field + ": " + scalar(column.name()),
                                        field.equals("session") && isOrder(column)
                                                ? "one order is one session; " + column.describe()
                                                : column.describe()));
        String unused =
                guess.fields().unused(guess.profile()).stream()
                        .map(ColumnProfile::name)
                        .collect(Collectors.joining(", "));
        if (!unused.isEmpty()) {
            line("    # not used: " + unused);
        }
    }

    private void missing(Guess guess) {
        List<String> fields = new ArrayList<>();
        for (String field : List.of("user", "category", "brand", "session")) {
            InspectFiles.missing(guess, field)
                    .ifPresent(text -> fields.add(field + ": [" + quoted(text) + "]"));
        }
        if (!fields.isEmpty()) {
            line("    missing: {" + String.join(", ", fields) + "}", "means that there is none");
        }
    }

    private void returned(Guess guess) {
        List<String> marks =
                guess.fields().column("behaviour").stream()
                        .flatMap(column -> BehaviourGuess.of(List.of(column)).kinds().stream())
                        .filter(kind -> kind.name().equals(BehaviourGuess.RETURN))
                        .flatMap(kind -> kind.rawNames().stream())
                        .map(StarterConfig::quoted)
                        .toList();
        if (!marks.isEmpty()) {
            line(
                    "    returned: {behaviour: [" + String.join(", ", marks) + "]}",
                    "takes a purchase back");
        }
    }

    private static boolean isOrder(ColumnProfile column) {
        String name = column.name().toLowerCase(Locale.ROOT);
        return !name.contains("session") && !name.contains("visit");
    }

    private void time(Guess guess) {
        Optional<ColumnProfile> column = guess.fields().column("time");
        if (column.isEmpty()) {
            line("    # no time: the order of the rows is the order of the events");
            return;
        }
        Optional<TimeParser> parser = column.get().times();
        ZoneGuess zone = ZoneGuess.of(guess.profile(), column.get());
        if (parser.isEmpty() || !parser.get().isClock()) {
            line("    # the times are running numbers: they only order the events");
            return;
        }
        line(
                String.format(
                        "    time: {format: %s, zone: %s}",
                        scalar(parser.get().name()), scalar(zone.zone())),
                zone.reason());
        otherReading(column.get(), parser.get())
                .ifPresent(other -> line("    # the times can also be read as " + other));
    }

    /** Day and month may be the other way round, and no row tells. */
    private static Optional<String> otherReading(ColumnProfile column, TimeParser parser) {
        String name = parser.name();
        if (!name.startsWith("d/M/")) {
            return Optional.empty();
        }
        String other = "M/d/" + name.substring("d/M/".length());
        return column.isReadBy(TimeParser.of(other, ZoneOffset.UTC))
                ? Optional.of(other)
                : Optional.empty();
    }

    private void tables(String key, String id, List<Guess> tables, Path out) {
        boolean first = true;
        for (List<Guess> layout : layouts(tables)) {
            Guess guess = layout.get(0);
            Map<String, String> columns = facts(guess, id);
            if (columns.size() < 2) {
                continue; // a list of ids tells nothing about them
            }
            if (first) {
                line("");
                line(key + ":", "facts about " + key);
                first = false;
            }
            for (String path : paths(layout, out)) {
                line("  - path: " + scalar(path));
                line("    columns:");
                columns.forEach(
                        (field, column) -> line("      " + scalar(field) + ": " + scalar(column)));
            }
        }
    }

    /** The id, the fields that are known, and every other column by its own name. */
    private static Map<String, String> facts(Guess guess, String id) {
        Map<String, String> columns = new LinkedHashMap<>();
        guess.fields().column(id).ifPresent(column -> columns.put(id, column.name()));
        for (ColumnProfile column : guess.profile().columns()) {
            if (!columns.containsValue(column.name())) {
                String field =
                        guess.fields()
                                .field(column)
                                .filter(List.of("category", "brand", "price", "text")::contains)
                                .orElse(column.name());
                columns.putIfAbsent(field, column.name());
            }
        }
        return columns;
    }

    private void behaviours(Optional<BehaviourGuess> found, List<Guess> logs) {
        line("");
        if (found.isEmpty()) {
            if (logs.stream().anyMatch(StarterConfig::isSales)) {
                line("behaviours: {" + BehaviourGuess.PURCHASE + ": []}", "every row is one");
            } else {
                line("# the log tells no kinds of acts: every row is an event");
            }
            return;
        }
        BehaviourGuess guess = found.get();
        line(
                "# The kinds of acts in the order of the funnel, the weakest sign of intent first: our");
        line("# name, then the log's names.");
        if (guess.guessed()) {
            line(
                    "# The order is a guess from "
                            + guess.basis()
                            + ": put it right, and rename them.");
        }
        line("behaviours:");
        for (BehaviourGuess.Kind kind : guess.kinds()) {
            if (kind.name().equals(BehaviourGuess.RETURN)) {
                continue; // the source says so
            }
            String raw =
                    kind.rawNames().stream()
                            .map(StarterConfig::scalar)
                            .collect(Collectors.joining(", "));
            line(
                    "  " + scalar(kind.name()) + ": [" + raw + "]",
                    String.format(Locale.ROOT, "%,d rows", kind.rows()));
        }
        line(
                "target: " + scalar(guess.target()),
                (guess.guessed() ? "a guess: " : "") + "what the shop cares for most");
    }

    /** A log with prices and no kinds of acts tells what was bought. */
    private static boolean isSales(Guess log) {
        return log.fields().has("price");
    }

    private void clean(List<Guess> logs) {
        if (logs.stream()
                .anyMatch(log -> log.fields().has("quantity") && log.fields().has("item"))) {
            line("");
            line("# With pieces in each row, two equal rows are two lines of an order.");
            line("clean: {duplicates: keep}");
            return;
        }
        if (logs.stream().anyMatch(log -> !log.fields().has("item"))) {
            line("");
            line("# Without items, two equal rows are two orders.");
            line("clean: {duplicates: keep}");
        }
    }

    private void split(List<Guess> logs) {
        List<ColumnProfile> times =
                logs.stream()
                        .flatMap(log -> log.fields().column("time").stream())
                        .filter(column -> column.times().filter(TimeParser::isClock).isPresent())
                        .toList();
        line("");
        if (times.size() < logs.size()) {
            line("# Times only order the events: each shopper's last two are held back.");
            line("split: {protocol: leave-one-out}");
            return;
        }
        TimeSpan span = times.stream().map(TimeSpan::of).reduce(TimeSpan::and).orElseThrow();
        String part = part(span.length());
        line(
                String.format(
                        "# The log reaches from about %s to %s. Its end is held back, to choose",
                        MINUTES.format(span.first()), MINUTES.format(span.last())));
        line("# the model and to measure it.");
        line("split: {protocol: time, valid: " + part + ", test: " + part + "}");
    }

    /** The longest whole step that is at most a tenth of the log. */
    private static String part(Duration length) {
        Duration most = length.dividedBy(HELD_BACK);
        for (Duration step : STEPS) {
            if (step.compareTo(most) <= 0) {
                long steps = step.equals(STEPS.get(0)) ? 1 : most.dividedBy(step);
                long minutes = step.multipliedBy(steps).toMinutes();
                if (minutes % 1440 == 0) {
                    return minutes / 1440 + "d";
                }
                return minutes % 60 == 0 ? minutes / 60 + "h" : minutes + "m";
            }
        }
        return "1m";
    }

    /** Files with the same columns, in the same directory and of the same kind. */
    private static List<List<Guess>> layouts(List<Guess> guesses) {
        Map<List<Object>, List<Guess>> layouts = new LinkedHashMap<>();
        for (Guess guess : guesses) {
            List<Object> layout =
                    List.of(
                            guess.profile().columnNames(),
                            guess.profile().hasNames(),
                            guess.fields().columns().keySet(),
                            guess.fields()
                                    .column("time")
                                    .flatMap(ColumnProfile::times)
                                    .map(TimeParser::name)
                                    .orElse(""));
            layouts.computeIfAbsent(layout, key -> new ArrayList<>()).add(guess);
        }
        return List.copyOf(layouts.values());
    }

    /**
     * One path for files whose names differ in numbers alone, such as dates, where it finds just
     * these files; else each by its name.
     */
    private static List<String> paths(List<Guess> layout, Path out) {
        List<Path> files = layout.stream().map(Guess::file).toList();
        Path directory = directory(out);
        List<String> names =
                files.stream().map(file -> relative(directory, file.toAbsolutePath())).toList();
        if (files.size() > 1) {
            List<Path> sorted =
                    files.stream().map(file -> file.toAbsolutePath().normalize()).sorted().toList();
            Optional<String> one =
                    common(names).filter(path -> SourceFiles.find(directory, path).equals(sorted));
            if (one.isPresent()) {
                return List.of(one.get());
            }
        }
        return names;
    }

    private static Path directory(Path file) {
        Path directory = file.toAbsolutePath().normalize().getParent();
        return directory == null ? Path.of("/") : directory;
    }

    /** From the config's directory where the file is in it, else from the root. */
    private static String relative(Path directory, Path file) {
        Path normal = file.normalize();
        return (normal.startsWith(directory) ? directory.relativize(normal) : normal).toString();
    }

    /** A glob for files of one directory; for those of dated directories what holds them all. */
    private static Optional<String> common(List<String> names) {
        String shared = sharedDirectory(names);
        Matcher first = NUMBERS.matcher(names.get(0).substring(shared.length()));
        boolean deep = false;
        for (String name : names) {
            Matcher matcher = NUMBERS.matcher(name.substring(shared.length()));
            boolean alike =
                    first.matches()
                            && matcher.matches()
                            && matcher.group(1).equals(first.group(1))
                            && matcher.group(3).equals(first.group(3));
            if (!alike) {
                return Optional.empty();
            }
            deep |= matcher.group(2).contains("/");
        }
        return deep
                ? Optional.of(shared.replaceAll("(/[^/]*\\d[^/]*)*/$", ""))
                        .filter(directory -> !directory.isEmpty())
                : Optional.of(shared + first.group(1) + "*" + first.group(3));
    }

    /** The longest path of directories that all names begin with, its slash included. */
    private static String sharedDirectory(List<String> names) {
        String shared = names.get(0);
        for (String name : names) {
            while (!name.startsWith(shared) || !shared.endsWith("/")) {
                if (shared.isEmpty()) {
                    return "";
                }
                shared = shared.substring(0, shared.length() - 1);
            }
        }
        return shared;
    }

    /** As it can stand in YAML, also within a list. */
    private static String scalar(String value) {
        boolean plain = value.matches("[\\p{L}/_][\\p{L}\\p{N}/_.*-]*");
        return plain ? value : quoted(value);
    }

    private static String quoted(String value) {
        return "'" + value.replace("'", "''") + "'";
    }

    private void line(String content) {
        text.append(content).append('\n');
    }

    private void line(String content, String comment) {
        int gap = Math.max(2, COMMENT - content.length());
        line(content + " ".repeat(gap) + "# " + comment);
    }
}
