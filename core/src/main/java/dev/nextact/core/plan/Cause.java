package dev.nextact.core.plan;

/** What a part of a step's time is spent on. */
public enum Cause {
    STARTING("starting"),
    ONE_CORE("one core"),
    COMPUTE("compute"),
    ALIKE("work done alike everywhere"),
    WAITING("network latency"),
    NETWORK("network bandwidth"),
    DISK("disk");

    private final String title;

    Cause(String title) {
        this.title = title;
    }

    /** As tables name it. */
    public String title() {
        return title;
    }
}
