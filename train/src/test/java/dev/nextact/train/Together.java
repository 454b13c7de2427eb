package dev.nextact.train;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Processes of a group, each a thread of this one. */
final class Together {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Together() {}

    /** What each made, in the order of their ranks. */
    static <T> List<T> run(int processes, Function<ProcessGroup, T> work) {
        return run(processes, PATIENCE, work);
    }

    /**
     * @param patience how long each waits for the others
     */
    static <T> List<T> run(int processes, Duration patience, Function<ProcessGroup, T> work) {
        ExecutorService threads = Executors.newFixedThreadPool(processes);
        try (Rendezvous meeting = Rendezvous.serve("127.0.0.1", 0)) {
            List<Future<T>> running = new ArrayList<>();
            for (int i = 0; i < processes; i++) {
                int rank = i;
                running.add(
                        threads.submit(
                                () -> {
                                    TorchRuntime.oneThread();
                                    try (Rendezvous own =
                                                    Rendezvous.at("127.0.0.1", meeting.port());
                                            ProcessGroup group =
                                                    own.join(
                                                            place(own, rank, processes),
                                                            patience)) {
                                        return work.apply(group);
                                    }
                                }));
            }
            return running.stream().map(StepEngine::await).toList();
        } finally {
            threads.shutdown();
        }
    }

    private static Place place(Rendezvous own, int rank, int processes) {
        return new Place(own, "test", rank, processes, 1, "127.0.0.1");
    }
}
