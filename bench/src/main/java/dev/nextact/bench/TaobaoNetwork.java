package dev.nextact.bench;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.Split;
import dev.nextact.core.timing.LogNormalMixture;
import dev.nextact.core.timing.TimeErrors;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.Moment;
import dev.nextact.predict.Outlook;
import dev.nextact.predict.OutlookModel;
import dev.nextact.train.TrainModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.NormalDistribution;

/** nextact's network on {@link TaobaoEventTypes}: every event has the same item. */
final class TaobaoNetwork {

    private TaobaoNetwork() {}

    /** Learns from the training sequences, chooses the epoch by the dev sequences. */
    static Bundle train(TaobaoEventTypes taobao, Map<String, String> variables, Progress progress) {
        Path configs = Path.of(System.getProperty("nextact.bench.configs", "bench/configs"));
        ShopConfig config = ShopConfigReader.read(configs.resolve("taobao-tpp.yaml"), variables);
        List<Split.Role> roles = new ArrayList<>();
        EventSequences.Builder builder = new EventSequences.Builder();
        add(builder, taobao.train(), roles, Split.Role.TRAINING);
        add(builder, taobao.dev(), roles, Split.Role.VALIDATION);
        EventSequences sequences = builder.build();
        EventLog log =
                new EventLog(
                        Catalog.of(List.of("event")),
                        IntStream.range(0, sequences.size()).mapToObj(Integer::toString).toList(),
                        config.behaviours(),
                        sequences,
                        "taobao-tpp");
        return Bundle.open(
                new TrainModel()
                        .run(
                                config,
                                log,
                                Split.byRole(sequences, roles),
                                new TrainModel.Options(false),
                                progress)
                        .bundle());
    }

    private static void add(
            EventSequences.Builder builder,
            List<EventSequence> sequences,
            List<Split.Role> roles,
            Split.Role role) {
        for (EventSequence events : sequences) {
            for (int i = 0; i < events.size(); i++) {
                builder.event(1, events.behaviour(i), events.timeMicros(i));
            }
            builder.endUser();
            roles.add(role);
        }
    }

    /** The same sequence, of the one item. */
    static EventSequence known(EventSequence events) {
        int size = events.size();
        int[] items = new int[size];
        byte[] behaviours = new byte[size];
        long[] times = new long[size];
        for (int i = 0; i < size; i++) {
            items[i] = 1;
            behaviours[i] = (byte) events.behaviour(i);
            times[i] = events.timeMicros(i);
        }
        return EventSequence.of(-1, items, behaviours, times);
    }

    /**
     * How well the next event of every event but the last of each sequence is foretold, in the
     * file's unit of time.
     *
     * @param right [S] types that were right, by sequence
     * @param counts [S] events
     * @param likelihoods [S] sums of the log-likelihood of gap and type
     * @param ofGaps the same of the gap alone, over all
     */
    record NextEvents(
            double[] right,
            int[] counts,
            double[] likelihoods,
            double ofGaps,
            TimeErrors median,
            TimeErrors mean) {

        Map<String, Double> metrics() {
            double events = IntStream.of(counts).sum();
            Map<String, Double> metrics = new TreeMap<>();
            metrics.put("accuracy", sum(right) / events);
            metrics.put("log-likelihood", sum(likelihoods) / events);
            metrics.put("log-likelihood-gap", ofGaps / events);
            metrics.put("mae", median.mae());
            metrics.put("rmse", mean.rmse());
            return metrics;
        }

        private static double sum(double[] values) {
            double sum = 0;
            for (double value : values) {
                sum += value;
            }
            return sum;
        }
    }

    static NextEvents judge(OutlookModel model, List<EventSequence> test) {
        double[] right = new double[test.size()];
        int[] counts = new int[test.size()];
        double[] likelihoods = new double[test.size()];
        double ofGaps = 0;
        TimeErrors median = new TimeErrors();
        TimeErrors mean = new TimeErrors();
        double least = model.heads().gaps().leastSeconds();
        for (int s = 0; s < test.size(); s++) {
            EventSequence events = known(test.get(s));
            List<Moment> moments = new ArrayList<>();
            double[] gaps = new double[events.size() - 1];
            for (int i = 1; i < events.size(); i++) {
                moments.add(Moment.afterLast(events.prefix(i)));
                gaps[i - 1] = (events.timeMicros(i) - events.timeMicros(i - 1)) / 1e6;
            }
            List<Outlook> outlooks = model.at(moments);
            double[][] behaviours = model.behavioursAfter(moments, gaps);
            for (int i = 0; i < gaps.length; i++) {
                Outlook outlook = outlooks.get(i);
                LogNormalMixture gap = outlook.gap().orElseThrow();
                int type = events.behaviour(i + 1);
                double ofGap =
                        gap.logDensity(Math.max(gaps[i], least))
                                + Math.log(TaobaoEventTypes.UNIT_SECONDS);
                ofGaps += ofGap;
                likelihoods[s] += ofGap + Math.log(behaviours[i][type]);
                right[s] += highest(outlook.behaviours()) == type ? 1 : 0;
                counts[s]++;
                double actual = gaps[i] / TaobaoEventTypes.UNIT_SECONDS;
                median.add(gap.quantile(0.5) / TaobaoEventTypes.UNIT_SECONDS, actual);
                mean.add(evenMean(gap) / TaobaoEventTypes.UNIT_SECONDS, actual);
            }
        }
        return new NextEvents(right, counts, likelihoods, ofGaps, median, mean);
    }

    /**
     * Of each component, the mean of 64 gaps, each as likely: a mixture's own mean hangs on tails
     * nobody has seen.
     */
    private static double evenMean(LogNormalMixture gap) {
        double sum = 0;
        for (int m = 0; m < gap.weights().length; m++) {
            for (double deviate : DEVIATES) {
                sum +=
                        gap.weights()[m]
                                * Math.exp(gap.means()[m] + gap.deviations()[m] * deviate)
                                / DEVIATES.length;
            }
        }
        return sum;
    }

    private static final double[] DEVIATES =
            IntStream.range(0, 64)
                    .mapToDouble(
                            q ->
                                    new NormalDistribution()
                                            .inverseCumulativeProbability((q + 0.5) / 64))
                    .toArray();

    /** The type with the highest score; the first of equals. */
    static int highest(double[] scores) {
        int best = 0;
        for (int type = 1; type < scores.length; type++) {
            best = scores[type] > scores[best] ? type : best;
        }
        return best;
    }
}
