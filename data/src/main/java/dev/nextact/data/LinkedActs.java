package dev.nextact.data;

import java.util.Arrays;

/**
 * The newest acts of those whom each shopper is linked to, as of any time: it is told all acts in
 * the order of time, keeps of everybody a link leads to so many of the newest, and answers from
 * those before the time, never from one at it. Holds 12 bytes for each kept act and each link,
 * however long the log. Confined to one thread.
 */
final class LinkedActs {

    /**
     * Links by their first shopper. Shoppers are numbered 0..size-1.
     *
     * @param offsets [shoppers + 1]: where a shopper's links begin
     * @param to [links]
     * @param sinceMicros [links]: a link holds after that time
     */
    record Links(int[] offsets, int[] to, long[] sinceMicros) {}

    private final Links links;
    private final int most;

    /** [shopper]; -1 where no link leads to it. */
    private final int[] rings;

    /** [ring]: acts it was told of. */
    private final int[] counts;

    /** [ring · most]. */
    private final int[] items;

    private final long[] times;

    /** Acts at the newest time, which are in no ring yet: ring and item by turns. */
    private int[] waiting = new int[16];

    private int waitingSize;
    private long newestMicros = Long.MIN_VALUE;

    /**
     * @param most items of an answer
     */
    LinkedActs(Links links, int most) {
        this.links = links;
        this.most = most;
        this.rings = new int[links.offsets().length - 1];
        Arrays.fill(rings, -1);
        int linked = 0;
        for (int shopper : links.to()) {
            if (rings[shopper] < 0) {
                rings[shopper] = linked++;
            }
        }
        this.counts = new int[linked];
        this.items = new int[linked * most];
        this.times = new long[linked * most];
    }

    /**
     * An act, not older than the one before.
     *
     * @param item its number
     */
    void add(int shopper, int item, long micros) {
        reach(micros);
        if (rings[shopper] >= 0) {
            if (waitingSize == waiting.length) {
                waiting = Arrays.copyOf(waiting, waitingSize * 2);
            }
            waiting[waitingSize++] = rings[shopper];
            waiting[waitingSize++] = item;
        }
    }

    private void reach(long micros) {
        if (micros < newestMicros) {
            throw new IllegalArgumentException(micros + " µs comes after " + newestMicros + " µs");
        }
        if (micros > newestMicros) {
            for (int i = 0; i < waitingSize; i += 2) {
                int place = waiting[i] * most + counts[waiting[i]]++ % most;
                items[place] = waiting[i + 1];
                times[place] = newestMicros;
            }
            waitingSize = 0;
            newestMicros = micros;
        }
    }

    /**
     * The items of the newest acts, before that time, of those whom the shopper was linked to
     * before it: newest first, each once. Acts at one time count in the order of the links.
     *
     * @param micros not before that of any act told of
     */
    int[] before(int shopper, long micros) {
        reach(micros);
        int first = links.offsets()[shopper];
        int size = links.offsets()[shopper + 1] - first;
        int[] read = new int[size];
        int[] found = new int[most];
        int many = 0;
        while (many < most) {
            int best = -1;
            long newest = Long.MIN_VALUE;
            for (int i = 0; i < size; i++) {
                int ring = rings[links.to()[first + i]];
                boolean hasMore = read[i] < Math.min(most, counts[ring]);
                if (hasMore && links.sinceMicros()[first + i] < micros) {
                    long time = times[place(ring, read[i])];
                    if (best < 0 || time > newest) {
                        best = i;
                        newest = time;
                    }
                }
            }
            if (best < 0) {
                break;
            }
            int item = items[place(rings[links.to()[first + best]], read[best]++)];
            if (!contains(found, many, item)) {
                found[many++] = item;
            }
        }
        return Arrays.copyOf(found, many);
    }

    /** Of the act that was told of so many acts ago. */
    private int place(int ring, int ago) {
        return ring * most + (counts[ring] - 1 - ago) % most;
    }

    private static boolean contains(int[] found, int many, int item) {
        for (int i = 0; i < many; i++) {
            if (found[i] == item) {
                return true;
            }
        }
        return false;
    }
}
