package dev.nextact.serve.live;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Answers questions together where several wait, and at once where none does.
 *
 * <p>Who asks when a run is free answers the question on its own thread: there is no hand-over to
 * wait for. Who asks when all runs are busy leaves the question; the run that ends next takes up to
 * a batch of those that wait. The queue is bounded, and a question that could not be answered
 * before its deadline, by how long the last ones took, is turned away at once. Thread-safe.
 *
 * @param <Q> question
 * @param <A> answer
 */
public final class MicroBatcher<Q, A> {

    /** Weight of the newest batch in the running mean of the time a question takes. */
    private static final double NEWEST = 0.1;

    /** A longer time counts as so many times the mean. */
    private static final double MOST_TIMES = 2;

    /** Of the time that is left, the part that waiting may take; the rest is for the way back. */
    private static final double WAITING = 0.3;

    private static final Duration SOON = Duration.ofSeconds(1);

    private final Function<List<Q>, List<A>> work;
    private final int batch;
    private final int runs;
    private final Executor executor;
    private final BlockingQueue<Asked<Q, A>> waiting;
    private final AtomicInteger running = new AtomicInteger();

    /** Of a question in a batch; written by runs, where a lost update does no harm. */
    private volatile double nanosPerQuestion;

    private record Asked<Q, A>(Q question, long deadlineNanos, CompletableFuture<A> answer) {}

    /**
     * @param work answers a batch, in its order
     * @param batch the most questions of a batch
     * @param runs of the work at the same time
     * @param waiting the most questions that wait
     * @param executor runs the batches of questions that waited, and whatever depends on the
     *     answers
     */
    public MicroBatcher(
            Function<List<Q>, List<A>> work, int batch, int runs, int waiting, Executor executor) {
        this.work = work;
        this.batch = batch;
        this.runs = runs;
        this.executor = executor;
        this.waiting = new ArrayBlockingQueue<>(waiting);
    }

    /**
     * @param deadlineNanos of {@link System#nanoTime}
     * @return the answer; it fails with {@link Overloaded} when it would come after the deadline
     */
    public CompletableFuture<A> ask(Q question, long deadlineNanos) {
        Asked<Q, A> asked = new Asked<>(question, deadlineNanos, new CompletableFuture<>());
        if (isTooLate(deadlineNanos)) {
            asked.answer().completeExceptionally(tooMany());
        } else if (waiting.isEmpty() && tryRun()) {
            answer(List.of(asked), Runnable::run);
            release();
        } else if (waiting.offer(asked)) {
            // a run may have ended between the two
            if (tryRun()) {
                executor.execute(this::answerWaiting);
            }
        } else {
            asked.answer().completeExceptionally(tooMany());
        }
        return asked.answer();
    }

    /** Questions that wait now. */
    public int waiting() {
        return waiting.size();
    }

    /**
     * Whether a question would be turned away now, so that there is no use in reading it.
     *
     * @param deadlineNanos of {@link System#nanoTime}
     */
    public boolean isTooLate(long deadlineNanos) {
        double expected = waiting.size() * nanosPerQuestion / runs;
        return WAITING * (deadlineNanos - System.nanoTime()) < expected
                || waiting.remainingCapacity() == 0;
    }

    static Overloaded tooMany() {
        return overloaded("too many requests wait");
    }

    private static Overloaded overloaded(String why) {
        return new Overloaded(why, SOON);
    }

    private boolean tryRun() {
        int now = running.get();
        while (now < runs) {
            if (running.compareAndSet(now, now + 1)) {
                return true;
            }
            now = running.get();
        }
        return false;
    }

    /** Ends a run; another begins where questions came meanwhile. */
    private void release() {
        running.decrementAndGet();
        if (!waiting.isEmpty() && tryRun()) {
            executor.execute(this::answerWaiting);
        }
    }

    private void answerWaiting() {
        try {
            List<Asked<Q, A>> taken = new ArrayList<>(batch);
            while (waiting.drainTo(taken, batch) > 0) {
                answer(inTime(taken), executor);
                taken.clear();
            }
        } finally {
            release();
        }
    }

    private List<Asked<Q, A>> inTime(List<Asked<Q, A>> taken) {
        List<Asked<Q, A>> inTime = new ArrayList<>(taken.size());
        long now = System.nanoTime();
        for (Asked<Q, A> asked : taken) {
            if (asked.deadlineNanos() - now < 0) {
                executor.execute(
                        () ->
                                asked.answer()
                                        .completeExceptionally(
                                                overloaded("it waited past its deadline")));
            } else {
                inTime.add(asked);
            }
        }
        return inTime;
    }

    private void answer(List<Asked<Q, A>> questions, Executor after) {
        if (questions.isEmpty()) {
            return;
        }
        long start = System.nanoTime();
        try {
            List<A> answers = work.apply(questions.stream().map(Asked::question).toList());
            learn((double) (System.nanoTime() - start) / questions.size());
            for (int i = 0; i < answers.size(); i++) {
                CompletableFuture<A> future = questions.get(i).answer();
                A answer = answers.get(i);
                after.execute(() -> future.complete(answer));
            }
        } catch (RuntimeException | Error e) {
            questions.forEach(
                    asked -> after.execute(() -> asked.answer().completeExceptionally(e)));
        }
    }

    /**
     * A run that the machine held up says nothing of the next: it counts as twice as long as usual,
     * and so does one of a question that is far dearer than most. Where all take longer, the mean
     * rises by a tenth with each. The first runs meet code that is not compiled yet: the mean
     * begins at a tenth of theirs.
     */
    private void learn(double each) {
        double before = nanosPerQuestion;
        double counted = before == 0 ? each : Math.min(each, MOST_TIMES * before);
        nanosPerQuestion = before + NEWEST * (counted - before);
    }
}
