package dev.nextact.bench;

import dev.nextact.core.EventSequence;
import dev.nextact.core.NextactException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Taobao's streams of event types in the split of EasyTPP (Xue et al. 2024). The kind of an event
 * is a behaviour, 0 to 16. The file's unit of time is 10,000 seconds: times are seconds since 1970
 * divided by that, of 25 November to 3 December 2017.
 *
 * @param train 1,300 sequences
 * @param dev 200
 * @param test 500
 */
record TaobaoEventTypes(
        List<EventSequence> train, List<EventSequence> dev, List<EventSequence> test) {

    static final int TYPES = 17;
    static final double UNIT_SECONDS = 10_000;

    TaobaoEventTypes {
        train = List.copyOf(train);
        dev = List.copyOf(dev);
        test = List.copyOf(test);
    }

    private record Event(String split, long micros, byte type) {}

    /**
     * @param folder with {@code events.csv.gz}
     */
    static TaobaoEventTypes read(Path folder) {
        Path file = folder.resolve("events.csv.gz");
        Map<String, List<Event>> users = new LinkedHashMap<>();
        CsvLines.read(
                file,
                "split,user,time,type",
                cells ->
                        users.computeIfAbsent(cells[1], u -> new ArrayList<>())
                                .add(
                                        new Event(
                                                cells[0],
                                                micros(Double.parseDouble(cells[2])),
                                                Byte.parseByte(cells[3]))));
        Map<String, List<EventSequence>> splits = new LinkedHashMap<>();
        users.forEach(
                (user, events) ->
                        splits.computeIfAbsent(events.get(0).split(), s -> new ArrayList<>())
                                .add(sequence(file, user, events)));
        return new TaobaoEventTypes(
                splits.getOrDefault("train", List.of()),
                splits.getOrDefault("dev", List.of()),
                splits.getOrDefault("test", List.of()));
    }

    private static long micros(double time) {
        return Math.round(time * UNIT_SECONDS * 1e6);
    }

    private static EventSequence sequence(Path file, String user, List<Event> events) {
        byte[] types = new byte[events.size()];
        long[] micros = new long[events.size()];
        for (int i = 0; i < types.length; i++) {
            types[i] = events.get(i).type();
            micros[i] = events.get(i).micros();
            if (types[i] < 0 || types[i] >= TYPES || (i > 0 && micros[i] < micros[i - 1])) {
                throw NextactException.input(
                        "%s, user %s, event %d: expected a type from 0 to %d and a time not before"
                                + " the last, found type %d at %d µs",
                        file, user, i + 1, TYPES - 1, types[i], micros[i]);
            }
        }
        return EventSequence.of(-1, new int[types.length], types, micros);
    }
}
