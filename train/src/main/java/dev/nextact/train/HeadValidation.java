package dev.nextact.train;

import dev.nextact.core.EventSequence;
import dev.nextact.core.LearningData;
import dev.nextact.core.Split;
import dev.nextact.model.network.HeadSettings;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.NetworkSettings;
import dev.nextact.model.network.TokenBatch;
import dev.nextact.model.network.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * The validation part for the heads beside the next item's: of its events gap and behaviour are
 * judged, each from all before it; and how long each behaviour stays away, seen from the moment
 * that ends the training part. Nothing of the test is in it. Immutable; thread-safe.
 */
final class HeadValidation {

    private static final int BATCH = 64;

    private final NetworkSettings settings;
    private final List<Window> events;
    private final int[] judged;
    private final List<Window> moments;
    private final long[] nows;

    private HeadValidation(
            NetworkSettings settings,
            List<Window> events,
            int[] judged,
            List<Window> moments,
            long[] nows) {
        this.settings = settings;
        this.events = events;
        this.judged = judged;
        this.moments = moments;
        this.nows = nows;
    }

    /**
     * @param shoppers at most that many, evenly spread over all
     */
    static HeadValidation of(LearningData data, NetworkSettings settings, int shoppers) {
        int users = data.sequences().size();
        int stride = Math.max(1, (users + shoppers - 1) / shoppers);
        List<Window> events = new ArrayList<>();
        List<Integer> judged = new ArrayList<>();
        List<Window> moments = new ArrayList<>();
        List<Long> nows = new ArrayList<>();
        for (int user = 0; user < users; user += stride) {
            int trained = data.split().trainEnd(user);
            EventSequence seen = data.sequences().get(user).prefix(data.split().validEnd(user));
            TrainingSet.Known known = TrainingSet.Known.of(seen);
            int newest = known.events().size();
            int before = TokenBatch.knownEvents(seen.prefix(trained));
            // in pieces, each judged event with at least half a window of history
            int end = newest;
            while (end > Math.max(1, before)) {
                Window window = window(known, end, settings.length(), seen, data);
                int size = window.events().size();
                int from = end - size;
                int first = Math.max(before, from == 0 ? 1 : from + size / 2);
                events.add(window);
                judged.add(first - from);
                end = first;
            }
            if (before > 0 && trained > 0) {
                moments.add(window(known, before, settings.length(), seen, data));
                nows.add(data.trainedUntilMicros(user));
            }
        }
        return new HeadValidation(
                settings,
                List.copyOf(events),
                judged.stream().mapToInt(i -> i).toArray(),
                List.copyOf(moments),
                nows.stream().mapToLong(n -> n).toArray());
    }

    /** Of all that the heads foretell; the lower, the better. */
    double loss(TorchScorer scorer) {
        HeadSettings heads = settings.foretells().orElseThrow();
        return (heads.nextEvent() ? ofEvents(scorer) : 0)
                + (heads.hazards() ? ofMoments(scorer) : 0);
    }

    /** The newest events before a place, at most {@code length}. */
    private static Window window(
            TrainingSet.Known known, int end, int length, EventSequence seen, LearningData data) {
        EventSequence events = known.events().prefix(end).last(length);
        int[] places = Arrays.copyOfRange(known.places(), end - events.size(), end);
        return new Window(events, new Window.Future(seen, places, until(data, seen), 0));
    }

    /** Up to when it is known what came in the validation part. */
    static long until(LearningData data, EventSequence seen) {
        return data.split()
                .cutOffs()
                .map(Split.CutOffs::validUntil)
                .orElseGet(() -> seen.timeMicros(seen.size() - 1) + 1);
    }

