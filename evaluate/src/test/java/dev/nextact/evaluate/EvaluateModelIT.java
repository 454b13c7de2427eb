package dev.nextact.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.EventLog;
import dev.nextact.core.LearningData;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.ShopConfigWriter;
import dev.nextact.core.Split;
import dev.nextact.data.PrepareData;
import dev.nextact.data.PreparedData;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.bundle.BundleContent;
import dev.nextact.model.bundle.BundleWriter;
import dev.nextact.model.bundle.Manifest;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.NetworkSettings;
import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.network.NetworkSettings.Positions;
import dev.nextact.model.onnx.NextItemGraph;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

/** A shop where a is followed by b, b by c, c by d, d by a: what comes next is certain. */
class EvaluateModelIT {

    private static final String CYCLE = "abcd";
    private static final int USERS = 12;
    private static final int LENGTH = 9;

    @TempDir private Path shop;
    private ShopConfig config;

    @BeforeEach
    void makeAShop() throws IOException {
        config = config("leave-one-out, valid: 2s, test: 2s");
        writeLog(USERS);
        prepare();
        train(config);
    }

    private ShopConfig config(String split) throws IOException {
        Path file =
                Files.writeString(
                        shop.resolve("shop.yaml"),
                        """
                        sources: [{path: log.csv, columns: {user: user, item: item, time: time}}]
                        clean: {min_item_events: 1}
                        split: {protocol: %s}
                        model: {name: shop, family: gru, width: 8, layers: 1, length: 10}
                        tasks: {next_items: {k: 2}}
                        """
                                .formatted(split));
        return ShopConfigReader.read(file, Map.of());
    }

    private void writeLog(int users) throws IOException {
        StringBuilder log = new StringBuilder("user,item,time\n");
        for (int user = 0; user < users; user++) {
            for (int i = 0; i < LENGTH; i++) {
                log.append("u%02d,%s,%d%n".formatted(user, item(user + i), 1_600_000_000 + i));
            }
        }
        Files.writeString(shop.resolve("log.csv"), log);
    }

    private static char item(int place) {
        return CYCLE.charAt(place % CYCLE.length());
    }

    private void prepare() {
        new PrepareData(Clock.systemUTC()).run(config, Progress.silent());
    }

    /** A bundle with the weights that a training would start from. */
    private void train(ShopConfig by) {
        EventLog log = PreparedData.open(by.preparedDirectory());
        LearningData data =
                LearningData.of(
                        log.catalog(),
                        log.sequences(),
                        Split.of(by.split(), log.sequences()),
                        by.clean().minItemEvents());
        Network network =
                Network.of(
                        new NetworkSettings(
                                Family.GRU,
                                Block.PRE_NORM,
                                Positions.ABSOLUTE,
                                data.catalog().size(),
                                1,
                                8,
                                1,
                                1,
                                10,
                                0,
                                List.of()));
        Map<String, FloatTensor> weights = network.initialWeights(7);
        Manifest.Data from =
                new Manifest.Data(
                        log.fingerprint(),
                        log.sequences().size(),
                        data.catalog().size(),
                        log.sequences().events(),
                        1,
                        by.split().protocol());
        new BundleWriter(Clock.systemUTC())
                .write(
                        by.modelsDirectory(),
                        new BundleContent(
                                by.model().name(),
                                "gru",
                                10,
                                List.of("event"),
                                "keep",
                                7,
                                from,
                                Map.of(),
                                ShopConfigWriter.toTree(by),
                                data.catalog(),
                                data.trainEvents(),
                                weights,
                                NextItemGraph.write(network, weights)));
    }

    private EvaluationReport evaluate(ShopConfig by) {
        return new EvaluateModel()
                .run(
                        by,
                        new EvaluateModel.Request(Optional.empty(), true, List.of()),
                        Progress.silent());
    }

    @Test
    void whatIsCertainIsFoundByTheTransitionsAlone() {
        EvaluationReport report = evaluate(config);

        assertThat(report.results())
                .extracting(EvaluationReport.Result::model)
                .containsExactly("gru", "popularity", "recent-popularity", "markov", "item-knn");
        assertThat(report.ndcgOf("markov")).isEqualTo(1);
        assertThat(report.results().get(3).metrics())
                .containsEntry("recall@2", 1.0)
                .containsEntry("mrr", 1.0)
                .containsEntry("accuracy@1", 1.0)
                .containsEntry("coverage@2", 1.0);
        assertThat(report.ndcgOf("gru")).isBetween(0.0, 0.99);
        assertThat(report.best()).isEqualTo("markov");
        assertThat(report.difference().high()).isNegative();
        assertThat(report.verdict()).startsWith("gru is below the best baseline, markov, by 0.");
        assertThat(report.targets()).isEqualTo(USERS);
        assertThat(report.outsideCatalog()).isZero();
        assertThat(report.seenBefore()).isEqualTo(USERS);
    }

