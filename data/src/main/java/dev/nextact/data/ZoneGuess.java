package dev.nextact.data;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * In which zone a log's times are meant.
 *
 * @param reason in a few words, for the person who reads the config
 */
record ZoneGuess(String zone, String reason) {

    private static final Pattern OWN_ZONE =
            Pattern.compile(
                    "\\d{1,2}:\\d{2}.*(Z|UTC|GMT|[+-]\\d{2}(:?\\d{2})?|[A-Za-z]+/[A-Za-z_]+)$");

    /** Hours on either side of the quietest one that speak for a night, the nearer the more. */
    private static final int NIGHT_HOURS = 4;

    /** Shops are quietest then: people sleep everywhere. */
    private static final int QUIETEST_HOUR = 4;

    /** A night that is no quieter than this share of an even day is none. */
    private static final double QUIET = 0.5;

    private static final int LEAST_TIMES = 500;
    private static final Duration LEAST_SPAN = Duration.ofDays(2);

    /** Zones differ by whole quarters of an hour. */
    private static final long QUARTER_SECONDS = 900;

    static ZoneGuess of(FileProfile file, ColumnProfile column) {
        Optional<TimeParser> times = column.times().filter(TimeParser::isClock);
        if (times.isEmpty()) {
            return new ZoneGuess("UTC", "they only order the events");
        }
        boolean epoch = times.get().name().startsWith("epoch");
        boolean own = column.sample().stream().allMatch(text -> OWN_ZONE.matcher(text).find());
        if (epoch || own) {
            String said = epoch ? "epoch times are UTC" : "the times name their zone";
            return night(column, times.get())
                    .map(
                            offset ->
                                    new ZoneGuess(
                                            offset.equals(ZoneOffset.UTC)
                                                    ? "UTC"
                                                    : offset.toString(),
                                            said + "; the shop sleeps as in UTC" + offset))
                    .orElse(new ZoneGuess("UTC", said));
        }
        return besideEpoch(file, column, times.get())
                .orElse(
                        new ZoneGuess(
                                "UTC",
                                "the times name no zone: put the shop's here, such as"
                                        + " Europe/Berlin, if it is not UTC"));
    }

    /** Where the night lies tells the longitude, where there is one. */
    private static Optional<ZoneOffset> night(ColumnProfile column, TimeParser times) {
        TimeSpan span = TimeSpan.of(column);
        int[] eventsAt = new int[24];
        int total = 0;
        for (String text : column.sample()) {
            OptionalLong micros = times.micros(text);
            if (micros.isPresent()) {
                eventsAt[(int) Math.floorMod(micros.getAsLong() / 3_600_000_000L, 24L)]++;
                total++;
            }
        }
        if (total < LEAST_TIMES || span.length().compareTo(LEAST_SPAN) < 0) {
            return Optional.empty();
        }
        int quietest = 0;
        double least = Double.MAX_VALUE;
        double weights = 0;
        for (int hour = 0; hour < 24; hour++) {
            double events = 0;
            weights = 0;
            for (int away = -NIGHT_HOURS; away <= NIGHT_HOURS; away++) {
                int weight = NIGHT_HOURS + 1 - Math.abs(away);
                events += weight * eventsAt[Math.floorMod(hour + away, 24)];
                weights += weight;
            }
            if (events < least) {
                least = events;
                quietest = hour;
            }
        }
        if (least / weights > QUIET * total / 24) {
            return Optional.empty();
        }
        int offset = Math.floorMod(QUIETEST_HOUR - quietest + 11, 24) - 11;
        return Optional.of(ZoneOffset.ofHours(offset));
    }

    /** A second column with the same times since 1970 tells the zone of the first. */
    private static Optional<ZoneGuess> besideEpoch(
            FileProfile file, ColumnProfile column, TimeParser times) {
        for (ColumnProfile other : file.columns()) {
            Optional<TimeParser> epoch =
                    other.times().filter(parser -> parser.name().startsWith("epoch"));
            if (epoch.isPresent()
                    && other.blanks() + column.blanks() == 0
                    && FileProfile.looksLikeTimes(other)) {
                List<Long> seconds = new ArrayList<>();
                for (int i = 0; i < column.sample().size(); i++) {
                    OptionalLong local = times.micros(column.sample().get(i));
                    OptionalLong utc = epoch.get().micros(other.sample().get(i));
                    if (local.isPresent() && utc.isPresent()) {
                        seconds.add((local.getAsLong() - utc.getAsLong()) / 1_000_000);
                    }
                }
                Optional<String> zone = common(seconds);
                if (zone.isPresent()) {
                    return Optional.of(new ZoneGuess(zone.get(), "by the column " + other.name()));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> common(List<Long> seconds) {
        if (seconds.isEmpty()) {
            return Optional.empty();
        }
        List<Long> sorted = seconds.stream().sorted().toList();
        long median = sorted.get(sorted.size() / 2);
        long same = seconds.stream().filter(s -> s == median).count();
        boolean isZone = median % QUARTER_SECONDS == 0 && Math.abs(median) <= 14 * 3600;
        if (!isZone || same * 20 < seconds.size() * 19L) {
            return Optional.empty();
        }
        return Optional.of(
                median == 0 ? "UTC" : ZoneOffset.ofTotalSeconds((int) median).toString());
    }
}
