package dev.nextact.core.demand;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DemandFeaturesTest {

    private static final int PERIODS = 40;

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
