package dev.nextact.train;

import dev.nextact.core.ShopConfig;
import dev.nextact.core.demand.DemandFeatures;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandSeries;
import dev.nextact.core.demand.NegativeBinomial;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.network.DemandBatch;
import dev.nextact.model.network.DemandNetwork;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Trains a {@link DemandNetwork} on one thread: the likelihood of negative binomials, from every
 * period of every item to each step of the horizon that the panel still holds. Holds native memory
 * until closed; confined to one thread.
 */
final class DemandTrainer implements AutoCloseable {

    /** A loss of which one step moved the weights. */
    record Loss(double sum, double targets) {
        double mean() {
            return sum / Math.max(1, targets);
        }

        Loss plus(Loss other) {
            return new Loss(sum + other.sum, targets + other.targets);
        }
    }

    private static final int LEAST_STEPS = 24;

    /** A pass over 4,096 items in batches of 32. */
    private static final int MOST_STEPS = 128;

    private final DemandNetwork network;
    private final ShopConfig.Train settings;
    private final Weights weights;
    private final Optimiser optimiser;
    private final DropoutMask masks = new DropoutMask();
    private final Random random;
    private final Deque<List<DemandSeries>> left = new ArrayDeque<>();
    private long step;

    /**
     * @param steps of the whole training, for the learning rate
     */
    DemandTrainer(DemandNetwork network, ShopConfig.Train settings, long steps) {
        TorchRuntime.load();
        TorchRuntime.oneThread();
        this.network = network;
        this.settings = settings;
        this.weights = new Weights(network.parameters(), network.initialWeights(settings.seed()));
        this.optimiser = Optimiser.of(settings, weights, steps);
        this.random = new Random(settings.seed());
    }

    /**
     * How many steps an epoch takes: one pass over the items, several where they are few, and a
     * part of one where they are many, so that it costs no more.
     */
    static long steps(DemandPanel panel, ShopConfig.Train settings) {
        long pass = ((long) panel.series().size() + settings.batch() - 1) / settings.batch();
        return Math.max(LEAST_STEPS, Math.min(MOST_STEPS, pass));
    }

    /**
     * Steps over batches of items of like length, in an order that the seed tells. An epoch goes on
     * where the one before it ended.
     */
    Loss epoch(DemandPanel panel, DemandFeatures features) {
        Loss all = new Loss(0, 0);
        for (long n = steps(panel, settings); n > 0; n--) {
            if (left.isEmpty()) {
                left.addAll(pass(panel));
            }
            all = all.plus(step(features, left.remove()));
        }
        return all;
    }

    /** Batches that hold every item once. */
    private List<List<DemandSeries>> pass(DemandPanel panel) {
        List<DemandSeries> order = new ArrayList<>(panel.series());
        Collections.shuffle(order, random);
        order.sort(Comparator.comparingInt(DemandSeries::size)); // stable: ties stay shuffled
        List<List<DemandSeries>> batches = batches(order);
        Collections.shuffle(batches, random);
        return batches;
    }

    private List<List<DemandSeries>> batches(List<DemandSeries> order) {
        List<List<DemandSeries>> batches = new ArrayList<>();
        for (int from = 0; from < order.size(); from += settings.batch()) {
            batches.add(order.subList(from, Math.min(order.size(), from + settings.batch())));
        }
        return batches;
    }

    private Loss step(DemandFeatures features, List<DemandSeries> items) {
        step++;
        try (PointerScope scope = new PointerScope()) {
            masks.seed(settings.seed() * 1_000_003L + step);
            Map<String, Tensor> leaves = Weights.leaves(weights.dense());
            Tensor gradient = torch.zeros(weights.denseValues());
            Tape tape = new Tape(List.copyOf(leaves.values()), weights.denseViews(gradient));
            TorchOps ops = TorchOps.training(leaves, masks, tape, false);
            Targets targets = Targets.of(network, features, items, Integer.MAX_VALUE);
            if (targets.count() == 0) {
                return new Loss(0, 0);
            }
            Tensor sum = loss(ops, targets);
            Tensor mean = sum.mul(new Scalar(1.0 / targets.count()));
            tape.back(new Tape.Ends().add(mean, torch.ones_like(mean)));
            double total = sum.item_float();
            double norm = gradient.norm().item_float();
            if (!Double.isFinite(norm) || !Double.isFinite(total)) {
                throw new IllegalStateException(
                        "the loss of step " + step + " is not finite: " + total);
            }
            try (NoGradGuard moving = new NoGradGuard()) {
                Optimiser.clip(List.of(gradient), settings.clipNorm());
                optimiser.move(gradient, step);
            }
            return new Loss(total, targets.count());
        }
    }

