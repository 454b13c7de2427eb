package dev.nextact.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nextact.core.Behaviours;
import dev.nextact.core.Catalog;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.bundle.BundleContent;
import dev.nextact.model.bundle.BundleWriter;
import dev.nextact.model.bundle.Manifest;
import dev.nextact.model.network.HeadSettings;
import dev.nextact.model.network.HeadSettings.TotalsScale;
import dev.nextact.model.network.HistoryTotals;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.NetworkSettings;
import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.network.NetworkSettings.FeedForward;
import dev.nextact.model.network.NetworkSettings.Positions;
import dev.nextact.model.network.NetworkSettings.TimeField;
import dev.nextact.model.onnx.HeadsGraph;
import dev.nextact.model.onnx.NextItemGraph;
import dev.nextact.predict.PredictHorizon.Question;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a bundle with a classifier foretells; its weights are those before training. */
class ClassifiedIntentIT {

    private static final List<String> ITEMS = List.of("tea", "cup", "pot");
    private static final long START = 1_740_000_000_000_000L;
    private static final long HOUR = 3_600_000_000L;
    private static final int BUY = 1;

    private static final HeadSettings CLASSIFIER =
            HeadSettings.of(new HeadSettings.Classifier(BUY, 86_400, false), TotalsScale.same(0));

    @TempDir private Path directory;

    private Bundle bundle(HeadSettings heads) {
        Network network =
                Network.of(
                        new NetworkSettings(
                                Family.LSTM,
                                Block.PRE_NORM,
                                FeedForward.GELU,
                                Positions.ABSOLUTE,
                                ITEMS.size(),
                                2,
                                8,
                                2,
                                1,
                                3,
                                0,
                                List.of(),
                                List.of(TimeField.GAP),
                                Optional.of(heads)));
        Map<String, FloatTensor> weights = network.initialWeights(5);
        return Bundle.open(
                new BundleWriter(Clock.systemUTC())
                        .write(
                                directory,
                                new BundleContent(
                                        "shop",
                                        "lstm",
                                        3,
                                        List.of("view", "buy"),
                                        "keep",
                                        5,
                                        new Manifest.Data("f", 3, ITEMS.size(), 9, 6, "time"),
                                        Map.of(),
                                        Map.of(
                                                "tasks",
                                                Map.of("intent", Map.of("way", "classifier"))),
                                        Catalog.of(ITEMS),
                                        new int[] {0, 5, 9, 1},
                                        weights,
                                        NextItemGraph.write(network, weights),
                                        List.of("intent"),
                                        Optional.of(
                                                new BundleContent.Heads(
                                                        heads,
                                                        HeadsGraph.write(network, weights),
                                                        Optional.empty())))));
    }

    /** Ann has five events, the first and the third of an item the model does not know. */
    private static EventLog log() {
        EventSequences sequences =
                new EventSequences.Builder()
                        .event(3, 0, START)
                        .event(1, 0, START + HOUR)
                        .event(3, 0, START + 2 * HOUR)
                        .event(2, 1, START + 3 * HOUR)
                        .event(1, 0, START + 4 * HOUR)
                        .endUser()
                        .event(2, 0, START + HOUR)
                        .endUser()
                        .build();
        Map<String, List<String>> names = new LinkedHashMap<>();
        names.put("view", List.of("view"));
        names.put("buy", List.of("buy"));
        return new EventLog(
                Catalog.of(List.of("pot", "tea", "hat")),
                List.of("ann", "bob"),
                Behaviours.of(names),
                sequences,
                "f");
    }

    private static PredictHorizon.Request request(
            Question question, String behaviour, Duration horizon) {
        return new PredictHorizon.Request(
                question, new Shoppers.All(), behaviour, horizon, Optional.empty());
    }

    private static List<HorizonAnswer> ask(Bundle bundle, PredictHorizon.Request request) {
        List<HorizonAnswer> answers = new ArrayList<>();
        new PredictHorizon()
                .run(bundle, Optional.of(log()), request, answers::add, Progress.silent());
        return answers;
    }

    private static double after(OutlookModel model, EventSequence history) {
        return model.stays(List.of(Moment.afterLast(history))).get(0).get(BUY).came(86_400);
    }

