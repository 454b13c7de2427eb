package dev.nextact.core;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The kinds of acts a shop logs, in the order of its funnel (weakest sign of intent first), each
 * with the raw names that mean it. A behaviour's index is its place in that order.
 */
public record Behaviours(List<Behaviour> list) {

    /**
     * @param rawNames what the log calls it; compared without regard to case
     */
    public record Behaviour(String name, List<String> rawNames) {
        public Behaviour {
            rawNames = List.copyOf(rawNames);
        }
    }

    public Behaviours {
        list = List.copyOf(list);
        if (list.isEmpty() || list.size() > 127) {
            throw new IllegalArgumentException(
                    "behaviours: expected 1 to 127, found " + list.size());
        }
        Set<String> seen = new HashSet<>();
        for (Behaviour behaviour : list) {
            for (String raw : behaviour.rawNames()) {
                if (!seen.add(raw.toLowerCase(Locale.ROOT))) {
                    throw new IllegalArgumentException(
                            "behaviours: the raw name '" + raw + "' stands twice");
                }
            }
        }
    }

    public static Behaviours of(Map<String, List<String>> rawNamesByName) {
        List<Behaviour> list = new ArrayList<>();
        rawNamesByName.forEach((name, raw) -> list.add(new Behaviour(name, raw)));
        return new Behaviours(list);
    }

    public int size() {
        return list.size();
    }

    public String name(int index) {
        return list.get(index).name();
    }

    /** -1 where no behaviour has that name. */
    public int indexOf(String name) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** Raw names by behaviour name, in funnel order. */
    public Map<String, List<String>> toMap() {
        Map<String, List<String>> map = new LinkedHashMap<>();
        list.forEach(b -> map.put(b.name(), b.rawNames()));
        return map;
    }
}
