package dev.nextact.train;

import dev.nextact.core.ItemField;
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

/**
 * Takes training steps: deals a batch out to the workers, sums their gradients, moves the weights.
 * With one worker the same seed gives the same bits; with more, sums differ in the last digits.
 * Confined to one thread.
 */
final class StepEngine implements AutoCloseable {

    private final ShopConfig.Train settings;
    private final Network network;
    private final Optimiser optimiser;
    private final StepBatch.Builder builder;
    private final List<Worker> workers = new ArrayList<>();
    private final ExecutorService threads;

    StepEngine(
            ShopConfig.Train settings,
            Network network,
            List<ItemField> fields,
            Weights weights,
            Optimiser optimiser) {
        this.settings = settings;
        this.network = network;
        this.optimiser = optimiser;
        this.builder = new StepBatch.Builder(network.settings(), fields);
        int count =
                settings.workers() > 0
                        ? settings.workers()
                        : Runtime.getRuntime().availableProcessors();
        ItemLoss loss =
                isFull(settings)
                        ? new ItemLoss.FullSoftmax()
                        : new ItemLoss.SampledSoftmax(network.settings().items());
        for (int i = 0; i < count; i++) {
            workers.add(new Worker(network, weights, loss));
        }
        this.threads =
                Executors.newFixedThreadPool(
                        count,
                        runnable -> {
                            Thread thread = new Thread(runnable, "nextact-train");
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    private static boolean isFull(ShopConfig.Train settings) {
        return settings.loss().equals("full-softmax");
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
    Step step(List<Window> windows, long number) {
        long seed = new SplittableRandom(settings.seed() * 1_000_003L + number).nextLong();
        int[] negatives =
                isFull(settings)
                        ? new int[0]
                        : StepBatch.uniformNegatives(
                                settings.negatives(), network.settings().items(), seed);
        StepBatch batch = builder.build(shares(windows), negatives, seed);
        try (PointerScope scope = new PointerScope();
                NoGradGuard noGrad = new NoGradGuard()) {
            Optimiser.Rows rows = optimiser.read(batch.rows(), number);
            List<Future<Gradient>> running = new ArrayList<>();
            for (int i = 0; i < batch.parts().size(); i++) {
                Worker worker = workers.get(i);
                int part = i;
                running.add(
                        threads.submit(
                                () -> {
                                    TorchRuntime.oneThread();
                                    return worker.compute(rows.values(), batch, part, seed + part);
                                }));
            }
            return move(rows, batch.targets(), running, number);
        }
    }

    private Step move(
            Optimiser.Rows rows, int targets, List<Future<Gradient>> running, long number) {
        try (Gradient sum = await(running.get(0))) {
            double loss = sum.lossSum();
            for (Future<Gradient> future : running.subList(1, running.size())) {
                try (Gradient part = await(future)) {
                    sum.table().add_(part.table());
                    sum.dense().add_(part.dense());
                    loss += part.lossSum();
                }
            }
            double norm =
                    Math.hypot(sum.table().norm().item_float(), sum.dense().norm().item_float());
            if (Double.isFinite(norm) && Double.isFinite(loss)) {
                if (settings.clipNorm() > 0 && norm > settings.clipNorm()) {
                    Scalar shrink = new Scalar(settings.clipNorm() / norm);
                    sum.table().mul_(shrink);
                    sum.dense().mul_(shrink);
                }
                optimiser.move(rows, sum.table(), sum.dense(), number);
            }
            return new Step(loss, targets, norm);
        }
    }

    /** Every n-th window to each worker, so that shares are of like length; none is empty. */
    private List<List<Window>> shares(List<Window> windows) {
        int count = Math.min(workers.size(), windows.size());
        List<List<Window>> shares = new ArrayList<>();
        for (int worker = 0; worker < count; worker++) {
            List<Window> share = new ArrayList<>();
            for (int i = worker; i < windows.size(); i += count) {
                share.add(windows.get(i));
            }
            shares.add(share);
        }
        return shares;
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
    }
}