    @Test
    void itAnswersForItsBehaviourAndHorizonWheneverItIsAsked() {
        Bundle bundle = bundle(CLASSIFIER);
        List<HorizonAnswer> now =
                ask(bundle, request(Question.INTENT, "buy", Duration.ofHours(24)));
        List<HorizonAnswer> later = new ArrayList<>();
        new PredictHorizon()
                .run(
                        bundle,
                        Optional.of(log()),
                        new PredictHorizon.Request(
                                Question.INTENT,
                                new Shoppers.All(),
                                "buy",
                                Duration.ofDays(1),
                                Optional.of(START + 99 * HOUR)),
                        later::add,
                        Progress.silent());

        assertThat(now).extracting(HorizonAnswer::user).containsExactly("ann", "bob");
        assertThat(now.get(0).probability())
                .isStrictlyBetween(0.0, 1.0)
                .isNotEqualTo(now.get(1).probability())
                .isEqualTo(later.get(0).probability());
        assertThat(now).extracting(HorizonAnswer::medianSeconds).containsOnly(-1.0);
        double stays =
                ask(bundle, request(Question.CHURN, "buy", Duration.ofDays(1)))
                        .get(0)
                        .probability();
        assertThat(stays).isCloseTo(1 - now.get(0).probability(), offset(1e-9));
    }

    @Test
    void oneThatReadsTotalsAndCountsTellsHowOften() {
        Bundle bundle =
                bundle(
                        HeadSettings.of(
                                new HeadSettings.Classifier(BUY, 86_400, true),
                                TotalsScale.same(HistoryTotals.size(2))));

        List<HorizonAnswer> answers =
                ask(bundle, request(Question.INTENT, "buy", Duration.ofDays(1)));

        assertThat(answers)
                .allSatisfy(a -> assertThat(a.expectedCount()).isStrictlyBetween(0.0, 10.0));
        assertThat(answers.get(0).expectedCount()).isNotEqualTo(answers.get(1).expectedCount());
        Bundle silent = bundle(CLASSIFIER);
        assertThat(ask(silent, request(Question.INTENT, "buy", Duration.ofDays(1))))
                .extracting(HorizonAnswer::expectedCount)
                .containsOnly(-1.0);
        try (OutlookModel model = OutlookModel.open(silent)) {
            EventSequence history = log().sequences().get(1);
            assertThatThrownBy(() -> model.expectedCounts(List.of(Moment.afterLast(history))))
                    .isInstanceOf(NextactException.class)
                    .hasMessageContaining("tasks.intent.counts: true");
        }
    }

    @Test
    void anotherHorizonOrBehaviourIsAClearError() {
        Bundle bundle = bundle(CLASSIFIER);

        assertThatThrownBy(() -> ask(bundle, request(Question.INTENT, "buy", Duration.ofDays(3))))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("whether a buy comes within 24.0 hours")
                .hasMessageContaining("a buy within 72.0 hours")
                .hasMessageContaining("tasks.intent.way: hazard");
        assertThatThrownBy(() -> ask(bundle, request(Question.INTENT, "view", Duration.ofDays(1))))
                .hasMessageContaining("tells nothing of a view");
    }

    @Test
    void itRanksNoItems() {
        Bundle bundle = bundle(CLASSIFIER);

        assertThatThrownBy(
                        () ->
                                new PredictNext()
                                        .run(
                                                bundle,
                                                Optional.of(log()),
                                                new PredictNext.Request(
                                                        new Shoppers.All(), 3, Optional.empty()),
                                                prediction -> {},
                                                Progress.silent()))
                .hasMessageContaining("did not learn which item is next");
    }

