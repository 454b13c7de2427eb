package dev.nextact.serve.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // some questions are asked for being in the way only
class MicroBatcherTest {

    private final ExecutorService executor = Executors.newFixedThreadPool(3);
    private final List<Integer> sizes = new CopyOnWriteArrayList<>();
    private final CountDownLatch gate = new CountDownLatch(1);

    /** A run has come to the gate. */
    private final CountDownLatch taken = new CountDownLatch(1);

    @AfterEach
    void shutdown() throws Exception {
        gate.countDown();
        executor.shutdown();
        assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    /** Doubles, where the gate is open. */
    private MicroBatcher<Integer, Integer> batcher(int batch, int waiting) {
        return new MicroBatcher<>(
                questions -> {
                    waitAtGate();
                    sizes.add(questions.size());
                    return questions.stream().map(q -> q * 2).toList();
                },
                batch,
                1,
                waiting,
                executor);
    }

    private void waitAtGate() {
        taken.countDown();
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long in(long millis) {
        return System.nanoTime() + millis * 1_000_000;
    }

    /** Occupies the only run. */
    private CompletableFuture<Integer> first(MicroBatcher<Integer, Integer> batcher)
            throws InterruptedException {
        CompletableFuture<Integer> first = answered(batcher, 0, executor);
        taken.await();
        return first;
    }

    /** Asks on another thread. */
    private static CompletableFuture<Integer> answered(
            MicroBatcher<Integer, Integer> batcher, int question, Executor asker) {
        return CompletableFuture.supplyAsync(() -> batcher.ask(question, in(60_000)).join(), asker);
    }

    @Test
    void aQuestionAloneIsAnsweredOnItsOwnThread() {
        gate.countDown();

        CompletableFuture<Integer> answer = batcher(4, 8).ask(21, in(1000));

        assertThat(answer).isCompletedWithValue(42);
    }

    @Test
    void questionsThatWaitAreAnsweredTogetherInTheirOrder() throws Exception {
        MicroBatcher<Integer, Integer> batcher = batcher(4, 100);
        CompletableFuture<Integer> first = first(batcher);
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            answers.add(batcher.ask(i, in(60_000)));
        }
        assertThat(batcher.waiting()).isEqualTo(10);
        gate.countDown();

        assertThat(first.join()).isZero();
        for (int i = 1; i <= 10; i++) {
            assertThat(answers.get(i - 1).join()).isEqualTo(2 * i);
        }
        assertThat(sizes).containsExactly(1, 4, 4, 2);
    }

    @Test
    void aFullQueueTurnsAwayAtOnce() throws Exception {
        MicroBatcher<Integer, Integer> batcher = batcher(4, 2);
        List<CompletableFuture<Integer>> accepted =
                List.of(first(batcher), batcher.ask(1, in(60_000)), batcher.ask(2, in(60_000)));

        assertThatThrownBy(() -> batcher.ask(3, in(60_000)).join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(Overloaded.class);
        assertThat(accepted).noneMatch(CompletableFuture::isDone);
        gate.countDown();
        accepted.forEach(CompletableFuture::join);
    }

    @Test
    void whatWaitedPastItsDeadlineIsTurnedAway() throws Exception {
        MicroBatcher<Integer, Integer> batcher = batcher(4, 8);
        CompletableFuture<Integer> first = first(batcher);
        CompletableFuture<Integer> late = batcher.ask(1, in(5));
        CompletableFuture<Integer> patient = batcher.ask(2, in(60_000));
        Thread.sleep(20);
        gate.countDown();

        assertThat(first.join()).isZero();
        assertThat(patient.join()).isEqualTo(4);
        assertThatThrownBy(late::join).hasCauseInstanceOf(Overloaded.class);
    }

    private static final int WAITS_AT_GATE = -1;

    private static final int FAILS = -2;

    /** One run at a time, each as long as the millis it is asked for. */
    private MicroBatcher<Integer, Integer> pacing() {
        return new MicroBatcher<>(
                questions -> {
                    int asked = questions.get(0);
                    if (asked == FAILS) {
                        throw new IllegalStateException("refused");
                    }
                    if (asked == WAITS_AT_GATE) {
                        waitAtGate();
                    } else {
                        LockSupport.parkNanos(asked * 1_000_000L);
                    }
                    return questions;
                },
                4,
                1,
                100,
                executor);
    }

    /** One that has had such runs, and is in one that waits at the gate. */
    private MicroBatcher<Integer, Integer> paced(Stream<Integer> millis) throws Exception {
        MicroBatcher<Integer, Integer> batcher = pacing();
        millis.forEach(each -> batcher.ask(each, in(60_000)).handle((a, e) -> a).join());
        CompletableFuture.runAsync(() -> batcher.ask(WAITS_AT_GATE, in(60_000)), executor);
        taken.await();
        return batcher;
    }

    private static Stream<Integer> times(int count, int millis) {
        return Collections.nCopies(count, millis).stream();
    }

    @Test
    void oneRunThatWasHeldUpTurnsNobodyAway() throws Exception {
        allAreAnswered(paced(Stream.concat(times(40, 1), Stream.of(300))), 30);
    }

    @Test
    void aFirstRunThatIsSlowTurnsNobodyAway() throws Exception {
        allAreAnswered(paced(Stream.of(60)), 10);
    }

    private void allAreAnswered(MicroBatcher<Integer, Integer> batcher, int questions) {
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < questions; i++) {
            answers.add(batcher.ask(0, in(1000)));
        }
        gate.countDown();
        assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isZero());
    }

    @Test
    void whereAllRunsAreSlowWhoComesTooLateIsTurnedAway() throws Exception {
        theThirtiethIsTooLate(paced(Stream.concat(Stream.of(1), times(60, 20))));
    }

    @Test
    void runsThatFailSayNothingOfHowLongTheNextTake() throws Exception {
        theThirtiethIsTooLate(paced(Stream.concat(times(60, 20), times(100, FAILS))));
    }

    private void theThirtiethIsTooLate(MicroBatcher<Integer, Integer> batcher) {
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            answers.add(batcher.ask(0, in(60_000)));
        }
        assertThat(batcher.isTooLate(in(1000))).isTrue();
        assertThat(batcher.isTooLate(in(10_000))).isFalse();
        gate.countDown();
        answers.forEach(CompletableFuture::join);
    }

    @Test
    void aFailureReachesAllWhoAskedAndNobodyElse() {
        boolean[] fails = {true};
        MicroBatcher<Integer, Integer> batcher =
                new MicroBatcher<>(
                        questions -> {
                            if (fails[0]) {
                                throw new IllegalStateException("broken");
                            }
                            return questions;
                        },
                        4,
                        1,
                        8,
                        executor);

        assertThatThrownBy(() -> batcher.ask(1, in(1000)).join()).hasMessageContaining("broken");
        fails[0] = false;
        assertThat(batcher.ask(2, in(1000)).join()).isEqualTo(2);
    }

    @Test
    void noQuestionOfManyThreadsIsLost() {
        gate.countDown();
        MicroBatcher<Integer, Integer> batcher = batcher(8, 10_000);
        ExecutorService askers = Executors.newFixedThreadPool(8);
        try {
            List<CompletableFuture<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 5000; i++) {
                answers.add(answered(batcher, i, askers));
            }
            for (int i = 0; i < 5000; i++) {
                assertThat(answers.get(i).join()).isEqualTo(2 * i);
            }
        } finally {
            askers.shutdown();
        }
    }
}
