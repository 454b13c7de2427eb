package dev.nextact.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.Split;
import dev.nextact.core.probability.BinaryOutcomes;
import dev.nextact.data.PrepareData;
import dev.nextact.data.PreparedData;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.HorizonAnswer;
import dev.nextact.predict.ItemGroup;
import dev.nextact.predict.ItemIntentAnswer;
import dev.nextact.predict.PredictHorizon;
import dev.nextact.predict.PredictItemIntent;
import dev.nextact.predict.Shoppers;
import dev.nextact.simulator.SimulateShop;
import dev.nextact.simulator.SimulationSettings;
import dev.nextact.train.TrainModel;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who views something of a category, against what the simulated shop's shoppers then did. */
class ItemIntentIT {

    private static final String VIEW = "view";
    private static final Duration HORIZON = Duration.ofDays(7);

    @TempDir private static Path directory;
    private static ShopConfig config;
    private static Bundle bundle;
    private static EventLog log;
    private static Split.CutOffs cutOffs;

    @BeforeAll
    static void train() throws Exception {
        SimulationSettings settings =
                SimulationSettings.defaults().withUsers(500).withDays(40).withCategories(4);
        Path file =
                new SimulateShop().run(settings, directory, Progress.silent()).shop().configFile();
        String yaml =
                Files.readString(file)
                        .replace("family: transformer", "family: gru")
                        .replace("epochs: 40", "epochs: 4")
                        .replace("tasks: {", "tasks: {learn: [next-items, intent], ");
        config = ShopConfigReader.read(Files.writeString(file, yaml), Map.of());
        new PrepareData(Clock.systemUTC()).run(config, Progress.silent());
        bundle =
                Bundle.open(
                        new TrainModel()
                                .run(config, new TrainModel.Options(false), Progress.silent())
                                .bundle());
        log = PreparedData.open(config.preparedDirectory());
        cutOffs = Split.of(config.split(), log.sequences()).cutOffs().orElseThrow();
    }

    private static List<ItemIntentAnswer> ask(ItemGroup group) {
        List<ItemIntentAnswer> answers = new ArrayList<>();
        new PredictItemIntent()
                .run(
                        bundle,
                        log,
                        new PredictItemIntent.Request(
                                new Shoppers.All(),
                                VIEW,
                                group,
                                HORIZON,
                                Optional.of(cutOffs.validUntil()),
                                config.split()),
                        answers::add,
                        Progress.silent());
        return answers;
    }

