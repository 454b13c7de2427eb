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

    /**
     * How soon the next event comes, whatever it is: the logarithm of one over the seconds, from
     * the moment asked about, within which it comes with even odds. Sooner is more.
     */
    record NextTime() implements Outcome {}

    /** What may be asked about. */
    enum Task {
        NEXT_ITEMS("next-items"),
        NEXT_EVENTS("next-events"),
        TIME("time", "next-events"),
        INTENT("intent"),
        CHURN("churn");

        private final String label;
        private final String learned;

        Task(String label) {
            this(label, label);
        }

        Task(String label, String learned) {
            this.label = label;
            this.learned = learned;
        }

        /** As requests and commands name it. */
        public String label() {
            return label;
        }

        /** As configs and bundles name what a model must have learned for it. */
        public String learned() {
            return learned;
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
            case TIME -> new NextTime();
            case INTENT -> new Comes(behaviour, seconds);
            case CHURN -> new StaysAway(behaviour, seconds);
        };
    }

    /** Whether its number is a probability. */
    default boolean isProbability() {
        return !(this instanceof NextItem) && !(this instanceof NextTime);
    }

    /** Whether it is a yes or a no, which leaving out events may turn. */
    default boolean isDecision() {
        return !(this instanceof NextTime);
    }

    /** The task it belongs to. */
    default Task task() {
        if (this instanceof NextItem) {
            return Task.NEXT_ITEMS;
        }
        if (this instanceof NextBehaviour) {
            return Task.NEXT_EVENTS;
        }
        if (this instanceof NextTime) {
            return Task.TIME;
        }
        return this instanceof Comes ? Task.INTENT : Task.CHURN;
    }

    /** The number as people read it: a share or a probability, of one, or seconds. */
    default double plain(double value) {
        if (this instanceof NextTime) {
            return Math.exp(-value);
        }
        return isProbability() ? value : Math.exp(value);
    }
}
