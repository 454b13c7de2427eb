package dev.nextact.bench;

import java.lang.management.ManagementFactory;

/** What a thread that works alone takes of the processor, whatever else the machine does. */
final class ThreadTime {

    private ThreadTime() {}

    /** Of this thread so far. */
    static long nanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
