package dev.nextact.data.collect;

import java.time.Duration;

/** How time is spent between two tries. */
@FunctionalInterface
interface Waits {
    void pause(Duration time) throws InterruptedException;
}
