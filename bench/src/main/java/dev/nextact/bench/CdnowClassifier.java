package dev.nextact.bench;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.Split;
import dev.nextact.evaluate.churn.Purchases;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.Moment;
import dev.nextact.predict.OutlookModel;
import dev.nextact.train.StepLabels;
import dev.nextact.train.TrainModel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * nextact's sequence classifier on {@link Cdnow}, asked as the tabular ones are: it learns at an
 * early cut-off who buys, and how often, in as long a time again. Whenever it is asked, times are
 * counted in shares of the time that is known, so that the question stays of one kind; that it is
 * asked is the last event, so that it knows how long a customer has been silent.
 */
final class CdnowClassifier implements AutoCloseable {

    private static final byte PURCHASE = 0;
    private static final byte ASKED = 1;

    /** What is known lasts a year, however long it was. */
    private static final long KNOWN_MICROS = 364 * 86_400_000_000L;

    private static final long START =
            Instant.parse("1997-01-01T00:00:00Z").getEpochSecond() * 1_000_000L;

    /** Customers for validation begin here, one in ten. */
    private static final long CUT_OFF = START + 2 * KNOWN_MICROS;

    private static final int VALIDATION = 10;

    /** Shares of the early cut-off that are learned at too; all customers are known by then. */
    private static final List<Double> EARLIER = List.of(0.7, 0.8, 0.9);

    /** What is spent at a purchase, by half doublings: the item. */
    private static final int BANDS = 12;

    private final OutlookModel model;

    private CdnowClassifier(OutlookModel model) {
        this.model = model;
    }

    /**
     * @param cutOff in weeks; who buys until twice as late is learned
     * @param now in weeks; as the customers are known then, they will be asked about
     */
    static CdnowClassifier train(
            List<Purchases> customers,
            double cutOff,
            double now,
            Map<String, String> variables,
            Progress progress) {
        Path configs = Path.of(System.getProperty("nextact.bench.configs", "bench/configs"));
        ShopConfig config =
                ShopConfigReader.read(configs.resolve("cdnow-classifier.yaml"), variables);
        EventSequences.Builder builder = new EventSequences.Builder();
        List<byte[]> labels = new ArrayList<>();
        for (int c = 0; c < customers.size(); c++) {
            if (c % VALIDATION == 0) {
                labels.add(question(builder, customers.get(c), cutOff, CUT_OFF));
                continue;
            }
            labels.add(question(builder, customers.get(c), cutOff, START));
            for (double share : EARLIER) {
                labels.add(question(builder, customers.get(c), share * cutOff, START));
            }
        }
        List<StepLabels.Asked> willBeAsked =
                customers.stream()
                        .map(customer -> asked(customer, now, START))
                        .map(
                                known ->
                                        new StepLabels.Asked(
                                                known, known.timeMicros(known.size() - 1)))
                        .toList();
        EventSequences sequences = builder.build();
        EventLog log =
                new EventLog(
                        Catalog.of(IntStream.range(0, BANDS).mapToObj(Integer::toString).toList()),
                        IntStream.range(0, sequences.size()).mapToObj(Integer::toString).toList(),
                        config.behaviours(),
                        sequences,
                        "cdnow-classifier-" + sequences.events());
        return new CdnowClassifier(
                OutlookModel.open(
                        Bundle.open(
                                new TrainModel()
                                        .run(
                                                config,
                                                log,
                                                Split.at(sequences, CUT_OFF, 2 * CUT_OFF - START),
                                                new StepLabels.Given(
                                                        labels.toArray(byte[][]::new), willBeAsked),
                                                new TrainModel.Options(false),
                                                progress)
                                        .bundle())));
    }

    /** Adds a shopper who is asked at a cut-off, and returns the answer, at the last event. */
    private static byte[] question(
            EventSequences.Builder builder, Purchases customer, double cutOff, long begin) {
        EventSequence events = asked(customer, cutOff, begin);
        for (int i = 0; i < events.size(); i++) {
            builder.event(events.item(i), events.behaviour(i), events.timeMicros(i));
        }
        builder.endUser();
        byte[] labels = new byte[events.size()];
        Arrays.fill(labels, StepLabels.NONE);
        int bought = customer.countBetween(cutOff, 2 * cutOff);
        labels[labels.length - 1] = (byte) Math.min(StepLabels.MOST, bought);
        return labels;
    }

    private static int band(double amount) {
        double doublings = Math.log(1 + Math.max(0, amount)) / Math.log(2);
        return (int) Math.max(0, Math.min(BANDS - 1, Math.round(2 * doublings - 5)));
    }

    /** What is known of a customer at a cut-off, and that it is asked then. */
    static EventSequence asked(Purchases customer, double cutOff, long begin) {
        int purchases = customer.countUntil(cutOff);
        int[] items = new int[purchases + 1];
        byte[] behaviours = new byte[purchases + 1];
        long[] times = new long[purchases + 1];
        Arrays.fill(behaviours, PURCHASE);
        behaviours[purchases] = ASKED;
        for (int i = 0; i <= purchases; i++) {
            boolean isPurchase = i < purchases;
            double share = isPurchase ? customer.times()[i] / cutOff : 1;
            items[i] = isPurchase ? 1 + band(customer.amounts()[i]) : 1;
            times[i] = begin + Math.round(share * KNOWN_MICROS);
        }
        return EventSequence.of(-1, items, behaviours, times);
    }

    /** The probability of each customer to buy nothing until twice the cut-off. */
    double[] churn(List<Purchases> customers, double cutOff) {
        double seconds = model.heads().classifier().horizonSeconds();
        return CdnowNetwork.stays(model, moments(customers, cutOff)).stream()
                .mapToDouble(curve -> curve.survival(seconds))
                .toArray();
    }

    /** How many purchases all customers together make until twice the cut-off. */
    double expectedPurchases(List<Purchases> customers, double cutOff) {
        return Arrays.stream(model.expectedCounts(moments(customers, cutOff))).sum();
    }

    private static List<Moment> moments(List<Purchases> customers, double cutOff) {
        return customers.stream()
                .map(customer -> Moment.afterLast(asked(customer, cutOff, START)))
                .toList();
    }

    @Override
    public void close() {
        model.close();
    }
}
