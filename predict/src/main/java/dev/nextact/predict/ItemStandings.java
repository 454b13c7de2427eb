package dev.nextact.predict;

import dev.nextact.model.onnx.ItemColumns;
import dev.nextact.model.onnx.ItemGroups;
import dev.nextact.predict.NextItemRanker.Standing;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * How one item stands among others, in the rows of a batch. Groups whose items are both below it
 * and too low to have a share are not looked at; the others are scored for all rows that need them
 * while their vectors are at hand. Confined to one thread, for one batch.
 */
final class ItemStandings {

    /** Of a score so much lower than the highest, in nats, a share is nothing. */
    private static final double NOTHING = -LowExponentials.LEAST;

    /** Items that are scored at once. */
    private static final int ITEMS = ItemColumns.GROUPS * ItemGroups.SIZE;

    private final ItemGroups groups;
    private final int item;
    private final double temperature;
    private final IntPredicate allowed;
    private final List<Row> rows = new ArrayList<>();

    /** Groups that some row needs. */
    private final BitSet needed = new BitSet();

    private static final class Row {

        final float[] hidden;
        final float own;
        final float highest;
        final BitSet needed = new BitSet();

        /** Shares of the others in parts of the highest, each the sum of every so many-th. */
        final float[] sums = new float[ITEMS];

        int above;

        Row(float[] hidden, float own, float highest) {
            this.hidden = hidden;
            this.own = own;
            this.highest = highest;
        }

        boolean needs(ItemColumns columns) {
            for (int place = 0; place < columns.size(); place++) {
                if (needed.get(columns.group(place))) {
                    return true;
                }
            }
            return false;
        }

        /**
         * @param scores [ITEMS]
         * @param others [ITEMS], 1 of an item that counts, 0 of any other
         * @param shares [ITEMS], overwritten
         */
        void count(float[] scores, float[] others, double temperature, float[] shares) {
            LowExponentials.of(scores, highest, temperature, shares);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += others[i] * shares[i];
            }
            for (int i = 0; i < scores.length; i++) {
                if (scores[i] > own && others[i] > 0) {
                    above++;
                }
            }
        }

        Standing standing(double temperature) {
            double log = (own - highest) / temperature;
            double sum = Math.exp(log);
            for (float some : sums) {
                sum += some;
            }
            return new Standing(log - Math.log(sum), above + 1);
        }
    }

    /**
     * @param item that stands
     * @param allowed the items among which it stands
     */
    ItemStandings(ItemGroups groups, int item, double temperature, IntPredicate allowed) {
        this.groups = groups;
        this.item = item;
        this.temperature = temperature;
        this.allowed = allowed;
    }

    /** Takes up the row that a search has read. */
    void add(BoundedSearch search) {
        float own = search.score(item);
        BestItems first = search.best(1, allowed);
        float highest = first.size() == 0 ? own : Math.max(own, first.highest());
        double least = Math.min(own, highest - NOTHING * temperature);
        Row row = new Row(search.hidden().clone(), own, highest);
        for (int group = 0; group < groups.count(); group++) {
            if (search.bound(group) >= least) {
                row.needed.set(group);
            }
        }
        needed.or(row.needed);
        rows.add(row);
    }

    /** The standings in the order of the rows. */
    List<Standing> all() {
        ItemColumns columns = new ItemColumns(groups);
        for (int group = needed.nextSetBit(0); group >= 0; group = needed.nextSetBit(group + 1)) {
            columns.add(group);
            if (columns.isFull()) {
                count(columns);
                columns.clear();
            }
        }
        count(columns);
        return rows.stream().map(row -> row.standing(temperature)).toList();
    }

    private void count(ItemColumns columns) {
        float[] others = new float[ITEMS];
        for (int i = 0; i < columns.size() * ItemGroups.SIZE; i++) {
            int other = groups.item(columns.group(i / ItemGroups.SIZE), i % ItemGroups.SIZE);
            boolean counts =
                    other > 0 && other < groups.rows() && other != item && allowed.test(other);
            others[i] = counts ? 1 : 0;
        }
        float[] shares = new float[ITEMS];
        for (Row row : rows) {
            if (row.needs(columns)) {
                row.count(columns.score(row.hidden), others, temperature, shares);
            }
        }
    }
}
