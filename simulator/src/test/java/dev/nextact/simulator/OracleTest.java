package dev.nextact.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The oracle sees only the log; the log was drawn with the latent states known. */
class OracleTest {

    private static final SimulationSettings SETTINGS =
            SimulationSettings.defaults().withUsers(1500).withCategories(4);
    private static final ShoppingModel MODEL = new ShoppingModel(SETTINGS);
    private static final EventSequences LOG = Logs.simulate(MODEL, SETTINGS);
    private static final Catalog CATALOG = Logs.catalog(MODEL);
    private static final int ITEMS = CATALOG.size();

    private final Oracle oracle = new Oracle(SETTINGS, CATALOG);

    private float[] probabilities(EventSequence history) {
        float[][] scores = new float[1][ITEMS + 1];
        oracle.score(List.of(history), scores);
        return scores[0];
    }

    @Test
    void probabilitiesSumToOne() {
        for (int user = 0; user < 50; user++) {
            EventSequence events = LOG.get(user);
            for (int size = 0; size <= events.size(); size++) {
                double total = 0;
                for (float probability : probabilities(events.prefix(size))) {
                    assertThat(probability).isNotNegative();
                    total += probability;
                }
                assertThat(total).isCloseTo(1, within(1e-4));
            }
        }
    }

    /**
     * The law of large numbers, item by item: how often each item came next, against the sum of its
     * probabilities. Each z is about standard normal, so the sum of the squares is about chi-square
     * with one degree of freedom an item.
     */
    @Test
    void everyItemComesNextAsOftenAsItsProbabilitiesSay() {
        double[] expected = new double[ITEMS + 1];
        double[] variance = new double[ITEMS + 1];
        int[] observed = new int[ITEMS + 1];
        forEachEvent(
                (history, next) -> {
                    float[] p = probabilities(history);
                    for (int item = 1; item <= ITEMS; item++) {
                        expected[item] += p[item];
                        variance[item] += p[item] * (1 - p[item]);
                    }
                    observed[next]++;
                });
        double chiSquare = 0;
        for (int item = 1; item <= ITEMS; item++) {
            double z = (observed[item] - expected[item]) / Math.sqrt(variance[item]);
            assertThat(z).as("z of item %d", item).isBetween(-4.5, 4.5);
            chiSquare += z * z;
        }
        assertThat(chiSquare)
                .isBetween(ITEMS - 5 * Math.sqrt(2 * ITEMS), ITEMS + 5 * Math.sqrt(2 * ITEMS));
    }

    /** The same by size of the probability: what is said to happen in 30 % of cases does so. */
    @Test
    void probabilitiesOfEverySizeAreCalibrated() {
        int bins = 20;
        double[] expected = new double[bins];
        double[] variance = new double[bins];
        int[] observed = new int[bins];
        forEachEvent(
                (history, next) -> {
                    float[] p = probabilities(history);
                    for (int item = 1; item <= ITEMS; item++) {
                        int bin = Math.min(bins - 1, (int) (p[item] * bins));
                        expected[bin] += p[item];
                        variance[bin] += p[item] * (1 - p[item]);
                        observed[bin] += item == next ? 1 : 0;
                    }
                });
        for (int bin = 0; bin < bins; bin++) {
            if (variance[bin] >= 5) {
                double z = (observed[bin] - expected[bin]) / Math.sqrt(variance[bin]);
                assertThat(z)
                        .as("bin %d: expected %s, observed %d", bin, expected[bin], observed[bin])
                        .isBetween(-4.0, 4.0);
            }
        }
    }

    /** Also right after a purchase, at a session's first event, and at a shopper's very first. */
    @Test
    void firstEventsFollowTheDistributionForShoppersNeverSeen() {
        float[] p = probabilities(LOG.get(0).prefix(0));
        int[] observed = new int[ITEMS + 1];
        for (int user = 0; user < LOG.size(); user++) {
            observed[LOG.get(user).item(0)]++;
        }
        double chiSquare = 0;
        for (int item = 1; item <= ITEMS; item++) {
            double expected = p[item] * LOG.size();
            if (expected == 0) {
                assertThat(observed[item]).as("item %d, said to be impossible", item).isZero();
                continue;
            }
            chiSquare += (observed[item] - expected) * (observed[item] - expected) / expected;
        }
        assertThat(chiSquare).isLessThan(ITEMS + 5 * Math.sqrt(2 * ITEMS));
    }

    @Test
    void theFutureDoesNotChangeThePast() {
        EventSequence events = longest();
        int half = events.size() / 2;
        EventSequence cut =
                EventSequence.of(
                        -1,
                        events.prefix(half).items(),
                        behaviours(events, half),
                        times(events, half));
        assertThat(probabilities(events.prefix(half))).isEqualTo(probabilities(cut));
    }

    @Test
    void eventsOfItemsUnknownToTheCatalogArePassedOver() {
        EventSequence events = longest().prefix(5);
        int[] items = events.items();
        items[4] = 0;
        EventSequence blurred = EventSequence.of(0, items, behaviours(events, 5), times(events, 5));
        assertThat(probabilities(blurred)).isEqualTo(probabilities(events.prefix(4)));
    }

    @Test
    void aSmallerCatalogChangesNumbersNotProbabilities() {
        EventSequence history = LOG.get(0).prefix(1);
        String id = CATALOG.id(history.item(0));
        Catalog small = Catalog.of(List.of("no-such-item", id));
        float[][] scores = new float[1][3];
        EventSequence renumbered =
                EventSequence.of(0, new int[] {2}, behaviours(history, 1), times(history, 1));
        new Oracle(SETTINGS, small).score(List.of(renumbered), scores);
        assertThat(scores[0][1]).isZero();
        assertThat(scores[0][2]).isEqualTo(probabilities(history)[history.item(0)]);
    }

    /** A shop's history may be cut anywhere, or hold what the law does not allow. */
    @Test
    void impossibleHistoriesStillGiveADistribution() {
        EventSequence purchasesOnly =
                EventSequence.of(
                        -1, new int[] {5, 50, 5}, new byte[] {2, 2, 1}, times(LOG.get(0), 3));
        double total = 0;
        for (float probability : probabilities(purchasesOnly)) {
            total += probability;
        }
        assertThat(total).isCloseTo(1, within(1e-4));
    }

    private interface EventConsumer {
        void accept(EventSequence history, int next);
    }

    private static void forEachEvent(EventConsumer consumer) {
        for (int user = 0; user < LOG.size(); user++) {
            EventSequence events = LOG.get(user);
            // long histories cost most and add dependent events only
            for (int i = 0; i < Math.min(60, events.size()); i++) {
                consumer.accept(events.prefix(i), events.item(i));
            }
        }
    }

    private static EventSequence longest() {
        EventSequence longest = LOG.get(0);
        for (int user = 0; user < LOG.size(); user++) {
            longest = LOG.get(user).size() > longest.size() ? LOG.get(user) : longest;
        }
        return longest;
    }

    private static byte[] behaviours(EventSequence events, int size) {
        byte[] behaviours = new byte[size];
        for (int i = 0; i < size; i++) {
            behaviours[i] = (byte) events.behaviour(i);
        }
        return behaviours;
    }

    private static long[] times(EventSequence events, int size) {
        long[] times = new long[size];
        for (int i = 0; i < size; i++) {
            times[i] = events.timeMicros(Math.min(i, events.size() - 1));
        }
        return times;
    }
}
