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
    private static final double NOTHING = 25;

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
        double sum;
        int above;

        Row(float[] hidden, float own, float highest) {
            this.hidden = hidden;
            this.own = own;
            this.highest = highest;
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
        row.sum = share(row, own);
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
        return rows.stream()
                .map(
                        row ->
                                new Standing(
                                        (row.own - row.highest) / temperature - Math.log(row.sum),
                                        row.above + 1))
                .toList();
    }

    private void count(ItemColumns columns) {
        boolean[] others = new boolean[columns.size() * ItemGroups.SIZE];
        for (int i = 0; i < others.length; i++) {
            int other = groups.item(columns.group(i / ItemGroups.SIZE), i % ItemGroups.SIZE);
            others[i] = other > 0 && other < groups.rows() && other != item && allowed.test(other);
        }
        for (Row row : rows) {
            float[] scores = null;
            for (int place = 0; place < columns.size(); place++) {
                if (row.needed.get(columns.group(place))) {
                    scores = scores == null ? columns.score(row.hidden) : scores;
                    count(row, scores, others, place * ItemGroups.SIZE);
                }
            }
        }
    }

    private void count(Row row, float[] scores, boolean[] others, int first) {
        for (int i = first; i < first + ItemGroups.SIZE; i++) {
            if (others[i]) {
                row.above += scores[i] > row.own ? 1 : 0;
                row.sum += share(row, scores[i]);
            }
        }
    }

    /** In parts of the highest. */
    private double share(Row row, float score) {
        return Math.exp((score - row.highest) / temperature);
    }
}
