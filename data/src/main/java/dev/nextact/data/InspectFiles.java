package dev.nextact.data;

import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.data.InspectReport.ColumnFinding;
import dev.nextact.data.InspectReport.FileFinding;
import dev.nextact.data.InspectReport.Question;
import dev.nextact.data.InspectReport.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code nextact inspect}: what raw files look like → a commented {@code shop.yaml} to start from.
 */
public final class InspectFiles {

    /** Enough to meet the rare kinds of acts; a second or two. */
    public static final long ROWS = 1_000_000;

    /** What an id stands for that many events name: nobody. */
    private static final List<String> NOBODY =
            List.of(
                    "0",
                    "0.0",
                    "-1",
                    "null",
                    "none",
                    "nan",
                    "unknown",
                    "guest",
                    "anonymous",
                    "n/a");

    /** What programs write where there is no value. */
    private static final List<String> NO_VALUE =
            List.of("null", "none", "nan", "n/a", "undefined", "\\n");

    /**
     * @param columns what the person says of the columns: one field each in their order, or {@code
     *     field=column}; empty = guess
     * @param out the config to write
     * @param overwrite whether it may be there already
     * @param rows to read of each file
     */
    public record Settings(List<String> columns, Path out, boolean overwrite, long rows) {
        public Settings {
            columns = List.copyOf(columns);
            if (rows < 1) {
                throw new IllegalArgumentException("rows: expected at least 1, found " + rows);
            }
        }
    }

    /** A file with what it is for. */
    record Guess(FileProfile profile, FieldGuess fields, Role role) {

        Path file() {
            return profile.file();
        }
    }

    /**
     * Reads the beginnings of the files, guesses, and writes the config, unless a question must be
     * answered first.
     *
     * @param files or directories of them
     * @throws NextactException when a file cannot be read, or the config is there already
     */
    public InspectReport run(List<Path> files, Settings settings, Progress progress) {
        refuseToOverwrite(settings);
        List<FileProfile> profiles = profiles(files, settings, progress);
        List<Guess> guesses = guess(profiles, settings.columns());
        List<Question> questions = questions(guesses, files);
        List<String> notes = notes(guesses);
        List<FileFinding> findings = guesses.stream().map(InspectFiles::finding).toList();
        if (!questions.isEmpty()) {
            return new InspectReport(findings, Optional.empty(), questions, notes);
        }
        Optional<BehaviourGuess> behaviours = behaviours(guesses, settings.rows());
        behaviours
                .filter(BehaviourGuess::guessed)
                .ifPresent(
                        guess ->
                                notes.add(
                                        "names such as '"
                                                + guess.target()
                                                + "' tell nothing: the order of the kinds of acts,"
                                                + " and that this is the target, are guessed from "
                                                + guess.basis()
                                                + "; choose them yourself"));
        String yaml = StarterConfig.write(guesses, behaviours, notes, settings.out());
        write(settings.out(), yaml);
        ShopConfigReader.read(settings.out(), Map.of()); // what we write, we can read
        return new InspectReport(findings, Optional.of(settings.out()), List.of(), notes);
    }

    private static Optional<BehaviourGuess> behaviours(List<Guess> guesses, long mostRows) {
        List<Guess> logs = guesses.stream().filter(g -> g.role() == Role.EVENTS).toList();
        List<ColumnProfile> columns =
                logs.stream().flatMap(log -> log.fields().column("behaviour").stream()).toList();
        return columns.isEmpty()
                ? Optional.empty()
                : Optional.of(BehaviourGuess.of(columns, logs, mostRows));
    }

    private static void refuseToOverwrite(Settings settings) {
        if (Files.exists(settings.out()) && !settings.overwrite()) {
            throw NextactException.input(
                    "%s is there already. Name another file with --out, or overwrite it with"
                            + " --force",
                    settings.out());
        }
    }

