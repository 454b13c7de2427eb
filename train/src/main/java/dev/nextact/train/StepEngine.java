package dev.nextact.train;

import dev.nextact.core.ItemField;
import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.model.network.Network;
import dev.nextact.train.PieceWorker.Gradient;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Takes training steps: cuts a batch into pieces, deals them out to the workers of all processes,
 * sums their gradients in the order of the pieces, moves the weights. Every process makes the same
 * batch of the same seed, so that they need to tell each other nothing but gradients, and computes
 * a stretch of its pieces.
 *
 * <p>The same seed and the same number of workers give the same bits; where the training is
 * deterministic the pieces do not depend on the workers, and any number of them gives the same
 * bits, in one process or in two. More processes add the same numbers in another order. Confined to
 * one thread.
 */
final class StepEngine implements AutoCloseable {

    /**
     * Enough to keep as many workers busy, few enough that a piece is worth its while. A power of
     * two: their {@link PairwiseSum} is that of the sums of any two processes.
     */
    private static final int DETERMINISTIC_PIECES = 8;

    /** With clipped gradients: enough for full use of the processor, few enough for its cache. */
    private static final int USERS_OF_PIECE = 64;

    private final ShopConfig.Train settings;
    private final Weights weights;
    private final Optimiser optimiser;
    private final NegativeSampling sampling;
    private final boolean classifies;

    /** Weights of heads that learn beside the next item. */
    private final Set<String> heads;

    /** Absent where nothing is promised of what the weights tell of a shopper. */
    private final Optional<GradientNoise> noise;

    private final ProcessGroup group;
    private final StepBatch.Builder builder;
    private final List<PieceWorker> workers = new ArrayList<>();
    private final ExecutorService threads;

    StepEngine(
            ShopConfig.Train settings,
            Network network,
            List<ItemField> fields,
            Targets targets,
            Weights weights,
            Optimiser optimiser) {
        this(
                settings,
                network,
                fields,
                targets,
                weights,
                optimiser,
                Optional.empty(),
                new LoneProcess());
    }

    /**
     * @param noise what makes a gradient of clipped ones; each window is then another shopper's,
     *     and the process alone
     */
    StepEngine(
            ShopConfig.Train settings,
            Network network,
            List<ItemField> fields,
            Targets targets,
            Weights weights,
            Optimiser optimiser,
            Optional<GradientNoise> noise,
            ProcessGroup group) {
        this.settings = settings;
        this.noise = noise;
        this.group = group;
        this.weights = weights;
        this.optimiser = optimiser;
        this.sampling = NegativeSampling.of(settings.loss(), targets);
        this.classifies = network.classifies();
        this.heads = classifies ? Set.of() : Set.copyOf(network.headParameters());
        ItemLoss loss = ItemLoss.of(settings.loss(), network.settings().items());
        this.builder =
                new StepBatch.Builder(
                        network.settings(), fields, targets.weights(), loss.leavesOut());
        int count = group.workers(settings);
        for (int i = 0; i < count; i++) {
            workers.add(
                    noise.isPresent()
                            ? new PrivateWorker(
                                    network, weights, loss, settings.privacy().orElseThrow().clip())
                            : new Worker(network, weights, loss, settings.checkpointActivations()));
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

    /** How many threads a config asks for where a process has the machine for itself. */
    static int workers(ShopConfig.Train settings) {
        return settings.workers() > 0
                ? settings.workers()
                : Runtime.getRuntime().availableProcessors();
    }

    /**
     * How many pieces a batch is cut into, where it has as many windows.
     *
     * @param workers of all processes
     */
    static int pieces(ShopConfig.Train settings, int workers) {
        return settings.deterministic()
                ? Math.max(DETERMINISTIC_PIECES, powerOfTwo(settings.accumulate()))
                : workers * settings.accumulate();
    }

    /** The least that is not below. */
    private static int powerOfTwo(int count) {
        return Integer.highestOneBit(2 * count - 1);
    }

    int workers() {
        return workers.size();
    }

    /**
     * What a step did.
     *
     * @param rows of the item table that it read, each counted once
     * @param notFinite the first weight, or gradient of one, that is not finite; empty if all are
     */
    record Step(double lossSum, int targets, int rows, double gradientNorm, String notFinite) {}

    /**
     * @param windows of the batch
     * @param number 1, 2, … from the start of the training; with the config's seed it fixes every
     *     random choice of the step
     */
    Step step(List<Window> windows, long number) {
        long seed = new SplittableRandom(settings.seed() * 1_000_003L + number).nextLong();
        Negatives negatives = classifies ? Negatives.NONE : sampling.draw(windows, seed);
        if (noise.isPresent()) {
            return step(windows, number, negatives, seed, noise.get());
        }
        StepBatch batch = builder.build(pieces(windows), negatives, seed);
        try (PointerScope scope = new PointerScope();
                NoGradGuard noGrad = new NoGradGuard()) {
            Optimiser.Rows rows = optimiser.read(batch.rows(), number);
            try (Gradient own = gradient(rows.values(), batch, seed)) {
                // all have the same rows in the same order: no numbers of rows are sent
                double loss = group.sum(own.whole(), own.lossSum());
                return move(rows, batch.targets(), own.withLoss(loss), number);
            }
        }
    }

    /** Every weight moves, whoever was drawn: which do not would tell who was not. */
    private Step step(
            List<Window> windows,
            long number,
            Negatives negatives,
            long seed,
            GradientNoise added) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard noGrad = new NoGradGuard()) {
            Optimiser.Rows whole = optimiser.read(new long[0], number);
            Tensor ofTable = torch.zeros_like(whole.values());
            Tensor ofDense = torch.zeros(weights.denseValues());
            double loss = 0;
            int targets = 0;
            int rows = 0;
            if (!windows.isEmpty()) {
                StepBatch batch = builder.build(ofLikeLength(windows), negatives, seed);
                targets = batch.targets();
                boolean isWhole = batch.rows().length == 0;
                Tensor index = Tensor.create(batch.rows());
                Tensor table = isWhole ? whole.values() : whole.values().index_select(0, index);
                rows = (int) table.size(0);
                try (Gradient sum = gradient(table, batch, seed)) {
                    loss = sum.lossSum();
                    ofDense.add_(sum.dense());
                    if (isWhole) {
                        ofTable.add_(sum.table());
                    } else {
                        ofTable.index_add_(0, index, sum.table());
                    }
                }
            }
            // row 0 is no item's: no shopper ever changes it
            added.apply(ofTable.narrow(0, 1, ofTable.size(0) - 1));
            added.apply(ofDense);
            double norm = Math.hypot(ofTable.norm().item_float(), ofDense.norm().item_float());
            if (!Double.isFinite(norm)) {
                return new Step(loss, targets, rows, norm, "a gradient");
            }
            optimiser.move(whole, ofTable, ofDense, number);
            return new Step(loss, targets, rows, norm, "");
        }
    }

