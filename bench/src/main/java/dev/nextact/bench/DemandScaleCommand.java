package dev.nextact.bench;

import dev.nextact.cli.Terminal;
import dev.nextact.core.demand.DemandForecast;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandPeriod;
import dev.nextact.core.demand.DemandSeries;
import dev.nextact.core.demand.NegativeBinomial;
import dev.nextact.predict.DemandModel;
import dev.nextact.train.TrainDemand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "demand-scale",
        description = {
            "How long a model of demand takes to learn and to foretell a large catalog, and in how much",
            "memory: items with counts, prices and views over weeks, made up by a seed; most sell seldom."
        })
final class DemandScaleCommand implements Callable<Integer> {

    private static final long SEED = 42;
    private static final int HORIZON = 4;

    private final Terminal terminal;

    @Option(
            names = "--items",
            paramLabel = "N",
            defaultValue = "100000",
            description = "How many (default: ${DEFAULT-VALUE}).")
    private int items;

    @Option(
            names = "--weeks",
            paramLabel = "N",
            defaultValue = "53",
            description = "How long the log is (default: ${DEFAULT-VALUE}).")
    private int weeks;

    DemandScaleCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        DemandPanel panel = panel();
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%,d items over %d weeks, %,d units; Java's heap at most %,d MB%n",
                        items,
                        weeks,
                        Arrays.stream(panel.totals()).sum(),
                        Runtime.getRuntime().maxMemory() >> 20);
        TrainDemand.Learned learned =
                new TrainDemand().run(panel, HORIZON, SEED, terminal.progress());
        new DemandFigures(terminal).learned(learned);
        try (DemandModel model = DemandFigures.open(learned, Optional.empty())) {
            long start = System.nanoTime();
            List<DemandForecast> forecasts = model.forecast(panel, HORIZON);
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "%,d items foretold in %.1f s%n",
                            forecasts.size(),
                            (System.nanoTime() - start) / 1e9);
        }
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "resident memory at its highest %,d MB%n",
                        ResidentMemory.peak() >> 20);
        return 0;
    }

    /** Levels from a unit in months to hundreds a week; a third comes in the course of the log. */
    private DemandPanel panel() {
        SplittableRandom random = new SplittableRandom(SEED);
        List<DemandSeries> series = new ArrayList<>(items);
        for (int i = 0; i < items; i++) {
            int first = random.nextInt(3) == 0 ? random.nextInt(weeks - 1) : 0;
            int size = weeks - first;
            int[] units = new int[size];
            int[] views = new int[size];
            float[] prices = new float[size];
            double level = Math.exp(-1 + 1.5 * random.nextGaussian());
            float price = (float) Math.exp(2 + random.nextGaussian());
            for (int p = 0; p < size; p++) {
                double share = Math.max(1e-9, random.nextDouble());
                units[p] = new NegativeBinomial(level, 0.8).quantile(share);
                views[p] = (int) (10 * level * (0.5 + random.nextDouble()));
                prices[p] = units[p] == 0 ? Float.NaN : price;
            }
            series.add(
                    new DemandSeries(
                            String.format(Locale.ROOT, "i%06d", i),
                            "c" + i % 50,
                            price,
                            first,
                            units,
                            prices,
                            new int[][] {views}));
        }
        return new DemandPanel(DemandPeriod.WEEK, 0, weeks, List.of("view"), series);
    }
}
