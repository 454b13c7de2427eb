package dev.nextact.core.demand;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The series of all items up to a cut-off. Immutable.
 *
 * @param startMicros when period 0 begins, in microseconds since 1970-01-01 UTC
 * @param periods P, how many there are; the last one ends at the cut-off
 * @param signals names of the acts before a purchase that are counted, in funnel order
 * @param series in the order of the items' ids; each ends with the last period
 * @param context what is known of the items beside it
 */
public record DemandPanel(
        DemandPeriod period,
        long startMicros,
        int periods,
        List<String> signals,
        List<DemandSeries> series,
        DemandContext context) {

    /** The name of the series of everything. */
    public static final String TOTAL = "total";

    public DemandPanel {
        signals = List.copyOf(signals);
        series = List.copyOf(series);
        for (DemandSeries one : series) {
            if (one.end() != periods) {
                throw new IllegalArgumentException(
                        "series of "
                                + one.item()
                                + ": expected its end at period "
                                + periods
                                + ", found "
                                + one.end());
            }
        }
    }

    /** Nothing is known but what the log tells. */
    public DemandPanel(
            DemandPeriod period,
            long startMicros,
            int periods,
            List<String> signals,
            List<DemandSeries> series) {
        this(period, startMicros, periods, signals, series, DemandContext.NONE);
    }

    /** The same past with other series, such as those of some of its items. */
    public DemandPanel with(List<DemandSeries> others) {
        return new DemandPanel(period, startMicros, periods, signals, others, context);
    }

    /** The same past, of whose items something else is known. */
    public DemandPanel with(DemandContext other) {
        return new DemandPanel(period, startMicros, periods, signals, series, other);
    }

    /** Nothing at or after it has been seen. */
    public long cutOffMicros() {
        return startMicros + periods * period.micros();
    }

    /**
     * What was known at an earlier cut-off; items that nobody had seen by then are not there.
     *
     * @param cut how many periods are known, from 0 to P
     */
    public DemandPanel before(int cut) {
        if (cut < 0 || cut > periods) {
            throw new IllegalArgumentException(
                    "cut: expected 0 to " + periods + " periods, found " + cut);
        }
        List<DemandSeries> known = new ArrayList<>();
        for (DemandSeries one : series) {
            if (one.first() < cut) {
                known.add(one.prefix(cut - one.first()));
            }
        }
        long cutMicros = startMicros + cut * period.micros();
        return new DemandPanel(period, startMicros, cut, signals, known, context.before(cutMicros));
    }

    /** The series by the items' ids. */
    public Map<String, DemandSeries> byItem() {
        Map<String, DemandSeries> map = new LinkedHashMap<>();
        series.forEach(one -> map.put(one.item(), one));
        return map;
    }

    /**
     * What sold after an earlier cut-off.
     *
     * @param earlier this panel before that cut-off
     * @param steps that are asked for; they must lie within this panel
     * @return [series of the earlier panel][steps]
     */
    public int[][] unitsAfter(DemandPanel earlier, int steps) {
        Map<String, DemandSeries> whole = byItem();
        int[][] units = new int[earlier.series().size()][];
        for (int i = 0; i < units.length; i++) {
            String item = earlier.series().get(i).item();
            DemandSeries then = whole.get(item);
            if (then == null || earlier.periods() + steps > periods) {
                throw new IllegalArgumentException(
                        "earlier: expected a panel before one of this that goes on "
                                + steps
                                + " periods, found one of "
                                + earlier.periods()
                                + " of "
                                + periods
                                + " periods, with the item "
                                + item);
            }
            units[i] = then.unitsAfter(earlier.periods(), steps);
        }
        return units;
    }

    /** Units of all items in each period, [P]. */
    public long[] totals() {
        long[] sums = new long[periods];
        for (DemandSeries one : series) {
            for (int p = 0; p < one.size(); p++) {
                sums[one.first() + p] += one.units()[p];
            }
        }
        return sums;
    }
}
