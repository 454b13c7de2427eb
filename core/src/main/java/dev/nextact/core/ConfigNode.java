package dev.nextact.core;

import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * One mapping of a YAML file. Every key is asked for by name and type; {@link #close} refuses those
 * nobody asked for, with the nearest one that exists. Errors name file, line, column and key.
 */
final class ConfigNode {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_]\\w*)(?::([^}]*))?}");
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(s|m|h|d|w)");

    /** Where a node stands, and what its variables mean. */
    record Source(String file, Map<String, String> variables) {}

    private final Source source;
    private final String path;
    private final Node place;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Map<String, Node> keys = new LinkedHashMap<>();
    private final Set<String> asked = new HashSet<>();

    private ConfigNode(Source source, String path, Node node) {
        this.source = source;
        this.path = path;
        this.place = node;
        if (!(node instanceof MappingNode mapping)) {
            throw error(node, path, "expected keys with values");
        }
        for (NodeTuple tuple : mapping.getValue()) {
            String key = scalar(tuple.getKeyNode(), path);
            if (values.put(key, tuple.getValueNode()) != null) {
                throw error(tuple.getKeyNode(), at(key), "stands here a second time");
            }
            keys.put(key, tuple.getKeyNode());
        }
    }

    static ConfigNode root(Source source, Node node) {
        return new ConfigNode(source, "", node);
    }

    /** A section that is left out: every key takes its default. */
    static ConfigNode nothing() {
        Node empty = new Yaml(new LoaderOptions()).compose(new StringReader("{}"));
        return root(new Source("defaults", Map.of()), empty);
    }

    private String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private Optional<Node> value(String key) {
        asked.add(key);
        return Optional.ofNullable(values.get(key)).filter(node -> !node.getTag().equals(Tag.NULL));
    }

    boolean has(String key) {
        return value(key).isPresent();
    }

    /** The keys, in the order of the file; each counts as asked for. */
    Set<String> keys() {
        asked.addAll(values.keySet());
        return values.keySet();
    }

    /** The keys, in the order of the file. */
    Set<String> names() {
        return values.keySet();
    }

    Optional<String> text(String key) {
        return value(key).map(node -> scalar(node, at(key)));
    }

    String required(String key) {
        return text(key)
                .orElseThrow(() -> error(place, at(key), "is missing; the config needs it"));
    }

    Optional<ConfigNode> section(String key) {
        return value(key).map(node -> new ConfigNode(source, at(key), node));
    }

    /** The section, where the value is one; a text or list is left to who asks for those. */
    Optional<ConfigNode> sectionOnly(String key) {
        return value(key).filter(MappingNode.class::isInstance).flatMap(node -> section(key));
    }

    /** A list of mappings; one mapping alone counts as a list of one. */
    List<ConfigNode> sections(String key) {
        Optional<Node> value = value(key);
        List<ConfigNode> list = new ArrayList<>();
        if (value.isPresent() && value.get() instanceof SequenceNode sequence) {
            for (int i = 0; i < sequence.getValue().size(); i++) {
                list.add(
                        new ConfigNode(
                                source, at(key) + "[" + i + "]", sequence.getValue().get(i)));
            }
        } else {
            value.ifPresent(node -> list.add(new ConfigNode(source, at(key), node)));
        }
        return list;
    }

    /** A list of texts; one text alone counts as a list of one. */
    List<String> texts(String key) {
        Optional<Node> value = value(key);
        if (value.isPresent() && value.get() instanceof SequenceNode sequence) {
            return sequence.getValue().stream().map(node -> scalar(node, at(key))).toList();
        }
        return value.map(node -> List.of(scalar(node, at(key)))).orElse(List.of());
    }

    Optional<Boolean> flag(String key) {
        return text(key)
                .map(
                        text ->
                                switch (text.toLowerCase(Locale.ROOT)) {
                                    case "true", "yes" -> true;
                                    case "false", "no" -> false;
                                    default -> throw found(key, text, "expected true or false");
                                });
    }

    int whole(String key, int otherwise, int least, int most) {
        return (int) wholeLong(key, otherwise, least, most);
    }

    long wholeLong(String key, long otherwise, long least, long most) {
        return text(key)
                .map(
                        text -> {
                            long number;
                            try {
                                number = Long.parseLong(text.replace("_", ""));
                            } catch (NumberFormatException e) {
                                throw found(key, text, "expected a whole number");
                            }
                            if (number < least || number > most) {
                                throw found(key, text, "expected " + least + " to " + most);
                            }
                            return number;
                        })
                .orElse(otherwise);
    }

    double decimal(String key, double otherwise, double least, double most) {
        return text(key)
                .map(
                        text -> {
                            double number;
                            try {
                                number = Double.parseDouble(text);
                            } catch (NumberFormatException e) {
                                throw found(key, text, "expected a number");
                            }
                            if (!(number >= least && number <= most)) {
                                throw found(key, text, "expected " + least + " to " + most);
                            }
                            return number;
                        })
                .orElse(otherwise);
    }

    Duration duration(String key, Duration otherwise) {
        return text(key)
                .map(
                        text -> {
                            Matcher matcher = DURATION.matcher(text.strip());
                            if (!matcher.matches()) {
                                throw found(
                                        key, text, "expected a time such as 30m, 24h, 7d or 2w");
                            }
                            return Spans.of(Long.parseLong(matcher.group(1)), matcher.group(2));
                        })
                .orElse(otherwise);
    }

    String choice(String key, String otherwise, List<String> allowed) {
        return text(key)
                .map(
                        text -> {
                            if (!allowed.contains(text)) {
                                throw found(
                                        key,
                                        text,
                                        "expected one of "
                                                + String.join(", ", allowed)
                                                + Nearest.hint(text, allowed));
                            }
                            return text;
                        })
                .orElse(otherwise);
    }

    <T> T parsed(String key, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (RuntimeException e) {
            throw found(key, text, String.valueOf(e.getMessage()));
        }
    }

    /** Refuses the keys that nobody asked for. */
    void close() {
        for (Map.Entry<String, Node> key : keys.entrySet()) {
            if (!asked.contains(key.getKey())) {
                throw error(
                        key.getValue(),
                        at(key.getKey()),
                        "is no key nextact knows"
                                + Nearest.hint(key.getKey(), List.copyOf(asked))
                                + ". Known here: "
                                + String.join(", ", asked.stream().sorted().toList()));
            }
        }
    }

    NextactException found(String key, String text, String expected) {
        return error(values.getOrDefault(key, place), at(key), "found '" + text + "', " + expected);
    }

    private NextactException error(Node node, String key, String what) {
        return NextactException.input(
                "%s, line %d, column %d: %s %s",
                source.file(),
                node.getStartMark().getLine() + 1,
                node.getStartMark().getColumn() + 1,
                key.isEmpty() ? "the config" : key,
                what);
    }

    private String scalar(Node node, String key) {
        if (!(node instanceof ScalarNode scalar)) {
            throw error(node, key, "expected a single value");
        }
        return VARIABLE.matcher(scalar.getValue())
                .replaceAll(
                        match -> {
                            String value = source.variables().get(match.group(1));
                            if (value == null && match.group(2) == null) {
                                throw error(
                                        node,
                                        key,
                                        "needs the variable '"
                                                + match.group(1)
                                                + "': give it by --set "
                                                + match.group(1)
                                                + "=…");
                            }
                            return Matcher.quoteReplacement(value == null ? match.group(2) : value);
                        });
    }

    /** The names of all variables of a config. */
    static Set<String> variables(String text) {
        Set<String> names = new TreeSet<>();
        VARIABLE.matcher(text).results().forEach(match -> names.add(match.group(1)));
        return names;
    }
}
