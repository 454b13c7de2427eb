package dev.nextact.bench;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Counts answers as they come, and keeps the times of those with status 200. Of one thread. */
final class LoadTally {

    private final Map<Integer, Integer> statuses = new TreeMap<>();
    private long[] nanos = new long[1 << 12];
    private int size;

    /**
     * @param status 0 = no answer
     */
    void add(int status, long taken) {
        if (status == 200) {
            if (size == nanos.length) {
                nanos = Arrays.copyOf(nanos, size * 2);
            }
            nanos[size++] = taken;
        } else {
            statuses.merge(status, 1, Integer::sum);
        }
    }

    void addAll(LoadTally other) {
        int all = Math.addExact(size, other.size);
        nanos = Arrays.copyOf(nanos, Math.max(nanos.length, all));
        System.arraycopy(other.nanos, 0, nanos, size, other.size);
        size = all;
        other.statuses.forEach((status, count) -> statuses.merge(status, count, Integer::sum));
    }

    HttpLoad.Result result(double seconds) {
        long[] sorted = Arrays.copyOf(nanos, size);
        Arrays.sort(sorted);
        return new HttpLoad.Result(seconds, sorted, statuses);
    }
}
