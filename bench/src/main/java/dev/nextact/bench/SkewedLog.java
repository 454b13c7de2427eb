package dev.nextact.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.SplittableRandom;

/**
 * A log of which one shopper has very many events, a second apart, and one item half of all. Rules
 * that would reject such a shopper flag the events, so that every step has all of them.
 *
 * @param hotEvents of that shopper
 * @param otherEvents of all others
 * @param each events of one of the others
 */
record SkewedLog(long hotEvents, long otherEvents, int each) {

    private static final Instant START = Instant.parse("2025-01-01T00:00:00Z");

    /** Items of the simulated shop, which a model of it knows. */
    private static final int ITEMS = 288;

    /** The first of them is i10001. */
    private static final int BEFORE_THE_FIRST = 10_000;

    private static final int HOT_ITEM = 1;

    /** Writes log and config, whose workspace is {@code ${work}}. */
    Path write(Path directory) throws IOException {
        Files.createDirectories(directory);
        SplittableRandom random = new SplittableRandom(11);
        long seconds = Math.max(hotEvents, 86_400L * 60);
        try (BufferedWriter log = Files.newBufferedWriter(directory.resolve("events.csv"))) {
            log.write("user_id,item_id,event_type,event_time,price\n");
            for (long i = 0; i < hotEvents; i++) {
                write(log, "hot", random, i);
            }
            for (long i = 0; i < otherEvents; i++) {
                // of one shopper an hour apart
                long at = i / each * 7919 % (seconds - each * 3600L) + i % each * 3600;
                write(log, "u" + i / each, random, at);
            }
        }
        Path config = directory.resolve("shop.yaml");
        Files.writeString(
                config,
                """
                workspace: ${work}
                sources:
                  - path: events.csv
                    columns: {user: user_id, item: item_id, behaviour: event_type, time: event_time, price: price}
                    time: {format: epoch-seconds, zone: UTC}
                behaviours: {view: [view], cart: [cart], purchase: [purchase]}
                target: purchase
                clean: {duplicates: flag, near_duplicates: flag, outliers: flag, regular_users: flag, price_outliers: flag}
                split: {protocol: time, valid: 7d, test: 7d}
                """);
        return config;
    }

    private static void write(BufferedWriter log, String user, SplittableRandom random, long at)
            throws IOException {
        int item = random.nextBoolean() ? HOT_ITEM : 1 + random.nextInt(ITEMS);
        int act = random.nextInt(20);
        log.write(user);
        log.write(",i%05d,".formatted(BEFORE_THE_FIRST + item));
        log.write(act == 0 ? "purchase," : act < 4 ? "cart," : "view,");
        log.write(Long.toString(START.getEpochSecond() + at));
        log.write("," + (item + 9) + ".90");
        log.write('\n');
    }
}