    /**
     * Mean over the events of the negative log-likelihood of gap and behaviour, in nats, and of the
     * loss of the next events at once.
     */
    double ofEvents(TorchScorer scorer) {
        double sum = 0;
        long count = 0;
        double direct = 0;
        long followed = 0;
        for (int from = 0; from < events.size(); from += BATCH) {
            int to = Math.min(events.size(), from + BATCH);
            int[] first = Arrays.copyOfRange(judged, from, to);
            HeadLoss.Sums sums = sums(scorer, events.subList(from, to), first, new long[0]);
            sum += sums.gap() + sums.behaviour();
            count += sums.events();
            direct += sums.direct();
            followed += sums.followed();
        }
        return sum / Math.max(1, count) + direct / Math.max(1, followed);
    }

    /** Mean over the shoppers of the negative log-likelihood of all behaviours, in nats. */
    double ofMoments(TorchScorer scorer) {
        double sum = 0;
        for (int from = 0; from < moments.size(); from += BATCH) {
            int to = Math.min(moments.size(), from + BATCH);
            List<Window> batch = moments.subList(from, to);
            sum += sums(scorer, batch, noEvent(batch), Arrays.copyOfRange(nows, from, to)).hazard();
        }
        return sum / Math.max(1, moments.size());
    }

    /**
     * What the hazards of all moments are, and what came.
     *
     * @param scores [N·C·G] log-odds
     * @param survived [N·C·G]
     * @param came [N·C·G]
     */
    record Hazards(float[] scores, float[] survived, float[] came) {}

    /** In batches. */
    List<Hazards> hazards(TorchScorer scorer) {
        List<Hazards> batches = new ArrayList<>();
        for (int from = 0; from < moments.size(); from += BATCH) {
            int to = Math.min(moments.size(), from + BATCH);
            List<Window> batch = moments.subList(from, to);
            long[] at = Arrays.copyOfRange(nows, from, to);
            TorchRuntime.oneThread();
            try (PointerScope scope = new PointerScope();
                    NoGradGuard noGrad = new NoGradGuard()) {
                StepBatch.Part part = StepBatch.Part.of(batch, settings.shape());
                TorchOps ops = scorer.ops();
                Tensor contexts = contexts(scorer.network(), ops, part);
                HeadTargets targets =
                        HeadTargets.ofValidation(settings, batch, part.steps(), noEvent(batch), at);
                Tensor scores =
                        new HeadLoss(scorer.network()).scores(ops, contexts, targets).contiguous();
                float[] values = new float[(int) scores.numel()];
                scores.data_ptr_float().get(values);
                batches.add(new Hazards(values, targets.survived(), targets.came()));
            }
        }
        return batches;
    }

    /** Where a moment is judged, no event is. */
    private static int[] noEvent(List<Window> windows) {
        return windows.stream().mapToInt(w -> w.events().size()).toArray();
    }

    /** [B·T, D]. */
    private static Tensor contexts(Network network, TorchOps ops, StepBatch.Part part) {
        Tokens<Tensor> tokens = Worker.tokens(part);
        return Worker.flat(network.contexts(ops, tokens, network.encode(ops, tokens)));
    }

    private HeadLoss.Sums sums(
            TorchScorer scorer, List<Window> windows, int[] first, long[] momentsAt) {
        TorchRuntime.oneThread();
        try (PointerScope scope = new PointerScope();
                NoGradGuard noGrad = new NoGradGuard()) {
            StepBatch.Part part = StepBatch.Part.of(windows, settings.shape());
            TorchOps ops = scorer.ops();
            Network network = scorer.network();
            Tensor contexts = contexts(network, ops, part);
            HeadTargets targets =
                    HeadTargets.ofValidation(settings, windows, part.steps(), first, momentsAt);
            Tensor before = contexts.index_select(0, Tensor.create(places(windows, part, first)));
            return new HeadLoss(network).of(ops, contexts, before, targets).sums(targets);
        }
    }

    /** Of the event before each that is judged. */
    long[] places(List<Window> windows, StepBatch.Part part, int[] first) {
        List<Long> places = new ArrayList<>();
        for (int b = 0; b < windows.size(); b++) {
            for (int t = Math.max(1, first[b]); t < windows.get(b).events().size(); t++) {
                places.add((long) b * part.steps() + settings.shape().before() + t - 1);
            }
        }
        return places.stream().mapToLong(p -> p).toArray();
    }
}
