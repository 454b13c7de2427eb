package dev.nextact.data.collect;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was collected, source by source. */
public record CollectReport(List<Collected> sources) {

    public CollectReport {
        sources = List.copyOf(sources);
    }

    /**
     * One source.
     *
     * @param newRows this time
     * @param unreadable of them, that are no JSON objects: kept in a column of that name
     * @param newFiles this time
     * @param rows in all
     * @param notes what a person should look at
     */
    public record Collected(
            String name,
            String origin,
            Path directory,
            long newRows,
            long unreadable,
            int newFiles,
            long rows,
            List<String> notes) {
        public Collected {
            notes = List.copyOf(notes);
        }
    }

    /** For the terminal. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        for (Collected source : sources) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "%s: %,d new rows in %,d new files, %,d rows in all%n  from %s%n  in   %s%n",
                            source.name(),
                            source.newRows(),
                            source.newFiles(),
                            source.rows(),
                            source.origin(),
                            source.directory()));
            if (source.unreadable() > 0) {
                text.append(
                        String.format(
                                Locale.ROOT,
                                "  %,d are no JSON objects: kept in the column %s, prepare rejects"
                                        + " them%n",
                                source.unreadable(),
                                JsonRow.UNREADABLE));
            }
            source.notes().forEach(note -> text.append("  note: ").append(note).append('\n'));
        }
        return text.toString();
    }

    /** For {@code --json}. */
    public Map<String, Object> toTree() {
        List<Object> list = new ArrayList<>();
        for (Collected source : sources) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("name", source.name());
            entry.put("origin", source.origin());
            entry.put("directory", source.directory().toString());
            entry.put("new_rows", source.newRows());
            entry.put("unreadable", source.unreadable());
            entry.put("new_files", source.newFiles());
            entry.put("rows", source.rows());
            entry.put("notes", source.notes());
            list.add(entry);
        }
        return Map.of("sources", list);
    }
}
