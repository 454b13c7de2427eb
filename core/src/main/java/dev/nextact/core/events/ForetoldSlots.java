package dev.nextact.core.events;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Events that may come, all foretold at once, each in its slot.
 *
 * @param used [S] the probability that the slot holds one of the next K events
 * @param near [S] the probability that the event comes near its time, if the slot is used: the mean
 *     over the tolerances
 * @param events [S] what it holds, if it is used
 * @param types [S][C] probabilities, if it is used
 * @param next K
 */
public record ForetoldSlots(
        double[] used, double[] near, List<Time> events, double[][] types, int next) {

    /** Six minutes, an hour, six hours, a day. */
    public static final List<Double> TOLERANCES_SECONDS =
            List.of(360.0, 3_600.0, 21_600.0, 86_400.0);

    /**
     * When an event comes.
     *
     * @param seconds since the last event, with even odds
     * @param lowSeconds with 10 % odds it comes before
     * @param highSeconds with 10 % odds it comes later
     */
    public record Time(double seconds, double lowSeconds, double highSeconds) {}

    /**
     * Of the K slots that are likeliest to hold an event near their time the first k by their
     * times; all of them where k is more. One that is used for sure but at any time says less than
     * one that is not as sure and sharp.
     */
    private int[] first(int k) {
        return IntStream.range(0, used.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer slot) -> -used[slot] * near[slot]))
                .limit(next)
                .sorted(Comparator.comparingDouble((Integer slot) -> events.get(slot).seconds()))
                .limit(k)
                .mapToInt(slot -> slot)
                .toArray();
    }

    /** The next k; the likelihood of a kind is that the slot is used and the event of that kind. */
    public EventForecast forecast(int k) {
        int[] slots = first(k);
        double[] seconds = new double[slots.length];
        int[] likeliest = new int[slots.length];
        double[][] scores = new double[slots.length][];
        for (int i = 0; i < slots.length; i++) {
            int slot = slots[i];
            seconds[i] = events.get(slot).seconds();
            likeliest[i] = likeliest(slot);
            scores[i] = types[slot].clone();
            for (int type = 0; type < scores[i].length; type++) {
                scores[i][type] *= used[slot];
            }
        }
        return new EventForecast(new TypedTimes(seconds, likeliest), scores);
    }

    /** The next k, one by one. */
    public List<ForetoldEvent> events(int k) {
        List<ForetoldEvent> list = new ArrayList<>();
        for (int slot : first(k)) {
            Time time = events.get(slot);
            int type = likeliest(slot);
            list.add(
                    new ForetoldEvent(
                            time.seconds(),
                            time.lowSeconds(),
                            time.highSeconds(),
                            type,
                            used[slot] * types[slot][type]));
        }
        return list;
    }

    private int likeliest(int slot) {
        int best = 0;
        for (int type = 1; type < types[slot].length; type++) {
            best = types[slot][type] > types[slot][best] ? type : best;
        }
        return best;
    }
}
