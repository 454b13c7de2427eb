package dev.nextact.core.demand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DemandFeaturesTest {

    private static final int PERIODS = 40;

    /** Weeks of more than a year. */
    private static final int YEARS = 80;

    /** Items that come one after the other, with prices and views. */
    private static DemandPanel panel(DemandPeriod period, long seed) {
        Random random = new Random(seed);
        List<DemandSeries> series = new ArrayList<>();
        for (int item = 0; item < 6; item++) {
            int first = item * 5;
            int size = PERIODS - first;
            int[] units = new int[size];
            float[] prices = new float[size];
            int[][] signals = new int[1][size];
            for (int p = 0; p < size; p++) {
                units[p] = random.nextInt(4) * random.nextInt(5);
                prices[p] = units[p] == 0 ? Float.NaN : random.nextInt(3);
                signals[0][p] = random.nextInt(9);
            }
            series.add(
                    new DemandSeries(
                            "i" + item, "c" + item % 2, 1.5f, first, units, prices, signals));
        }
        return new DemandPanel(period, 0, PERIODS, List.of("view"), series);
    }

    @Test
    void whatComesLaterChangesNoRow() {
        for (DemandPeriod period : DemandPeriod.values()) {
            DemandPanel whole = panel(period, 1);
            DemandFeatures all = DemandFeatures.of(whole);
            for (int cut : new int[] {1, 7, 23, 39}) {
                DemandPanel past = whole.before(cut);
                DemandFeatures known = DemandFeatures.of(past);
                assertThat(known.names()).isEqualTo(all.names());
                for (DemandSeries series : past.series()) {
                    float[][] rows = known.rows(series);
                    float[][] later = all.rows(whole.byItem().get(series.item()));
                    assertThat(rows).isEqualTo(Arrays.copyOf(later, rows.length));
                    assertThat(known.level(series, series.size()))
                            .isEqualTo(all.level(whole.byItem().get(series.item()), series.size()));
                }
            }
        }
    }

    /** Two items a week cheaper from week 70 on, told in week 68; and texts of all. */
    private static DemandPanel toldOf(DemandPanel panel) {
        long week = DemandPeriod.WEEK.micros();
        PlannedPrice plan = new PlannedPrice(70 * week, 71 * week, 1, 68 * week);
        Map<String, float[]> meanings = new HashMap<>();
        for (int item = 0; item < 6; item++) {
            meanings.put("i" + item, item % 2 == 0 ? new float[] {1, 0} : new float[] {0, 1});
        }
        return new DemandPanel(
                panel.period(),
                panel.startMicros(),
                panel.periods(),
                panel.signals(),
                panel.series(),
                new DemandContext(Map.of("i0", List.of(plan), "i3", List.of(plan)), meanings));
    }

    private static DemandPanel years(long seed) {
        Random random = new Random(seed);
        List<DemandSeries> series = new ArrayList<>();
        for (int item = 0; item < 6; item++) {
            int first = item * 10;
            int[] units = new int[YEARS - first];
            float[] prices = new float[units.length];
            for (int p = 0; p < units.length; p++) {
                units[p] = random.nextInt(9);
                prices[p] = 2;
            }
            series.add(new DemandSeries("i" + item, "c", 2, first, units, prices, new int[0][]));
        }
        return toldOf(new DemandPanel(DemandPeriod.WEEK, 0, YEARS, List.of(), series));
    }

    @Test
    void nothingToldLaterAndNoLaterYearOrLikeItemChangesARow() {
        DemandPanel whole = years(4);
        DemandFeatures all = DemandFeatures.of(whole);
        assertThat(all.names()).contains("plan-1", "year-market", "like-launch");
        for (int cut : new int[] {12, 55, 68, 69, 79}) {
            DemandPanel past = whole.before(cut);
            DemandFeatures known = DemandFeatures.of(past, all.names());
            assertThat(known.names()).isEqualTo(all.names());
            for (DemandSeries series : past.series()) {
                float[][] rows = known.rows(series);
                float[][] later = all.rows(whole.byItem().get(series.item()));
                assertThat(rows).isEqualTo(Arrays.copyOf(later, rows.length));
            }
        }
    }

    @Test
    void aPlannedPriceIsToldFromItsAnnouncementOn() {
        DemandPanel panel = years(5);
        DemandFeatures features = DemandFeatures.of(panel);
        float[][] rows = features.rows(panel.byItem().get("i0"));
        int now = features.names().indexOf("plan-0");
        float cut = (float) Math.log(1.01 / 2.01);
        // at the end of week 67, the 68th, it is announced that moment: not yet known
        assertThat(rows[68][now + 3]).isZero();
        assertThat(rows[69][now + 2]).isCloseTo(cut, within(1e-6f));
        assertThat(rows[70][now + 1]).isCloseTo(cut, within(1e-6f));
        assertThat(rows[71][now]).isCloseTo(cut, within(1e-6f));
        assertThat(rows[72][now]).isZero();
        assertThat(panel.before(68).context().pricesOf("i0")).isEmpty();
        assertThat(panel.before(69).context().pricesOf("i0")).hasSize(1);
    }

    @Test
    void aNewItemIsLikeThoseWhoseTextsMeanTheSame() {
        DemandPanel panel = years(6);
        DemandFeatures features = DemandFeatures.of(panel);
        int launch = features.names().indexOf("like-launch");
        int known = features.names().indexOf("like-known");
        float[] third = features.rows(panel.byItem().get("i3"))[0];
        DemandSeries like = panel.byItem().get("i1"); // the other odd one before it
        assertThat(third[launch]).isCloseTo((float) Math.log1p(like.units()[0]), within(0.01f));
        assertThat(third[known]).isEqualTo(1);
        assertThat(features.rows(panel.byItem().get("i0"))[0][known]).isZero();
    }

    @Test
    void lastYearTellsHowSalesWentOn() {
        int[] units = new int[YEARS];
        Arrays.fill(units, 10);
        Arrays.fill(units, 20, 24, 30);
        DemandPanel panel =
                new DemandPanel(
                        DemandPeriod.WEEK,
                        0,
                        YEARS,
                        List.of(),
                        List.of(DemandSeries.of("i", 0, units)));
        DemandFeatures features = DemandFeatures.of(panel);
        int item = features.names().indexOf("year-item");
        float[][] rows = features.rows(panel.series().get(0));
        assertThat(rows[72][item]).isCloseTo((float) Math.log(121 / 41.0), within(1e-6f));
        assertThat(rows[60][item]).isZero();
        assertThat(DemandFeatures.of(panel.before(50)).names()).doesNotContain("year-item");
    }

    @Test
    void anItemNobodyHasSeenHasOneRowOfItsCategoryAndPrice() {
        DemandPanel whole = panel(DemandPeriod.WEEK, 2);
        List<DemandSeries> series = new ArrayList<>(whole.series());
        series.add(
                new DemandSeries("new", "c1", 2, PERIODS, new int[0], new float[0], new int[1][0]));
        DemandPanel panel = new DemandPanel(DemandPeriod.WEEK, 0, PERIODS, List.of("view"), series);
        DemandFeatures features = DemandFeatures.of(panel);
        float[][] rows = features.rows(series.get(6));
        assertThat(rows).hasNumberOfRows(1);
        assertThat(rows[0][features.names().indexOf("cold")]).isEqualTo(1);
        assertThat(rows[0][features.names().indexOf("price")]).isEqualTo((float) Math.log(3));
        float[] other = features.rows(panel.series().get(1))[PERIODS - 5];
        int level = features.names().indexOf("category-level");
        assertThat(rows[0][level]).isEqualTo(other[level]).isNotZero();
        assertThat(panel.before(PERIODS).byItem()).doesNotContainKey("new");
    }

    @Test
    void rowsAreFiniteWhateverSold() {
        DemandSeries huge = DemandSeries.of("huge", 0, 0, 80_995, 0, 0, 1);
        DemandSeries none = DemandSeries.of("none", 2, 0, 0, 0);
        DemandPanel panel = new DemandPanel(DemandPeriod.DAY, 0, 5, List.of(), List.of(huge, none));
        DemandFeatures features = DemandFeatures.of(panel);
        for (DemandSeries series : panel.series()) {
            for (float[] row : features.rows(series)) {
                for (float value : row) {
                    assertThat(Float.isFinite(value)).isTrue();
                }
            }
        }
    }

    @Test
    void aPanelBeforeACutIsWhatWasKnownThen() {
        DemandPanel past = panel(DemandPeriod.WEEK, 3).before(12);
        assertThat(past.series()).extracting(DemandSeries::item).containsExactly("i0", "i1", "i2");
        assertThat(past.series()).allMatch(series -> series.end() == 12);
        assertThat(past.cutOffMicros()).isEqualTo(12 * 7 * DemandPeriod.DAY_MICROS);
    }
}
