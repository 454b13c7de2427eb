package dev.nextact.core;

import java.util.Arrays;
import java.util.List;

/**
 * What is known of events and shoppers beside item, behaviour and time: of each field a column of
 * whole numbers, 4 bytes an event or shopper, 0 = missing. What a number stands for is told by the
 * log, as text, until a {@link FieldVocabulary} makes it rows of vectors. Immutable, and not
 * copied; thread-safe.
 */
public final class SideInformation {

    /** Nothing is known, and it costs nothing. */
    public static final SideInformation NONE =
            new SideInformation(new int[0][], new int[0][], List.of());

    private final int[][] ofEvents;
    private final int[][] ofShoppers;
    private final List<FieldBags> bags;

    private SideInformation(int[][] ofEvents, int[][] ofShoppers, List<FieldBags> bags) {
        this.ofEvents = ofEvents;
        this.ofShoppers = ofShoppers;
        this.bags = List.copyOf(bags);
    }

    /**
     * As a log has it.
     *
     * @param ofEvents for each field a number for each event
     * @param ofShoppers for each field a number for each shopper
     */
    public static SideInformation of(int[][] ofEvents, int[][] ofShoppers) {
        return ofEvents.length == 0 && ofShoppers.length == 0
                ? NONE
                : new SideInformation(ofEvents, ofShoppers, List.of());
    }

    /**
     * As a network reads it.
     *
     * @param bags of the fields of events, then of those of shoppers
     */
    static SideInformation of(int[][] ofEvents, int[][] ofShoppers, List<FieldBags> bags) {
        return new SideInformation(ofEvents, ofShoppers, bags);
    }

    /** The numbers of a field of events. */
    int[] ofEvents(int field) {
        return ofEvents[field];
    }

    /** The numbers of a field of shoppers. */
    int[] ofShoppers(int field) {
        return ofShoppers[field];
    }

    /** Whether a network can read it: it is no text of a log. */
    public boolean isEncoded() {
        return bags.size() == ofEvents.length + ofShoppers.length;
    }

    /** The number of a value of an event. */
    public int ofEvent(int field, int event) {
        return ofEvents[field][event];
    }

    /** The number of a value of a shopper. */
    public int ofShopper(int field, int shopper) {
        return ofShoppers[field][shopper];
    }

    /** Takes the value of one field. */
    @FunctionalInterface
    public interface FieldConsumer {
        void accept(FieldBags field, int number);
    }

    /** Hands out the values of an event, field by field. */
    public void forEvent(int event, FieldConsumer fields) {
        for (int f = 0; f < ofEvents.length; f++) {
            fields.accept(bags.get(f), ofEvents[f][event]);
        }
    }

    /**
     * Hands out the values of a shopper, field by field.
     *
     * @param shopper below 0 = one of whom nothing is known
     */
    public void forShopper(int shopper, FieldConsumer fields) {
        for (int g = 0; g < ofShoppers.length; g++) {
            fields.accept(
                    bags.get(ofEvents.length + g),
                    shopper < 0 ? FieldBags.MISSING : ofShoppers[g][shopper]);
        }
    }

    /** Of some events, in that order; below 0 = an event of which nothing is known. */
    public SideInformation select(int[] events) {
        if (ofEvents.length == 0) {
            return this;
        }
        int[][] selected = new int[ofEvents.length][events.length];
        for (int f = 0; f < selected.length; f++) {
            for (int i = 0; i < events.length; i++) {
                selected[f][i] = events[i] < 0 ? FieldBags.MISSING : ofEvents[f][events[i]];
            }
        }
        return new SideInformation(selected, ofShoppers, bags);
    }

    /**
     * The same with other values of one field of events.
     *
     * @param numbers of each event
     */
    SideInformation withEvents(int field, int[] numbers) {
        int[][] changed = ofEvents.clone();
        changed[field] = numbers.clone();
        return new SideInformation(changed, ofShoppers, bags);
    }

    /** Fields of events and of shoppers, for messages. */
    @Override
    public String toString() {
        return "SideInformation["
                + Arrays.toString(new int[] {ofEvents.length, ofShoppers.length})
                + "]";
    }
}
