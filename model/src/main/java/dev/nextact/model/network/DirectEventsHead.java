package dev.nextact.model.network;

import dev.nextact.model.network.ParameterSpec.Start;
import dev.nextact.model.ops.Ops;
import java.util.List;

/**
 * The next events at once: slots, each of which may hold one of them (DeTPP; Karpukhin and
 * Savchenko 2024, §3). A slot has a learned query; joined with the context it gives the probability
 * that the slot is used, a distribution of behaviours, and a Laplace distribution of the time. The
 * first layer acts on the sum of what it makes of the context and of the query, which is one layer
 * on both side by side.
 */
final class DirectEventsHead {

    private static final String HEAD = "head.direct";

    private final NetworkSettings settings;
    private final int slots;

    DirectEventsHead(NetworkSettings settings, int slots) {
        this.settings = settings;
        this.slots = slots;
    }

    void addTo(List<ParameterSpec> list) {
        int width = settings.width();
        // apart from the start, or all slots would learn the same
        list.add(
                new ParameterSpec(
                        HEAD + ".queries", new int[] {slots, width}, new Start.Normal(1)));
        Parts.addLivelyLinear(list, HEAD + ".context", width, width);
        Parts.addLivelyLinear(list, HEAD + ".hidden", width, width);
        Parts.addLivelyLinear(list, HEAD + ".presence", 1, width);
        Parts.addLivelyLinear(list, HEAD + ".behaviours", settings.behaviours(), width);
        Parts.addLivelyLinear(list, HEAD + ".times", 1, width);
        Parts.addLivelyLinear(list, HEAD + ".spreads", 1, width);
    }

    /**
     * @param contexts [N, D]
     */
    <T> EventSlots<T> slots(Ops<T> ops, T contexts) {
        // dropout here and not of every slot, which would cost more than all the rest
        T context = ops.dropout(contexts, settings.dropout()); // [N, D]
        T x =
                ops.addEach(
                        Parts.linear(ops, HEAD + ".context", context),
                        ops.parameter(HEAD + ".queries")); // [N, S, D]
        x = ops.gelu(Parts.linear(ops, HEAD + ".hidden", ops.gelu(x)));
        return new EventSlots<>(
                Parts.linear(ops, HEAD + ".presence", x),
                Parts.linear(ops, HEAD + ".behaviours", x),
                Parts.linear(ops, HEAD + ".times", x),
                Parts.linear(ops, HEAD + ".spreads", x));
    }
}
