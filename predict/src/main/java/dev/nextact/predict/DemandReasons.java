package dev.nextact.predict;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which past periods and which numbers moved what is foretold of an item: what the network
 * foretells with them as usual, each left out alone (occlusion). A period is as usual where as much
 * sold in it as in the item's others on the mean; a number is where it stays at its mean over the
 * rows that are read. It is what the network alone makes of it, without the shoppers' model.
 *
 * @param expected units over the horizon
 * @param effects of periods, the newest first, then of numbers
 */
public record DemandReasons(String item, double expected, List<Effect> effects) {

    public DemandReasons {
        effects = List.copyOf(effects);
    }

    /** What is left out. */
    public enum Kind {
        /** What sold in a period. */
        PERIOD,
        /** A kind of number. */
        NUMBER
    }

    /**
     * @param what the first day (UTC) of a period; of numbers {@code sales}, {@code price}, {@code
     *     category}, {@code season}, {@code market}, or the name of an act before a purchase
     * @param sold units of a period; NaN of numbers
     * @param without units over the horizon with it as usual
     */
    public record Effect(Kind kind, String what, double sold, double without) {}

    /** What it has added to the expected units; below 0 where it has lowered them. */
    public double effect(Effect effect) {
        return expected - effect.without();
    }

    /** Those that moved it most first, up or down. */
    public List<Effect> strongest() {
        return effects.stream()
                .sorted(Comparator.comparingDouble(effect -> -Math.abs(effect(effect))))
                .toList();
    }

    /** For programs. */
    public Map<String, Object> toTree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("expected", expected);
        tree.put("periods", effects(Kind.PERIOD));
        tree.put("numbers", effects(Kind.NUMBER));
        return tree;
    }

    private List<Map<String, Object>> effects(Kind kind) {
        return effects.stream().filter(effect -> effect.kind() == kind).map(this::tree).toList();
    }

    private Map<String, Object> tree(Effect effect) {
        Map<String, Object> tree = new LinkedHashMap<>();
        if (effect.kind() == Kind.PERIOD) {
            tree.put("starts", effect.what());
            tree.put("sold", effect.sold());
        } else {
            tree.put("of", effect.what());
        }
        tree.put("without", effect.without());
        tree.put("effect", effect(effect));
        return tree;
    }
}
