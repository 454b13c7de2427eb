package dev.nextact.train;

import dev.nextact.core.EventSequence;
import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.model.network.Network;
import dev.nextact.train.Worker.Gradient;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Takes training steps: deals a batch out to the workers, sums their gradients, moves the weights.
 * With one worker the same seed gives the same bits; with more, sums differ in the last digits.
 * Confined to one thread.
 */
final class StepEngine implements AutoCloseable {

    private final ShopConfig.Train settings;
    private final Network network;
    private final Weights weights;
    private final Optimiser optimiser;
    private final List<Worker> workers = new ArrayList<>();
    private final ExecutorService threads;
    private final NativeOwner owner = new NativeOwner();
    private final Tensor gradient;
    private final Tensor itemGradient;

    StepEngine(ShopConfig.Train settings, Network network, Weights weights, Optimiser optimiser) {
        this.settings = settings;
        this.network = network;
        this.weights = weights;
        this.optimiser = optimiser;
        int count =
                settings.workers() > 0
                        ? settings.workers()
                        : Runtime.getRuntime().availableProcessors();
        for (int i = 0; i < count; i++) {
            workers.add(new Worker(network, weights));
        }
        this.threads =
                Executors.newFixedThreadPool(
                        count,
                        runnable -> {
                            Thread thread = new Thread(runnable, "nextact-train");
                            thread.setDaemon(true);
                            return thread;
                        });
        try (PointerScope making = new PointerScope()) {
            this.gradient = owner.keep(torch.zeros_like(weights.flat()));
            Tensor table = weights.itemTable();
            this.itemGradient =
                    owner.keep(
                            gradient.narrow(0, 0, weights.itemValues())
                                    .view(table.size(0), table.size(1)));
        }
    }

    int workers() {
        return workers.size();
    }

    /** What a step did. */
    record Step(double lossSum, int targets, double gradientNorm) {}

    /**
     * @param windows of the batch
     * @param number 1, 2, … from the start of the training; with the config's seed it fixes every
     *     random choice of the step
     */
    Step step(List<EventSequence> windows, long number) {
        int targets = windows.stream().mapToInt(w -> w.size() - 1).sum();
        long seed = new SplittableRandom(settings.seed() * 1_000_003L + number).nextLong();
        int[] negatives =
                settings.loss().equals("full-softmax")
                        ? new int[0]
                        : StepBatch.uniformNegatives(
                                settings.negatives(), network.settings().items(), seed);
        List<Future<Gradient>> running = new ArrayList<>();
        for (int i = 0; i < workers.size(); i++) {
            List<EventSequence> share = share(windows, i);
            if (!share.isEmpty()) {
                Worker worker = workers.get(i);
                long workerSeed = seed + i;
                running.add(
                        threads.submit(
                                () -> {
                                    TorchRuntime.oneThread();
                                    return worker.compute(share, negatives, targets, workerSeed);
                                }));
            }
        }
        return move(running, number);
    }

    private Step move(List<Future<Gradient>> running, long number) {
        double loss = 0;
        int targets = 0;
        try (PointerScope scope = new PointerScope();
                NoGradGuard noGrad = new NoGradGuard()) {
            gradient.zero_();
            long itemValues = weights.itemValues();
            Tensor dense = gradient.narrow(0, itemValues, gradient.numel() - itemValues);
            for (Future<Gradient> future : running) {
                try (Gradient part = await(future)) {
                    itemGradient.index_add_(0, part.rows(), part.rowGradient());
                    dense.add_(part.denseGradient());
                    loss += part.lossSum();
                    targets += part.targets();
                }
            }
            double norm = gradient.norm().item_float();
            if (Double.isFinite(norm) && Double.isFinite(loss)) {
                if (settings.clipNorm() > 0 && norm > settings.clipNorm()) {
                    gradient.mul_(new Scalar(settings.clipNorm() / norm));
                }
                optimiser.step(weights.flat(), gradient, number);
            }
            return new Step(loss, targets, norm);
        }
    }

    /** Every n-th window, so that shares are of like length. */
    private List<EventSequence> share(List<EventSequence> windows, int worker) {
        List<EventSequence> share = new ArrayList<>();
        for (int i = worker; i < windows.size(); i += workers.size()) {
            share.add(windows.get(i));
        }
        return share;
    }

    private static Gradient await(Future<Gradient> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NextactException(
                    NextactException.Category.INTERNAL, "the training was interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdown();
        workers.forEach(Worker::close);
        owner.close();
    }
}