    private static List<FileProfile> profiles(
            List<Path> files, Settings settings, Progress progress) {
        List<FileProfile> profiles = new ArrayList<>();
        try (Progress.Task task = progress.start("inspect", -1, "rows")) {
            for (Path named : files) {
                if (!Files.exists(named)) {
                    throw NextactException.input("there is no file %s", named);
                }
                for (Path file : SourceFiles.find(Path.of(""), named.toString())) {
                    profiles.add(FileProfile.read(file, settings.rows(), task));
                }
            }
        }
        return profiles;
    }

    private static List<Guess> guess(List<FileProfile> profiles, List<String> said) {
        List<Guess> guesses = new ArrayList<>();
        for (FileProfile profile : profiles) {
            boolean isAbout = isAbout(said, profile, profiles.size() == 1);
            FieldGuess fields = isAbout ? FieldGuess.of(profile, said) : FieldGuess.of(profile);
            guesses.add(new Guess(profile, fields, role(profile, fields)));
        }
        boolean items = guesses.stream().anyMatch(InspectFiles::isLogOfItems);
        return guesses.stream()
                .map(guess -> items && isTableOfUsers(guess) ? as(guess, Role.USERS) : guess)
                .toList();
    }

    /** Names in order are for files without names, names by name for files that have one. */
    private static boolean isAbout(List<String> said, FileProfile profile, boolean onlyOne) {
        if (said.isEmpty() || onlyOne) {
            return !said.isEmpty();
        }
        return said.stream().anyMatch(word -> word.contains("="))
                ? said.stream()
                        .map(word -> word.substring(word.indexOf('=') + 1).strip())
                        .anyMatch(profile.columnNames()::contains)
                : !profile.hasNames();
    }

    private static Role role(FileProfile profile, FieldGuess fields) {
        if (!profile.hasNames() && fields.columns().isEmpty()) {
            return Role.UNKNOWN;
        }
        boolean user = fields.has("user");
        if (user && (fields.has("item") || fields.has("time") || fields.has("behaviour"))) {
            return Role.EVENTS;
        }
        if (user) {
            return Role.USERS;
        }
        return fields.has("item") ? Role.ITEMS : Role.UNKNOWN;
    }

    private static boolean isLogOfItems(Guess guess) {
        return guess.role() == Role.EVENTS && guess.fields().has("item");
    }

    /** One row a user, and nothing done to an item: facts about users. */
    private static boolean isTableOfUsers(Guess guess) {
        return guess.role() == Role.EVENTS
                && !guess.fields().has("item")
                && !guess.fields().has("behaviour")
                && guess.fields()
                        .column("user")
                        .filter(user -> user.different() == user.values())
                        .isPresent();
    }

    private static Guess as(Guess guess, Role role) {
        return new Guess(guess.profile(), guess.fields(), role);
    }

    private static List<Question> questions(List<Guess> guesses, List<Path> files) {
        String command =
                "nextact inspect "
                        + files.stream().map(Path::toString).collect(Collectors.joining(" "));
        List<Question> questions = new ArrayList<>();
        for (Guess guess : guesses) {
            if (!guess.profile().hasNames() && guess.role() == Role.UNKNOWN) {
                questions.add(nameless(guess, command));
            }
        }
        if (questions.isEmpty() && guesses.stream().noneMatch(g -> g.role() == Role.EVENTS)) {
            questions.add(userless(guesses.get(0), command));
        }
        return questions;
    }

    private static Question nameless(Guess guess, String command) {
        String answer =
                guess.profile().columns().stream()
                        .map(column -> likely(column).orElse("?"))
                        .collect(Collectors.joining(","));
        return new Question(
                guess.file(),
                String.format(
                        "%s has no header. Say what its %d columns are, in their order, with"
                                + " --columns. The fields are %s; %s stands for a column not used."
                                + " Put one for each ? in:",
                        guess.file(),
                        guess.profile().columns().size(),
                        String.join(", ", FieldGuess.FIELDS),
                        FieldGuess.UNUSED),
                command + " --columns " + answer);
    }