    @Test
    void theTextSaysWhatWasMeasuredAndHow() {
        String text = evaluate(config).toText();

        assertThat(text)
                .contains("12 users · 4 items · 108 events")
                .contains("leave-one-out: the last event of each shopper; 12 targets of 12 users")
                .contains("among all 4 items of the catalog")
                .contains("stay in the ranking; 12 targets are among them")
                .containsPattern("markov +1\\.0000  1\\.0000 – 1\\.0000");
    }

    @Test
    void theJsonHasTheShapeThatProgramsRead() throws IOException {
        evaluate(config);
        JsonNode tree =
                JsonMapper.builder()
                        .build()
                        .readTree(config.evaluationDirectory().resolve("report.json").toFile());

        assertThat(tree.at("/dataset/users").asInt()).isEqualTo(USERS);
        assertThat(tree.at("/dataset/items").asInt()).isEqualTo(4);
        assertThat(tree.at("/dataset/events").asInt()).isEqualTo(USERS * LENGTH);
        assertThat(tree.at("/protocol").asText()).isEqualTo("leave-one-out");
        assertThat(tree.at("/results")).hasSize(5);
        JsonNode markov = tree.at("/results/3");
        assertThat(markov.at("/task").asText()).isEqualTo("next-items");
        assertThat(markov.at("/model").asText()).isEqualTo("markov");
        assertThat(markov.at("/users").asInt()).isEqualTo(USERS);
        assertThat(markov.at("/metrics/ndcg@2").asDouble()).isEqualTo(1);
        assertThat(markov.at("/intervals/ndcg@2/0").asDouble()).isEqualTo(1);
        assertThat(markov.at("/seconds").asDouble()).isNotNegative();
        assertThat(tree.at("/best_baseline").asText()).isEqualTo("markov");
    }

    /** Read as XML, which is stricter than any browser: each element closed, each name escaped. */
    @Test
    void thePageIsWellFormed() throws Exception {
        evaluate(config);
        String page = Files.readString(config.evaluationDirectory().resolve("report.html"));
        String xml =
                page.replace("<!doctype html>", "").replaceAll("<(meta|link)([^>]*)>", "<$1$2/>");

        assertThat(
                        DocumentBuilderFactory.newInstance()
                                .newDocumentBuilder()
                                .parse(new InputSource(new StringReader(xml)))
                                .getElementsByTagName("rect")
                                .getLength())
                .isEqualTo(5);
        assertThat(page).contains("<td>markov</td>", "1.0000 – 1.0000");
    }

    @Test
    void sameSeedSameIntervals() {
        assertThat(evaluate(config).difference()).isEqualTo(evaluate(config).difference());
    }

    @Test
    void aModelOfOtherDataIsRefused() throws IOException {
        writeLog(USERS + 1);
        prepare();

        assertThatThrownBy(() -> evaluate(config))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("was trained on other prepared data")
                .hasMessageContaining("nextact train");
    }

    @Test
    void aModelOfAnotherProtocolIsRefusedAndOneOfItIsNot() {
        ShopConfig byTime = config.withProtocol("time");

        assertThatThrownBy(() -> evaluate(byTime))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("was trained with split.protocol leave-one-out");
        train(byTime);
        assertThat(evaluate(byTime).protocol()).isEqualTo("time");
    }

    @Test
    void aModelChosenOnWhatIsNowTheTestIsRefused() throws IOException {
        train(config.withProtocol("time"));
        ShopConfig sameTrainingPart = config("time, valid: 1s, test: 3s");

        assertThatThrownBy(() -> evaluate(sameTrainingPart))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("was trained with split.valid 2s and split.test 2s")
                .hasMessageContaining("it is 1s and 3s now");
    }

    @Test
    void withoutAnythingToTestItSaysWhatToChange() throws IOException {
        StringBuilder log = new StringBuilder("user,item,time\n");
        for (int user = 0; user < USERS; user++) {
            log.append("u%d,a,%d%nu%d,b,%d%n".formatted(user, user, user, user + 1));
        }
        Files.writeString(shop.resolve("log.csv"), log);
        prepare();

        assertThatThrownBy(() -> evaluate(config))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("holds no event with one before it")
                .hasMessageContaining("lengthen split.test");
    }
}
