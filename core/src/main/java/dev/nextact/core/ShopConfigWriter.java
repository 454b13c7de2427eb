package dev.nextact.core;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Writes a config whole, with every default: reading it again gives an equal config. */
public final class ShopConfigWriter {

    private static final YAMLMapper YAML =
            YAMLMapper.builder()
                    .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                    .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                    .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                    .build();

    private ShopConfigWriter() {}

    /** As YAML, ready to be a config file. */
    public static String toYaml(ShopConfig config) {
        return toYaml(toTree(config));
    }

    static String toYaml(Map<String, Object> tree) {
        try {
            return YAML.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As maps, lists, texts and numbers, for reports and bundles. */
    public static Map<String, Object> toTree(ShopConfig config) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("workspace", config.workspace().toString());
        tree.put("sources", config.sources().stream().map(ShopConfigWriter::source).toList());
        if (!config.items().isEmpty()) {
            tree.put("items", tables(config.items()));
        }
        if (!config.users().isEmpty()) {
            tree.put("users", tables(config.users()));
        }
        if (!config.links().isEmpty()) {
            tree.put("links", config.links().stream().map(ShopConfigWriter::links).toList());
        }
        tree.put("behaviours", config.behaviours().toMap());
        tree.put("target", config.target());
        ShopConfig.Clean clean = config.clean();
        tree.put(
                "clean",
                map(
                        "impossible_times", name(clean.impossibleTimes()),
                        "clock_jumps", name(clean.clockJumps()),
                        "duplicates", name(clean.duplicates()),
                        "near_duplicates", name(clean.nearDuplicates()),
                        "near_duplicate_window", Spans.text(clean.nearDuplicateWindow()),
                        "outliers", name(clean.outliers()),
                        "max_events_per_user_day", clean.maxEventsPerUserDay(),
                        "regular_users", name(clean.regularUsers()),
                        "price_outliers", name(clean.priceOutliers()),
                        "returns", name(clean.returns()),
                        "missing", new TreeMap<>(clean.missing()),
                        "min_item_events", clean.minItemEvents()));
        tree.put("split", split(config.split()));
        ShopConfig.Model model = config.model();
        tree.put(
                "model",
                map(
                        "name", model.name(),
                        "family", model.family(),
                        "block", model.block(),
                        "feed_forward", model.feedForward(),
                        "positions", model.positions(),
                        "time_bias", model.timeBias(),
                        "width", model.width(),
                        "layers", model.layers(),
                        "heads", model.heads(),
                        "length", model.length(),
                        "dropout", model.dropout(),
                        "item_fields", model.itemFields(),
                        "item_numbers", model.itemNumbers(),
                        "item_text", model.itemText(),
                        "new_items", model.newItems(),
                        "item_dropout", model.itemDropout(),
                        "time_fields", model.timeFields(),
                        "behaviours", model.behaviours(),
                        "event_fields", fields(model.eventFields()),
                        "user_fields", fields(model.userFields()),
                        "baskets", model.baskets()));
        tree.put("train", train(config.train()));
        ShopConfig.Tasks tasks = config.tasks();
        tree.put(
                "tasks",
                map(
                        "learn", tasks.learn(),
                        "choose_by", tasks.chooseBy(),
                        "head_epochs", tasks.headEpochs(),
                        "next_items",
                                map(
                                        "k", tasks.nextItems().k(),
                                        "seen", name(tasks.nextItems().seen())),
                        "next_events",
                                map(
                                        "k", tasks.nextEvents().k(),
                                        "way",
                                                tasks.nextEvents()
                                                        .way()
                                                        .map(EventWay::title)
                                                        .orElse(ShopConfig.NextEvents.AUTO)),
                        "intent",
                                map(
                                        "horizon", Spans.text(tasks.intentHorizon()),
                                        "way", tasks.intentWay().title(),
                                        "totals", tasks.classifier().totals(),
                                        "counts", tasks.classifier().counts(),
                                        "level", tasks.classifier().level().title()),
                        "churn", map("horizon", Spans.text(tasks.churnHorizon())),
                        "demand", demand(tasks.demand())));
        tree.put("serve", serve(config.serve()));
        if (!config.privacy().equals(PrivacyConfig.NOTHING)) {
            tree.put("privacy", privacy(config.privacy()));
        }
        return tree;
    }

    private static Map<String, Object> privacy(PrivacyConfig privacy) {
        Map<String, Object> tree = new LinkedHashMap<>();
        privacy.pseudonyms()
                .ifPresent(
                        pseudonyms ->
                                tree.put(
                                        "pseudonyms",
                                        map(
                                                "columns", pseudonyms.columns(),
                                                "key", keys(pseudonyms.keys()))));
        tree.put("scrub", privacy.scrub());
        tree.put("retention", Spans.text(privacy.retention()));
        tree.put("k", privacy.k());
        privacy.historyKeys().ifPresent(keys -> tree.put("history_key", keys(keys)));
        privacy.receiptKeys().ifPresent(keys -> tree.put("receipt_key", keys(keys)));
        tree.put("backups", privacy.backups().stream().map(Object::toString).toList());
        return tree;
    }

    private static Map<String, Object> keys(PrivacyConfig.KeySource keys) {
        Map<String, Object> tree = new LinkedHashMap<>();
        keys.file().ifPresent(file -> tree.put("file", file.toString()));
        keys.variable().ifPresent(variable -> tree.put("variable", variable));
        return tree;
    }

    private static Map<String, Object> demand(ShopConfig.Demand demand) {
        Map<String, Object> tree =
                map(
                        "horizon", Spans.text(demand.horizon()),
                        "period", demand.period().title(),
                        "family", demand.family(),
                        "texts", demand.texts());
        demand.prices()
                .ifPresent(
                        prices ->
                                tree.put(
                                        "prices",
                                        map(
                                                "path",
                                                prices.path(),
                                                "columns",
                                                new TreeMap<>(prices.columns()))));
        return tree;
    }

    private static Map<String, Object> links(ShopConfig.Links links) {
        return map(
                "path", links.path(),
                "columns", new TreeMap<>(links.columns()),
                "name", links.name(),
                "acts", links.acts(),
                "behaviours", links.behaviours());
    }

    private static Map<String, Object> fields(Map<String, FieldKind> fields) {
        Map<String, Object> tree = new LinkedHashMap<>();
        fields.forEach(
                (name, kind) -> {
                    Map<String, Object> field = map("kind", kind.word());
                    field.putAll(new TreeMap<>(kind.options()));
                    tree.put(name, field);
                });
        return tree;
    }

    private static Map<String, Object> train(ShopConfig.Train train) {
        ShopConfig.Loss loss = train.loss();
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("epochs", train.epochs());
        tree.put("patience", train.patience());
        tree.put("seed", train.seed());
        tree.put("batch", train.batch());
        tree.put("accumulate", train.accumulate());
        tree.put("checkpoint_activations", train.checkpointActivations());
        tree.put("optimiser", train.optimiser());
        tree.put("learning_rate", train.learningRate());
        tree.put("schedule", train.schedule().decay());
        tree.put("warm_up", train.schedule().warmUp());
        tree.put("weight_decay", train.weightDecay());
        tree.put("clip_norm", train.clipNorm());
        tree.put("ema", train.ema());
        tree.put("loss", loss.kind());
        tree.put("negatives", loss.negatives());
        tree.put("sampling", loss.sampling());
        tree.put("calibration", loss.calibration());
        tree.put("temperature", loss.temperature());
        tree.put("label_smoothing", loss.labelSmoothing());
        tree.put("precision", loss.precision());
        tree.put("behaviour_weights", new TreeMap<>(train.behaviourWeights()));
        tree.put("workers", train.workers());
        tree.put("deterministic", train.deterministic());
        tree.put("family_budget", Spans.text(train.familyBudget()));
        train.privacy()
                .ifPresent(
                        privacy ->
                                tree.put(
                                        "privacy",
                                        map(
                                                "epsilon", privacy.epsilon(),
                                                "delta", privacy.delta(),
                                                "clip", privacy.clip())));
        return tree;
    }

    private static Map<String, Object> serve(ServeConfig serve) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("host", serve.host());
        tree.put("port", serve.port());
        tree.put("admin_host", serve.adminHost());
        tree.put("admin_port", serve.adminPort());
        serve.keys().ifPresent(keys -> tree.put("keys", keys.toString()));
        serve.tls()
                .ifPresent(
                        tls ->
                                tree.put(
                                        "tls",
                                        map(
                                                "keystore", tls.keystore().toString(),
                                                "password_file", tls.passwordFile().toString())));
        Map<String, Object> history = new LinkedHashMap<>();
        history.put("store", name(serve.history().store()));
        serve.history().url().ifPresent(url -> history.put("url", url));
        serve.history()
                .passwordFile()
                .ifPresent(file -> history.put("password_file", file.toString()));
        history.put("events", serve.history().events());
        history.put("keep", Spans.text(serve.history().keep()));
        tree.put("history", history);
        ServeConfig.Limits limits = serve.limits();
        tree.put(
                "limits",
                map(
                        "body_bytes", limits.bodyBytes(),
                        "batch", limits.batch(),
                        "waiting", limits.waiting(),
                        "timeout_millis", limits.timeoutMillis(),
                        "requests_per_second", limits.requestsPerSecond()));
        ServeConfig.Engine engine = serve.engine();
        tree.put(
                "engine",
                map(
                        "threads", engine.threads(),
                        "batch", engine.batch()));
        tree.put("filters", serve.filters());
        serve.stream()
                .ifPresent(
                        stream -> {
                            Map<String, Object> of = new LinkedHashMap<>();
                            of.put("path", "kafka://" + stream.servers() + "/" + stream.topic());
                            of.put("group", stream.group());
                            stream.settings().ifPresent(f -> of.put("settings", f.toString()));
                            stream.predictions().ifPresent(t -> of.put("predictions", t));
                            tree.put("stream", of);
                        });
        serve.unavailable().ifPresent(file -> tree.put("unavailable", file.toString()));
        serve.pictures().ifPresent(folder -> tree.put("pictures", folder.toString()));
        return tree;
    }

