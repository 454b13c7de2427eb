package dev.nextact.serve.live;

import dev.nextact.serve.history.ShopperEvent;
import dev.nextact.serve.live.LiveModels.Held;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How far what comes and what is answered is from what the champion was trained on, over the newest
 * {@value #WINDOW} of each. Distances are total variations: the share that would have to change to
 * make both mixes one, 0 to 1. NaN as long as there is too little to tell by. Thread-safe.
 */
public final class Drift {

    static final int WINDOW = 10_000;

    /** Fewer tell nothing. */
    private static final int LEAST = 100;

    /** Behaviours beyond these are one. */
    private static final int MOST_BEHAVIOURS = 100;

    /** Of an answer, the items that shoppers see. */
    private static final int SHOWN = 10;

    private final LiveModels models;
    private final Window items = new Window(2);
    private final Window behaviours = new Window(MOST_BEHAVIOURS + 1);
    private final Window answers = new Window(TrainingMix.TENTHS);

    /** Of the champion whose answers are in the window. */
    private int version;

    /** The newest of a kind of thing, by number. Confined to who holds the lock of the drift. */
    private static final class Window {

        private final byte[] newest = new byte[WINDOW];
        private final int[] counts;
        private int size;
        private int next;

        Window(int kinds) {
            this.counts = new int[kinds];
        }

        void add(int kind) {
            if (size == WINDOW) {
                counts[newest[next]]--;
            } else {
                size++;
            }
            newest[next] = (byte) kind;
            counts[kind]++;
            next = (next + 1) % WINDOW;
        }

        void clear() {
            Arrays.fill(counts, 0);
            size = 0;
            next = 0;
        }

        double share(int kind) {
            return size < LEAST ? Double.NaN : (double) counts[kind] / size;
        }

        /**
         * @param other shares; what lies beyond them has none
         */
        double distance(double[] other) {
            double sum = 0;
            for (int kind = 0; kind < counts.length; kind++) {
                sum += Math.abs(share(kind) - (kind < other.length ? other[kind] : 0));
            }
            return sum / 2;
        }
    }

    public Drift(LiveModels models) {
        this.models = models;
    }

    /** Events came and are kept. */
    public void kept(List<ShopperEvent> events) {
        try (Held champion = models.hold(Optional.empty())) {
            LiveModel model = champion.model();
            List<String> names = model.manifest().behaviours();
            synchronized (this) {
                for (ShopperEvent event : events) {
                    items.add(model.bundle().catalog().indexOf(event.item()) == 0 ? 1 : 0);
                    int behaviour = names.indexOf(event.behaviour());
                    behaviours.add(
                            behaviour < 0 || behaviour > MOST_BEHAVIOURS
                                    ? MOST_BEHAVIOURS
                                    : behaviour);
                }
            }
        }
    }

    /** The champion answered by what it has learned. */
    public synchronized void answered(LiveModel champion, int[] best) {
        if (champion.manifest().version() != version) {
            version = champion.manifest().version();
            answers.clear();
        }
        for (int rank = 0; rank < Math.min(SHOWN, best.length); rank++) {
            answers.add(champion.mix().tenthOf()[best[rank]]);
        }
    }

    /** The share of the events that came whose item the champion does not know. */
    public synchronized double unknownItems() {
        return items.share(1);
    }

    /** From the behaviours of the training part to those that came; NaN where these are unknown. */
    public double behaviours() {
        double[] then = mix().behaviours();
        synchronized (this) {
            return then.length == 0 ? Double.NaN : behaviours.distance(then);
        }
    }

    /**
     * From the popularity of the training part's events to that of the items answered. Answers are
     * nearer to the popular items than events at any time: what tells is how it changes.
     */
    public double predictions() {
        double[] then = mix().tenths();
        synchronized (this) {
            return answers.distance(then);
        }
    }

    private TrainingMix mix() {
        try (Held champion = models.hold(Optional.empty())) {
            return champion.model().mix();
        }
    }
}
