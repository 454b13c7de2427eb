package dev.nextact.train;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Computes the gradient of a piece of each batch. Confined to the thread that calls it. */
sealed interface PieceWorker permits Worker, PrivateWorker {

    /**
     * What a step gives back: sums over targets, in one vector, as they are added up over pieces
     * and over processes.
     *
     * @param lossSum over the targets, in nats
     * @param whole [R·D + P], the table's before the dense
     * @param table the gradient of the rows the step reads, [R, D]; in the vector's memory
     * @param dense of the other weights, [P]; in the vector's memory
     */
    record Gradient(double lossSum, Tensor whole, Tensor table, Tensor dense, NativeOwner owner)
            implements AutoCloseable {

        /**
         * Of no target; its tensors belong to the caller's scope.
         *
         * @param table the rows of the step, [R, D]
         * @param denseValues P
         */
        static Gradient zeros(Tensor table, long denseValues) {
            Tensor whole = torch.zeros(table.numel() + denseValues);
            return new Gradient(
                    0,
                    whole,
                    whole.narrow(0, 0, table.numel()).view_as(table),
                    whole.narrow(0, table.numel(), denseValues),
                    new NativeOwner());
        }

        /** The same tensors. */
        Gradient withLoss(double sum) {
            return new Gradient(sum, whole, table, dense, owner);
        }

        /** Its tensors outlive the caller's scope, and are freed by {@link #close}. */
        Gradient kept() {
            owner.keep(whole);
            owner.keep(table);
            owner.keep(dense);
            return this;
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
