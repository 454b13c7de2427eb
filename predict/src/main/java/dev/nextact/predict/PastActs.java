package dev.nextact.predict;

import dev.nextact.core.EventSequence;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What a shopper did of one behaviour before a moment, as far as reasons tell of it.
 *
 * @param count how often
 * @param firstMicros of these; 0 = none
 * @param lastMicros likewise
 * @param seenMicros of the newest event of any behaviour
 * @param hour of the day (UTC) at which most events of any behaviour were, the earliest of equals
 */
public record PastActs(int count, long firstMicros, long lastMicros, long seenMicros, int hour) {

    private static final double DAY_MICROS = 86_400e6;
    private static final long HOUR_MICROS = 3_600_000_000L;

    /**
     * @param history at least one event, all before the moment
     */
    public static PastActs of(EventSequence history, int behaviour) {
        int count = 0;
        long first = 0;
        long last = 0;
        int[] hours = new int[24];
        for (int i = 0; i < history.size(); i++) {
            long time = history.timeMicros(i);
            hours[(int) Math.floorMod(Math.floorDiv(time, HOUR_MICROS), 24L)]++;
            if (history.behaviour(i) == behaviour) {
                first = count == 0 ? time : first;
                last = time;
                count++;
            }
        }
        int hour = 0;
        for (int h = 1; h < hours.length; h++) {
            hour = hours[h] > hours[hour] ? h : hour;
        }
        return new PastActs(count, first, last, history.timeMicros(history.size() - 1), hour);
    }

    /** Between two of them, on the average; absent where there are not two at different times. */
    public OptionalLong gapMicros() {
        return count < 2 || lastMicros == firstMicros
                ? OptionalLong.empty()
                : OptionalLong.of((lastMicros - firstMicros) / (count - 1));
    }

    /**
     * Such as {@code seen 2.0 days ago, 3 times purchase, the last 9.5 days ago}.
     *
     * @param behaviour its name
     */
    public String toText(String behaviour, long nowMicros) {
        String seen = String.format(Locale.ROOT, "seen %.1f days ago", days(seenMicros, nowMicros));
        return count == 0
                ? seen + ", never a " + behaviour
                : String.format(
                        Locale.ROOT,
                        "%s, %d× %s, the last %.1f days ago",
                        seen,
                        count,
                        behaviour,
                        days(lastMicros, nowMicros));
    }

    static double days(long fromMicros, long toMicros) {
        return (toMicros - fromMicros) / DAY_MICROS;
    }
}
