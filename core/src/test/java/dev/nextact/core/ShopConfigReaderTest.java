package dev.nextact.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.ShopConfig.Action;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShopConfigReaderTest {

    private static final String SMALLEST =
            "sources: [{path: a.csv, columns: {user: u, item: i}}]\n";

    private static ShopConfig read(String yaml) {
        return ShopConfigReader.read(yaml, "shop.yaml", Path.of("/shop"), Map.of());
    }

    @Test
    void userAndItemAreEnough() {
        ShopConfig config = read(SMALLEST);

        assertThat(config.preparedDirectory()).isEqualTo(Path.of("/shop/work/prepared"));
        assertThat(config.behaviours().size()).isEqualTo(1);
        assertThat(config.target()).isEqualTo("event");
        assertThat(config.clean())
                .isEqualTo(
                        new ShopConfig.Clean(
                                Action.DROP,
                                Action.FLAG,
                                Action.DROP,
                                Action.KEEP,
                                Duration.ofSeconds(2),
                                Action.FLAG,
                                2000,
                                Action.FLAG,
                                Action.FLAG,
                                Action.DROP,
                                Map.of(
                                        "item", "reject",
                                        "category", "keep",
                                        "brand", "keep",
                                        "price", "keep",
                                        "quantity", "keep",
                                        "session", "keep"),
                                5));
        assertThat(config.split())
                .isEqualTo(
                        new ShopConfig.SplitRule("time", Duration.ofDays(7), Duration.ofDays(7)));
        assertThat(config.model())
                .isEqualTo(
                        new ShopConfig.Model(
                                "default",
                                "transformer",
                                "pre-norm",
                                "gelu",
                                "absolute",
                                false,
                                64,
                                2,
                                2,
                                50,
                                0.2,
                                List.of(),
                                List.of(),
                                List.of(),
                                false,
                                0.1,
                                List.of(),
                                true,
                                Map.of(),
                                Map.of(),
                                false));
        assertThat(config.train())
                .isEqualTo(
                        new ShopConfig.Train(
                                100, 5, 42, 128, "adam", 0.001, 0, 5, "sampled-softmax", 256, 0));
        assertThat(config.tasks().nextItems())
                .isEqualTo(new ShopConfig.NextItems(10, ShopConfig.SeenItems.KEEP));
    }

    @Test
    void theFullConfigIsRead() {
        ShopConfig config =
                read(
                        """
                        workspace: elsewhere
                        sources:
                          - path: logs/*.tsv.gz
                            columns: {user: 1, item: 2, behaviour: 3, time: 4, price: 5}
                            header: no
                            delimiter: "\\t"
                            encoding: ISO-8859-1
                            time: {format: epoch-seconds, zone: Asia/Shanghai}
                        items: [{path: items.csv, columns: {item: id, category: cat}}]
                        behaviours: {view: [pv, click], buy: order}
                        target: view
                        clean: {duplicates: keep, outliers: drop, min_item_events: 1}
                        split: {protocol: leave-one-out, valid: 36h}
                        model: {name: m, family: gru, width: 32}
                        train: {epochs: 3, seed: -7, loss: full-softmax, label_smoothing: 0.1,
                                schedule: cosine, warm_up: 100, ema: 0.999, accumulate: 2,
                                behaviour_weights: {buy: 5}, deterministic: true}
                        tasks: {next_items: {k: 5, seen: remove}, churn: {horizon: 2w},
                                demand: {family: hstu}}
                        """);

        assertThat(config.sources().get(0).delimiter()).contains("\t");
        assertThat(config.sources().get(0).columns()).containsEntry("price", "5");
        assertThat(config.behaviours().toMap().get("buy")).containsExactly("order");
        assertThat(config.target()).isEqualTo("view");
        assertThat(config.split().valid()).isEqualTo(Duration.ofHours(36));
        assertThat(config.train().seed()).isEqualTo(-7);
        assertThat(config.train().loss().labelSmoothing()).isEqualTo(0.1);
        assertThat(config.train().schedule()).isEqualTo(new ShopConfig.Schedule("cosine", 100));
        assertThat(config.train().behaviourWeights()).isEqualTo(Map.of("buy", 5.0));
        assertThat(config.tasks().churnHorizon()).isEqualTo(Duration.ofDays(14));
        assertThat(config.tasks().demand().family()).isEqualTo("hstu");
        assertThat(read(ShopConfigWriter.toYaml(config))).isEqualTo(config);
    }

    @Test
    void aClassifierLearnsIntentAlone() {
        ShopConfig config =
                read(
                        SMALLEST
                                + "tasks: {learn: [intent], intent: {horizon: 2h, way: classifier}}\n");

        assertThat(config.tasks().classifies()).isTrue();
        assertThat(config.tasks().learnsHazards()).isFalse();
        assertThat(config.tasks().chooseBy()).isEqualTo("intent");
        assertThat(read(ShopConfigWriter.toYaml(config))).isEqualTo(config);
        assertThat(read(SMALLEST).tasks().intentWay()).isEqualTo(IntentWay.HAZARD);
        for (String learn : List.of("[next-items, intent]", "[intent, churn]", "[next-items]")) {
            assertThatThrownBy(
                            () ->
                                    read(
                                            SMALLEST
                                                    + "tasks: {learn: "
                                                    + learn
                                                    + ", intent: {way: classifier}}\n"))
                    .hasMessageContaining("tasks.intent.way")
                    .hasMessageContaining("tasks.learn: [intent]");
        }
        assertThatThrownBy(() -> read(SMALLEST + "tasks: {intent: {way: lstm}}\n"))
                .hasMessageContaining("tasks.intent.way")
                .hasMessageContaining("hazard, classifier");
        assertThatThrownBy(
                        () ->
                                read(
                                        SMALLEST
                                                + "tasks: {learn: [intent], intent: {horizon: 0h,"
                                                + " way: classifier}}\n"))
                .hasMessageContaining("tasks.intent.horizon");
    }

    @Test
    void aClassifierMayReadTotalsAndCount() {
        String classifier = "tasks: {learn: [intent], intent: {way: classifier%s}}\n";
        ShopConfig config = read(SMALLEST + classifier.formatted(", totals: true, counts: true"));

        assertThat(config.tasks().classifier())
                .isEqualTo(new ShopConfig.Classifier(true, true, CountLevel.SEEN));
        assertThat(read(ShopConfigWriter.toYaml(config))).isEqualTo(config);
        ShopConfig levelled =
                read(SMALLEST + classifier.formatted(", counts: true, level: bg-nbd"));
        assertThat(levelled.tasks().classifier().level()).isEqualTo(CountLevel.BG_NBD);
        assertThat(read(ShopConfigWriter.toYaml(levelled))).isEqualTo(levelled);
        assertThatThrownBy(() -> read(SMALLEST + classifier.formatted(", level: bg-nbd")))
                .hasMessageContaining("tasks.intent.level")
                .hasMessageContaining("tasks.intent.counts: true");
        assertThatThrownBy(
                        () -> read(SMALLEST + classifier.formatted(", counts: true, level: best")))
                .hasMessageContaining("tasks.intent.level")
                .hasMessageContaining("seen, bg-nbd");
        assertThat(read(SMALLEST + classifier.formatted("")).tasks().classifier())
                .isEqualTo(ShopConfig.Classifier.CLASSIC);
        assertThatThrownBy(() -> read(SMALLEST + "tasks: {intent: {counts: true}}\n"))
                .hasMessageContaining("tasks.intent.counts")
                .hasMessageContaining("way: classifier");
    }

    @Test
    void privacyIsReadAndPrinted() {
        ShopConfig config =
                read(
                        SMALLEST
                                + """
                                privacy: {pseudonyms: {columns: [user, session], key: {file: k}}, scrub: [text],
                                          retention: 90d, k: 10, history_key: {variable: HISTORY_KEY},
                                          backups: [old, "/mnt/older"]}
                                train: {privacy: {epsilon: 2, clip: 0.5}}
                                """);

        assertThat(config.privacy().pseudonyms().orElseThrow().columns())
                .containsExactly("user", "session");
        assertThat(config.privacy().retention()).isEqualTo(Duration.ofDays(90));
        assertThat(config.train().privacy())
                .contains(new ShopConfig.DifferentialPrivacy(2, 0, 0.5));
        assertThat(config.minItemUsers()).isEqualTo(10);
        assertThat(config.privacy().backups())
                .containsExactly(Path.of("old"), Path.of("/mnt/older"));
        assertThat(read(ShopConfigWriter.toYaml(config))).isEqualTo(config);
        assertThat(read(SMALLEST).privacy()).isEqualTo(PrivacyConfig.NOTHING);
        assertThat(read(SMALLEST).minItemUsers()).isEqualTo(1);
        Map<String, String> wrong =
                Map.of(
                        "privacy: {pseudonyms: {columns: [item], key: {file: k}}}",
                        "privacy.pseudonyms.columns",
                        "privacy: {pseudonyms: {}}",
                        "privacy.pseudonyms.key",
                        "privacy: {history_key: {file: k, variable: V}}",
                        "either file or variable",
                        "privacy: {pseudonym: {}}",
                        "did you mean",
                        "train: {privacy: {clip: 1}}",
                        "train.privacy.epsilon");
        wrong.forEach(
                (yaml, message) ->
                        assertThatThrownBy(() -> read(SMALLEST + yaml + "\n"))
                                .as(yaml)
                                .isInstanceOf(NextactException.class)
                                .hasMessageContaining(message));
    }

    @Test
    void whatIsPrintedReadsTheSame() {
        ShopConfig config = read(SMALLEST);

        assertThat(read(ShopConfigWriter.toYaml(config))).isEqualTo(config);
    }

    @Test
    void variablesAreFilledIn() {
        String yaml =
                """
                sources: [{path: '${data}/a.csv', columns: {user: u, item: i}}]
                train: {seed: '${seed:9}'}
                """;

        ShopConfig config =
                ShopConfigReader.read(yaml, "x", Path.of("/"), Map.of("data", "C:\\d$1"));

        assertThat(config.sources().get(0).path()).isEqualTo("C:\\d$1/a.csv");
        assertThat(config.train().seed()).isEqualTo(9);
        assertThatThrownBy(() -> read(yaml)).hasMessageContaining("--set data=");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "trian: {epochs: 3}|line 2, column 1: trian is no key|did you mean 'train'?",
                "train: {epochz: 3}|train.epochz is no key|did you mean 'epochs'?",
                "train: {epochs: many}|train.epochs found 'many'|expected a whole number",
                "train: {epochs: 0}|train.epochs found '0'|expected 1 to",
                "train: {learning_rate: fast}|train.learning_rate|expected a number",
                "train: {loss: softmax}|train.loss found 'softmax'|sampled-softmax, full-softmax",
                "model: {family: transfomer}|model.family|did you mean 'transformer'?",
                "tasks: {demand: {family: grru}}|tasks.demand.family found 'grru'|mean 'gru'?",
                "model: {heads: 3}|model.heads found '3'|a divisor of the width 64",
                "model: {name: ../up}|model.name found '../up'|expected letters",
                "split: {valid: soon}|split.valid found 'soon'|30m, 24h, 7d",
                "split: 7d|split expected keys|",
                "clean: {duplicates: [a]}|clean.duplicates expected a single value|",
                "behaviours: {a: [x], b: [X]}|behaviours found|stands twice",
                "target: purchase|target found 'purchase'|expected one of event",
                "workspace: a\\nworkspace: b|line 3, column 1: workspace|a second time",
                "train: {|this is no YAML|"
            })
    void mistakesAreNamedWithTheirPlace(String yaml, String where, String what) {
        assertThatThrownBy(() -> read(SMALLEST + yaml.replace("\\n", "\n")))
                .isInstanceOf(NextactException.class)
                .hasMessageStartingWith("shop.yaml, line ")
                .hasMessageContaining(where)
                .hasMessageContaining(what == null ? "" : what);
    }

    @Test
    void missingValuesAreKeptRejectedOrFilled() {
        assertThat(
                        read(SMALLEST + "clean: {missing: {item: 'fill:none', brand: reject}}")
                                .clean()
                                .missing())
                .containsEntry("item", "fill:none")
                .containsEntry("brand", "reject")
                .containsEntry("price", "keep");
        assertThatThrownBy(() -> read(SMALLEST + "clean: {missing: {item: keep}}"))
                .hasMessageContaining("expected reject or fill:TEXT");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "workspace: a|sources is missing",
                "sources: [{columns: {user: u, item: i}}]|sources[0].path is missing",
                "sources: [{path: a, columns: {item: i}}]|expected a column for 'user'",
                "sources: [{path: a, columns: {usr: u, item: i}}]|did you mean 'user'?",
                "sources: [{path: a, columns: {user: u, item: i, behaviour: b}}]|behaviours found"
            })
    void sourcesMustSayWhatTheyHold(String yaml, String what) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining(what);
    }

    @Test
    void anEmptyOrMissingFileSaysWhatToDo() {
        assertThatThrownBy(() -> read("")).hasMessageContaining("at least sources");
        assertThatThrownBy(() -> ShopConfigReader.read(Path.of("/no/shop.yaml"), Map.of()))
                .hasMessageContaining("--config FILE");
    }

    @Test
    void addressesAreRemoteSourcesAndComeBackFromTheWriter() {
        ShopConfig config =
                read(
                        """
                        sources:
                          - path: https://shop.example/api/v1/orders?limit=5
                            http:
                              headers: {Authorization: Bearer $TOKEN}
                              rows: data.orders
                              pages: {cursor: meta.next, parameter: after}
                              retries: 2
                              timeout: 10s
                            columns: {user: customer.id, item: product}
                          - path: kafka://b1:9092,b2:9092/clicks
                            name: stream
                            kafka: {security.protocol: SSL}
                            columns: {user: kafka.key, item: item}
                          - {path: log.csv, columns: {user: u}}
                        """);

        assertThat(config.sources().get(0).remote())
                .contains(
                        new Remote.HttpApi(
                                "shop.example-api-v1-orders",
                                URI.create("https://shop.example/api/v1/orders?limit=5"),
                                Map.of("Authorization", "Bearer $TOKEN"),
                                Optional.of("data.orders"),
                                new Remote.Cursor("meta.next", "after"),
                                new Remote.Retry(
                                        2, Duration.ofSeconds(10), Duration.ofSeconds(1))));
        assertThat(config.sources().get(1).remote())
                .contains(
                        new Remote.KafkaTopic(
                                "stream",
                                "b1:9092,b2:9092",
                                "clicks",
                                Map.of("security.protocol", "SSL")));
        assertThat(config.sources().get(2).remote()).isEmpty();
        assertThat(read(ShopConfigWriter.toYaml(config))).isEqualTo(config);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "path: 'kafka://b1:9092'|expected kafka://host:port/topic",
                "path: 'https:///orders'|expected an address such as https://host/path",
                "path: 'https://h/o', http: {pages: {number: p, cursor: c}}|expected one of",
                "path: 'https://h/o', http: {page: p}|did you mean 'pages'?",
                "path: 'https://h/o', name: a/b|expected letters, digits"
            })
    void mistakesInAddressesAreNamed(String source, String what) {
        assertThatThrownBy(() -> read("sources: [{" + source + ", columns: {user: u}}]"))
                .isInstanceOf(NextactException.class)
                .hasMessageStartingWith("shop.yaml, line 1")
                .hasMessageContaining(what);
    }

    @Test
    void linksAreReadAndComeBackFromTheWriter() {
        String links = "links: [{path: f.csv, columns: {from: a, to: b}%s}]\n";
        ShopConfig config = read(SMALLEST + links.formatted(""));
        assertThat(config.links())
                .containsExactly(
                        new ShopConfig.Links(
                                "f.csv", Map.of("from", "a", "to", "b"), "linked", 8, List.of()));
        ShopConfig named =
                read(SMALLEST + links.formatted(", name: friends, acts: 3, behaviours: event"));
        assertThat(named.links().get(0).behaviours()).containsExactly("event");
        assertThat(read(ShopConfigWriter.toYaml(named))).isEqualTo(named);
        assertThat(named.with(named.split(), named.model(), named.train())).isEqualTo(named);

        assertThatThrownBy(() -> read(SMALLEST + links.formatted(", name: price")))
                .hasMessageContaining("links[0].name")
                .hasMessageContaining("another column");
        assertThatThrownBy(() -> read(SMALLEST + "links: {path: f.csv, columns: {from: a}}\n"))
                .hasMessageContaining("'from' and 'to'");
    }

    @Test
    void twoSourcesAreNotCollectedIntoOneDirectory() {
        String source = "{path: 'https://h/o', columns: {user: u}}";

        assertThatThrownBy(() -> read("sources: [" + source + ", " + source + "]"))
                .hasMessageContaining("'h-o', which is the name of two of them");
    }

    @Test
    void lossesRefuseWhatTheyCannotDo() {
        String sources = "sources: [{path: a.csv, columns: {user: u, item: i}}]\n";
        assertThatThrownBy(() -> read(sources + "train: {precision: bf16}"))
                .hasMessageContaining("train.precision found 'bf16', expected fp32");
        assertThatThrownBy(() -> read(sources + "train: {label_smoothing: 0.1}"))
                .hasMessageContaining("line 2, column 26: train.label_smoothing found '0.1'")
                .hasMessageContaining("full-softmax alone");
        assertThatThrownBy(() -> read(sources + "train: {loss: gbce, sampling: popularity}"))
                .hasMessageContaining("train.sampling found 'popularity', expected uniform");
        assertThatThrownBy(() -> read(sources + "train: {behaviour_weights: {purchase: 5}}"))
                .hasMessageContaining("train.behaviour_weights.purchase")
                .hasMessageContaining("expected a behaviour: event");
    }

    @Test
    void aTimeBiasNeedsAttentionAndTimes() {
        String timed = "sources: [{path: a.csv, columns: {user: u, item: i, time: t}}]\n";

        ShopConfig config = read(timed + "model: {family: hstu, time_bias: true}\n");
        assertThat(config.model().timeBias()).isTrue();
        assertThat(read(ShopConfigWriter.toYaml(config))).isEqualTo(config);
        assertThat(read(timed + "model: {family: auto, time_bias: true}").model().of("gru"))
                .extracting(ShopConfig.Model::timeBias)
                .isEqualTo(true);
        assertThatThrownBy(() -> read(timed + "model: {family: gru, time_bias: true}"))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("line 2, column 33: model.time_bias found 'true'")
                .hasMessageContaining("gru has no attention to bias");
        assertThatThrownBy(() -> read(SMALLEST + "model: {time_bias: true}"))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("model.time_bias found 'true'")
                .hasMessageContaining("expected a column for 'time' in every source");
        assertThat(read(SMALLEST + "model: {time_bias: false}").model().timeBias()).isFalse();
    }

    @Test
    void changedKeysReplaceThoseOfTheFileAndTheirSectionsStay() {
        ShopConfig config = read(SMALLEST + "model: {width: 48, length: 10}\n");

        ShopConfig changed =
                ShopConfigReader.changed(
                        config,
                        "changed",
                        Map.of("model.width", "32", "model.time_fields", "[gap, hour]"));

        assertThat(changed)
                .isEqualTo(
                        read(
                                SMALLEST
                                        + "model: {width: 32, length: 10, time_fields: [gap,"
                                        + " hour]}\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model.widht | 3 | did you mean 'width'",
                "model.width | many | found 'many', expected a whole number",
                "model.width.more | 3 | model.width expected a single value",
                "model.time_fields | [gap | which is no YAML"
            })
    void changedKeysAreCheckedAsThoseOfAFile(String key, String value, String message) {
        ShopConfig config = read(SMALLEST);

        assertThatThrownBy(() -> ShopConfigReader.changed(config, "this", Map.of(key, value)))
                .isInstanceOf(NextactException.class)
                .hasMessageStartingWith("this")
                .hasMessageContaining(message);
    }

    private static final String WITH_COLUMNS =
            """
            sources:
              - path: a.csv
                columns: {user: u, item: i, price: p, area: 5, tags: 6, lat: 7, lon: 8, brand: b}
                missing: {area: ["?"]}
            users: [{path: u.csv, columns: {user: id, age: age, club: club}}]
            """;

    @Test
    void fieldsOfEventsAndShoppersAreRead() {
        ShopConfig config =
                read(
                        WITH_COLUMNS
                                + """
                                model:
                                  behaviours: false
                                  event_fields:
                                    area: category
                                    tags: {kind: set, separator: ";", min_events: 2}
                                    price: {kind: buckets, ranges: 8}
                                    brand: auto
                                    place: {kind: geo, latitude: lat, longitude: lon, cells_km: [1, 50]}
                                  user_fields: [age, club]
                                """);

        assertThat(config.model().eventFields())
                .containsExactly(
                        Map.entry("area", new FieldKind.Category(5)),
                        Map.entry("tags", new FieldKind.Several(";", 2)),
                        Map.entry("price", new FieldKind.Buckets(8)),
                        Map.entry("brand", new FieldKind.Auto()),
                        Map.entry("place", new FieldKind.Geo(List.of(1.0, 50.0), "lat", "lon", 5)));
        assertThat(config.model().userFields()).containsOnlyKeys("age", "club");
        assertThat(config.extraColumns()).containsExactly("area", "brand", "lat", "lon", "tags");
        assertThat(config.sources().get(0).missing()).containsEntry("area", List.of("?"));
        assertThat(read(ShopConfigWriter.toYaml(config))).isEqualTo(config);
        assertThat(read(WITH_COLUMNS.replace("tags", "labels")).extraColumns())
                .containsExactly("area", "labels", "lat", "lon");
    }

    @Test
    void aColumnOfTheLogIsAFactAboutItemsWhereTheModelNamesIt() {
        ShopConfig config =
                read(
                        WITH_COLUMNS.replace("brand: b", "brand: b, text: t")
                                + "model: {item_fields: [area, brand], item_text: [text]}\n");

        assertThat(config.itemColumns()).containsExactly("area", "text");
        assertThat(config.extraColumns()).contains("text").doesNotContain("brand");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "{event_fields: [arae]}~found 'arae'",
                "{event_fields: {place: {kind: geo, latitude: lat}}}~expected latitude and"
                        + " longitude",
                "{event_fields: {area: {kind: cell}}}~found 'cell'",
                "{event_fields: {area: {kind: category, ranges: 3}}}~ranges is no key",
                "{event_fields: {area: {ranges: 3}}}~kind is missing",
                "{event_fields: [user]}~found 'user'",
                "{user_fields: [area]}~gives a column to, such as age, club"
            })
    void aFieldThatCannotBeReadIsRefused(String model, String message) {
        assertThatThrownBy(() -> read(WITH_COLUMNS.replace("tags", "labels") + "model: " + model))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aColumnNearlyCalledLikeAnyLogsIsTakenForASlip() {
        assertThatThrownBy(() -> read("sources: [{path: a.csv, columns: {user: u, catgory: c}}]"))
                .hasMessageContaining("did you mean 'category'");
    }

    @Test
    void basketsNeedATimeAndWholeBaskets() {
        String shop =
                """
                sources: [{path: log.csv, columns: {user: u, item: i, time: t}}]
                %s
                model: {baskets: true}
                """;

        assertThat(read(shop.formatted("")).model().grain()).isEqualTo(Grain.BASKET);
        assertThat(read(SMALLEST).model().grain()).isEqualTo(Grain.EVENT);
        assertThat(read(ShopConfigWriter.toYaml(read(shop.formatted("")))).model().baskets())
                .isTrue();
        assertThatThrownBy(() -> read(shop.formatted("split: {protocol: leave-one-out}")))
                .hasMessageContaining("line 3, column 18: model.baskets found 'true'")
                .hasMessageContaining("split.protocol: leave-one-out");
        assertThatThrownBy(() -> read(shop.formatted("tasks: {learn: [next-items, churn]}")))
                .hasMessageContaining("line 3, column 18: model.baskets found 'true'")
                .hasMessageContaining("tasks.learn: next-items, churn");
        assertThatThrownBy(() -> read(shop.formatted("").replace(", time: t", "")))
                .hasMessageContaining("line 3, column 18: model.baskets found 'true'")
                .hasMessageContaining("'time'");
    }
}
