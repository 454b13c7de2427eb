package dev.nextact.predict.explain;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/** What is explained: a number that a model tells of a history. */
public sealed interface Outcome {

    /**
     * How strongly an item is expected next: the logarithm of its share, the softmax of the scores
     * over the items that may be answered. Scores are no probabilities, and neither is a share;
     * with it comes the item's rank.
     *
     * @param item its number, which {@code allowed} must let pass; 0 = the one answered first
     * @param allowed the items that may be answered
     */
    record NextItem(int item, IntPredicate allowed) implements Outcome {}

    /** The probability that the next event, whenever it comes, is of a behaviour. */
    record NextBehaviour(int behaviour) implements Outcome {}

    /** The probability that a behaviour comes within a horizon. */
    record Comes(int behaviour, double seconds) implements Outcome {}

    /** The probability that a behaviour stays away for a horizon. */
    record StaysAway(int behaviour, double seconds) implements Outcome {}

    /** What may be asked about. */
    enum Task {
        NEXT_ITEMS("next-items"),
        NEXT_EVENTS("next-events"),
        INTENT("intent"),
        CHURN("churn");

        private final String label;

        Task(String label) {
            this.label = label;
        }

        /** As configs and bundles name it. */
        public String label() {
            return label;
        }

        /** All names, in order. */
        public static List<String> labels() {
            return Arrays.stream(values()).map(Task::label).toList();
        }

        /** Empty where none has that name. */
        public static Optional<Task> of(String label) {
            return Arrays.stream(values()).filter(task -> task.label.equals(label)).findFirst();
        }
    }

    /** What a task asks of a behaviour and horizon; for the next item see {@link NextItem}. */
    static Outcome of(Task task, NextItem next, int behaviour, double seconds) {
        return switch (task) {
            case NEXT_ITEMS -> next;
            case NEXT_EVENTS -> new NextBehaviour(behaviour);
            case INTENT -> new Comes(behaviour, seconds);
            case CHURN -> new StaysAway(behaviour, seconds);
        };
    }

    /** Whether its number is a probability. */
    default boolean isProbability() {
        return !(this instanceof NextItem);
    }

    /** The task it belongs to. */
    default Task task() {
        if (this instanceof NextItem) {
            return Task.NEXT_ITEMS;
        }
        if (this instanceof NextBehaviour) {
            return Task.NEXT_EVENTS;
        }
        return this instanceof Comes ? Task.INTENT : Task.CHURN;
    }

    /** The number as a part of one: a share, or a probability. */
    default double part(double value) {
        return isProbability() ? value : Math.exp(value);
    }
}
