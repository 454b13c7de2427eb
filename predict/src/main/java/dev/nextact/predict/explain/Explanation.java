package dev.nextact.predict.explain;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What moved a prediction. An effect is what the model tells of the history, less what it tells of
 * the history without some events: the gap before the event after them grows by theirs, and a
 * moment asked about stays where it is; where the history is longer than the encoder reads, an
 * older event moves up. It is what the model does, not what the shopper would have done.
 *
 * @param full what is told of the whole history
 * @param newcomer what is told of somebody of whom nothing is known but one event of the first
 *     behaviour with a popular item, at the time of the shopper's last event; the mean over the
 *     most popular items
 * @param threshold above which a probability is a yes
 * @param events of each event, in their order, the events further back first, as one
 * @param groups of sessions, and of events that are alike
 * @param together the events that moved it most together: each chosen for how far the number falls
 *     without it and those before it; a tenth of the events
 * @param shapley by event, as {@code events}; their sum is {@code full − newcomer}
 * @param flip how the decision would turn
 */
public record Explanation(
        Outcome outcome,
        Reading full,
        double newcomer,
        double threshold,
        List<Effect> events,
        List<Effect> groups,
        List<Step> together,
        Optional<ShapleyValues> shapley,
        Optional<Flip> flip) {

    public Explanation {
        events = List.copyOf(events);
        groups = List.copyOf(groups);
        together = List.copyOf(together);
    }

    /**
     * @param event its place in the history
     * @param without what is told without it and those before it
     */
    public record Step(int event, Reading without) {}

    /**
     * @param without what is told of the history without the part
     */
    public record Effect(Part part, Reading without) {}

    /**
     * @param removed places of the events in the history, ascending; empty where the decision is
     *     not turned by leaving out a few
     * @param after what is told without them
     */
    public record Flip(List<Integer> removed, Optional<Reading> after) {
        public Flip {
            removed = List.copyOf(removed);
        }
    }

    /** What a part has added to the number; below 0 where it has lowered it. */
    public double effect(Effect effect) {
        return full.value() - effect.without().value();
    }

    /**
     * A group is told in place of its events where it does so many times what each of them does.
     */
    private static final double MORE_THAN_ONE = 1.25;

    /**
     * The parts of the greatest effect, up or down, none of which shares an event with another.
     * Sessions are not among them: what is of many kinds says little.
     */
    public List<Effect> strongest(int most) {
        List<Effect> all = new ArrayList<>(events);
        for (Effect group : groups) {
            if (group.part().kind() == Part.Kind.ALIKE
                    && Math.abs(effect(group)) > MORE_THAN_ONE * mostOfOne(group.part())) {
                all.add(group);
            }
        }
        all.sort(Comparator.comparingDouble(effect -> -Math.abs(effect(effect))));
        BitSet told = new BitSet();
        List<Effect> strongest = new ArrayList<>();
        for (Effect effect : all) {
            boolean isNew = true;
            for (int event : effect.part().events()) {
                isNew &= !told.get(event);
            }
            if (isNew && strongest.size() < most && effect(effect) != 0) {
                strongest.add(effect);
                for (int event : effect.part().events()) {
                    told.set(event);
                }
            }
        }
        return strongest;
    }

    /** The greatest effect, up or down, of an event of a part. */
    private double mostOfOne(Part part) {
        BitSet members = new BitSet();
        for (int event : part.events()) {
            members.set(event);
        }
        double most = 0;
        for (Effect effect : events) {
            if (effect.part().kind() == Part.Kind.EVENT && members.get(effect.part().first())) {
                most = Math.max(most, Math.abs(effect(effect)));
            }
        }
        return most;
    }

    /** The item's rank, where one is asked about. */
    public OptionalInt rank() {
        return full.rank() == 0 ? OptionalInt.empty() : OptionalInt.of(full.rank());
    }
}