    /** Shoppers with histories of like length together, few enough for little memory. */
    private static List<List<Window>> ofLikeLength(List<Window> windows) {
        List<Window> sorted = new ArrayList<>(windows);
        sorted.sort(Comparator.comparingInt(Window::tokens));
        List<List<Window>> pieces = new ArrayList<>();
        for (int from = 0; from < sorted.size(); from += USERS_OF_PIECE) {
            pieces.add(sorted.subList(from, Math.min(sorted.size(), from + USERS_OF_PIECE)));
        }
        return pieces;
    }

    /** Of this process's pieces, which may be none; as many at a time as there are workers. */
    private Gradient gradient(Tensor table, StepBatch batch, long seed) {
        int pieces = batch.parts().size();
        int each = (pieces + group.size() - 1) / group.size();
        int begin = Math.min(pieces, group.rank() * each);
        int end = Math.min(pieces, begin + each);
        PairwiseSum sum = new PairwiseSum();
        for (int from = begin; from < end; from += workers.size()) {
            List<Future<Gradient>> running = new ArrayList<>();
            int to = Math.min(end, from + workers.size());
            for (int i = from; i < to; i++) {
                PieceWorker worker = workers.get(i - from);
                int piece = i;
                running.add(
                        threads.submit(
                                () -> {
                                    TorchRuntime.oneThread();
                                    return worker.compute(table, batch, piece, seed + piece);
                                }));
            }
            running.forEach(future -> sum.add(await(future)));
        }
        return sum.total().orElseGet(() -> Gradient.zeros(table, weights.denseValues()));
    }

    private Step move(Optimiser.Rows rows, int targets, Gradient sum, long number) {
        double norm = Math.hypot(sum.table().norm().item_float(), sum.dense().norm().item_float());
        int read = (int) sum.table().size(0);
        if (!Double.isFinite(norm) || !Double.isFinite(sum.lossSum())) {
            return new Step(sum.lossSum(), targets, read, norm, notFinite(sum));
        }
        if (settings.clipNorm() > 0 && norm > settings.clipNorm()) {
            List<Tensor> ofItems = new ArrayList<>(List.of(sum.table()));
            List<Tensor> ofHeads = new ArrayList<>();
            Iterator<Tensor> views = weights.denseViews(sum.dense()).iterator();
            for (String name : weights.dense().keySet()) {
                (heads.contains(name) ? ofHeads : ofItems).add(views.next());
            }
            // those of heads may be a thousand times as large: the next item would learn nothing
            Optimiser.clip(ofItems, settings.clipNorm());
            Optimiser.clip(ofHeads, settings.clipNorm());
        }
        optimiser.move(rows, sum.table(), sum.dense(), number);
        return new Step(sum.lossSum(), targets, read, norm, "");
    }

    /** Weights first: a gradient that is not finite often comes of them. */
    private String notFinite(Gradient sum) {
        for (Map.Entry<String, Tensor> weight : weights.byName().entrySet()) {
            if (!isFinite(weight.getValue())) {
                return "the weight " + weight.getKey();
            }
        }
        long offset = 0;
        for (Map.Entry<String, Tensor> weight : weights.dense().entrySet()) {
            long count = weight.getValue().numel();
            if (!isFinite(sum.dense().narrow(0, offset, count))) {
                return "the gradient of " + weight.getKey();
            }
            offset += count;
        }
        return isFinite(sum.table()) ? "the loss" : "the gradient of " + Network.ITEM_TABLE;
    }

    private static boolean isFinite(Tensor values) {
        return torch.isfinite(values).all().item_bool();
    }

    /** Every n-th window to each piece, so that they are of like length; none is empty. */
    private List<List<Window>> pieces(List<Window> windows) {
        int count = Math.min(pieces(settings, workers.size() * group.size()), windows.size());
        if (settings.deterministic()) {
            count = Integer.highestOneBit(count);
        }
        List<List<Window>> pieces = new ArrayList<>();
        for (int piece = 0; piece < count; piece++) {
            List<Window> share = new ArrayList<>();
            for (int i = piece; i < windows.size(); i += count) {
                share.add(windows.get(i));
            }
            pieces.add(share);
        }
        return pieces;
    }

    static <T> T await(Future<T> future) {
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
