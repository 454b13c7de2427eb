package dev.nextact.bench;

import dev.nextact.data.PrepareReport.Table;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * Rows and hashes that two engines made of the same log, by the name of their table.
 *
 * @param expected DuckDB's
 * @param found Spark's
 */
record ComparedTables(Map<String, Table> expected, Map<String, Table> found) {

    /** Names of the tables that differ, or that one engine alone made. */
    List<String> different() {
        List<String> different = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>(expected.keySet());
        names.addAll(found.keySet());
        for (String name : names) {
            if (!expected.containsKey(name) || !expected.get(name).equals(found.get(name))) {
                different.add(name);
            }
        }
        return different;
    }

    /** A line for each table of DuckDB's. */
    void print(PrintStream out) {
        expected.forEach(
                (name, table) ->
                        out.printf(
                                Locale.ROOT,
                                "%-9s %-45s %,12d rows  %.12s%n",
                                table.equals(found.get(name)) ? "same" : "DIFFERENT",
                                name,
                                table.rows(),
                                table.sha256()));
    }
}
