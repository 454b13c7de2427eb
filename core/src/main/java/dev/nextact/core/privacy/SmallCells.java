package dev.nextact.core.privacy;

/** Which numbers of a table are of so few shoppers that they must not be told. */
public final class SmallCells {

    private SmallCells() {}

    /**
     * Of cells that share all shoppers among them: those of fewer than k. Where these together are
     * fewer than k as well, the sum of all less the others would tell of them: then the next
     * smallest cells are hidden too, until they are enough.
     *
     * @param shoppers of each cell
     * @param k 1 hides nothing
     */
    public static boolean[] hidden(long[] shoppers, int k) {
        boolean[] hidden = new boolean[shoppers.length];
        long together = 0;
        for (int i = 0; i < shoppers.length; i++) {
            if (shoppers[i] < k && k > 1) {
                hidden[i] = true;
                together += shoppers[i];
            }
        }
        while (together > 0 && together < k) {
            int next = -1;
            for (int i = 0; i < shoppers.length; i++) {
                if (!hidden[i] && (next < 0 || shoppers[i] < shoppers[next])) {
                    next = i;
                }
            }
            if (next < 0) {
                break;
            }
            hidden[next] = true;
            together += shoppers[next];
        }
        return hidden;
    }
}
