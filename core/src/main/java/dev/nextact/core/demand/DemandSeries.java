package dev.nextact.core.demand;

import java.util.Arrays;

/**
 * One item's past. It begins with the period in which the item was first seen in the log, in any
 * act, and has a number for each period from there to the end: a period without a sale is a zero,
 * for the item was on sale. Before it there is nothing, not zeros. An item that nobody has seen
 * yet, of which tables of items tell, has no period at all. Immutable.
 *
 * @param item its id
 * @param category its category's name; empty where it is not known
 * @param listPrice of a unit, as it was first known; NaN where it is not
 * @param first the period it begins with, counted from the start of the panel
 * @param units sold in each period
 * @param prices the mean price of a unit in each period; NaN where none is known
 * @param signals of each kind of act before a purchase, such as views, how many in each period
 */
public record DemandSeries(
        String item,
        String category,
        float listPrice,
        int first,
        int[] units,
        float[] prices,
        int[][] signals) {

    public DemandSeries {
        if (prices.length != units.length) {
            throw new IllegalArgumentException(
                    "prices: expected " + units.length + ", found " + prices.length);
        }
        for (int[] signal : signals) {
            if (signal.length != units.length) {
                throw new IllegalArgumentException(
                        "signal: expected " + units.length + " periods, found " + signal.length);
            }
        }
        for (int sold : units) {
            if (sold < 0) {
                throw new IllegalArgumentException(
                        "units of " + item + ": expected 0 or more, found " + sold);
            }
        }
    }

    /** Without signals and prices: what a baseline needs. */
    public static DemandSeries of(String item, int first, int... units) {
        float[] prices = new float[units.length];
        Arrays.fill(prices, Float.NaN);
        return new DemandSeries(item, "", Float.NaN, first, units, prices, new int[0][]);
    }

    /** How many periods it has. */
    public int size() {
        return units.length;
    }

    /** One past its last period, counted from the start of the panel. */
    public int end() {
        return first + units.length;
    }

    /** Its first periods alone. */
    DemandSeries prefix(int size) {
        int[][] cut = new int[signals.length][];
        for (int s = 0; s < cut.length; s++) {
            cut[s] = Arrays.copyOf(signals[s], size);
        }
        return new DemandSeries(
                item,
                category,
                listPrice,
                first,
                Arrays.copyOf(units, size),
                Arrays.copyOf(prices, size),
                cut);
    }

    /**
     * Mean units of a period over the last ones before a cut-off.
     *
     * @param cut counted from the start of the panel, after the first period and not after the end
     */
    double meanBefore(int cut, int periods) {
        int to = cut - first;
        int from = Math.max(0, to - periods);
        double sum = 0;
        for (int p = from; p < to; p++) {
            sum += units[p];
        }
        return sum / (to - from);
    }

    /**
     * What sold after a cut-off.
     *
     * @param cut counted from the start of the panel
     * @param steps that are asked for; they must lie within the series
     * @return [steps]
     */
    public int[] unitsAfter(int cut, int steps) {
        if (cut < first || cut + steps > end()) {
            throw new IllegalArgumentException(
                    "cut-off: expected "
                            + first
                            + " to "
                            + (end() - steps)
                            + " for "
                            + steps
                            + " steps of "
                            + item
                            + ", found "
                            + cut);
        }
        return Arrays.copyOfRange(units, cut - first, cut - first + steps);
    }

    /** Units sold over the last periods, or over all where there are fewer. */
    public long lastUnits(int periods) {
        long sum = 0;
        for (int p = Math.max(0, size() - periods); p < size(); p++) {
            sum += units[p];
        }
        return sum;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DemandSeries that
                && item.equals(that.item)
                && category.equals(that.category)
                && Float.compare(listPrice, that.listPrice) == 0
                && first == that.first
                && Arrays.equals(units, that.units)
                && Arrays.equals(prices, that.prices)
                && Arrays.deepEquals(signals, that.signals);
    }

    @Override
    public int hashCode() {
        return item.hashCode() * 31 + Arrays.hashCode(units);
    }

    @Override
    public String toString() {
        return item + "@" + first + Arrays.toString(units);
    }
}
