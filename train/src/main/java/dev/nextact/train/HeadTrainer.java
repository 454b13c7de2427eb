package dev.nextact.train;

import dev.nextact.core.ItemField;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.Tokens;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Trains the heads beside the next item's on, with the encoder as it is: they take longer than the
 * next item, whose epoch was chosen by then, and a step costs little, for nothing is taken back
 * through the encoder. The rate falls to 0 over the epochs; the weights of the epoch that is best
 * on the validation part are kept. Every random choice follows from the seed. Confined to one
 * thread, which deals pieces of each batch out to workers.
 */
final class HeadTrainer {

    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    /** Of train.batch: heads are small, and many steps bring them further than exact ones. */
    private static final int BATCH_PART = 4;

    private final ShopConfig.Train settings;
    private final Network network;
    private final List<ItemField> fields;
    private final TrainingSet set;
    private final HeadValidation validation;

    HeadTrainer(
            ShopConfig.Train settings,
            Network network,
            List<ItemField> fields,
            TrainingSet set,
            HeadValidation validation) {
        this.settings = settings;
        this.network = network;
        this.fields = List.copyOf(fields);
        this.set = set;
        this.validation = validation;
    }

    /**
     * All weights, those of the encoder unchanged.
     *
     * @param start of a trained network
     */
    Map<String, FloatTensor> train(Map<String, FloatTensor> start, int epochs, Progress progress) {
        TorchRuntime.load();
        ItemBags all = ItemBags.ofAll(fields, network.settings().items());
        int workers = StepEngine.workers(settings);
        ExecutorService threads = Executors.newFixedThreadPool(workers, HeadTrainer::daemon);
        try (Weights weights = new Weights(network, start);
                TorchScorer scorer = new TorchScorer(network, weights, all);
                Learned learned = new Learned(network, weights);
                Progress.Task task =
                        progress.start("train heads", (long) epochs * set.size(), "windows")) {
            Map<String, FloatTensor> best = start;
            double least = validation.loss(scorer);
            double before = least;
            int bestEpoch = 0;
            long step = 0;
            long done = 0;
            for (int epoch = 1; epoch <= epochs; epoch++) {
                List<int[]> batches =
                        set.epoch(
                                Math.max(1, settings.batch() / BATCH_PART),
                                settings.seed() * 37 + epoch);
                for (int batch = 0; batch < batches.size(); batch++) {
                    double over = (epoch - 1 + batch / (double) batches.size()) / epochs;
                    double rate = settings.learningRate() * (1 + Math.cos(Math.PI * over)) / 2;
                    int[] windows = batches.get(batch);
                    step(windows, ++step, rate, scorer, learned, threads);
                    done += windows.length;
                    task.at(
                            done,
                            String.format(
                                    Locale.ROOT,
                                    "epoch %d of %d · best on validation %.4f",
                                    epoch,
                                    epochs,
                                    least));
                }
                double loss = validation.loss(scorer);
                if (loss <= least) { // where nothing can be judged, the last
                    least = loss;
                    bestEpoch = epoch;
                    best = weights.snapshot();
                }
            }
            progress.say(
                    String.format(
                            Locale.ROOT,
                            "heads trained on for %d epochs, the best the %d.: %.4f nats on"
                                    + " validation, %.4f before",
                            epochs,
                            bestEpoch,
                            least,
                            before));
            return best;
        } finally {
            threads.shutdown();
        }
    }

    private static Thread daemon(Runnable runnable) {
        Thread thread = new Thread(runnable, "nextact-heads");
        thread.setDaemon(true);
        return thread;
    }

    /** The weights that learn, and what Adam keeps of each (Kingma and Ba 2015, alg. 1). */
    private static final class Learned implements AutoCloseable {
        private final NativeOwner owner = new NativeOwner();
        private final Map<String, Tensor> all;
        private final Map<String, Tensor> heads = new LinkedHashMap<>();
        private final List<Tensor> means = new ArrayList<>();
        private final List<Tensor> squares = new ArrayList<>();

        Learned(Network network, Weights weights) {
            this.all = weights.dense();
            Set<String> names = new HashSet<>(network.headParameters());
            try (PointerScope making = new PointerScope()) {
                all.forEach(
                        (name, value) -> {
                            if (names.contains(name)) {
                                heads.put(name, value);
                                means.add(owner.keep(torch.zeros_like(value)));
                                squares.add(owner.keep(torch.zeros_like(value)));
                            }
                        });
            }
        }

