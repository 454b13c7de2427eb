package dev.nextact.train;

import java.util.function.DoubleSupplier;
import org.bytedeco.pytorch.Tensor;

/** Of a training in one process. */
record LoneProcess() implements ProcessGroup {

    @Override
    public int rank() {
        return 0;
    }

    @Override
    public int size() {
        return 1;
    }

    @Override
    public double sum(Tensor vector, double number) {
        return number;
    }

    @Override
    public double ofFirst(DoubleSupplier finding) {
        return finding.getAsDouble();
    }

    @Override
    public long bytesSent() {
        return 0;
    }

    @Override
    public void close() {}
}
