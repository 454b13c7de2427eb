package dev.nextact.bench;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.Split;
import dev.nextact.core.survival.HazardCurve;
import dev.nextact.evaluate.churn.Purchases;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.Moment;
import dev.nextact.predict.OutlookModel;
import dev.nextact.train.TrainModel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * nextact's hazards on {@link Cdnow}: every purchase is an event of the same item, at noon of its
 * day.
 */
final class CdnowNetwork implements AutoCloseable {

    private static final long DAY_MICROS = 86_400_000_000L;
    private static final long FIRST_DAY =
            Instant.parse("1997-01-01T00:00:00Z").getEpochSecond() * 1_000_000L;

    /** The start of the day after the last one that is known. */
    private static final long NOW = FIRST_DAY + (Math.round(Cdnow.CUT_OFF * 7) + 1) * DAY_MICROS;

    /** The end of what is known chooses the epoch and calibrates. */
    private static final long VALIDATION = 42 * DAY_MICROS;

    private static final double HORIZON_SECONDS = Cdnow.HORIZON * 7 * 86_400;
    private static final int BATCH = 256;

    private final OutlookModel model;

    private CdnowNetwork(OutlookModel model) {
        this.model = model;
    }

    /** Learns from weeks 1 to 39 of the customers, of which the last six are the validation. */
    static CdnowNetwork train(
            List<Purchases> customers, Map<String, String> variables, Progress progress) {
        Path configs = Path.of(System.getProperty("nextact.bench.configs", "bench/configs"));
        ShopConfig config = ShopConfigReader.read(configs.resolve("cdnow.yaml"), variables);
        EventSequences.Builder builder = new EventSequences.Builder();
        for (Purchases customer : customers) {
            EventSequence events = known(customer);
            for (int i = 0; i < events.size(); i++) {
                builder.event(1, 0, events.timeMicros(i));
            }
            builder.endUser();
        }
        EventSequences sequences = builder.build();
        EventLog log =
                new EventLog(
                        Catalog.of(List.of("purchase")),
                        IntStream.range(0, sequences.size()).mapToObj(Integer::toString).toList(),
                        config.behaviours(),
                        sequences,
                        "cdnow-" + sequences.events());
        Split split = Split.at(sequences, NOW - VALIDATION, NOW);
        TrainModel.Options options = new TrainModel.Options(false);
        return new CdnowNetwork(
                OutlookModel.open(
                        Bundle.open(
                                new TrainModel()
                                        .run(config, log, split, options, progress)
                                        .bundle())));
    }

    /** What is known of a customer. */
    private static EventSequence known(Purchases customer) {
        int size = customer.countUntil(Cdnow.CUT_OFF);
        int[] items = new int[size];
        long[] times = new long[size];
        Arrays.fill(items, 1);
        for (int i = 0; i < size; i++) {
            long day = Math.round(customer.times()[i] * 7);
            times[i] = FIRST_DAY + day * DAY_MICROS + DAY_MICROS / 2;
        }
        return EventSequence.of(-1, items, new byte[size], times);
    }

    /** The probability of each customer to buy nothing in weeks 40 to 78. */
    double[] churn(List<Purchases> customers) {
        List<Moment> moments = customers.stream().map(c -> new Moment(known(c), NOW)).toList();
        return stays(model, moments).stream()
                .mapToDouble(c -> c.survival(HORIZON_SECONDS))
                .toArray();
    }

    /** How long purchases, the first behaviour, stay away: of each moment, asked in batches. */
    static List<HazardCurve> stays(OutlookModel model, List<Moment> moments) {
        List<HazardCurve> curves = new ArrayList<>();
        for (int from = 0; from < moments.size(); from += BATCH) {
            int to = Math.min(moments.size(), from + BATCH);
            model.stays(moments.subList(from, to)).forEach(ofAll -> curves.add(ofAll.get(0)));
        }
        return curves;
    }

    /**
     * How many purchases all customers together make in weeks 40 to 78: the mean over futures, each
     * lived from purchase to purchase.
     */
    double expectedPurchases(List<Purchases> customers, int futures, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Moment> alive = new ArrayList<>();
        for (Purchases customer : customers) {
            for (int f = 0; f < futures; f++) {
                alive.add(new Moment(known(customer), NOW));
            }
        }
        double end = NOW + HORIZON_SECONDS * 1e6;
        long purchases = 0;
        while (!alive.isEmpty()) {
            List<HazardCurve> curves = stays(model, alive);
            List<Moment> next = new ArrayList<>();
            for (int i = 0; i < curves.size(); i++) {
                Moment moment = alive.get(i);
                double seconds = curves.get(i).quantile(random.nextDouble());
                if (moment.nowMicros() + seconds * 1e6 < end) {
                    purchases++;
                    long at = moment.nowMicros() + Math.round(seconds * 1e6);
                    next.add(Moment.afterLast(then(moment.history(), at)));
                }
            }
            alive = next;
        }
        return purchases / (double) futures;
    }

    private static EventSequence then(EventSequence history, long at) {
        int size = history.size() + 1;
        int[] items = new int[size];
        long[] times = new long[size];
        Arrays.fill(items, 1);
        for (int i = 0; i < history.size(); i++) {
            times[i] = history.timeMicros(i);
        }
        times[size - 1] = at;
        return EventSequence.of(-1, items, new byte[size], times);
    }

    @Override
    public void close() {
        model.close();
    }
}