        void move(List<Tensor> gradients, double rate, long step) {
            double correction =
                    Math.sqrt(1 - Math.pow(BETA2, (double) step))
                            / (1 - Math.pow(BETA1, (double) step));
            int i = 0;
            for (Tensor value : heads.values()) {
                Tensor gradient = gradients.get(i);
                means.get(i).mul_(new Scalar(BETA1)).add_(gradient, new Scalar(1 - BETA1));
                squares.get(i)
                        .mul_(new Scalar(BETA2))
                        .addcmul_(gradient, gradient, new Scalar(1 - BETA2));
                Tensor size = squares.get(i).sqrt().add_(new Scalar(EPSILON));
                value.addcdiv_(means.get(i), size, new Scalar(-rate * correction));
                i++;
            }
        }

        @Override
        public void close() {
            owner.close();
        }
    }

    /** What a piece of a batch gives back; its tensors outlive the piece. */
    private record Piece(List<Tensor> gradients, NativeOwner owner) implements AutoCloseable {
        @Override
        public void close() {
            owner.close();
        }
    }

    private void step(
            int[] batch,
            long number,
            double rate,
            TorchScorer scorer,
            Learned learned,
            ExecutorService threads) {
        SplittableRandom random = new SplittableRandom(settings.seed() * 1_000_033L + number);
        int most = StepEngine.pieces(settings, StepEngine.workers(settings));
        int count = Math.min(batch.length, most);
        List<Future<Piece>> running = new ArrayList<>();
        for (int piece = 0; piece < count; piece++) {
            List<Window> share = new ArrayList<>();
            for (int i = piece; i < batch.length; i += count) {
                share.add(set.window(batch[i]));
            }
            SplittableRandom own = random.split();
            double part = share.size() / (double) batch.length;
            running.add(threads.submit(() -> gradients(share, part, own, scorer, learned)));
        }
        try (PointerScope scope = new PointerScope();
                NoGradGuard noGrad = new NoGradGuard()) {
            List<Piece> pieces = running.stream().map(StepEngine::await).toList();
            List<Tensor> sum = pieces.get(0).gradients();
            for (Piece piece : pieces.subList(1, pieces.size())) {
                for (int i = 0; i < sum.size(); i++) {
                    sum.get(i).add_(piece.gradients().get(i));
                }
            }
            learned.move(sum, rate, number);
            pieces.forEach(Piece::close);
        }
    }

    private Piece gradients(
            List<Window> windows,
            double part,
            SplittableRandom random,
            TorchScorer scorer,
            Learned learned) {
        TorchRuntime.oneThread();
        try (PointerScope scope = new PointerScope()) {
            StepBatch.Part batch = StepBatch.Part.of(windows, network.settings().shape());
            Tokens<Tensor> tokens = Worker.tokens(batch);
            Tensor states;
            try (NoGradGuard asItIs = new NoGradGuard()) {
                states = network.encode(scorer.ops(), tokens); // [B, T, D]
            }
            DropoutMask masks = new DropoutMask();
            masks.seed(random.nextLong());
            NativeOwner owner = new NativeOwner();
            List<Tensor> sums = new ArrayList<>();
            Map<String, Tensor> leaves = Weights.leaves(learned.heads);
            for (Tensor leaf : leaves.values()) {
                sums.add(owner.keep(torch.zeros_like(leaf.detach())));
            }
            Tape tape = new Tape(List.copyOf(leaves.values()), sums);
            Map<String, Tensor> parameters = new HashMap<>(learned.all);
            parameters.putAll(leaves);
            TorchOps ops = TorchOps.training(parameters, masks, tape, false);
            Tensor contexts = Worker.flat(network.contexts(ops, tokens, states)); // [B·T, D]
            HeadTargets targets =
                    HeadTargets.of(network.settings(), windows, batch.steps(), random);
            int[] first = windows.stream().mapToInt(Window::firstTarget).toArray();
            Tensor before =
                    contexts.index_select(
                            0, Tensor.create(validation.places(windows, batch, first)));
            Tensor loss =
                    new HeadLoss(network)
                            .of(ops, contexts, before, targets)
                            .mean(
                                    targets.gaps().length,
                                    targets.moments(),
                                    targets.following().size())
                            .mul(new Scalar(part));
            tape.back(new Tape.Ends().add(loss, torch.ones_like(loss)));
            return new Piece(sums, owner);
        }
    }
}
