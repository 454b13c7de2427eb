package dev.nextact.train;

import dev.nextact.core.events.Assignment;
import dev.nextact.model.network.EventSlots;
import dev.nextact.model.network.HeadSettings;
import dev.nextact.model.network.Network;
import java.util.Arrays;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * How far the slots are from the events that came (DeTPP; Karpukhin and Savchenko 2024, §3.3).
 * Every event gets a slot of its own, all together the cheapest way; a slot with an event learns
 * its behaviour, its time and that it is used, one without that it is not. Differentiated by
 * LibTorch.
 *
 * <p>Where this differs: the events in question are the next K and not all within a fixed time; the
 * spread of the Laplace distribution is learned and on a logarithmic scale of time, because gaps
 * range from seconds to weeks; and of a slot that stands for a time nobody knows, nothing is
 * learned.
 */
final class DirectEventsLoss {

    private final Network network;
    private final HeadSettings.Slots settings;

    DirectEventsLoss(Network network) {
        this.network = network;
        this.settings = network.settings().foretells().orElseThrow().slots();
    }

    /**
     * The sum over the N of the loss, as a mean over K events each.
     *
     * @param contexts [B·T, D]
     */
    Tensor of(TorchOps ops, Tensor contexts, FollowingEvents events) {
        Tensor at = contexts.index_select(0, Tensor.create(events.places())); // [N, D]
        Answer answer = Answer.of(network.slots(ops, at));
        Matching matching = match(answer, events);
        Tensor presence = answer.presence().reshape(-1); // [N·S]
        Tensor used = Tensor.create(matching.used());
        Tensor counts = Tensor.create(matching.counts());
        Tensor ofPresence = torch.softplus(presence).sub(presence.mul(used)).mul(counts).sum();
        Tensor slots = Tensor.create(matching.slots()); // [P]
        Tensor came = Tensor.create(matching.events()); // [P]
        Tensor ofTimes =
                timeLoss(
                                answer.times().reshape(-1).index_select(0, slots),
                                answer.spreads().reshape(-1).index_select(0, slots),
                                Tensor.create(events.times()).index_select(0, came))
                        .sum();
        Tensor types = Tensor.create(events.behaviours()).index_select(0, came); // [P]
        Tensor ofTypes =
                answer.behaviours()
                        .flatten(0, 1)
                        .index_select(0, slots)
                        .gather(1, types.unsqueeze(1))
                        .sum()
                        .neg();
        return ofPresence.add(ofTimes).add(ofTypes).mul(new Scalar(1.0 / settings.events()));
    }

    /** −ln of the Laplace density, less ln 2. */
    private static Tensor timeLoss(Tensor times, Tensor spreads, Tensor came) {
        return came.sub(times).abs().mul(spreads.neg().exp()).add(spreads);
    }

    /**
     * @param presence [N, S]
     * @param behaviours logarithms of probabilities, [N, S, C]
     * @param times [N, S]
     * @param spreads [N, S]
     */
    private record Answer(Tensor presence, Tensor behaviours, Tensor times, Tensor spreads) {

        static Answer of(EventSlots<Tensor> slots) {
            Tensor spreads =
                    slots.spreads()
                            .squeeze(2)
                            .clamp(
                                    new ScalarOptional(new Scalar(EventSlots.LEAST_LOG_SPREAD)),
                                    new ScalarOptional(new Scalar(EventSlots.MOST_LOG_SPREAD)));
            return new Answer(
                    slots.presence().squeeze(2),
                    torch.log_softmax(slots.behaviours(), 2, new ScalarTypeOptional()),
                    slots.times().squeeze(2),
                    spreads);
        }
    }

    /**
     * @param slots [P] n·S + s of the pairs
     * @param events [P] n·K + j of the same
     * @param used [N·S] 1 where a slot has an event
     * @param counts [N·S] 0 where it is not known whether it has
     */
    record Matching(long[] slots, long[] events, float[] used, float[] counts) {}

    private Matching match(Answer answer, FollowingEvents events) {
        int n = events.size();
        int s = settings.count();
        int k = settings.events();
        float[] costs;
        float[] times;
        try (NoGradGuard noGrad = new NoGradGuard()) {
            Tensor types = Tensor.create(events.behaviours(), n, k);
            Tensor ofTypes =
                    answer.behaviours()
                            .transpose(1, 2) // [N, C, S]
                            .gather(1, types.unsqueeze(2).expand(n, k, s)) // [N, K, S]
                            .neg();
            Tensor ofTimes =
                    timeLoss(
                            answer.times().unsqueeze(1),
                            answer.spreads().unsqueeze(1),
                            Tensor.create(events.times(), n, k).unsqueeze(2)); // [N, K, S]
            costs = TorchOps.floats(ofTypes.add(ofTimes).sub(answer.presence().unsqueeze(1)));
            times = TorchOps.floats(answer.times());
        }
        return pair(costs, times, events, s, k);
    }

    /**
     * @param costs [N·K·S]
     * @param times [N·S]
     */
    static Matching pair(float[] costs, float[] times, FollowingEvents events, int s, int k) {
        int n = events.size();
        long[] slots = new long[n * k];
        long[] came = new long[n * k];
        float[] used = new float[n * s];
        float[] counts = new float[n * s];
        int pairs = 0;
        for (int i = 0; i < n; i++) {
            for (int slot = 0; slot < s; slot++) {
                counts[i * s + slot] = times[i * s + slot] < events.known()[i] ? 1 : 0;
            }
            int[] slotOf = Assignment.of(costs, i * k * s, events.counts()[i], s);
            for (int j = 0; j < slotOf.length; j++) {
                int slot = i * s + slotOf[j];
                used[slot] = 1;
                counts[slot] = 1;
                slots[pairs] = slot;
                came[pairs++] = (long) i * k + j;
            }
        }
        return new Matching(Arrays.copyOf(slots, pairs), Arrays.copyOf(came, pairs), used, counts);
    }
}
