package dev.nextact.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What kinds of acts a log tells, in the order of the funnel. Known names are given their place in
 * it; others, and numbers, are ordered by which comes before which at the same shopper and item or,
 * where no rows tell, by how often they occur, since every step of a funnel loses shoppers.
 *
 * @param kinds in funnel order
 * @param target the kind the shop cares for most
 * @param basis what the order follows from; but for {@link Basis#NAMES} a person must look at it
 */
record BehaviourGuess(List<Kind> kinds, String target, Basis basis) {

    /** What tells the order of kinds of acts. */
    enum Basis {
        NAMES("their names"),
        SEQUENCE("what comes after what"),
        FREQUENCY("how often they occur");

        private final String text;

        Basis(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    boolean guessed() {
        return basis != Basis.NAMES;
    }

    /**
     * A kind of act.
     *
     * @param rawNames as the log has them
     */
    record Kind(String name, List<String> rawNames, long rows) {}

    /** The name of the only kind in a log that tells none. */
    static final String PURCHASE = "purchase";

    /** What takes a purchase back; no step of the funnel. */
    static final String RETURN = "return";

    /** Our name to the log's names, in funnel order; compared in lower case, letters alone. */
    private static final Map<String, List<String>> FUNNEL = funnel();

    private static Map<String, List<String>> funnel() {
        Map<String, List<String>> names = new LinkedHashMap<>();
        names.put(RETURN, List.of("return", "refund", "cancel", "cancellation"));
        names.put("cart_removal", List.of("removefromcart", "cartremove", "uncart"));
        names.put("impression", List.of("impression", "viewitemlist", "show", "exposure"));
        names.put("search", List.of("search", "viewsearchresults"));
        names.put(
                "view",
                List.of(
                        "view",
                        "pv",
                        "click",
                        "clk",
                        "browse",
                        "pageview",
                        "productview",
                        "itemview",
                        "viewitem",
                        "viewproduct",
                        "detail",
                        "visit",
                        "浏览",
                        "点击"));
        names.put(
                "favourite",
                List.of(
                        "favourite",
                        "favorite",
                        "fav",
                        "wishlist",
                        "addtowishlist",
                        "like",
                        "follow",
                        "collect",
                        "收藏"));
        names.put(
                "cart",
                List.of(
                        "cart",
                        "addtocart",
                        "addtobasket",
                        "basket",
                        "atc",
                        "cartadd",
                        "加购",
                        "加购物车"));
        names.put("checkout", List.of("checkout", "begincheckout", "startcheckout"));
        names.put(
                PURCHASE,
                List.of(
                        "purchase",
                        "buy",
                        "order",
                        "transaction",
                        "sale",
                        "conversion",
                        "bought",
                        "ordered",
                        "payment",
                        "paid",
                        "购买"));
        return names;
    }

    /** Of an order that no name tells, a target comes after others at least so often. */
    private static final double LEAST_AFTER_OTHERS = 0.5;

    /**
     * By the values of one column and how often each occurs.
     *
     * @param columns the same one in each file of a log
     * @param logs to read again where the names tell nothing
     */
    static BehaviourGuess of(
            List<ColumnProfile> columns, List<InspectFiles.Guess> logs, long mostRows) {
        BehaviourGuess byName = of(columns);
        boolean noneIsKnown =
                byName.kinds().stream().noneMatch(kind -> FUNNEL.containsKey(kind.name()));
        boolean hasItems = logs.stream().anyMatch(log -> log.fields().has("item"));
        return noneIsKnown && hasItems && byName.kinds().size() > 1
                ? byName.inOrder(ActOrder.read(logs, mostRows))
                : byName;
    }

    /** What comes last and mostly after others is what the shop wants: an order, not a comment. */
    BehaviourGuess inOrder(ActOrder order) {
        List<Kind> list = new ArrayList<>(kinds);
        list.sort(Comparator.comparing(BehaviourGuess::raw, order.order()));
        Kind wanted =
                list.stream()
                        .filter(kind -> order.shareAfterOthers(raw(kind)) >= LEAST_AFTER_OTHERS)
                        .reduce((earlier, later) -> later)
                        .orElse(list.get(list.size() - 1));
        return new BehaviourGuess(list, wanted.name(), Basis.SEQUENCE);
    }

    private static String raw(Kind kind) {
        return kind.rawNames().get(0).toLowerCase(Locale.ROOT);
    }

    /** By names and frequency alone. */
    static BehaviourGuess of(List<ColumnProfile> columns) {
        List<String> known = new ArrayList<>(FUNNEL.keySet());
        Map<String, Kind> kinds = new LinkedHashMap<>();
        for (Map.Entry<String, Long> raw : merged(columns).entrySet()) {
            String name = name(raw.getKey(), columns.get(0).name());
            kinds.merge(
                    name,
                    new Kind(name, List.of(raw.getKey()), raw.getValue()),
                    BehaviourGuess::both);
        }
        List<Kind> list = new ArrayList<>(kinds.values());
        boolean guessed = list.stream().anyMatch(kind -> !known.contains(kind.name()));
        // strangers stand, by frequency, between search and view: weak signs until told otherwise
        int stranger = known.indexOf("view");
        list.sort(
                Comparator.<Kind>comparingInt(
                                kind -> {
                                    int place = known.indexOf(kind.name());
                                    return place < 0
                                            ? stranger
                                            : place >= stranger ? place + 1 : place;
                                })
                        .thenComparing(Comparator.comparingLong(Kind::rows).reversed()));
        String target = kinds.containsKey(PURCHASE) ? PURCHASE : list.get(list.size() - 1).name();
        return new BehaviourGuess(list, target, guessed ? Basis.FREQUENCY : Basis.NAMES);
    }

    /** Raw names that differ in case alone mean the same to prepare. */
    private static Map<String, Long> merged(List<ColumnProfile> columns) {
        Map<String, String> spelling = new LinkedHashMap<>();
        Map<String, Long> rows = new LinkedHashMap<>();
        for (ColumnProfile column : columns) {
            for (Map.Entry<String, Long> value : column.byFrequency()) {
                String first =
                        spelling.computeIfAbsent(
                                value.getKey().toLowerCase(Locale.ROOT), lower -> value.getKey());
                rows.merge(first, value.getValue(), Long::sum);
            }
        }
        return rows;
    }

    private static Kind both(Kind a, Kind b) {
        List<String> names = new ArrayList<>(a.rawNames());
        names.addAll(b.rawNames());
        return new Kind(a.name(), names, a.rows() + b.rows());
    }

    private static String name(String raw, String column) {
        String letters = letters(raw);
        for (Map.Entry<String, List<String>> known : FUNNEL.entrySet()) {
            if (known.getValue().contains(letters)) {
                return known.getKey();
            }
        }
        String plain = raw.strip().toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "_");
        return raw.matches("[-+.\\d]+") ? column + "_" + plain : plain;
    }

    /** Whether a value is the very name of a known kind of act. */
    static boolean isKnown(String raw) {
        String letters = letters(raw);
        return FUNNEL.values().stream().anyMatch(names -> names.contains(letters));
    }

    private static String letters(String raw) {
        return raw.toLowerCase(Locale.ROOT)
                .codePoints()
                .filter(Character::isLetter)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }
}
