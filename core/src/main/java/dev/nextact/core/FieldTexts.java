package dev.nextact.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the numbers of a log's {@link SideInformation} stand for.
 *
 * @param encoder reads those that are texts
 */
public record FieldTexts(List<Column> ofEvents, List<Column> ofShoppers, TextEncoder encoder) {

    public static final FieldTexts NONE = new FieldTexts(List.of(), List.of());

    /**
     * @param values of the numbers 1, 2, …
     */
    public record Column(String name, List<String> values) {
        public Column {
            values = List.copyOf(values);
        }

        /**
         * How often each value occurs.
         *
         * @param counts by number
         */
        Map<String, Integer> events(int[] counts) {
            Map<String, Integer> events = new HashMap<>();
            for (int number = 0; number < counts.length; number++) {
                if (counts[number] > 0) {
                    events.put(number == 0 ? "" : values.get(number - 1), counts[number]);
                }
            }
            return events;
        }
    }

    /** Of fields none of which is of texts. */
    public FieldTexts(List<Column> ofEvents, List<Column> ofShoppers) {
        this(ofEvents, ofShoppers, TextEncoder.NONE);
    }

    public FieldTexts {
        ofEvents = List.copyOf(ofEvents);
        ofShoppers = List.copyOf(ofShoppers);
    }
}