    /**
     * What a batch is learned from; arrays as long as the outputs.
     *
     * @param units [B · T · H], what sold at each step after each period
     * @param known [B · T · H], 1 where the panel holds it, else 0
     * @param levels [B · T], ln of the level
     */
    private record Targets(
            DemandBatch batch, float[] units, float[] known, float[] levels, double count) {

        /**
         * @param newest periods at the end of each series that are asked for; all others are not
         */
        static Targets of(
                DemandNetwork network,
                DemandFeatures features,
                List<DemandSeries> items,
                int newest) {
            DemandBatch batch = DemandBatch.of(features, items, network.settings().length());
            int horizon = network.settings().horizon();
            float[] units = new float[batch.size() * batch.steps() * horizon];
            float[] known = new float[units.length];
            float[] levels = new float[batch.size() * batch.steps()];
            double count = 0;
            for (int b = 0; b < batch.size(); b++) {
                DemandSeries item = items.get(b);
                int least = Math.max(0, item.size() - newest);
                for (int t = 0; t < batch.lengths()[b]; t++) {
                    int at = batch.from()[b] + t;
                    int place = b * batch.steps() + t;
                    levels[place] = (float) Math.log(features.level(item, at));
                    for (int h = 0; h < horizon && at + h < item.size(); h++) {
                        if (at + h >= least) {
                            units[place * horizon + h] = item.units()[at + h];
                            known[place * horizon + h] = 1;
                            count++;
                        }
                    }
                }
            }
            return new Targets(batch, units, known, levels, count);
        }
    }

    /** −Σ ln P(units), but for the term that no weight changes. */
    private Tensor loss(TorchOps ops, Targets targets) {
        DemandBatch batch = targets.batch();
        long horizon = network.settings().horizon();
        long[] shape = {batch.size(), batch.steps(), horizon};
        Tensor outputs = network.outputs(ops, rows(batch)); // [B, T, 2H]
        Tensor logMean =
                clamp(
                                outputs.narrow(-1, 0, horizon),
                                -DemandNetwork.MOST_LOG_MEAN,
                                DemandNetwork.MOST_LOG_MEAN)
                        .add(Tensor.create(targets.levels(), shape[0], shape[1], 1));
        Tensor logSize =
                clamp(
                                outputs.narrow(-1, horizon, horizon),
                                DemandNetwork.LEAST_LOG_DISPERSION,
                                DemandNetwork.MOST_LOG_DISPERSION)
                        .neg(); // ln r, r = 1 / dispersion
        Tensor size = logSize.exp();
        Tensor units = Tensor.create(targets.units(), shape);
        Tensor logSum = torch.logaddexp(logSize, logMean); // ln(r + mean)
        Tensor likelihood =
                units.add(size)
                        .lgamma()
                        .sub(size.lgamma())
                        .add(size.mul(logSize.sub(logSum)))
                        .add(units.mul(logMean.sub(logSum)));
        return likelihood.mul(Tensor.create(targets.known(), shape)).sum().neg();
    }

    private Tensor rows(DemandBatch batch) {
        return Tensor.create(
                batch.rows(), batch.size(), batch.steps(), network.settings().features().size());
    }

    private static Tensor clamp(Tensor x, double least, double most) {
        return x.clamp(new ScalarOptional(new Scalar(least)), new ScalarOptional(new Scalar(most)));
    }

    /**
     * The loss of the newest periods of items, by what has been learned so far.
     *
     * @param items series of the panel that the features are of
     */
    Loss validate(List<DemandSeries> items, DemandFeatures features, int newest) {
        Loss all = new Loss(0, 0);
        try (PointerScope call = new PointerScope();
                NoGradGuard asking = new NoGradGuard()) {
            TorchOps ops = TorchOps.inference(tensors(learned()));
            for (List<DemandSeries> some : batches(items)) {
                try (PointerScope batch = new PointerScope()) {
                    Targets targets = Targets.of(network, features, some, newest);
                    all = all.plus(new Loss(loss(ops, targets).item_float(), targets.count()));
                }
            }
        }
        return all;
    }

    /**
     * The distributions of the steps after the end of a panel, by what has been learned.
     *
     * @param items series of the panel that the features are of
     */
    List<List<NegativeBinomial>> forecast(List<DemandSeries> items, DemandFeatures features) {
        List<List<NegativeBinomial>> forecasts = new ArrayList<>();
        try (PointerScope call = new PointerScope();
                NoGradGuard asking = new NoGradGuard()) {
            TorchOps ops = TorchOps.inference(tensors(learned()));
            for (List<DemandSeries> some : batches(items)) {
                forecasts.addAll(forecast(ops, features, some));
            }
        }
        return forecasts;
    }

    private List<List<NegativeBinomial>> forecast(
            TorchOps ops, DemandFeatures features, List<DemandSeries> items) {
        List<List<NegativeBinomial>> forecasts = new ArrayList<>();
        try (PointerScope scope = new PointerScope()) {
            DemandBatch batch = DemandBatch.of(features, items, network.settings().length());
            Tensor outputs = network.lastOutputs(ops, rows(batch), Tensor.create(batch.lengths()));
            float[] values = TorchOps.floats(outputs);
            int each = values.length / items.size();
            for (int b = 0; b < items.size(); b++) {
                DemandSeries item = items.get(b);
                forecasts.add(
                        network.distributions(
                                Arrays.copyOfRange(values, b * each, (b + 1) * each),
                                features.level(item, item.size())));
            }
        }
        return forecasts;
    }

    private static Map<String, Tensor> tensors(Map<String, FloatTensor> weights) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        weights.forEach(
                (name, weight) ->
                        tensors.put(
                                name,
                                Tensor.create(weight.values(), Weights.longs(weight.shape()))));
        return tensors;
    }

    /** The weights, or their running mean where one is kept. */
    Map<String, FloatTensor> learned() {
        return optimiser.learned();
    }

    @Override
    public void close() {
        optimiser.close();
        weights.close();
    }
}
