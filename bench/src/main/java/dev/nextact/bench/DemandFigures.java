package dev.nextact.bench;

import dev.nextact.cli.Terminal;
import dev.nextact.core.demand.DemandClass;
import dev.nextact.core.demand.DemandErrors.OfSeries;
import dev.nextact.core.demand.DemandForecaster;
import dev.nextact.core.demand.DemandSource;
import dev.nextact.evaluate.demand.DemandDifference;
import dev.nextact.evaluate.demand.RollingOrigins;
import dev.nextact.model.network.DemandNetwork;
import dev.nextact.model.network.DemandSettings;
import dev.nextact.model.onnx.DemandGraph;
import dev.nextact.predict.DemandModel;
import dev.nextact.train.TrainDemand;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Judges forecasters of demand and prints how they did. */
final class DemandFigures {

    private static final long SEED = 42;

    private final Terminal terminal;

    DemandFigures(Terminal terminal) {
        this.terminal = terminal;
    }

    void learned(TrainDemand.Learned network) {
        DemandSettings.Calibration calibration = network.settings().calibration();
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%s trained in %.0f s, %d epochs, validation %.4f; spread %.2f, tails %s,"
                                + " correlation of items %.4f, of steps %.4f%n",
                        network.settings().family().title(),
                        network.seconds(),
                        network.epochs(),
                        network.validation(),
                        calibration.spread(),
                        calibration.tails(),
                        calibration.correlation(),
                        calibration.stepCorrelation());
        network.tried()
                .forEach(
                        (family, metrics) -> {
                            terminal.out().printf("  %-13s on validation", family.title());
                            figures(metrics);
                        });
    }

    /** The caller closes it. */
    static DemandModel open(TrainDemand.Learned network, Optional<DemandSource> source) {
        return DemandModel.open(
                network.settings(),
                DemandGraph.write(new DemandNetwork(network.settings()), network.weights()),
                source);
    }

    RollingOrigins.Result judge(String name, RollingOrigins origins, DemandForecaster forecaster) {
        RollingOrigins.Result judged = origins.judge(forecaster);
        RollingOrigins.Result result =
                new RollingOrigins.Result(
                        name, judged.items(), judged.classes(), judged.errors(), judged.seconds());
        line(result);
        for (DemandClass of : DemandClass.values()) {
            if (result.classes().contains(of)) {
                long items = result.classes().stream().filter(c -> c == of).count();
                terminal.out().printf(Locale.ROOT, "  %-13s %,6d items", of.title(), items);
                figures(result.metrics(of));
            }
        }
        return result;
    }

    /** A line of all figures. */
    void line(RollingOrigins.Result result) {
        terminal.out().printf(Locale.ROOT, "%-22s %6.1f s", result.name(), result.seconds());
        figures(result.metrics());
    }

    private void figures(Map<String, Double> metrics) {
        metrics.forEach((name, value) -> terminal.out().printf(" %s %.4f", name, value));
        terminal.out().println();
    }

    /**
     * The first periods of items that come on sale in the test.
     *
     * @param name in print
     */
    RollingOrigins.Result newItems(
            String name, RollingOrigins origins, DemandForecaster forecaster) {
        RollingOrigins.Result judged = origins.judgeNew(forecaster);
        RollingOrigins.Result result =
                new RollingOrigins.Result(
                        name, judged.items(), judged.classes(), judged.errors(), judged.seconds());
        terminal.out()
                .printf(Locale.ROOT, "first periods of %,d new items: ", result.items().size());
        line(result);
        return result;
    }

    /** The same items but the one that sold the most, which may be as much as all others. */
    static RollingOrigins.Result withoutLargest(RollingOrigins.Result result) {
        int largest = 0;
        for (int i = 0; i < result.errors().size(); i++) {
            if (result.errors().get(i).units() > result.errors().get(largest).units()) {
                largest = i;
            }
        }
        List<String> items = new ArrayList<>(result.items());
        List<DemandClass> classes = new ArrayList<>(result.classes());
        List<OfSeries> errors = new ArrayList<>(result.errors());
        items.remove(largest);
        classes.remove(largest);
        errors.remove(largest);
        return new RollingOrigins.Result(
                result.name() + " but the largest", items, classes, errors, result.seconds());
    }

    /**
     * @return the difference and the ends of its interval
     */
    List<Double> less(
            RollingOrigins.Result ours,
            RollingOrigins.Result theirs,
            String figure,
            ToDoubleFunction<OfSeries> error) {
        DemandDifference difference = DemandDifference.of(ours, theirs, error, SEED);
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%s's %s less %s's: %+.4f, %+.4f to %+.4f%n",
                        ours.name(),
                        figure,
                        theirs.name(),
                        difference.value(),
                        difference.interval().low(),
                        difference.interval().high());
        return List.of(
                difference.value(), difference.interval().low(), difference.interval().high());
    }
}
