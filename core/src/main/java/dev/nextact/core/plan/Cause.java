package dev.nextact.core.plan;

/** What a part of a step's time is spent on. */
public enum Cause {
    STARTING("starting"),
    /** What cannot be shared out. */
    ONE_CORE("one core"),
    COMPUTE("compute"),
    /** What every machine does of a step, however many there are. */
    ALIKE("same work"),
    /** For neighbours in a sum over the network, however little is sent. */
    WAITING("latency"),
    /** The link's bandwidth. */
    NETWORK("network"),
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
