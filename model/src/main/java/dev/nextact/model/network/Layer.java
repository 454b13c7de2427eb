package dev.nextact.model.network;

import dev.nextact.model.ops.Ops;
import java.util.List;
import java.util.Optional;

/** One layer whose steps attend to each other; a step never sees a later one. */
interface Layer {

    /** Its weights. */
    void addTo(List<ParameterSpec> list);

    /**
     * The state at every step: [B, T, D] → [B, T, D].
     *
     * @param buckets of {@link Ops#timeBuckets}; absent where no layer is biased by time
     */
    <T> T apply(Ops<T> ops, T x, Optional<T> buckets);

    /**
     * The state at the last step of each sequence alone: [B, T, D] → [B, 1, D].
     *
     * @param buckets of {@link Ops#lastTimeBuckets}; absent where no layer is biased by time
     */
    <T> T applyToLast(Ops<T> ops, T x, T lengths, Optional<T> buckets);
}
