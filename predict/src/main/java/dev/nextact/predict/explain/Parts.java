package dev.nextact.predict.explain;

import dev.nextact.core.EventSequence;
import dev.nextact.core.Grain;
import dev.nextact.model.network.TokenShape;
import dev.nextact.predict.explain.Part.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** The parts of a history: events, sessions, events that are alike, and what lies further back. */
final class Parts {

    /** As in the tables of {@code nextact features}. */
    static final long SESSION_PAUSE_MICROS = 1_800_000_000L;

    /** Events that are looked at one by one; what is older is one part. */
    static final int MOST_EVENTS = 200;

    private Parts() {}

    /**
     * The parts that, each left out, say what an event did: every event that the encoder reads, and
     * all that are older, as one. Together they are the history.
     */
    static List<Part> events(EventSequence history, TokenShape shape) {
        int first = firstRead(history, shape);
        List<Part> parts = new ArrayList<>();
        if (first > 0) {
            parts.add(new Part(Kind.EARLIER, range(0, first)));
        }
        for (int event = first; event < history.size(); event++) {
            parts.add(new Part(Kind.EVENT, new int[] {event}));
        }
        return parts;
    }

    /**
     * Sessions of several events, and events of a session that are alike. Where times are not known
     * there is one session.
     *
     * @param category of an item, by its number; empty where it is not known
     */
    static List<Part> groups(
            EventSequence history, TokenShape shape, IntFunction<String> category) {
        List<Part> parts = new ArrayList<>();
        int begin = firstRead(history, shape);
        for (int event = begin + 1; event <= history.size(); event++) {
            if (event == history.size() || isPause(history, event)) {
                session(history, begin, event, category, parts);
                begin = event;
            }
        }
        return parts;
    }

    private static boolean isPause(EventSequence history, int event) {
        return history.timeMicros(event) - history.timeMicros(event - 1) > SESSION_PAUSE_MICROS;
    }

    private static void session(
            EventSequence history,
            int begin,
            int end,
            IntFunction<String> category,
            List<Part> parts) {
        int size = end - begin;
        if (size > 1 && size < history.size()) {
            parts.add(new Part(Kind.SESSION, range(begin, end)));
        }
        record Like(int behaviour, String category) {}
        Map<Like, List<Integer>> alike = new LinkedHashMap<>();
        for (int event = begin; event < end; event++) {
            alike.computeIfAbsent(
                            new Like(history.behaviour(event), category.apply(history.item(event))),
                            like -> new ArrayList<>())
                    .add(event);
        }
        for (Map.Entry<Like, List<Integer>> each : alike.entrySet()) {
            int events = each.getValue().size();
            if (events > 1 && events < size && !each.getKey().category().isEmpty()) {
                parts.add(
                        new Part(
                                Kind.ALIKE,
                                each.getValue().stream().mapToInt(event -> event).toArray()));
            }
        }
    }

    /** The oldest event of the newest tokens that the encoder has room for. */
    private static int firstRead(EventSequence history, TokenShape shape) {
        Grain grain = shape.grain();
        int[] begins = grain.begins(history);
        int tokens = Math.min(begins.length, shape.length());
        int first = tokens == begins.length ? 0 : begins[begins.length - tokens];
        return Math.max(first, history.size() - MOST_EVENTS);
    }

    private static int[] range(int from, int to) {
        int[] events = new int[to - from];
        for (int i = 0; i < events.length; i++) {
            events[i] = from + i;
        }
        return events;
    }
}
