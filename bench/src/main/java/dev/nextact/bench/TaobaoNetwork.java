package dev.nextact.bench;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.Split;
import dev.nextact.evaluate.events.NextEventScores;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.OutlookModel;
import dev.nextact.train.TrainModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** nextact's network on {@link TaobaoEventTypes}: every event has the same item. */
final class TaobaoNetwork {

    private TaobaoNetwork() {}

    /** Learns from the training sequences, chooses the epoch by the dev sequences. */
    static Bundle train(TaobaoEventTypes taobao, Map<String, String> variables, Progress progress) {
        Path configs = Path.of(System.getProperty("nextact.bench.configs", "bench/configs"));
        ShopConfig config = ShopConfigReader.read(configs.resolve("taobao-tpp.yaml"), variables);
        List<Split.Role> roles = new ArrayList<>();
        EventSequences.Builder builder = new EventSequences.Builder();
        add(builder, taobao.train(), roles, Split.Role.TRAINING);
        add(builder, taobao.dev(), roles, Split.Role.VALIDATION);
        EventSequences sequences = builder.build();
        EventLog log =
                new EventLog(
                        Catalog.of(List.of("event")),
                        IntStream.range(0, sequences.size()).mapToObj(Integer::toString).toList(),
                        config.behaviours(),
                        sequences,
                        "taobao-tpp");
        return Bundle.open(
                new TrainModel()
                        .run(
                                config,
                                log,
                                Split.byRole(sequences, roles),
                                new TrainModel.Options(false),
                                progress)
                        .bundle());
    }

    private static void add(
            EventSequences.Builder builder,
            List<EventSequence> sequences,
            List<Split.Role> roles,
            Split.Role role) {
        for (EventSequence events : sequences) {
            for (int i = 0; i < events.size(); i++) {
                builder.event(1, events.behaviour(i), events.timeMicros(i));
            }
            builder.endUser();
            roles.add(role);
        }
    }

    /** The same sequence, of the one item. */
    static EventSequence known(EventSequence events) {
        int size = events.size();
        int[] items = new int[size];
        byte[] behaviours = new byte[size];
        long[] times = new long[size];
        for (int i = 0; i < size; i++) {
            items[i] = 1;
            behaviours[i] = (byte) events.behaviour(i);
            times[i] = events.timeMicros(i);
        }
        return EventSequence.of(-1, items, behaviours, times);
    }

    /** Every event but the first of each sequence, in the file's unit of time. */
    static NextEventScores judge(OutlookModel model, List<EventSequence> test) {
        int[] first = new int[test.size()];
        Arrays.fill(first, 1);
        return NextEventScores.of(
                model,
                test.stream().map(TaobaoNetwork::known).toList(),
                first,
                TaobaoEventTypes.UNIT_SECONDS);
    }
}
