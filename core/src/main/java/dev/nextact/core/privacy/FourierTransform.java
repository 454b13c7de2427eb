package dev.nextact.core.privacy;

/**
 * The discrete Fourier transform of 2^n complex numbers (Cooley and Tukey 1965, radix 2, in place).
 * Immutable; thread-safe.
 */
final class FourierTransform {

    private final int size;
    private final double[] cosines;
    private final double[] sines;

    /**
     * @param size a power of two
     */
    FourierTransform(int size) {
        if (Integer.bitCount(size) != 1) {
            throw new IllegalArgumentException("size: found " + size + ", expected a power of two");
        }
        this.size = size;
        cosines = new double[size / 2];
        sines = new double[size / 2];
        for (int i = 0; i < size / 2; i++) {
            cosines[i] = Math.cos(2 * Math.PI * i / size);
            sines[i] = Math.sin(2 * Math.PI * i / size);
        }
    }

    /** {@code X[k] = Σ x[j] exp(-2πi jk / n)}, over what the arrays hold. */
    void forward(double[] real, double[] imaginary) {
        reverseBits(real, imaginary);
        for (int half = 1; half < size; half *= 2) {
            int stride = size / (2 * half);
            for (int begin = 0; begin < size; begin += 2 * half) {
                for (int k = 0; k < half; k++) {
                    double cosine = cosines[k * stride];
                    double sine = -sines[k * stride];
                    int a = begin + k;
                    int b = a + half;
                    double x = real[b] * cosine - imaginary[b] * sine;
                    double y = real[b] * sine + imaginary[b] * cosine;
                    real[b] = real[a] - x;
                    imaginary[b] = imaginary[a] - y;
                    real[a] += x;
                    imaginary[a] += y;
                }
            }
        }
    }

    /** Takes {@link #forward} back. */
    void backward(double[] real, double[] imaginary) {
        forward(imaginary, real);
        for (int i = 0; i < size; i++) {
            real[i] /= size;
            imaginary[i] /= size;
        }
    }

    private void reverseBits(double[] real, double[] imaginary) {
        int shift = Integer.numberOfLeadingZeros(size) + 1;
        for (int i = 0; i < size; i++) {
            int j = size == 1 ? 0 : Integer.reverse(i) >>> shift;
            if (i < j) {
                swap(real, i, j);
                swap(imaginary, i, j);
            }
        }
    }

    private static void swap(double[] values, int i, int j) {
        double kept = values[i];
        values[i] = values[j];
        values[j] = kept;
    }
}
