package dev.nextact.serve.live;

import dev.nextact.serve.history.ShopperEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/**
 * What has come in since the server started: the newest events one by one, and for each of the last
 * 24 hours how many events of each behaviour came, and about how many shoppers did each. By the
 * time of receipt. Bounded, whatever comes. Thread-safe.
 */
public final class ShopActivity {

    /** Newest events that are kept one by one. */
    public static final int NEWEST = 200;

    private static final int HOURS = 24;

    private final Clock clock;
    private final List<String> behaviours;
    private final Instant started;
    private final Deque<ShopperEvent> newest = new ArrayDeque<>(NEWEST);
    private final Deque<Hour> hours = new ArrayDeque<>(HOURS);
    private long events;

    /** An hour that has events. */
    private static final class Hour {
        private final long number;
        private final long[] counts;
        private final DistinctCount[] shoppers;
        private final DistinctCount all = new DistinctCount();

        Hour(long number, int behaviours) {
            this.number = number;
            this.counts = new long[behaviours];
            this.shoppers = new DistinctCount[behaviours];
            for (int b = 0; b < behaviours; b++) {
                shoppers[b] = new DistinctCount();
            }
        }
    }

    /**
     * Of one behaviour, in the last 24 hours.
     *
     * @param shoppers about how many did it
     */
    public record Stage(String behaviour, long events, long shoppers) {}

    /**
     * @param events since the start
     * @param ofDay in the last 24 hours
     * @param shoppers about how many were active in the last 24 hours
     * @param funnel of the last 24 hours, in the order of the config
     */
    public record Summary(
            Instant started, long events, long ofDay, long shoppers, List<Stage> funnel) {
        public Summary {
            funnel = List.copyOf(funnel);
        }
    }

    /**
     * @param behaviours of the shop, in funnel order
     */
    public ShopActivity(Clock clock, List<String> behaviours) {
        this.clock = clock;
        this.behaviours = List.copyOf(behaviours);
        this.started = clock.instant();
    }

    /** Events came and are kept. */
    public synchronized void kept(List<ShopperEvent> kept) {
        Hour hour = hour();
        for (ShopperEvent event : kept) {
            if (newest.size() == NEWEST) {
                newest.removeFirst();
            }
            newest.addLast(event);
            hour.all.add(event.user());
            int behaviour = behaviours.indexOf(event.behaviour());
            if (behaviour >= 0) {
                hour.counts[behaviour]++;
                hour.shoppers[behaviour].add(event.user());
            }
        }
        events += kept.size();
    }

    private Hour hour() {
        long now = Math.floorDiv(clock.millis(), Duration.ofHours(1).toMillis());
        while (!hours.isEmpty() && hours.getFirst().number <= now - HOURS) {
            hours.removeFirst();
        }
        if (hours.isEmpty() || hours.getLast().number != now) {
            hours.addLast(new Hour(now, behaviours.size()));
        }
        return hours.getLast();
    }

    /** Events since the start. */
    public synchronized long events() {
        return events;
    }

    /** The newest events, the newest first. */
    public synchronized List<ShopperEvent> newest() {
        List<ShopperEvent> list = new ArrayList<>(newest);
        Collections.reverse(list);
        return list;
    }

    public synchronized Summary summary() {
        hour(); // lets go of what is too old
        List<Stage> funnel = new ArrayList<>();
        long ofDay = 0;
        for (int b = 0; b < behaviours.size(); b++) {
            long count = 0;
            DistinctCount shoppers = new DistinctCount();
            for (Hour hour : hours) {
                count += hour.counts[b];
                shoppers.add(hour.shoppers[b]);
            }
            ofDay += count;
            funnel.add(new Stage(behaviours.get(b), count, shoppers.count()));
        }
        DistinctCount all = new DistinctCount();
        hours.forEach(hour -> all.add(hour.all));
        return new Summary(started, events, ofDay, all.count(), funnel);
    }
}
