package dev.nextact.simulator;

import java.io.IOException;
import java.util.Arrays;

/**
 * A log that fits in memory at a hundred million acts: 8 bytes each. Within a day an act is one
 * number, its second highest and its shopper next, so that sorting the numbers sorts the acts as a
 * shop's server would log them. Confined to one thread.
 */
final class PackedLog {

    private static final int SECOND_BITS = 17;
    private static final int USER_BITS = 24;
    private static final int BEHAVIOUR_BITS = 2;

    /** What is left for session and item. */
    private static final int OTHER_BITS = Long.SIZE - SECOND_BITS - USER_BITS - BEHAVIOUR_BITS;

    private static final int FEWEST_ITEM_BITS = 10;

    private final int itemBits;
    private final int sessionBits;

    /**
     * @param items of the shop
     */
    PackedLog(int items) {
        this.itemBits =
                Math.max(FEWEST_ITEM_BITS, Integer.SIZE - Integer.numberOfLeadingZeros(items - 1));
        this.sessionBits = OTHER_BITS - itemBits;
    }

    /** Takes an act. */
    interface Taker {
        /**
         * @param second since {@link Calendar#START}
         * @param session of the shopper, 0 = the first
         */
        void accept(int user, long second, int session, int item, int behaviour) throws IOException;
    }

    private long[][] days = new long[64][];
    private int[] sizes = new int[64];
    private long size;

    /**
     * @throws IllegalArgumentException where a number has too many bits: a log of ten years in
     *     which a shopper came on more than 2,047 days, or 1,023 where there are over 1,024 items
     */
    void add(int user, Shopper.LoggedAct logged) {
        int day = Math.toIntExact(logged.second() / Calendar.SECONDS_PER_DAY);
        long packed = logged.second() % Calendar.SECONDS_PER_DAY;
        packed = with(packed, user, USER_BITS);
        packed = with(packed, logged.session(), sessionBits);
        packed = with(packed, logged.act().item(), itemBits);
        packed = with(packed, logged.act().behaviour(), BEHAVIOUR_BITS);
        if (day >= days.length) {
            days = Arrays.copyOf(days, day * 2);
            sizes = Arrays.copyOf(sizes, day * 2);
        }
        long[] acts = days[day] == null ? new long[16] : days[day];
        if (sizes[day] == acts.length) {
            acts = Arrays.copyOf(acts, acts.length + (acts.length >> 1));
        }
        acts[sizes[day]++] = packed ^ Long.MIN_VALUE; // the highest bit counts as a sign
        days[day] = acts;
        size++;
    }

    private static long with(long packed, int value, int bits) {
        if (value < 0 || value >= 1 << bits) {
            throw new IllegalArgumentException(
                    "expected 0 to " + ((1 << bits) - 1) + ", found " + value);
        }
        return packed << bits | value;
    }

    int size() {
        return Math.toIntExact(size);
    }

    /**
     * Hands on the acts in the order of second and shopper, those of one in the order they came.
     */
    void forEachInOrder(Taker taker) throws IOException {
        for (int day = 0; day < days.length; day++) {
            if (days[day] == null) {
                continue;
            }
            Arrays.sort(days[day], 0, sizes[day]);
            for (int i = 0; i < sizes[day]; i++) {
                long left = days[day][i] ^ Long.MIN_VALUE;
                int behaviour = low(left, BEHAVIOUR_BITS);
                left >>>= BEHAVIOUR_BITS;
                int item = low(left, itemBits);
                left >>>= itemBits;
                int session = low(left, sessionBits);
                left >>>= sessionBits;
                int user = low(left, USER_BITS);
                long second = left >>> USER_BITS;
                taker.accept(
                        user, day * Calendar.SECONDS_PER_DAY + second, session, item, behaviour);
            }
        }
    }

    private static int low(long packed, int bits) {
        return (int) (packed & ((1L << bits) - 1));
    }
}
