package dev.nextact.train;

import org.bytedeco.pytorch.Tensor;

/** Computes the gradient of a piece of each batch. Confined to the thread that calls it. */
sealed interface PieceWorker permits Worker, PrivateWorker {

    /**
     * What a step gives back; its tensors outlive the step and are freed by {@link #close}.
     *
     * @param lossSum over the targets, in nats
     * @param table the gradient of the rows the step reads, [R, D]
     * @param dense of the other weights, in one vector
     */
    record Gradient(double lossSum, Tensor table, Tensor dense, NativeOwner owner)
            implements AutoCloseable {

        static Gradient of(double lossSum, Tensor table, Tensor dense) {
            NativeOwner kept = new NativeOwner();
            return new Gradient(lossSum, kept.keep(table), kept.keep(dense), kept);
        }

        @Override
        public void close() {
            owner.close();
        }
    }

    /**
     * @param table the rows of the step, [R, D]
     * @param batch the whole batch
     * @param part which part of it is this worker's
     * @param seed of this step's dropout
     */
    Gradient compute(Tensor table, StepBatch batch, int part, long seed);
}
