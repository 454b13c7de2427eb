package dev.nextact.core;

import dev.nextact.core.ShopConfig.Action;
import dev.nextact.core.ShopConfig.AttributeTable;
import dev.nextact.core.ShopConfig.Clean;
import dev.nextact.core.ShopConfig.DifferentialPrivacy;
import dev.nextact.core.ShopConfig.Links;
import dev.nextact.core.ShopConfig.Loss;
import dev.nextact.core.ShopConfig.Model;
import dev.nextact.core.ShopConfig.NextItems;
import dev.nextact.core.ShopConfig.PriceTable;
import dev.nextact.core.ShopConfig.Schedule;
import dev.nextact.core.ShopConfig.SeenItems;
import dev.nextact.core.ShopConfig.Source;
import dev.nextact.core.ShopConfig.SplitRule;
import dev.nextact.core.ShopConfig.Tasks;
import dev.nextact.core.ShopConfig.TimeFormat;
import dev.nextact.core.ShopConfig.Train;
import dev.nextact.core.demand.DemandPeriod;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Reads a shop's config. Here, and only here, stand the defaults; docs/config.md explains each key.
 *
 * <p>A value may hold variables, {@code ${name}} or {@code ${name:default}}, given with {@code
 * --set}.
 */
public final class ShopConfigReader {

    private static final List<String> FAMILIES =
            List.of(Model.AUTO, "rnn", "gru", "lstm", "transformer", "hstu");

    /** Families whose steps attend to each other, or that may turn out as one of them. */
    private static final List<String> ATTENTION = List.of(Model.AUTO, "transformer", "hstu");

    /** What a log without a behaviour column holds. */
    private static final String ONLY_BEHAVIOUR = "event";

    /** Fields whose absence a shop may judge; a row without a user or a time is of no use. */
    private static final List<String> MAY_BE_MISSING =
            List.of("item", "category", "brand", "price", "quantity", "session");

    private ShopConfigReader() {}

    /**
     * @throws NextactException naming file, line, column and key, with what was found and expected
     */
    public static ShopConfig read(Path file, Map<String, String> variables) {
        Path directory = file.toAbsolutePath().getParent();
        return read(
                text(file),
                file.toString(),
                directory == null ? Path.of("/") : directory,
                variables);
    }

