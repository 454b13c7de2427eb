package dev.nextact.bench;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.NextItemScorer;
import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * What another program ranks first for each shopper, from a file: a line each, the shopper's id, a
 * tab, and the best {@value #LISTED} items' ids, best first, with spaces between. Items beyond them
 * share the last place, so metrics at {@value #LISTED} are exact and those of the whole ranking are
 * not. Immutable; thread-safe.
 */
final class RankedLists implements NextItemScorer {

    static final int LISTED = 10;

    private final String name;
    private final Path file;
    private final Map<Integer, int[]> itemsOfUser;

    private RankedLists(String name, Path file, Map<Integer, int[]> itemsOfUser) {
        this.name = name;
        this.file = file;
        this.itemsOfUser = itemsOfUser;
    }

    /**
     * @param catalog whose numbers the scores have; an item it does not know keeps its place
     * @throws NextactException where a line is not as said, or an item or shopper is none of the
     *     log's
     */
    static RankedLists read(String name, Path file, EventLog log, Catalog catalog) {
        Map<Integer, int[]> lists = new HashMap<>();
        int number = 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                int tab = line.indexOf('\t');
                List<String> ids = List.of(line.substring(tab + 1).split(" "));
                int user = log.userIndex(line.substring(0, Math.max(0, tab)));
                if (user < 0 || ids.size() != LISTED || new HashSet<>(ids).size() != LISTED) {
                    throw NextactException.input(
                            "%s, line %d: expected a shopper of the log, a tab and %d different"
                                    + " items, found '%s'",
                            file, number, LISTED, line);
                }
                int[] items = new int[LISTED];
                for (int place = 0; place < LISTED; place++) {
                    if (log.catalog().indexOf(ids.get(place)) == 0) {
                        throw NextactException.input(
                                "%s, line %d: the log has no item '%s'",
                                file, number, ids.get(place));
                    }
                    items[place] = catalog.indexOf(ids.get(place));
                }
                lists.put(user, items);
            }
        } catch (IOException e) {
            throw new NextactException(
                    Category.INPUT, file + ": cannot be read: " + e.getMessage(), e);
        }
        return new RankedLists(name, file, lists);
    }

    @Override
    public String name() {
        return name;
    }

    /**
     * @throws NextactException where a shopper has no line, or one of the items was in the history,
     *     which this protocol takes out before it ranks
     */
    @Override
    public void score(List<EventSequence> histories, float[][] scores) {
        for (int b = 0; b < histories.size(); b++) {
            EventSequence history = histories.get(b);
            int[] items = itemsOfUser.get(history.user());
            if (items == null) {
                throw NextactException.input(
                        "%s has no line for shopper number %d of the log; all must be ranked",
                        file, history.user());
            }
            Arrays.fill(scores[b], 0);
            for (int place = 0; place < LISTED; place++) {
                scores[b][items[place]] = LISTED - place;
            }
            for (int t = 0; t < history.size(); t++) {
                if (history.item(t) > 0 && scores[b][history.item(t)] > 0) {
                    throw NextactException.input(
                            "%s ranks item number %d for shopper number %d, who had it before",
                            file, history.item(t), history.user());
                }
            }
        }
    }
}