    /** Only what the protocol reads: a bundle tells by it whether the split is the one it knows. */
    private static Map<String, Object> split(ShopConfig.SplitRule split) {
        Map<String, Object> tree =
                map(
                        "protocol", split.protocol(),
                        "valid", Spans.text(split.valid()),
                        "test", Spans.text(split.test()));
        switch (split.protocol()) {
            case "k-fold", "rolling-origin" -> {
                tree.put("folds", split.folds());
                tree.put("fold", split.fold());
            }
            case "ratio", "user-holdout" -> tree.put("share", split.share());
            default -> {}
        }
        if (List.of("k-fold", "ratio", "user-holdout").contains(split.protocol())) {
            tree.put("seed", split.seed());
        }
        return tree;
    }

    /** As maps, lists and texts, for reports and keys. */
    public static Map<String, Object> source(ShopConfig.Source source) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("path", source.path());
        source.remote().ifPresent(remote -> remote(tree, remote));
        tree.put("columns", new TreeMap<>(source.columns()));
        source.header().ifPresent(header -> tree.put("header", header));
        source.delimiter().ifPresent(delimiter -> tree.put("delimiter", delimiter));
        tree.put("encoding", source.encoding());
        tree.put("time", map("format", source.time().format(), "zone", source.time().zone()));
        tree.put("decimal", source.decimal());
        if (!source.missing().isEmpty()) {
            tree.put("missing", new TreeMap<>(source.missing()));
        }
        if (!source.returned().isEmpty()) {
            tree.put("returned", new TreeMap<>(source.returned()));
        }
        return tree;
    }

    private static void remote(Map<String, Object> source, Remote remote) {
        source.put("name", remote.name());
        if (remote instanceof Remote.KafkaTopic topic) {
            source.put("kafka", new TreeMap<>(topic.settings()));
        } else if (remote instanceof Remote.HttpApi api) {
            Map<String, Object> http = new LinkedHashMap<>();
            http.put("headers", new TreeMap<>(api.headers()));
            api.rows().ifPresent(rows -> http.put("rows", rows));
            http.put("pages", pages(api.paging()));
            http.put("retries", api.retry().times());
            http.put("timeout", Spans.text(api.retry().timeout()));
            http.put("wait", Spans.text(api.retry().firstWait()));
            source.put("http", http);
        }
    }

    private static Map<String, Object> pages(Remote.Paging paging) {
        if (paging instanceof Remote.PageNumbers numbers) {
            return map("number", numbers.parameter(), "first", numbers.first());
        } else if (paging instanceof Remote.Cursor cursor) {
            return map("cursor", cursor.place(), "parameter", cursor.parameter());
        } else if (paging instanceof Remote.Link link) {
            return map("link", link.place().orElse("header"));
        }
        return map();
    }

    private static List<Map<String, Object>> tables(List<ShopConfig.AttributeTable> tables) {
        return tables.stream()
                .map(
                        t -> {
                            Map<String, Object> tree = new LinkedHashMap<>();
                            tree.put("path", t.path());
                            tree.put("columns", new TreeMap<>(t.columns()));
                            t.separator().ifPresent(s -> tree.put("separator", s));
                            return tree;
                        })
                .toList();
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> map(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
