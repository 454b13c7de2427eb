package dev.nextact.model;

import java.util.Arrays;

/**
 * A dense tensor in plain Java. The values are not copied: who makes one gives them away.
 *
 * @param shape the size of each dimension
 * @param values row-major; as many as the product of the shape
 */
public record FloatTensor(int[] shape, float[] values) {

    public FloatTensor {
        long expected = 1;
        for (int size : shape) {
            expected *= size;
        }
        if (expected != values.length) {
            throw new IllegalArgumentException(
                    "shape "
                            + Arrays.toString(shape)
                            + " holds "
                            + expected
                            + " values, found "
                            + values.length);
        }
    }

    /** All zeros. */
    public static FloatTensor zeros(int... shape) {
        return new FloatTensor(
                shape, new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)]);
    }

    /** The size of a dimension; negative ones count from the last. */
    public int size(int dimension) {
        return shape[dimension < 0 ? shape.length + dimension : dimension];
    }

    public int dimensions() {
        return shape.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FloatTensor that
                && Arrays.equals(shape, that.shape)
                && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(shape) * 31 + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "FloatTensor" + Arrays.toString(shape);
    }
}