    /**
     * The names of the variables that a config has.
     *
     * @throws NextactException where it cannot be read
     */
    public static Set<String> variables(Path file) {
        return ConfigNode.variables(text(file));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new NextactException(
                    NextactException.Category.INPUT,
                    "there is no config file " + file + "; name one with --config FILE",
                    e);
        } catch (IOException e) {
            throw new NextactException(
                    NextactException.Category.INPUT,
                    "cannot read the config file " + file + ": " + e.getMessage(),
                    e);
        }
    }

    /**
     * The same shop with some keys changed; they are checked as those of a file are.
     *
     * @param name of the changed config, for messages, whose lines are those of {@code nextact
     *     config --print}
     * @param changes key, with dots between its sections, to its value as in YAML
     * @throws NextactException for an unknown key or a value that is none of its
     */
    public static ShopConfig changed(ShopConfig config, String name, Map<String, String> changes) {
        Map<String, Object> tree = ShopConfigWriter.toTree(config);
        changes.forEach((key, value) -> put(tree, key, value, name));
        return read(ShopConfigWriter.toYaml(tree), name, config.directory(), Map.of());
    }

    private static void put(Map<String, Object> tree, String key, String value, String name) {
        int dot = key.indexOf('.');
        if (dot < 0) {
            boolean collection = value.startsWith("[") || value.startsWith("{");
            try {
                tree.put(key, collection ? new Yaml().load(value) : value);
            } catch (YAMLException e) {
                throw new NextactException(
                        NextactException.Category.INPUT,
                        "%s: %s: found '%s', which is no YAML: %s"
                                .formatted(name, key, value, e.getMessage()),
                        e);
            }
            return;
        }
        String section = key.substring(0, dot);
        Map<String, Object> inner = new LinkedHashMap<>();
        if (tree.get(section) instanceof Map<?, ?> there) {
            there.forEach((k, v) -> inner.put(String.valueOf(k), v));
        }
        put(inner, key.substring(dot + 1), value, name);
        tree.put(section, inner);
    }

    /**
     * Of the text of a file.
     *
     * @param name of the file, for messages
     * @param directory that relative paths start from
     */
    public static ShopConfig read(
            String text, String name, Path directory, Map<String, String> variables) {
        Node node;
        try {
            node = new Yaml(new LoaderOptions()).compose(new StringReader(text));
        } catch (MarkedYAMLException e) {
            throw NextactException.input(
                    "%s, line %d, column %d: this is no YAML: %s",
                    name,
                    e.getProblemMark().getLine() + 1,
                    e.getProblemMark().getColumn() + 1,
                    e.getProblem());
        } catch (YAMLException e) {
            throw NextactException.input(
                    "%s: this is no YAML: %s", name, String.valueOf(e.getMessage()));
        }
        if (node == null) {
            throw NextactException.input("%s is empty; a config needs at least sources", name);
        }
        return config(ConfigNode.root(new ConfigNode.Source(name, variables), node), directory);
    }

    private static ShopConfig config(ConfigNode root, Path directory) {
        List<Source> sources = sources(root);
        Behaviours behaviours = behaviours(root, sources);
        ShopConfig config =
                new ShopConfig(
                        directory,
                        Path.of(root.text("workspace").orElse("work")),
                        sources,
                        tables(root, "items", "item"),
                        tables(root, "users", "user"),
                        links(root, behaviours, sources),
                        behaviours,
                        target(root, behaviours),
                        clean(root),
                        split(root),
                        model(root),
                        train(root, behaviours),
                        tasks(root),
                        ServeConfigReader.read(root, ShopConfigReader::nothing),
                        PrivacyConfigReader.read(root));
        root.close();
        refuseMissingColumns(root, config);
        refuseBaskets(root, config);
        refuseTimeBias(root, config);
        return config;
    }

    /** Where a basket cannot be told, or would be cut in two. */
    private static void refuseBaskets(ConfigNode root, ShopConfig config) {
        if (!config.model().baskets()) {
            return;
        }
        String found = "";
        if (config.split().protocol().equals("leave-one-out")) {
            found =
                    "split.protocol: leave-one-out takes the last event of a shopper, which cuts a"
                            + " basket in two. Split by time, or by shoppers";
        } else if (!config.tasks().learn().equals(List.of("next-items"))) {
            found =
                    "tasks.learn: "
                            + String.join(", ", config.tasks().learn())
                            + "; with baskets it can be next-items alone";
        } else if (lacksTimes(config)) {
            found = "a source without a column for 'time', by which baskets are told";
        }
        if (!found.isEmpty()) {
            throw root.section("model")
                    .orElseThrow()
                    .found("baskets", "true", "together with " + found);
        }
    }

    private static void refuseTimeBias(ConfigNode root, ShopConfig config) {
        if (!config.model().timeBias()) {
            return;
        }
        ConfigNode node = root.section("model").orElseThrow();
        if (!ATTENTION.contains(config.model().family())) {
            throw node.found(
                    "time_bias",
                    "true",
                    config.model().family()
                            + " has no attention to bias: expected a family among "
                            + String.join(", ", ATTENTION));
        }
        if (lacksTimes(config)) {
            throw node.found(
                    "time_bias",
                    "true",
                    "expected a column for 'time' in every source: the order of rows says nothing"
                            + " of how long it was between them");
        }
    }

    private static boolean lacksTimes(ShopConfig config) {
        return config.sources().stream().anyMatch(s -> !s.columns().containsKey("time"));
    }

    /** A network cannot read what nobody keeps. */
    private static void refuseMissingColumns(ConfigNode root, ShopConfig config) {
        Set<String> ofEvents = new TreeSet<>();
        config.sources().forEach(source -> ofEvents.addAll(source.columns().keySet()));
        ofEvents.removeAll(List.of("user", "item", "behaviour", "time", "session"));
        config.links().forEach(links -> ofEvents.add(links.name()));
        config.model()
                .eventColumns()
                .values()
                .forEach(
                        columns ->
                                refuseMissing(root, "event_fields", columns, ofEvents, "sources"));
        Set<String> ofUsers = new TreeSet<>();
        config.users().forEach(table -> ofUsers.addAll(table.columns().keySet()));
        ofUsers.remove("user");
        config.model()
                .userColumns()
                .values()
                .forEach(columns -> refuseMissing(root, "user_fields", columns, ofUsers, "users"));
    }

    private static void refuseMissing(
            ConfigNode root, String key, List<String> columns, Set<String> known, String tables) {
        for (String column : columns) {
            if (!known.contains(column)) {
                throw root.section("model")
                        .orElseThrow()
                        .found(
                                key,
                                column,
                                "expected a name that columns: of "
                                        + tables
                                        + " gives a column to"
                                        + (known.isEmpty()
                                                ? ""
                                                : ", such as " + String.join(", ", known)));
            }
        }
    }

    private static List<Source> sources(ConfigNode root) {
        List<Source> sources = new ArrayList<>();
        Set<String> read = new HashSet<>();
        root.section("model")
                .ifPresent(
                        model ->
                                fields(model, "event_fields")
                                        .forEach((name, kind) -> read.addAll(kind.columns(name))));
        for (ConfigNode node : root.sections("sources")) {
            Optional<ConfigNode> time = node.section("time");
            String zone = time.flatMap(t -> t.text("zone")).orElse("UTC");
            time.ifPresent(t -> t.parsed("zone", zone, ZoneId::of));
            Source source =
                    new Source(
                            node.required("path"),
                            sourceColumns(node, read),
                            node.flag("header"),
                            node.text("delimiter").map(d -> d.equals("\\t") ? "\t" : d),
                            node.text("encoding").orElse("auto"),
                            new TimeFormat(
                                    time.flatMap(t -> t.text("format")).orElse("auto"), zone),
                            node.choice("decimal", "auto", List.of("auto", ".", ",")),
                            texts(node, "missing"),
                            texts(node, "returned"),
                            RemoteReader.read(node, node.required("path")));
            time.ifPresent(ConfigNode::close);
            if (source.delimiter().isPresent() && source.delimiter().get().length() != 1) {
                throw node.found("delimiter", source.delimiter().get(), "expected one character");
            }
            for (String field : source.returned().keySet()) {
                if (!source.columns().containsKey(field)) {
                    throw node.found(
                            "returned", field, "expected a field that columns: names a column for");
                }
            }
            if (!source.columns().containsKey("user")) {
                throw node.found(
                        "columns",
                        String.join(", ", source.columns().keySet()),
                        "expected a column for 'user' among them");
            }
            node.close();
            sources.add(source);
        }
        if (sources.isEmpty()) {
            root.required("sources");
        }
        refuseSameName(root, sources);
        return sources;
    }

    /** Two sources collected into one directory would be mixed. */
    private static void refuseSameName(ConfigNode root, List<Source> sources) {
        Set<String> names = new HashSet<>();
        for (Source source : sources) {
            source.remote()
                    .filter(remote -> !names.add(remote.name()))
                    .ifPresent(
                            remote -> {
                                throw root.found(
                                        "sources",
                                        remote.name(),
                                        "which is the name of two of them; give each another with"
                                                + " name:");
                            });
        }
    }

    /**
     * Of a source.
     *
     * @param read columns that the network reads; of others, one that is nearly called like what
     *     any log may tell is taken for a slip
     */
    private static Map<String, String> sourceColumns(ConfigNode node, Set<String> read) {
        Map<String, String> columns = new LinkedHashMap<>();
        Optional<ConfigNode> section = node.section("columns");
        if (section.isEmpty()) {
            node.required("columns");
        }
        section.ifPresent(
                s -> {
                    for (String field : Source.FIELDS) {
                        s.text(field).ifPresent(column -> columns.put(field, column));
                    }
                    for (String field : s.names()) {
                        boolean isOwn =
                                read.contains(field) || Nearest.of(field, Source.FIELDS).isEmpty();
                        if (isOwn && !columns.containsKey(field)) {
                            if (!field.matches("[a-z][a-z0-9_]{0,50}")) {
                                throw s.found(
                                        field,
                                        field,
                                        "expected small letters, digits and _ in the name of a"
                                                + " column of your own");
                            }
                            columns.put(field, s.required(field));
                        }
                    }
                    s.close();
                });
        return columns;
    }

    /** Field to texts. */
    private static Map<String, List<String>> texts(ConfigNode source, String key) {
        Map<String, List<String>> texts = new LinkedHashMap<>();
        source.section(key)
                .ifPresent(
                        section -> {
                            for (String field : columnsOf(source)) {
                                List<String> list = section.texts(field);
                                if (!list.isEmpty()) {
                                    texts.put(field, list);
                                }
                            }
                            section.close();
                        });
        return texts;
    }

    private static Map<String, String> columns(ConfigNode node, List<String> allowed) {
        Map<String, String> columns = new LinkedHashMap<>();
        ConfigNode section = node.section("columns").orElseGet(ShopConfigReader::nothing);
        for (String field : allowed) {
            section.text(field).ifPresent(column -> columns.put(field, column));
        }
        section.close();
        return columns;
    }

    private static Set<String> columnsOf(ConfigNode source) {
        Set<String> names = new LinkedHashSet<>(Source.FIELDS);
        source.section("columns").ifPresent(columns -> names.addAll(columns.names()));
        return names;
    }

    private static List<AttributeTable> tables(ConfigNode root, String key, String id) {
        List<AttributeTable> tables = new ArrayList<>();
        for (ConfigNode node : root.sections(key)) {
            String path = node.required("path");
            Map<String, String> columns = new LinkedHashMap<>();
            node.section("columns")
                    .ifPresent(
                            s -> {
                                for (String field : s.keys()) {
                                    columns.put(field, s.required(field));
                                }
                            });
            if (!columns.containsKey(id)) {
                throw node.found(
                        "columns",
                        String.join(", ", columns.keySet()),
                        "expected a column for '" + id + "' among them");
            }
            Optional<String> separator = node.text("separator").filter(s -> !s.isEmpty());
            node.close();
            tables.add(new AttributeTable(path, columns, separator));
        }
        return tables;
    }

    private static List<Links> links(ConfigNode root, Behaviours behaviours, List<Source> sources) {
        List<Links> links = new ArrayList<>();
        Set<String> taken = new HashSet<>(Source.FIELDS);
        sources.forEach(source -> taken.addAll(source.columns().keySet()));
        for (ConfigNode node : root.sections("links")) {
            String path = node.required("path");
            Map<String, String> columns = columns(node, List.of("from", "to", "time"));
            if (!columns.containsKey("from") || !columns.containsKey("to")) {
                throw node.found(
                        "columns",
                        String.join(", ", columns.keySet()),
                        "expected columns for 'from' and 'to' among them");
            }
            String name = node.text("name").orElse("linked");
            if (!name.matches("[a-z][a-z0-9_]{0,50}")) {
                throw node.found("name", name, "expected small letters, digits and _");
            }
            if (!taken.add(name)) {
                throw node.found(
                        "name",
                        name,
                        "which is the name of another column; give it one of its own");
            }
            int acts = node.whole("acts", 8, 1, 1000);
            List<String> counted = node.texts("behaviours");
            for (String behaviour : counted) {
                if (!behaviours.toMap().containsKey(behaviour)) {
                    throw node.found(
                            "behaviours",
                            behaviour,
                            "expected a behaviour: "
                                    + String.join(", ", behaviours.toMap().keySet()));
                }
            }
            node.close();
            links.add(new Links(path, columns, name, acts, counted));
        }
        return links;
    }

    private static Behaviours behaviours(ConfigNode root, List<Source> sources) {
        Optional<ConfigNode> node = root.section("behaviours");
        boolean column = sources.stream().anyMatch(s -> s.columns().containsKey("behaviour"));
        if (node.isEmpty()) {
            if (column) {
                throw root.found(
                        "behaviours",
                        "",
                        "expected the behaviours of the log in the order of the funnel, such as"
                                + " {view: [pv], purchase: [buy]}, since a source has a behaviour"
                                + " column");
            }
            return Behaviours.of(Map.of(ONLY_BEHAVIOUR, List.of(ONLY_BEHAVIOUR)));
        }
        Map<String, List<String>> names = new LinkedHashMap<>();
        for (String name : node.get().keys()) {
            List<String> raw = node.get().texts(name);
            names.put(name, raw.isEmpty() ? List.of(name) : raw);
        }
        return root.parsed("behaviours", names.toString(), text -> Behaviours.of(names));
    }

    private static String target(ConfigNode root, Behaviours behaviours) {
        List<String> names = List.copyOf(behaviours.toMap().keySet());
        return root.choice("target", names.get(names.size() - 1), names);
    }

    private static Action action(ConfigNode node, String key, Action otherwise) {
        List<String> names = List.of("keep", "flag", "drop");
        String name = node.choice(key, otherwise.name().toLowerCase(Locale.ROOT), names);
        return Action.valueOf(name.toUpperCase(Locale.ROOT));
    }

    private static Clean clean(ConfigNode root) {
        ConfigNode node = root.section("clean").orElseGet(ShopConfigReader::nothing);
        Clean clean =
                new Clean(
                        action(node, "impossible_times", Action.DROP),
                        action(node, "clock_jumps", Action.FLAG),
                        action(node, "duplicates", Action.DROP),
                        action(node, "near_duplicates", Action.KEEP),
                        node.duration("near_duplicate_window", Duration.ofSeconds(2)),
                        action(node, "outliers", Action.FLAG),
                        node.whole("max_events_per_user_day", 2000, 1, Integer.MAX_VALUE),
                        action(node, "regular_users", Action.FLAG),
                        action(node, "price_outliers", Action.FLAG),
                        action(node, "returns", Action.DROP),
                        missing(node),
                        node.whole("min_item_events", 5, 1, Integer.MAX_VALUE));
        node.close();
        return clean;
    }

    private static Map<String, String> missing(ConfigNode clean) {
        Map<String, String> rules = new LinkedHashMap<>();
        ConfigNode node = clean.section("missing").orElseGet(ShopConfigReader::nothing);
        for (String field : MAY_BE_MISSING) {
            String rule = node.text(field).orElse(field.equals("item") ? "reject" : "keep");
            boolean known =
                    rule.equals("reject")
                            || (rule.equals("keep") && !field.equals("item"))
                            || (rule.startsWith("fill:") && rule.length() > "fill:".length());
            if (!known) {
                throw node.found(
                        field,
                        rule,
                        field.equals("item")
                                ? "expected reject or fill:TEXT"
                                : "expected keep, reject or fill:TEXT");
            }
            rules.put(field, rule);
        }
        node.close();
        return rules;
    }

    private static SplitRule split(ConfigNode root) {
        ConfigNode node = root.section("split").orElseGet(ShopConfigReader::nothing);
        int folds = node.whole("folds", 5, 2, 1000);
        if (folds == 2 && node.text("protocol").filter("k-fold"::equals).isPresent()) {
            throw node.found("folds", "2", "k-fold needs 3: to train, to validate and to test");
        }
        SplitRule split =
                new SplitRule(
                        node.choice("protocol", "time", SplitRule.PROTOCOLS),
                        node.duration("valid", Duration.ofDays(7)),
                        node.duration("test", Duration.ofDays(7)),
                        folds,
                        node.whole("fold", folds - 1, 0, folds - 1),
                        node.decimal("share", 0.2, 0.001, 0.6),
                        node.wholeLong("seed", 42, Long.MIN_VALUE, Long.MAX_VALUE));
        node.close();
        return split;
    }

    private static Model model(ConfigNode root) {
        ConfigNode node = root.section("model").orElseGet(ShopConfigReader::nothing);
        Model model =
                new Model(
                        node.text("name").orElse("default"),
                        node.choice("family", "transformer", FAMILIES),
                        node.choice("block", "pre-norm", List.of("pre-norm", "post-norm", "ligr")),
                        node.choice("feed_forward", "gelu", List.of("gelu", "relu", "swiglu")),
                        node.choice(
                                "positions", "absolute", List.of("absolute", "relative", "both")),
                        node.flag("time_bias").orElse(false),
                        node.whole("width", 64, 1, 4096),
                        node.whole("layers", 2, 1, 64),
                        node.whole("heads", 2, 1, 64),
                        node.whole("length", 50, 1, 10_000),
                        node.decimal("dropout", 0.2, 0, 0.99),
                        node.texts("item_fields"),
                        node.texts("item_numbers"),
                        node.texts("item_text"),
                        node.flag("new_items").orElse(false),
                        node.decimal("item_dropout", 0.1, 0, 0.9),
                        timeFields(node),
                        node.flag("behaviours").orElse(true),
                        fields(node, "event_fields"),
                        fields(node, "user_fields"),
                        node.flag("baskets").orElse(false));
        if (!model.name().matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            throw node.found(
                    "name", model.name(), "expected letters, digits, dots, dashes, at most 64");
        }
        if (model.newItems() && model.itemFacts().isEmpty()) {
            throw node.found(
                    "new_items",
                    "true",
                    "a new item is known by its facts alone: name some in item_fields,"
                            + " item_numbers or item_text");
        }
        if (ATTENTION.contains(model.family()) && model.width() % model.heads() != 0) {
            throw node.found(
                    "heads",
                    Integer.toString(model.heads()),
                    "expected a divisor of the width " + model.width());
        }
        node.close();
        return model;
    }

    private static List<String> timeFields(ConfigNode node) {
        List<String> fields = node.texts("time_fields");
        for (String field : fields) {
            if (!List.of("gap", "hour", "weekday").contains(field)) {
                throw node.found("time_fields", field, "expected gap, hour or weekday");
            }
        }
        return fields;
    }

    /** A list of names, or names with their kinds. */
    private static Map<String, FieldKind> fields(ConfigNode node, String key) {
        Map<String, FieldKind> fields = new LinkedHashMap<>();
        Optional<ConfigNode> kinds = node.sectionOnly(key);
        if (kinds.isEmpty()) {
            node.texts(key).forEach(name -> fields.put(name, new FieldKind.Auto()));
        } else {
            for (String name : kinds.get().keys()) {
                Optional<ConfigNode> options = kinds.get().sectionOnly(name);
                fields.put(
                        name,
                        options.map(ShopConfigReader::kind)
                                .orElseGet(() -> kind(kinds.get(), name, nothing())));
                options.ifPresent(ConfigNode::close);
            }
        }
        return fields;
    }

    private static FieldKind kind(ConfigNode options) {
        options.required("kind");
        return kind(options, "kind", options);
    }

    private static FieldKind kind(ConfigNode node, String key, ConfigNode options) {
        String word =
                node.choice(
                        key,
                        "auto",
                        List.of("auto", "category", "set", "buckets", "number", "geo", "text"));
        return switch (word) {
            case "category" -> new FieldKind.Category(minEvents(options));
            case "set" ->
                    new FieldKind.Several(
                            options.text("separator").filter(s -> !s.isEmpty()).orElse("|"),
                            minEvents(options));
            case "buckets" ->
                    new FieldKind.Buckets(
                            options.whole("ranges", FieldKind.Buckets.RANGES, 2, 10_000));
            case "number" -> new FieldKind.Numeric();
            case "geo" -> geo(options);
            case "text" ->
                    new FieldKind.Text(
                            options.whole("components", FieldKind.Text.COMPONENTS, 1, 384));
            default -> new FieldKind.Auto();
        };
    }

    private static int minEvents(ConfigNode options) {
        return options.whole("min_events", FieldKind.Category.MIN_EVENTS, 1, Integer.MAX_VALUE);
    }

    private static FieldKind geo(ConfigNode options) {
        List<Double> cells = new ArrayList<>();
        for (String text : options.texts("cells_km")) {
            double side = options.parsed("cells_km", text, Double::parseDouble);
            if (!(side >= 0.01 && side <= 20_000)) {
                throw options.found("cells_km", text, "expected 0.01 to 20000 kilometres");
            }
            cells.add(side);
        }
        String latitude = options.text("latitude").orElse("");
        String longitude = options.text("longitude").orElse("");
        if (latitude.isEmpty() != longitude.isEmpty()) {
            throw options.found(
                    latitude.isEmpty() ? "longitude" : "latitude",
                    latitude + longitude,
                    "expected latitude and longitude, or neither where the field is one text"
                            + " 'latitude,longitude'");
        }
        return new FieldKind.Geo(
                cells.isEmpty() ? FieldKind.Geo.CELLS_KM : cells,
                latitude,
                longitude,
                minEvents(options));
    }

    private static Train train(ConfigNode root, Behaviours behaviours) {
        ConfigNode node = root.section("train").orElseGet(ShopConfigReader::nothing);
        Train train =
                new Train(
                        node.whole("epochs", 100, 1, 1_000_000),
                        node.whole("patience", 5, 1, 1_000_000),
                        node.wholeLong("seed", 42, Long.MIN_VALUE, Long.MAX_VALUE),
                        node.whole("batch", 128, 1, 1_000_000),
                        node.whole("accumulate", 1, 1, 1_000),
                        node.flag("checkpoint_activations").orElse(false),
                        node.choice("optimiser", "adam", List.of("adam", "adamw", "sgd")),
                        node.decimal("learning_rate", 0.001, 0, 1e6),
                        new Schedule(
                                node.choice(
                                        "schedule",
                                        "constant",
                                        List.of("constant", "linear", "cosine")),
                                node.whole("warm_up", 0, 0, 10_000_000)),
                        node.decimal("weight_decay", 0, 0, 1e3),
                        node.decimal("clip_norm", 5, 0, 1e9),
                        node.decimal("ema", 0, 0, 0.999999),
                        loss(node),
                        behaviourWeights(node, behaviours),
                        node.whole("workers", 0, 0, 1024),
                        node.flag("deterministic").orElse(false),
                        node.duration("family_budget", Train.FAMILY_BUDGET),
                        node.section("privacy").map(ShopConfigReader::privacy));
        node.close();
        return train;
    }

    private static DifferentialPrivacy privacy(ConfigNode node) {
        node.required("epsilon");
        DifferentialPrivacy privacy =
                new DifferentialPrivacy(
                        node.decimal("epsilon", 0, 0.01, 1000),
                        node.decimal("delta", 0, 0, 0.1),
                        node.decimal("clip", 1, 1e-6, 1e6));
        node.close();
        return privacy;
    }

    private static Loss loss(ConfigNode node) {
        Loss loss =
                new Loss(
                        node.choice("loss", "sampled-softmax", Loss.KINDS),
                        node.whole("negatives", 256, 1, 10_000_000),
                        node.choice("sampling", "uniform", Loss.SAMPLINGS),
                        node.decimal("calibration", 0.75, 0, 1),
                        node.decimal("temperature", 1, 0.001, 1000),
                        node.decimal("label_smoothing", 0, 0, 0.99),
                        node.choice("precision", Loss.FP32, Loss.PRECISIONS));
        if (loss.labelSmoothing() > 0 && !loss.isFull()) {
            throw node.found(
                    "label_smoothing",
                    Double.toString(loss.labelSmoothing()),
                    "expected 0 with the loss "
                            + loss.kind()
                            + ": the truth is spread over all items, which full-softmax alone"
                            + " looks at");
        }
        if (!loss.precision().equals(Loss.FP32) && !loss.isFull()) {
            throw node.found(
                    "precision",
                    loss.precision(),
                    "expected fp32 with the loss "
                            + loss.kind()
                            + ": it is the products of full-softmax alone that are worth it");
        }
        if (!loss.sampling().equals("uniform")
                && List.of("gbce", "full-softmax").contains(loss.kind())) {
            throw node.found(
                    "sampling",
                    loss.sampling(),
                    "expected uniform with the loss "
                            + loss.kind()
                            + (loss.isFull() ? ", which samples nothing" : ", calibrated for it"));
        }
        return loss;
    }

    private static Map<String, Double> behaviourWeights(ConfigNode node, Behaviours behaviours) {
        Map<String, Double> weights = new LinkedHashMap<>();
        Optional<ConfigNode> section = node.section("behaviour_weights");
        if (section.isPresent()) {
            for (String name : section.get().keys()) {
                if (!behaviours.toMap().containsKey(name)) {
                    throw section.get()
                            .found(
                                    name,
                                    name,
                                    "expected a behaviour: "
                                            + String.join(", ", behaviours.toMap().keySet()));
                }
                weights.put(name, section.get().decimal(name, 1, 0, 1e6));
            }
        }
        return weights;
    }

    private static Tasks tasks(ConfigNode root) {
        ConfigNode node = root.section("tasks").orElseGet(ShopConfigReader::nothing);
        ConfigNode next = node.section("next_items").orElseGet(ShopConfigReader::nothing);
        ConfigNode events = node.section("next_events").orElseGet(ShopConfigReader::nothing);
        ConfigNode intent = node.section("intent").orElseGet(ShopConfigReader::nothing);
        ConfigNode churn = node.section("churn").orElseGet(ShopConfigReader::nothing);
        ConfigNode demand = node.section("demand").orElseGet(ShopConfigReader::nothing);
        String seen = next.choice("seen", "keep", List.of("keep", "remove"));
        List<String> learn = node.texts("learn");
        for (String task : learn) {
            if (!Tasks.LEARNED.contains(task)) {
                throw node.found(
                        "learn", task, "expected one of " + String.join(", ", Tasks.LEARNED));
            }
        }
        List<String> learned = learn.isEmpty() ? List.of("next-items") : learn;
        IntentWay intentWay =
                IntentWay.of(intent.choice("way", IntentWay.HAZARD.title(), IntentWay.titles()))
                        .orElseThrow();
        if (intentWay == IntentWay.CLASSIFIER && !learned.equals(List.of("intent"))) {
            throw intent.found(
                    "way",
                    intentWay.title(),
                    "a classifier learns intent and nothing else: expected tasks.learn: [intent],"
                            + " found "
                            + learned);
        }
        Duration horizon = intent.duration("horizon", Duration.ofHours(24));
        if (intentWay == IntentWay.CLASSIFIER && horizon.isZero()) {
            throw intent.found("horizon", "0", "expected above 0 for a classifier");
        }
        Tasks tasks =
                new Tasks(
                        learned,
                        node.choice("choose_by", learned.get(0), learned),
                        node.whole("head_epochs", 10, 0, 100_000),
                        new NextItems(
                                next.whole("k", 10, 1, 10_000),
                                SeenItems.valueOf(seen.toUpperCase(Locale.ROOT))),
                        new ShopConfig.NextEvents(events.whole("k", 10, 1, 1_000), way(events)),
                        horizon,
                        intentWay,
                        classifier(intent, intentWay),
                        churn.duration("horizon", Duration.ofDays(30)),
                        demand(demand));
        List.of(next, events, intent, churn, demand, node).forEach(ConfigNode::close);
        return tasks;
    }

    private static ShopConfig.Classifier classifier(ConfigNode intent, IntentWay way) {
        ShopConfig.Classifier classifier =
                new ShopConfig.Classifier(
                        intent.flag("totals").orElse(false),
                        intent.flag("counts").orElse(false),
                        CountLevel.of(
                                        intent.choice(
                                                "level",
                                                CountLevel.SEEN.title(),
                                                CountLevel.titles()))
                                .orElseThrow());
        if (classifier.level() != CountLevel.SEEN && !classifier.counts()) {
            throw intent.found(
                    "level",
                    classifier.level().title(),
                    "expected tasks.intent.counts: true beside it: it is the level of counts");
        }
        if (way != IntentWay.CLASSIFIER && !classifier.equals(ShopConfig.Classifier.CLASSIC)) {
            throw intent.found(
                    classifier.totals() ? "totals" : "counts",
                    "true",
                    "expected tasks.intent.way: classifier beside it; hazards read the totals"
                            + " anyway");
        }
        return classifier;
    }

    private static ShopConfig.Demand demand(ConfigNode node) {
        return new ShopConfig.Demand(
                node.duration("horizon", Duration.ofDays(14)),
                DemandPeriod.valueOf(
                        node.choice("period", "week", List.of("day", "week"))
                                .toUpperCase(Locale.ROOT)),
                node.choice("family", "gru", FAMILIES),
                node.section("prices").map(ShopConfigReader::prices),
                node.texts("texts"));
    }

    private static PriceTable prices(ConfigNode node) {
        String path = node.required("path");
        Map<String, String> columns = columns(node, PriceTable.FIELDS);
        List<String> needed = PriceTable.FIELDS.subList(0, 4);
        if (!columns.keySet().containsAll(needed)) {
            throw node.found(
                    "columns",
                    String.join(", ", columns.keySet()),
                    "expected columns for all of " + String.join(", ", needed));
        }
        node.close();
        return new PriceTable(path, columns);
    }

    private static Optional<EventWay> way(ConfigNode events) {
        List<String> ways = new ArrayList<>(List.of(ShopConfig.NextEvents.AUTO));
        ways.addAll(EventWay.titles());
        return EventWay.of(events.choice("way", ShopConfig.NextEvents.AUTO, ways));
    }

    /** A section that is left out: every key takes its default. */
    private static ConfigNode nothing() {
        return ConfigNode.nothing();
    }
}
