package dev.nextact.train;

import dev.nextact.core.ShopConfig;
import dev.nextact.core.report.Page.Scale;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Where a tuning looks: around the config's own values, which are trial 0. Of these a trial keeps
 * about half: someone may have chosen them well, and what is drawn at random is mostly worse. The
 * values of a trial depend on the seed and its number alone. Immutable; thread-safe.
 *
 * @param seed of the tuning
 */
record SearchSpace(ShopConfig config, long seed) {

    static final String LEARNING_RATE = "learning_rate";
    static final String TEMPERATURE = "temperature";

    /** Factors within which a rate or temperature is drawn, evenly by its logarithm. */
    private static final double RATE_FACTOR = 5;

    private static final double TEMPERATURE_FACTOR = 3;
    private static final double MOST_DROPOUT = 0.6;

    /** Which scale a chart shows a value on. */
    static Scale scale(String name) {
        return name.equals("layers") || name.equals("dropout") ? Scale.LINEAR : Scale.LOG;
    }

    /** The values of a trial, by the keys of the config. */
    Map<String, Double> draw(int trial) {
        Map<String, Double> values = own();
        if (trial > 0) {
            RandomGenerator random = new SplittableRandom(seed * 1_000_003L + trial);
            drawn(random)
                    .forEach(
                            (name, value) -> {
                                if (random.nextBoolean()) {
                                    values.replace(name, value);
                                }
                            });
        }
        return values;
    }

    private Map<String, Double> own() {
        ShopConfig.Model model = config.model();
        ShopConfig.Train train = config.train();
        Map<String, Double> values = new LinkedHashMap<>();
        values.put(LEARNING_RATE, train.learningRate());
        values.put("batch", (double) train.batch());
        values.put("width", (double) model.width());
        values.put("layers", (double) model.layers());
        values.put("dropout", model.dropout());
        values.put("length", (double) model.length());
        if (!train.loss().isFull()) {
            values.put("negatives", (double) train.loss().negatives());
        }
        values.put(TEMPERATURE, train.loss().temperature());
        return values;
    }

    private Map<String, Double> drawn(RandomGenerator random) {
        ShopConfig.Model model = config.model();
        ShopConfig.Train train = config.train();
        Map<String, Double> values = new LinkedHashMap<>();
        values.put(LEARNING_RATE, around(random, train.learningRate(), RATE_FACTOR));
        values.put("batch", around(random, train.batch()));
        values.put("width", width(random, model));
        values.put("layers", 1.0 + random.nextInt(3));
        values.put("dropout", rounded(random.nextDouble() * MOST_DROPOUT));
        values.put("length", around(random, model.length()));
        values.put("negatives", around(random, train.loss().negatives()));
        values.put(TEMPERATURE, around(random, train.loss().temperature(), TEMPERATURE_FACTOR));
        return values;
    }

    private static double around(RandomGenerator random, double middle, double factor) {
        return rounded(middle * Math.pow(factor, random.nextDouble() * 2 - 1));
    }

    /** Half, the same, two or four times as much. */
    private static double around(RandomGenerator random, int middle) {
        return Math.max(1, middle / 2 * (1 << random.nextInt(4)));
    }

    /** From half the width to twice, where the heads divide it. */
    private static double width(RandomGenerator random, ShopConfig.Model model) {
        List<Integer> widths = new ArrayList<>();
        for (int quarters = 2; quarters <= 8; quarters += quarters < 4 ? 1 : 2) {
            int width = model.width() * quarters / 4;
            if (width >= 1 && width % model.heads() == 0) {
                widths.add(width);
            }
        }
        return widths.isEmpty() ? model.width() : widths.get(random.nextInt(widths.size()));
    }

    /** To three digits: what is found is written into a config for people to read. */
    private static double rounded(double value) {
        return new BigDecimal(value).round(new MathContext(3)).doubleValue();
    }

    /** The config with a trial's values. */
    ShopConfig with(Map<String, Double> values) {
        ShopConfig.Model m = config.model();
        ShopConfig.Train t = config.train();
        ShopConfig.Model model =
                m.sized(
                        whole(values, "width", m.width()),
                        whole(values, "layers", m.layers()),
                        whole(values, "length", m.length()),
                        values.getOrDefault("dropout", m.dropout()));
        ShopConfig.Loss loss =
                t.loss()
                        .with(
                                whole(values, "negatives", t.loss().negatives()),
                                values.getOrDefault(TEMPERATURE, t.loss().temperature()));
        return config.with(
                config.split(),
                model,
                new ShopConfig.Train(
                        t.epochs(),
                        t.patience(),
                        t.seed(),
                        whole(values, "batch", t.batch()),
                        t.accumulate(),
                        t.checkpointActivations(),
                        t.optimiser(),
                        values.getOrDefault(LEARNING_RATE, t.learningRate()),
                        t.schedule(),
                        t.weightDecay(),
                        t.clipNorm(),
                        t.ema(),
                        loss,
                        t.behaviourWeights(),
                        t.workers(),
                        t.deterministic(),
                        t.familyBudget(),
                        t.privacy()));
    }

    private static int whole(Map<String, Double> values, String name, int otherwise) {
        Double value = values.get(name);
        return value == null ? otherwise : value.intValue();
    }
}
