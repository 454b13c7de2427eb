package dev.nextact.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.survival.HazardCurve;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What the oracle says of a horizon, against what shoppers drawn from the law then do. */
class StaysTest {

    private static final SimulationSettings SETTINGS =
            SimulationSettings.defaults().withUsers(1500).withCategories(4);
    private static final ShoppingModel MODEL = new ShoppingModel(SETTINGS);
    private static final EventSequences LOG = Logs.simulate(MODEL, SETTINGS);
    private static final double DAY = 86_400;
    private static final double[] EDGES = {0, 120, 6 * 3600, DAY, 3 * DAY, 7 * DAY, 20 * DAY};

    private final Oracle oracle = new Oracle(SETTINGS, Logs.catalog(MODEL));

    private static long micros(double day) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Calendar.START)
                + Math.round(day * DAY * 1e6);
    }

    private static boolean comes(EventSequence events, int behaviour, long from, double seconds) {
        for (int i = events.countBefore(from); i < events.size(); i++) {
            if (events.behaviour(i) == behaviour) {
                return events.timeMicros(i) < from + seconds * 1e6;
            }
        }
        return false;
    }

    /** A foretold probability and what came. */
    private record Case(double p, boolean came) {}

    private static void assertCalibrated(String what, List<Case> cases) {
        double expected = 0;
        double variance = 0;
        int came = 0;
        for (Case one : cases) {
            expected += one.p();
            variance += one.p() * (1 - one.p());
            came += one.came() ? 1 : 0;
        }
        assertThat((came - expected) / Math.sqrt(variance + 1e-9))
                .as("%s: %d of %d came, %.1f expected", what, came, cases.size(), expected)
                .isBetween(-4.0, 4.0);
    }

    private List<List<HazardCurve>> stays(long now, List<EventSequence> all) {
        List<List<HazardCurve>> stays = new ArrayList<>();
        for (int user = 0; user < LOG.size(); user++) {
            EventSequence events = LOG.get(user);
            EventSequence before = events.prefix(events.countBefore(now));
            if (!before.isEmpty()) {
                all.add(events);
                stays.add(oracle.stays(before, now, EDGES));
            }
        }
        return stays;
    }

    @Test
    void behavioursComeAsOftenAsTheirProbabilitiesSayWhateverTheirSize() {
        for (double day : new double[] {30, 41 + 20.5 / 24}) { // a midnight, a busy evening
            long now = micros(day);
            List<EventSequence> all = new ArrayList<>();
            List<List<HazardCurve>> stays = stays(now, all);
            for (int behaviour = 0; behaviour < 3; behaviour++) {
                for (int edge = 2; edge < EDGES.length - 1; edge++) {
                    double seconds = EDGES[edge];
                    List<Case> cases = new ArrayList<>();
                    for (int i = 0; i < all.size(); i++) {
                        cases.add(
                                new Case(
                                        stays.get(i).get(behaviour).came(seconds),
                                        comes(all.get(i), behaviour, now, seconds)));
                    }
                    cases.sort((a, b) -> Double.compare(a.p(), b.p()));
                    int bins = 5;
                    for (int bin = 0; bin < bins; bin++) {
                        assertCalibrated(
                                "day " + day + ", behaviour " + behaviour + ", s " + seconds,
                                cases.subList(
                                        cases.size() * bin / bins,
                                        cases.size() * (bin + 1) / bins));
                    }
                }
            }
        }
    }

    @Test
    void whatFollowsAnActWithinMinutesIsForetoldFromTheRunningSession() {
        List<List<Case>> cases = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int user = 0; user < 400; user++) {
            EventSequence events = LOG.get(user);
            int size = 1 + user % events.size();
            long now = events.timeMicros(size - 1) + 30_000_000L; // half a minute of silence
            if (events.countBefore(now) == size) {
                List<HazardCurve> curves = oracle.stays(events.prefix(size), now, EDGES);
                for (int behaviour = 0; behaviour < 3; behaviour++) {
                    cases.get(behaviour)
                            .add(
                                    new Case(
                                            curves.get(behaviour).came(EDGES[1]),
                                            comes(events, behaviour, now, EDGES[1])));
                }
            }
        }
        for (int behaviour = 0; behaviour < 3; behaviour++) {
            assertThat(cases.get(behaviour)).hasSizeGreaterThan(200);
            assertCalibrated("behaviour " + behaviour, cases.get(behaviour));
        }
    }

    @Test
    void itTellsShoppersApart() {
        long now = micros(30);
        List<EventSequence> all = new ArrayList<>();
        List<List<HazardCurve>> stays = stays(now, all);
        double oracles = 0;
        double shares = 0;
        double share = 0;
        for (EventSequence events : all) {
            share += comes(events, Act.VIEW, now, 7 * DAY) ? 1.0 / all.size() : 0;
        }
        for (int i = 0; i < all.size(); i++) {
            double p = stays.get(i).get(Act.VIEW).came(7 * DAY);
            boolean came = comes(all.get(i), Act.VIEW, now, 7 * DAY);
            oracles -= Math.log(came ? p : 1 - p);
            shares -= Math.log(came ? share : 1 - share);
        }
        assertThat(oracles).isLessThan(0.97 * shares);
    }

    @Test
    void theSameHistoryGetsTheSameAnswerAndProbabilitiesGrowWithTime() {
        EventSequence events = LOG.get(3);
        long now = events.timeMicros(events.size() - 1) + 1;
        List<HazardCurve> curves = oracle.stays(events, now, EDGES);
        assertThat(oracle.stays(events, now, EDGES).toString()).isEqualTo(curves.toString());
        for (HazardCurve curve : curves) {
            double[] came = Arrays.stream(EDGES).map(curve::came).toArray();
            for (int i = 1; i < came.length; i++) {
                assertThat(came[i]).isBetween(came[i - 1], 1.0);
            }
        }
    }

    @Test
    void startsAndPausesHaveTheDistributionTheyAreDrawnFrom() {
        Calendar calendar = MODEL.calendar();
        SplittableRandom random = new SplittableRandom(5);
        int draws = 20_000;
        int before = 0;
        int paused = 0;
        for (int i = 0; i < draws; i++) {
            before += calendar.drawSessionStart(0, random) < 18.5 * 3600 ? 1 : 0;
            paused += calendar.drawPauseSeconds(random) >= 90 ? 1 : 0;
        }
        assertThat(before / (double) draws)
                .isCloseTo(calendar.startedBefore(18.5 * 3600), within(0.015));
        assertThat(paused / (double) draws).isCloseTo(calendar.pausesAtLeast(90), within(0.015));
        assertThat(calendar.pausesAtLeast(601)).isZero();
    }

    @Test
    void aHistoryWithoutAKnownItemIsRefused() {
        assertThatThrownBy(() -> oracle.stays(LOG.get(0).prefix(0), micros(30), EDGES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("found none");
    }
}