    private static Question userless(Guess guess, String command) {
        return new Question(
                guess.file(),
                String.format(
                        "no column of %s is known to be %s. Say which one is:",
                        guess.file(), guess.fields().has("user") ? "an item" : "the shopper's id"),
                command
                        + (guess.fields().has("user")
                                ? " --columns item=COLUMN"
                                : " --columns user=COLUMN"
                                        + (guess.fields().has("item") ? "" : ",item=COLUMN")));
    }

    /** Values alone tell only two fields. */
    private static Optional<String> likely(ColumnProfile column) {
        boolean acts =
                column.different() <= FieldGuess.MOST_BEHAVIOURS
                        && column.byFrequency().stream()
                                .anyMatch(value -> BehaviourGuess.isKnown(value.getKey()));
        if (acts) {
            return Optional.of("behaviour");
        }
        return FileProfile.looksLikeTimes(column) ? Optional.of("time") : Optional.empty();
    }

    private static List<String> notes(List<Guess> guesses) {
        List<String> notes = new ArrayList<>();
        for (Guess guess : guesses) {
            Map<String, Long> unreadable = guess.profile().unreadable();
            if (unreadable.keySet().stream().anyMatch(reason -> reason.startsWith("not valid"))) {
                notes.add(
                        guess.file().getFileName()
                                + " is not all UTF-8: name its encoding, such as windows-1252 or"
                                + " GB18030, with encoding: in sources");
            }
            if (guess.role() == Role.UNKNOWN && guess.profile().hasNames()) {
                notes.add(
                        guess.file().getFileName()
                                + " has no column known to be a shopper or an item: left out");
            }
            guess.fields()
                    .column("user")
                    .flatMap(user -> nobody(guess, user))
                    .ifPresent(notes::add);
        }
        return notes;
    }

    private static Optional<String> nobody(Guess guess, ColumnProfile user) {
        Map.Entry<String, Long> busiest = user.byFrequency().get(0);
        double share = (double) busiest.getValue() / user.values();
        return guess.role() == Role.EVENTS && missing(guess, "user").isPresent()
                ? Optional.of(
                        String.format(
                                Locale.ROOT,
                                "%.0f %% of the rows of %s have the user '%s', which looks like"
                                        + " nobody's id: they are left out",
                                100 * share,
                                guess.file().getFileName(),
                                busiest.getKey()))
                : Optional.empty();
    }

    /** The text of a field that means there is no value, where there is one. */
    static Optional<String> missing(Guess guess, String field) {
        return guess.fields()
                .column(field)
                .flatMap(
                        column -> {
                            List<String> nothing = field.equals("user") ? NOBODY : NO_VALUE;
                            Map.Entry<String, Long> busiest = column.byFrequency().get(0);
                            return nothing.contains(busiest.getKey().toLowerCase(Locale.ROOT))
                                            && busiest.getValue() >= 0.01 * column.values()
                                    ? Optional.of(busiest.getKey())
                                    : Optional.empty();
                        });
    }

    private static FileFinding finding(Guess guess) {
        FileProfile profile = guess.profile();
        List<ColumnFinding> columns = new ArrayList<>();
        for (int i = 0; i < profile.columns().size(); i++) {
            ColumnProfile column = profile.columns().get(i);
            @Nullable String example = profile.first().get(i);
            String field = guess.fields().field(column).orElse("");
            if (guess.role() == Role.UNKNOWN && !profile.hasNames()) {
                field = likely(column).map(likely -> likely + "?").orElse("");
            }
            columns.add(
                    new ColumnFinding(
                            column.name(),
                            field,
                            example == null ? "" : example,
                            column.describe()));
        }
        return new FileFinding(
                guess.file(),
                guess.role(),
                profile.format(),
                profile.rows(),
                profile.whole(),
                profile.unreadable(),
                columns);
    }

    private static void write(Path out, String yaml) {
        try {
            AtomicFiles.write(out, yaml);
        } catch (IOException e) {
            throw new NextactException(
                    Category.INPUT,
                    "cannot write " + out + ": " + e.getMessage() + ". Name another with --out",
                    e);
        }
    }
}
