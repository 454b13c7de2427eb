package dev.nextact.train;

import dev.nextact.core.EventSequence;
import dev.nextact.model.network.HeadSettings;
import java.util.Arrays;

/**
 * What the next events at once are learned from: N events, and of each the next K of the part that
 * may be learned from. Where fewer are known, those behind the end of what is known are not absent,
 * nobody knows them.
 *
 * @param places [N], b·T + t of the event that the next are seen from
 * @param counts [N], how many of the next are known, 0 to K
 * @param times [N·K] of those, on the scale of {@link HeadSettings.Slots}; 0 behind them
 * @param behaviours [N·K] likewise
 * @param known [N] up to when it is known what came, on the same scale; infinite where all K are
 */
record FollowingEvents(
        long[] places, int[] counts, float[] times, long[] behaviours, float[] known) {

    /** How many events they are seen from. */
    int size() {
        return places.length;
    }

    /** Confined to one thread. */
    static final class Builder {
        private final HeadSettings.Slots slots;
        private final int steps;
        private final int before;
        private long[] places = new long[64];
        private int[] counts = new int[64];
        private float[] times;
        private long[] behaviours;
        private float[] known = new float[64];
        private int size;

        /**
         * @param steps T of the windows
         * @param before tokens before a window's first event
         */
        Builder(HeadSettings.Slots slots, int steps, int before) {
            this.slots = slots;
            this.steps = steps;
            this.before = before;
            this.times = new float[64 * slots.events()];
            this.behaviours = new long[64 * slots.events()];
        }

        /**
         * Seen from the t-th event of the b-th window; nothing is added where nothing is known of
         * the time after it.
         */
        void add(Window window, int b, int t) {
            Window.Future future = window.future();
            EventSequence all = future.training();
            int events = slots.events();
            int from = future.places()[t] + 1;
            int count = Math.min(events, all.size() - from);
            long now = window.events().timeMicros(t);
            if (count <= 0 && future.untilMicros() <= now) {
                return;
            }
            if (size == places.length) {
                places = Arrays.copyOf(places, size * 2);
                counts = Arrays.copyOf(counts, size * 2);
                times = Arrays.copyOf(times, size * 2 * events);
                behaviours = Arrays.copyOf(behaviours, size * 2 * events);
                known = Arrays.copyOf(known, size * 2);
            }
            places[size] = (long) b * steps + before + t;
            counts[size] = count;
            for (int j = 0; j < count; j++) {
                times[size * events + j] = scaled(all.timeMicros(from + j) - now);
                behaviours[size * events + j] = all.behaviour(from + j);
            }
            known[size++] =
                    count == events ? Float.POSITIVE_INFINITY : scaled(future.untilMicros() - now);
        }

        private float scaled(long micros) {
            return (float) slots.standardised(micros / 1e6);
        }

        FollowingEvents build() {
            return new FollowingEvents(
                    Arrays.copyOf(places, size),
                    Arrays.copyOf(counts, size),
                    Arrays.copyOf(times, size * slots.events()),
                    Arrays.copyOf(behaviours, size * slots.events()),
                    Arrays.copyOf(known, size));
        }
    }
}
