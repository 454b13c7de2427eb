package dev.nextact.predict;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.NextactException;
import dev.nextact.model.bundle.Bundle;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Histories in the numbers of the model's catalog.
 *
 * @param unknownEvents of items the model does not know
 * @param unknownExamples some of those items
 */
public record Histories(
        List<String> ids,
        List<EventSequence> events,
        long unknownEvents,
        List<String> unknownExamples) {

    public Histories {
        ids = List.copyOf(ids);
        events = List.copyOf(events);
        unknownExamples = List.copyOf(unknownExamples);
    }

    /**
     * @param log of the shoppers; not needed for a handed-in history
     */
    static Histories of(Bundle bundle, Optional<EventLog> log, Shoppers shoppers) {
        if (shoppers instanceof Shoppers.Unseen unseen) {
            return parsed(bundle, unseen);
        }
        EventLog from = required(log);
        return of(from, inNumbersOf(bundle, from), users(from, shoppers));
    }

    /**
     * @param renumbered the log's sequences in the numbers of the model's catalog
     * @param users whose
     */
    static Histories of(EventLog from, EventSequences renumbered, int[] users) {
        List<String> ids = new ArrayList<>();
        List<EventSequence> events = new ArrayList<>();
        long unknown = 0;
        Set<String> examples = new LinkedHashSet<>();
        for (int user : users) {
            EventSequence sequence = renumbered.get(user);
            for (int t = 0; t < sequence.size(); t++) {
                if (sequence.item(t) == 0) {
                    unknown++;
                    if (examples.size() < AnswerTally.EXAMPLES) {
                        examples.add(from.catalog().id(from.sequences().get(user).item(t)));
                    }
                }
            }
            ids.add(from.userId(user));
            events.add(sequence);
        }
        return new Histories(ids, events, unknown, List.copyOf(examples));
    }

    static EventLog required(Optional<EventLog> log) {
        return log.orElseThrow(
                () -> new IllegalArgumentException("shoppers of a log need the log"));
    }

    static EventSequences inNumbersOf(Bundle bundle, EventLog log) {
        return log.sequences(bundle.fields())
                .renumberItems(log.catalog().indexesIn(bundle.catalog()));
    }

    /** Their numbers in a log. */
    static int[] users(EventLog log, Shoppers shoppers) {
        return shoppers instanceof Shoppers.Chosen chosen
                ? chosen.ids().stream().mapToInt(id -> user(log, id)).toArray()
                : IntStream.range(0, log.sequences().size()).toArray();
    }

    int size() {
        return ids.size();
    }

    private static int user(EventLog log, String id) {
        int user = log.userIndex(id);
        if (user < 0) {
            throw NextactException.input(
                    "shopper '%s' is not in the prepared log. For one who is not, give the history:"
                            + " --history item1,item2",
                    id);
        }
        return user;
    }

    private static Histories parsed(Bundle bundle, Shoppers.Unseen unseen) {
        List<String> events = unseen.events();
        Catalog catalog = bundle.catalog();
        List<String> behaviours = bundle.manifest().behaviours();
        int[] items = new int[events.size()];
        byte[] acts = new byte[events.size()];
        List<Map<String, String>> fields = new ArrayList<>();
        Set<String> unknown = new LinkedHashSet<>();
        int unknownEvents = 0;
        for (int t = 0; t < items.length; t++) {
            Told told = Told.of(bundle, events.get(t).strip(), t + 1);
            fields.add(told.fields());
            String text = told.event();
            int colon = text.lastIndexOf(':');
            int behaviour = colon < 0 ? -1 : behaviours.indexOf(text.substring(colon + 1));
            String id = behaviour < 0 ? text : text.substring(0, colon);
            if (colon >= 0 && behaviour < 0 && catalog.indexOf(text) == 0) {
                throw NextactException.input(
                        "history, event %d '%s': no behaviour is named '%s'. Known: %s",
                        t + 1, text, text.substring(colon + 1), String.join(", ", behaviours));
            }
            items[t] = catalog.indexOf(id);
            acts[t] = (byte) Math.max(0, behaviour);
            if (items[t] == 0) {
                unknownEvents++;
                unknown.add(id);
            }
        }
        return new Histories(
                List.of(Shoppers.UNSEEN),
                List.of(
                        EventSequence.of(
                                0,
                                items,
                                acts,
                                new long[items.length],
                                bundle.fields().describe(fields, unseen.facts()))),
                unknownEvents,
                unknown.stream().limit(AnswerTally.EXAMPLES).toList());
    }

    /** A handed-in event, and what is told of it. */
    private record Told(String event, Map<String, String> fields) {

        static Told of(Bundle bundle, String text, int number) {
            int mark = text.lastIndexOf('?');
            if (mark < 0 || bundle.fields().ofEvents().isEmpty()) {
                return new Told(text, Map.of());
            }
            Set<String> known = new TreeSet<>();
            bundle.fields().eventColumns().values().forEach(known::addAll);
            Map<String, String> fields = new HashMap<>();
            for (String pair : text.substring(mark + 1).split("&", -1)) {
                int equals = pair.indexOf('=');
                if (equals < 0 || !known.contains(pair.substring(0, equals))) {
                    throw NextactException.input(
                            "history, event %d '%s': '%s' is no field=value that the model reads."
                                    + " Known: %s",
                            number, text, pair, String.join(", ", known));
                }
                fields.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
            return new Told(text.substring(0, mark), fields);
        }
    }
}