    @Test
    void eachStepHasTheAnswerThatWasGivenThen() throws IOException {
        Bundle bundle = bundle(CLASSIFIER);
        Path out = directory.resolve("steps.csv");
        PredictHorizon.Summary summary =
                new PredictHorizon()
                        .runSteps(
                                bundle,
                                Optional.of(log()),
                                request(Question.INTENT, "buy", Duration.ofDays(1)),
                                out,
                                Progress.silent());

        List<String> lines = Files.readAllLines(out);
        assertThat(lines.get(0)).isEqualTo("user,event,time,behaviour,item,probability");
        // nothing is known of ann before her second event, the first of a known item
        assertThat(lines.stream().skip(1).map(line -> line.replaceAll(",[^,]*$", "")))
                .containsExactly(
                        "ann,2,2025-02-19T22:20:00Z,view,pot",
                        "ann,3,2025-02-19T23:20:00Z,view,-",
                        "ann,4,2025-02-20T00:20:00Z,buy,tea",
                        "ann,5,2025-02-20T01:20:00Z,view,pot",
                        "bob,1,2025-02-19T22:20:00Z,view,tea");
        assertThat(summary.shoppers()).isEqualTo(2);
        EventSequences known = log().sequences().renumberItems(new int[] {0, 3, 1, 0});
        double sum = 0;
        try (OutlookModel model = OutlookModel.open(bundle)) {
            for (int row = 1; row < lines.size(); row++) {
                String[] cells = lines.get(row).split(",", -1);
                EventSequence history =
                        known.get(cells[0].equals("ann") ? 0 : 1)
                                .prefix(Integer.parseInt(cells[1]));
                double p = Double.parseDouble(cells[5]);
                sum += p;
                assertThat(p).isCloseTo(after(model, history), offset(1e-6));
            }
        }
        assertThat(summary.meanProbability()).isCloseTo(sum / 5, offset(1e-9));
        assertThat(lines.get(1).split(",", -1)[5]).isNotEqualTo(lines.get(3).split(",", -1)[5]);
    }

    @Test
    void hazardsAnswerEachStepToo() {
        Bundle bundle = bundle(hazards());
        List<StepAnswer> steps = new ArrayList<>();
        new PredictHorizon()
                .runSteps(
                        bundle,
                        Optional.of(log()),
                        request(Question.INTENT, "buy", Duration.ofDays(3)),
                        steps::add,
                        Progress.silent());

        assertThat(steps).extracting(StepAnswer::event).containsExactly(2, 3, 4, 5, 1);
        assertThat(steps).allSatisfy(s -> assertThat(s.probability()).isStrictlyBetween(0.0, 1.0));
    }

    private static HeadSettings hazards() {
        return new HeadSettings(
                false,
                true,
                3,
                new HeadSettings.GapScale(1, 8, 2),
                List.of(0.0, 3_600.0, 86_400.0, 864_000.0),
                HeadSettings.TotalsScale.same(HistoryTotals.size(2)),
                HeadSettings.Calendar.even(2));
    }

    @Test
    void aBundleFromBeforeThereWereClassifiersOpensAsItWas() throws Exception {
        Bundle written = bundle(hazards());
        double before =
                ask(written, request(Question.INTENT, "buy", Duration.ofDays(3)))
                        .get(0)
                        .probability();
        rewriteHeads(written, heads -> assertThat(heads.remove("classifier")).isNotNull());

        Bundle old = Bundle.open(written.directory());

        assertThat(old.heads()).isEqualTo(written.heads());
        assertThat(old.heads().orElseThrow().classifies()).isFalse();
        assertThat(
                        ask(old, request(Question.INTENT, "buy", Duration.ofDays(3)))
                                .get(0)
                                .probability())
                .isEqualTo(before);
    }

    @Test
    void aClassifierFromBeforeThereWereCountsOpensAsItWas() throws Exception {
        Bundle written = bundle(CLASSIFIER);
        rewriteHeads(
                written,
                heads ->
                        assertThat(((ObjectNode) heads.get("classifier")).remove("counts"))
                                .isNotNull());

        assertThat(Bundle.open(written.directory()).heads()).contains(CLASSIFIER);
    }

    /** Changes what a bundle says of its heads, and seals it again. */
    private static void rewriteHeads(Bundle bundle, Consumer<ObjectNode> change) throws Exception {
        JsonMapper json = JsonMapper.builder().build();
        Path heads = bundle.directory().resolve("heads.json");
        ObjectNode settings = (ObjectNode) json.readTree(heads.toFile());
        change.accept(settings);
        json.writeValue(heads.toFile(), settings);
        Path manifest = bundle.directory().resolve("manifest.json");
        ObjectNode sealed = (ObjectNode) json.readTree(manifest.toFile());
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(heads));
        ((ObjectNode) sealed.get("files")).put("heads.json", HexFormat.of().formatHex(hash));
        json.writeValue(manifest.toFile(), sealed);
    }

    @Test
    void itsCardSaysWhatItAnswers() {
        assertThat(bundle(CLASSIFIER).directory().resolve("card.md"))
                .content()
                .contains("after each event", "not known to it");
    }
}
