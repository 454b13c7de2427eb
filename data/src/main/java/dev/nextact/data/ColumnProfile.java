package dev.nextact.data;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the values of one column look like, over the rows that were read of a file. */
final class ColumnProfile {

    /** Different values that are told apart; a column with more is no list of behaviours. */
    private static final int MOST_DIFFERENT = 50_000;

    /** Values that are kept for guesses about times. */
    private static final int MOST_SAMPLED = 8_192;

    private final String name;
    private final Map<String, Long> counts = new HashMap<>();
    private List<String> sample = new ArrayList<>();
    private long stride = 1;
    private long values;
    private long blanks;
    private long numbers;
    private boolean manyDifferent;
    private @Nullable TimeParser timeParser;

    ColumnProfile(String name) {
        this.name = name;
    }

    void add(@Nullable String raw) {
        String value = raw == null ? "" : raw.strip();
        if (value.isEmpty()) {
            blanks++;
            return;
        }
        if (values % stride == 0) {
            sample.add(value);
            if (sample.size() == MOST_SAMPLED) {
                thinOut();
            }
        }
        values++;
        if (isNumber(value)) {
            numbers++;
        }
        if (counts.size() < MOST_DIFFERENT || counts.containsKey(value)) {
            counts.merge(value, 1L, Long::sum);
        } else {
            manyDifferent = true;
        }
    }

    /** Every second value goes, so that the sample stays even over the whole file. */
    private void thinOut() {
        List<String> thinner = new ArrayList<>();
        for (int i = 0; i < sample.size(); i += 2) {
            thinner.add(sample.get(i));
        }
        sample = thinner;
        stride *= 2;
    }

    String name() {
        return name;
    }

    /** Rows with a value. */
    long values() {
        return values;
    }

    long blanks() {
        return blanks;
    }

    /** Different values; a least one where {@link #hasManyDifferent}. */
    int different() {
        return counts.size();
    }

    boolean hasManyDifferent() {
        return manyDifferent;
    }

    boolean isNumeric() {
        return values > 0 && numbers == values;
    }

    /** The different values, the most frequent first. */
    List<Map.Entry<String, Long>> byFrequency() {
        return counts.entrySet().stream()
                .sorted(
                        Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                                .thenComparing(Map.Entry.comparingByKey()))
                .toList();
    }

    /** The format that reads at least nine in ten of the values, where there is one. */
    Optional<TimeParser> times() {
        if (sample.isEmpty()) {
            return Optional.empty();
        }
        if (timeParser == null) {
            timeParser = TimeParser.detect(sample, ZoneOffset.UTC);
        }
        TimeParser parser = timeParser;
        return isReadBy(parser) ? Optional.of(parser) : Optional.empty();
    }

    /** Whether a format reads at least nine in ten of the values. */
    boolean isReadBy(TimeParser parser) {
        long read = sample.stream().filter(text -> parser.micros(text).isPresent()).count();
        return read * 10 >= sample.size() * 9L;
    }

    /** Values at even distances, in the order of the file. */
    List<String> sample() {
        return sample;
    }

    private static boolean isNumber(String value) {
        char first = value.charAt(0);
        if (first > '9' || Character.isLetter(value.charAt(value.length() - 1))) {
            return false; // the usual text, without the price of an exception; nor is 1f a number
        }
        try {
            Double.parseDouble(value);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** In a few words, such as {@code whole numbers}. */
    String describe() {
        if (values == 0) {
            return "empty";
        }
        String amount =
                (manyDifferent ? "more than " : "")
                        + String.format(Locale.ROOT, "%,d different", counts.size());
        String empty =
                blanks == 0
                        ? ""
                        : String.format(
                                Locale.ROOT, ", %.0f %% empty", 100.0 * blanks / (blanks + values));
        return (numbers == values ? "numbers, " : "texts, ") + amount + empty;
    }
}
