package dev.nextact.core.demand;

import java.time.Duration;
import java.util.Locale;

/** What units are counted by. Periods are spans of equal length, in UTC. */
public enum DemandPeriod {
    /** Its season is the week. */
    DAY(1, 7, 28, 364, 28),
    /** Its season is the year. */
    WEEK(7, 52, 13, 52, 8);

    /** Microseconds of a day. */
    public static final long DAY_MICROS = 86_400_000_000L;

    private final int days;
    private final int season;
    private final int window;
    private final int year;
    private final int planned;

    DemandPeriod(int days, int season, int window, int year, int planned) {
        this.days = days;
        this.season = season;
        this.window = window;
        this.year = year;
        this.planned = planned;
    }

    public int days() {
        return days;
    }

    public long micros() {
        return days * DAY_MICROS;
    }

    /** Periods after which demand is like it was. */
    public int season() {
        return season;
    }

    /** Periods over which an item's level is measured: four weeks of days, a quarter of weeks. */
    public int window() {
        return window;
    }

    /** Periods of a year, whole weeks. */
    public int year() {
        return year;
    }

    /** Periods to come whose planned prices are looked at. */
    public int planned() {
        return planned;
    }

    /** How many periods hold a span: the least that is not shorter. */
    public int count(Duration span) {
        long micros = span.toSeconds() * 1_000_000L;
        return (int) Math.max(1, (micros + micros() - 1) / micros());
    }

    /** As it is written in a config: {@code day} or {@code week}. */
    public String title() {
        return name().toLowerCase(Locale.ROOT);
    }
}