    private static Set<String> categories() {
        return PreparedData.itemAttributes(config.preparedDirectory()).values().stream()
                .map(facts -> facts.getOrDefault("category", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static ItemGroup category(String name) {
        return new ItemGroup(
                name, PreparedData.itemsWith(config.preparedDirectory(), "category", name));
    }

    /** Whether a shopper viewed something of the items in the test week. */
    private static boolean came(String user, Set<String> items) {
        EventSequence events = log.sequences().get(log.userIndex(user));
        for (int i = events.countBefore(cutOffs.validUntil()); i < events.size(); i++) {
            if (events.behaviour(i) == log.behaviours().indexOf(VIEW)
                    && items.contains(log.catalog().id(events.item(i)))) {
                return true;
            }
        }
        return false;
    }

    @Test
    void categoriesAreForetoldAboutAsOftenAsTheyComeAndToThoseToWhomTheyCome() {
        double foretold = 0;
        double observed = 0;
        List<Double> probabilities = new ArrayList<>();
        List<Boolean> happened = new ArrayList<>();
        for (String name : categories()) {
            ItemGroup group = category(name);
            Set<String> items = new HashSet<>(group.ids());
            for (ItemIntentAnswer answer : ask(group)) {
                assertThat(answer.probability()).isBetween(0.0, answer.anyProbability() + 1e-12);
                assertThat(answer.anyProbability()).isLessThanOrEqualTo(1);
                boolean came = came(answer.user(), items);
                foretold += answer.probability();
                observed += came ? 1 : 0;
                probabilities.add(answer.probability());
                happened.add(came);
            }
        }
        assertThat(categories()).hasSize(4);
        assertThat(foretold / observed).isBetween(0.75, 1.33);
        double[] p = probabilities.stream().mapToDouble(x -> x).toArray();
        boolean[] y = new boolean[p.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = happened.get(i);
        }
        double base = observed / y.length;
        double entropy = -base * Math.log(base) - (1 - base) * Math.log(1 - base);
        // better than whoever knows the share beforehand
        assertThat(BinaryOutcomes.of(p, y).logLoss()).isLessThan(entropy);
        assertThat(BinaryOutcomes.of(p, y).auc()).isGreaterThan(0.55);
    }

    @Test
    void anItemIsNoLikelierThanAllItemsTogether() {
        List<String> everything =
                new ArrayList<>(PreparedData.itemAttributes(config.preparedDirectory()).keySet());
        List<ItemIntentAnswer> all = ask(new ItemGroup("everything", everything));
        List<ItemIntentAnswer> one = ask(new ItemGroup("one", List.of(bundle.catalog().id(1))));

        assertThat(all).hasSameSizeAs(one);
        double sumOfAll = 0;
        double sumOfOne = 0;
        for (int i = 0; i < all.size(); i++) {
            sumOfAll += all.get(i).probability();
            sumOfOne += one.get(i).probability();
            assertThat(one.get(i).probability()).isBetween(0.0, one.get(i).anyProbability());
        }
        assertThat(sumOfOne).isPositive().isLessThan(sumOfAll / 5);
    }

    @Test
    void whatIsUnknownIsAClearError() {
        assertThatThrownBy(() -> ask(new ItemGroup("ghost", List.of("ghost"))))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("knows no item of 'ghost'");
        String near = categories().iterator().next() + "x";
        assertThatThrownBy(
                        () -> PreparedData.itemsWith(config.preparedDirectory(), "category", near))
                .hasMessageContaining("no item has the category '" + near + "'; did you mean '");
    }

    private static int run(ByteArrayOutputStream out, String... args) {
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        return Main.run(new Terminal(print, print, false, 100, Map.of()), args);
    }

    @Test
    void aPredictionIsExplainedByCommandInWordsAndFigures() throws Exception {
        Path json = directory.resolve("explained.json");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String[] asked = {
            "explain",
            "--config",
            directory.resolve("shop.yaml").toString(),
            "--user",
            log.userId(0),
            "--task",
            "intent",
            "--behaviour",
            VIEW,
            "--horizon",
            "7d"
        };
        List<String> more = new ArrayList<>(List.of(asked));
        more.addAll(List.of("--shapley", "4", "--flip", "--json", json.toString()));

        assertThat(run(out, more.toArray(String[]::new)))
                .as(out.toString(StandardCharsets.UTF_8))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("view comes within 7 d with probability")
                .contains("not what the shopper would have done");
        JsonNode told = JsonMapper.builder().build().readTree(json.toFile());
        double sum = told.get("newcomer").asDouble();
        for (JsonNode event : told.get("events")) {
            sum += event.get("shapley").asDouble();
        }
        assertThat(sum).isCloseTo(told.get("value").asDouble(), offset(1e-6));
        List<HorizonAnswer> answers = new ArrayList<>();
        new PredictHorizon()
                .run(
                        bundle,
                        Optional.of(
                                PreparedData.openAsOfTheEnd(
                                        config.preparedDirectory(), bundle.fields())),
                        new PredictHorizon.Request(
                                PredictHorizon.Question.INTENT,
                                new Shoppers.Chosen(List.of(log.userId(0))),
                                VIEW,
                                HORIZON,
                                Optional.empty()),
                        answers::add,
                        Progress.silent());
        assertThat(told.get("value").asDouble())
                .isCloseTo(answers.get(0).probability(), offset(1e-6));
    }

    @Test
    void whatMattersOnTheWholeIsToldAndKept() throws Exception {
        String shop = directory.resolve("shop.yaml").toString();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(run(out, "explain", "--config", shop, "--global", "--shoppers", "50"))
                .as(out.toString(StandardCharsets.UTF_8))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("of the validation part the item that came had")
                .contains("nats lost");
        JsonNode kept =
                JsonMapper.builder()
                        .build()
                        .readTree(config.evaluationDirectory().resolve("importance.json").toFile());
        assertThat(kept.get("version").asInt()).isEqualTo(bundle.manifest().version());
        assertThat(kept.get("fields").get(0).get("field").asText()).isEqualTo("item");
        assertThat(
                        run(
                                new ByteArrayOutputStream(),
                                "explain",
                                "--config",
                                shop,
                                "--global",
                                "--flip"))
                .isEqualTo(2);
    }

    @Test
    void whatSimilarShoppersDidIsToldBeside() throws Exception {
        Path json = directory.resolve("similar.json");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(
                        run(
                                out,
                                "explain",
                                "--config",
                                directory.resolve("shop.yaml").toString(),
                                "--user",
                                log.userId(0),
                                "--similar",
                                "--json",
                                json.toString()))
                .as(out.toString(StandardCharsets.UTF_8))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("were most like this one");
        assertThat(
                        JsonMapper.builder()
                                .build()
                                .readTree(json.toFile())
                                .get("similar")
                                .get("shoppers")
                                .asInt())
                .isBetween(1, 50);
    }

    @Test
    void whatCannotBeExplainedIsWrongUsageOrInput() {
        String shop = directory.resolve("shop.yaml").toString();
        String user = log.userId(0);

        assertThat(run(new ByteArrayOutputStream(), "explain", "--config", shop)).isEqualTo(2);
        assertThat(
                        run(
                                new ByteArrayOutputStream(),
                                "explain",
                                "--config",
                                shop,
                                "--user",
                                user,
                                "--task",
                                "taste"))
                .isEqualTo(2);
        assertThat(
                        run(
                                new ByteArrayOutputStream(),
                                "explain",
                                "--config",
                                shop,
                                "--user",
                                user,
                                "--item",
                                "none"))
                .isEqualTo(3);
        assertThat(
                        run(
                                new ByteArrayOutputStream(),
                                "explain",
                                "--config",
                                shop,
                                "--user",
                                user,
                                "--task",
                                "churn"))
                .isEqualTo(4);
    }
}
