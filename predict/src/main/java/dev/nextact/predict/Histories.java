package dev.nextact.predict;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.NextactException;
import dev.nextact.model.bundle.Bundle;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Histories in the numbers of the model's catalog.
 *
 * @param unknownEvents of items the model does not know
 * @param unknownExamples some of those items
 */
record Histories(
        List<String> ids,
        List<EventSequence> events,
        long unknownEvents,
        List<String> unknownExamples) {

    /** Unknown items named in a summary. */
    private static final int EXAMPLES = 5;

    /**
     * @param log of the shoppers; not needed for a handed-in history
     */
    static Histories of(Bundle bundle, Optional<EventLog> log, Shoppers shoppers) {
        if (shoppers instanceof Shoppers.Unseen unseen) {
            return parsed(bundle, unseen.events());
        }
        EventLog from =
                log.orElseThrow(
                        () -> new IllegalArgumentException("shoppers of a log need the log"));
        int[] users =
                shoppers instanceof Shoppers.Chosen chosen
                        ? chosen.ids().stream().mapToInt(id -> user(from, id)).toArray()
                        : IntStream.range(0, from.sequences().size()).toArray();
        EventSequences renumbered =
                from.sequences().renumberItems(from.catalog().indexesIn(bundle.catalog()));
        List<String> ids = new ArrayList<>();
        List<EventSequence> events = new ArrayList<>();
        long unknown = 0;
        Set<String> examples = new LinkedHashSet<>();
        for (int user : users) {
            EventSequence sequence = renumbered.get(user);
            for (int t = 0; t < sequence.size(); t++) {
                if (sequence.item(t) == 0) {
                    unknown++;
                    if (examples.size() < EXAMPLES) {
                        examples.add(from.catalog().id(from.sequences().get(user).item(t)));
                    }
                }
            }
            ids.add(from.userId(user));
            events.add(sequence);
        }
        return new Histories(ids, events, unknown, List.copyOf(examples));
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

    private static Histories parsed(Bundle bundle, List<String> events) {
        Catalog catalog = bundle.catalog();
        List<String> behaviours = bundle.manifest().behaviours();
        int[] items = new int[events.size()];
        byte[] acts = new byte[events.size()];
        Set<String> unknown = new LinkedHashSet<>();
        int unknownEvents = 0;
        for (int t = 0; t < items.length; t++) {
            String text = events.get(t).strip();
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
                List.of(EventSequence.of(-1, items, acts, new long[items.length])),
                unknownEvents,
                unknown.stream().limit(EXAMPLES).toList());
    }
}
