package dev.nextact.evaluate;

import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.Split;
import dev.nextact.core.survival.KaplanMeier;
import dev.nextact.core.survival.SurvivalOutcomes;
import dev.nextact.model.network.TokenBatch;
import dev.nextact.predict.Moment;
import java.util.ArrayList;
import java.util.List;

/**
 * All shoppers of whom the model knows an event from before the test, asked at its start whether
 * and when a behaviour comes. Immutable; thread-safe.
 */
public final class HorizonCases {

    private final EventSequences sequences;
    private final Split.CutOffs cutOffs;
    private final List<Moment> moments;

    private HorizonCases(EventSequences sequences, Split.CutOffs cutOffs, List<Moment> moments) {
        this.sequences = sequences;
        this.cutOffs = cutOffs;
        this.moments = moments;
    }

    /**
     * @param sequences items in the numbers of the model's catalog
     */
    public static HorizonCases of(EventSequences sequences, Split.CutOffs cutOffs) {
        return new HorizonCases(
                sequences, cutOffs, List.copyOf(moments(sequences, cutOffs.validUntil())));
    }

    private static List<Moment> moments(EventSequences sequences, long now) {
        List<Moment> moments = new ArrayList<>();
        for (int user = 0; user < sequences.size(); user++) {
            EventSequence events = sequences.get(user);
            EventSequence before = events.prefix(events.countBefore(now));
            if (TokenBatch.knownEvents(before) > 0) {
                moments.add(new Moment(before, now));
            }
        }
        return moments;
    }

    /** N of them. */
    public List<Moment> moments() {
        return moments;
    }

    /** All events of all shoppers. */
    EventSequences sequences() {
        return sequences;
    }

    Split.CutOffs cutOffs() {
        return cutOffs;
    }

    long nowMicros() {
        return cutOffs.validUntil();
    }

    /** How long the test watches. */
    double watchedSeconds() {
        return (cutOffs.testUntil() - cutOffs.validUntil()) / 1e6;
    }

    /** Whether it comes within the horizon, [N]. */
    public boolean[] came(int behaviour, double seconds) {
        boolean[] came = new boolean[moments.size()];
        for (int i = 0; i < came.length; i++) {
            came[i] = comes(moments.get(i).history().user(), behaviour, nowMicros(), seconds);
        }
        return came;
    }

    /** Seconds until it comes, or {@code most} where it takes longer, [N]. */
    public double[] waited(int behaviour, double most) {
        return moments.stream()
                .mapToDouble(m -> Math.min(most, after(m.history().user(), behaviour, nowMicros())))
                .toArray();
    }

    /** Whether it comes to a shopper within a time from a moment on. */
    boolean comes(int user, int behaviour, long fromMicros, double seconds) {
        return after(user, behaviour, fromMicros) < seconds;
    }

    /** Seconds from a moment until it comes to a shopper; infinite where it never does. */
    private double after(int user, int behaviour, long fromMicros) {
        EventSequence events = sequences.get(user);
        for (int i = events.countBefore(fromMicros); i < events.size(); i++) {
            if (events.behaviour(i) == behaviour) {
                return (events.timeMicros(i) - fromMicros) / 1e6;
            }
        }
        return Double.POSITIVE_INFINITY;
    }

    /** How long it stays away, watched to the end of the test, in seconds. */
    SurvivalOutcomes outcomes(int behaviour) {
        Waits waits = waits(moments, behaviour, nowMicros(), watchedSeconds());
        return SurvivalOutcomes.of(waits.seconds(), waits.ended());
    }

    /**
     * The share of some of the shoppers that it stays away from beyond a time of the test.
     *
     * @param chosen indices of the moments
     */
    KaplanMeier observed(int behaviour, int[] chosen) {
        List<Moment> some = new ArrayList<>();
        for (int index : chosen) {
            some.add(moments.get(index));
        }
        return waits(some, behaviour, nowMicros(), watchedSeconds()).kaplanMeier();
    }

    /**
     * How many seconds each waits, or is watched without an end.
     *
     * @param ended whether it came
     */
    private record Waits(double[] seconds, boolean[] ended) {
        KaplanMeier kaplanMeier() {
            return KaplanMeier.of(seconds, ended);
        }
    }

    private Waits waits(List<Moment> asked, int behaviour, long now, double watched) {
        double[] seconds = new double[asked.size()];
        boolean[] ended = new boolean[seconds.length];
        for (int i = 0; i < seconds.length; i++) {
            double wait = after(asked.get(i).history().user(), behaviour, now);
            ended[i] = wait < watched;
            seconds[i] = Math.min(wait, watched);
        }
        return new Waits(seconds, ended);
    }

    /**
     * The share to whom it came within as long a time before the test, of the shoppers known when
     * that began: what is said of everybody by who looks at nobody.
     */
    public double earlierShare(int behaviour, double seconds) {
        long then = nowMicros() - Math.round(seconds * 1e6);
        List<Moment> asked = moments(sequences, then);
        int came = 0;
        for (Moment moment : asked) {
            came += comes(moment.history().user(), behaviour, then, seconds) ? 1 : 0;
        }
        return (came + 0.5) / (asked.size() + 1);
    }

    /**
     * The share that it stayed away from beyond a time, watched from as long before the test as the
     * test watches.
     */
    KaplanMeier earlier(int behaviour) {
        long then = nowMicros() - Math.round(watchedSeconds() * 1e6);
        return waits(moments(sequences, then), behaviour, then, watchedSeconds()).kaplanMeier();
    }
}
