package dev.nextact.train;

import dev.nextact.core.EventSequence;
import dev.nextact.core.events.EventForecast;
import dev.nextact.core.events.EventForecaster;
import dev.nextact.core.events.NextEventSampler;
import dev.nextact.core.events.RollOut;
import dev.nextact.core.probability.Softmax;
import dev.nextact.model.network.EventSlots;
import dev.nextact.model.network.HeadSettings;
import dev.nextact.model.network.Mixture;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.TimeTokens;
import dev.nextact.model.network.Tokens;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** Foretells next events with the weights under training. Confined to one thread. */
record TorchEvents(TorchScorer scorer) implements NextEventSampler {

    private Network network() {
        return scorer.network();
    }

    private HeadSettings heads() {
        return network().settings().foretells().orElseThrow();
    }

    @Override
    public int types() {
        return network().settings().behaviours();
    }

    @Override
    public int length() {
        return network().settings().length();
    }

    /** What the network knows after the last event of each history. */
    private record Known(Tensor states, Tensor contexts) {}

    private Known known(TorchOps ops, List<EventSequence> histories) {
        List<Window> windows =
                histories.stream().map(history -> Window.of(history.last(length()))).toList();
        Tokens<Tensor> tokens =
                Worker.tokens(StepBatch.Part.of(windows, network().settings().shape()));
        Tensor states = network().encodeLast(ops, tokens); // [B, D]
        return new Known(states, network().lastContext(ops, tokens, states));
    }

    @Override
    public Draw draw(List<EventSequence> histories, SplittableRandom random) {
        TorchRuntime.oneThread();
        int size = histories.size();
        double[] gaps = new double[size];
        int[] types = new int[size];
        int[] items = new int[size];
        try (PointerScope scope = new PointerScope();
                NoGradGuard noGrad = new NoGradGuard()) {
            TorchOps ops = scorer.ops();
            Known known = known(ops, histories);
            Mixture<Tensor> mixture = network().nextGap(ops, known.contexts());
            Mixture<float[]> values =
                    new Mixture<>(
                            TorchOps.floats(mixture.weights()),
                            TorchOps.floats(mixture.means()),
                            TorchOps.floats(mixture.deviations()));
            long[] tokens = new long[size];
            for (int b = 0; b < size; b++) {
                gaps[b] =
                        RollOut.gap(
                                heads().gaps().mixture(values, b, heads().components()), random);
                tokens[b] = TimeTokens.gap(gaps[b] * 1e6);
            }
            if (types() > 1) {
                float[] scores =
                        TorchOps.floats(
                                network()
                                        .nextBehaviour(
                                                ops, known.contexts(), Tensor.create(tokens)));
                for (int b = 0; b < size; b++) {
                    types[b] = RollOut.draw(Softmax.of(scores, b * types(), types()), random);
                }
            }
            int count = network().settings().items();
            float[] scores =
                    count == 1
                            ? new float[0]
                            : TorchOps.floats(network().nextItemScores(ops, known.states()));
            for (int b = 0; b < size; b++) {
                items[b] =
                        count == 1
                                ? 1
                                : 1
                                        + RollOut.draw(
                                                Softmax.of(scores, b * (count + 1) + 1, count),
                                                random);
            }
        }
        return new Draw(gaps, types, items);
    }

    /** All at once. */
    EventForecaster direct() {
        return new EventForecaster() {
            @Override
            public String name() {
                return "direct";
            }

            @Override
            public EventForecast forecast(EventSequence history, int k) {
                TorchRuntime.oneThread();
                try (PointerScope scope = new PointerScope();
                        NoGradGuard noGrad = new NoGradGuard()) {
                    TorchOps ops = scorer.ops();
                    EventSlots<Tensor> slots =
                            network().slots(ops, known(ops, List.of(history)).contexts());
                    EventSlots<float[]> values =
                            new EventSlots<>(
                                    TorchOps.floats(slots.presence()),
                                    TorchOps.floats(slots.behaviours()),
                                    TorchOps.floats(slots.times()),
                                    TorchOps.floats(slots.spreads()));
                    return EventSlots.foretold(values, heads().slots(), 0, types()).forecast(k);
                }
            }
        };
    }
}
