package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.EventSequence;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.events.EventForecast;
import dev.nextact.core.events.EventForecaster;
import dev.nextact.core.events.RollOut;
import dev.nextact.core.events.TemporalPrecision;
import dev.nextact.core.events.TransportDistance;
import dev.nextact.core.events.TypedTimes;
import dev.nextact.model.network.HeadSettings;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.NetworkSettings;
import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.network.NetworkSettings.Positions;
import dev.nextact.model.network.NetworkSettings.TimeField;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Shoppers who come by the clock, every ten minutes and up to five off: who adds gap to gap drifts
 * away from the clock, who foretells all at once need not.
 */
class DirectEventsIT {

    private static final int NEXT = 10;
    private static final long SECOND = 1_000_000L;

    private static final HeadSettings HEADS =
            new HeadSettings(
                    true,
                    false,
                    4,
                    new HeadSettings.GapScale(1, Math.log(600), 0.4),
                    List.of(0.0, 3_600.0),
                    HeadSettings.TotalsScale.same(0),
                    HeadSettings.Calendar.even(2),
                    new HeadSettings.Slots(14, NEXT, 600, 1.7, 0.5));

    private static final Network NETWORK =
            Network.of(
                    new NetworkSettings(
                            Family.GRU,
                            Block.PRE_NORM,
                            NetworkSettings.FeedForward.GELU,
                            Positions.ABSOLUTE,
                            1,
                            2,
                            16,
                            1,
                            1,
                            24,
                            0,
                            List.of(),
                            List.of(TimeField.GAP),
                            Optional.of(HEADS)));

    @BeforeAll
    static void loadTorch() {
        TorchRuntime.load();
    }

    /** Of two kinds by turns. */
    private static EventSequence shopper(SplittableRandom random, int size) {
        int[] items = new int[size];
        byte[] types = new byte[size];
        long[] times = new long[size];
        long start = 1_700_000_000L + random.nextInt(86_400);
        int turn = random.nextInt(2);
        for (int i = 0; i < size; i++) {
            items[i] = 1;
            types[i] = (byte) ((i + turn) % 2);
            times[i] = (start + 600L * i + random.nextInt(-280, 280)) * SECOND;
        }
        return EventSequence.of(-1, items, types, times);
    }

    private static Window window(EventSequence events) {
        int[] places = IntStream.range(0, events.size()).toArray();
        long until = events.timeMicros(events.size() - 1);
        return new Window(events, new Window.Future(events, places, until, 0));
    }

    @Test
    void allAtOnceBeatsGapByGapWhereAClockRules() {
        SplittableRandom random = new SplittableRandom(5);
        List<Window> windows = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            windows.add(window(shopper(random, 24)));
        }
        ShopConfig.Train settings =
                new ShopConfig.Train(
                        1,
                        5,
                        42,
                        64,
                        1,
                        false,
                        "adam",
                        0.01,
                        new ShopConfig.Schedule("cosine", 0),
                        0,
                        5,
                        0,
                        ShopConfig.Loss.of("full-softmax", 50),
                        Map.of(),
                        1,
                        false,
                        ShopConfig.Train.FAMILY_BUDGET);
        try (Weights weights = new Weights(NETWORK, NETWORK.initialWeights(1))) {
            try (Optimiser optimiser = Optimiser.of(settings, weights, 200);
                    StepEngine engine =
                            new StepEngine(
                                    settings,
                                    NETWORK,
                                    List.of(),
                                    Targets.alike(1),
                                    weights,
                                    optimiser)) {
                for (int step = 0; step < 200; step++) {
                    int from = step % 4 * 64;
                    engine.step(windows.subList(from, from + 64), step + 1);
                }
            }
            List<EventSequence> judged = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                judged.add(shopper(random, 12 + NEXT));
            }
            try (TorchScorer scorer =
                    new TorchScorer(NETWORK, weights, ItemBags.ofAll(List.of(), 1))) {
                TorchEvents network = new TorchEvents(scorer);
                Judged direct = judge(network.direct(), judged);
                Judged rollOut = judge(new RollOut(network, 32, 1), judged);

                // six starts: distances 0.70 to 0.91 of the roll-out's, and once 1.48; precision
                // 0.82 to
                // 0.89 beside 0.57 to 0.75
                assertThat(direct.distance()).isLessThan(0.98 * rollOut.distance());
                assertThat(direct.precision()).isGreaterThan(rollOut.precision());
                assertThat(direct.precision()).isGreaterThan(0.7);
            }
        }
    }

    private record Judged(double distance, double precision) {}

    /** Of the next ten; an event is right within five minutes. */
    private static Judged judge(EventForecaster forecaster, List<EventSequence> sequences) {
        TransportDistance distance = TransportDistance.ofCdiff(600);
        TemporalPrecision precision = new TemporalPrecision(2, Double.POSITIVE_INFINITY, 300);
        double sum = 0;
        for (EventSequence events : sequences) {
            int seen = events.size() - NEXT;
            EventForecast foretold = forecaster.forecast(events.prefix(seen), NEXT);
            TypedTimes came = TypedTimes.after(events, seen, NEXT);
            sum += distance.between(foretold.events(), came) / sequences.size();
            precision.add(foretold, came);
        }
        return new Judged(sum, precision.value());
    }
}
