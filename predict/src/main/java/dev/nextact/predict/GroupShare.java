package dev.nextact.predict;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.Split;
import dev.nextact.model.bundle.Bundle;
import java.util.Arrays;
import java.util.List;

/**
 * Which share of a behaviour's next event a group of items has: the sum of theirs ({@link
 * ItemShares}). Confined to one thread.
 */
final class GroupShare {

    private final ItemShares shares;
    private final boolean[] members;
    private final double overall;

    private GroupShare(ItemShares shares, boolean[] members, double overall) {
        this.shares = shares;
        this.members = members;
        this.overall = overall;
    }

    /**
     * @param sequences in the numbers of the bundle's catalog
     */
    static GroupShare of(
            OnnxScorer scorer,
            Bundle bundle,
            EventSequences sequences,
            Split split,
            int behaviour,
            ItemGroup group) {
        Catalog catalog = bundle.catalog();
        boolean[] members = new boolean[catalog.size() + 1];
        group.ids().forEach(id -> members[catalog.indexOf(id)] = true);
        members[0] = false;
        ItemShares shares = ItemShares.of(scorer, bundle, sequences, split, behaviour);
        int size = 0;
        for (boolean member : members) {
            size += member ? 1 : 0;
        }
        double even = size / (double) Math.max(1, catalog.size());
        double acts = Arrays.stream(shares.acts()).sum();
        return new GroupShare(
                shares, members, (ofMembers(shares.acts(), members) + even) / (acts + 1));
    }

    private static double ofMembers(double[] values, boolean[] members) {
        double sum = 0;
        for (int item = 1; item < members.length; item++) {
            sum += members[item] ? values[item] : 0;
        }
        return sum;
    }

    /** Of all events of the behaviour in the training part. */
    double overall() {
        return overall;
    }

    /** Of the next event of the behaviour after each history. */
    double[] after(List<EventSequence> histories) {
        return Arrays.stream(shares.after(histories))
                .mapToDouble(ofItems -> ofMembers(ofItems, members))
                .toArray();
    }
}
