package dev.nextact.model.ops;

import dev.nextact.model.FloatTensor;
import java.util.Arrays;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;

/**
 * The operations in plain Java, written to be read: the reference the other interpreters are tested
 * against. No dropout. Indices are whole numbers held as floats, exact up to 2^24; times are
 * longer, see {@link #times}.
 */
public final class ArrayOps implements Ops<FloatTensor> {

    private static final double NORM_EPSILON = 1e-5;

    private static final int DIGIT_BITS = 24;

    private static final int DIGITS = 3;

    private final Map<String, FloatTensor> parameters;

    public ArrayOps(Map<String, FloatTensor> parameters) {
        this.parameters = Map.copyOf(parameters);
    }

    @Override
    public FloatTensor parameter(String name) {
        FloatTensor parameter = parameters.get(name);
        if (parameter == null) {
            throw new IllegalArgumentException("no weight is named " + name);
        }
        return parameter;
    }

    @Override
    public FloatTensor embedding(FloatTensor table, FloatTensor indices) {
        int width = table.size(1);
        FloatTensor out = FloatTensor.zeros(append(indices.shape(), width));
        for (int i = 0; i < indices.values().length; i++) {
            int row = (int) indices.values()[i];
            System.arraycopy(table.values(), row * width, out.values(), i * width, width);
        }
        return out;
    }

    @Override
    public FloatTensor weightedRows(FloatTensor table, FloatTensor indices, FloatTensor weights) {
        int width = table.size(1);
        int each = indices.size(2);
        FloatTensor out = FloatTensor.zeros(indices.size(0), indices.size(1), width);
        for (int i = 0; i < indices.values().length; i++) {
            int row = (int) indices.values()[i];
            for (int d = 0; d < width; d++) {
                out.values()[i / each * width + d] +=
                        weights.values()[i] * table.values()[row * width + d];
            }
        }
        return out;
    }

    @Override
    public FloatTensor positions(FloatTensor indices) {
        FloatTensor out = FloatTensor.zeros(indices.size(1));
        for (int t = 0; t < out.values().length; t++) {
            out.values()[t] = t;
        }
        return out;
    }

    @Override
    public FloatTensor add(FloatTensor a, FloatTensor b) {
        FloatTensor out = FloatTensor.zeros(a.shape());
        for (int i = 0; i < out.values().length; i++) {
            out.values()[i] = a.values()[i] + b.values()[i % b.values().length];
        }
        return out;
    }

    @Override
    public FloatTensor addEach(FloatTensor a, FloatTensor b) {
        int width = a.size(1);
        FloatTensor out = FloatTensor.zeros(a.size(0), b.size(0), width);
        for (int i = 0; i < out.values().length; i++) {
            int row = i / b.values().length;
            out.values()[i] =
                    a.values()[row * width + i % width] + b.values()[i % b.values().length];
        }
        return out;
    }

    @Override
    public FloatTensor linear(FloatTensor x, FloatTensor weight, FloatTensor bias) {
        return add(dot(x, weight), bias);
    }

    @Override
    public FloatTensor rows(FloatTensor weight, int from, int count) {
        int[] shape = weight.shape().clone();
        int row = weight.values().length / shape[0];
        shape[0] = count;
        return new FloatTensor(
                shape, Arrays.copyOfRange(weight.values(), from * row, (from + count) * row));
    }

    @Override
    public FloatTensor part(FloatTensor x, int n, int parts) {
        int[] shape = x.shape().clone();
        int whole = shape[shape.length - 1];
        int size = whole / parts;
        shape[shape.length - 1] = size;
        FloatTensor out = FloatTensor.zeros(shape);
        for (int row = 0; row < x.values().length / whole; row++) {
            System.arraycopy(x.values(), row * whole + n * size, out.values(), row * size, size);
        }
        return out;
    }

    @Override
    public FloatTensor dot(FloatTensor x, FloatTensor table) {
        int in = x.size(-1);
        int out = table.size(0);
        int[] shape = x.shape().clone();
        shape[shape.length - 1] = out;
        FloatTensor result = FloatTensor.zeros(shape);
        for (int row = 0; row < x.values().length / in; row++) {
            for (int o = 0; o < out; o++) {
                result.values()[row * out + o] =
                        (float) inner(x.values(), row * in, table.values(), o * in, in);
            }
        }
        return result;
    }

    @Override
    public FloatTensor layerNorm(FloatTensor x, FloatTensor gain, FloatTensor bias) {
        int width = x.size(-1);
        FloatTensor out = FloatTensor.zeros(x.shape());
        for (int from = 0; from < x.values().length; from += width) {
            double mean = 0;
            for (int d = 0; d < width; d++) {
                mean += x.values()[from + d] / width;
            }
            double variance = 0;
            for (int d = 0; d < width; d++) {
                variance += Math.pow(x.values()[from + d] - mean, 2) / width;
            }
            for (int d = 0; d < width; d++) {
                double normal = (x.values()[from + d] - mean) / Math.sqrt(variance + NORM_EPSILON);
                out.values()[from + d] = (float) (normal * gain.values()[d] + bias.values()[d]);
            }
        }
        return out;
    }

    @Override
    public FloatTensor multiply(FloatTensor a, FloatTensor b) {
        FloatTensor out = FloatTensor.zeros(a.shape());
        for (int i = 0; i < out.values().length; i++) {
            out.values()[i] = a.values()[i] * b.values()[i];
        }
        return out;
    }

    @Override
    public FloatTensor sigmoid(FloatTensor x) {
        return map(x, ArrayOps::sigmoid);
    }

    @Override
    public FloatTensor relu(FloatTensor x) {
        return map(x, value -> Math.max(0, value));
    }

    @Override
    public FloatTensor silu(FloatTensor x) {
        return map(x, value -> value * sigmoid(value));
    }

    @Override
    public FloatTensor gelu(FloatTensor x) {
        return map(x, value -> value * 0.5 * (1 + erf(value / Math.sqrt(2))));
    }

    @Override
    public FloatTensor dropout(FloatTensor x, double rate) {
        return x;
    }

    @Override
    public FloatTensor detached(FloatTensor x) {
        return x;
    }

    @Override
    public FloatTensor block(FloatTensor x, UnaryOperator<FloatTensor> part) {
        return part.apply(x);
    }

    /** [B, T, D] -> [B, H, T, K]. */
    private static FloatTensor splitHeads(FloatTensor x, int heads) {
        int batch = x.size(0);
        int steps = x.size(1);
        int head = x.size(2) / heads;
        FloatTensor out = FloatTensor.zeros(batch, heads, steps, head);
        for (int b = 0; b < batch; b++) {
            for (int t = 0; t < steps; t++) {
                for (int h = 0; h < heads; h++) {
                    System.arraycopy(
                            x.values(),
                            ((b * steps + t) * heads + h) * head,
                            out.values(),
                            ((b * heads + h) * steps + t) * head,
                            head);
                }
            }
        }
        return out;
    }

    /** [B, H, T, K] -> [B, T, D]. */
    private static FloatTensor mergeHeads(FloatTensor x) {
        int batch = x.size(0);
        int heads = x.size(1);
        int steps = x.size(2);
        int head = x.size(3);
        FloatTensor out = FloatTensor.zeros(batch, steps, heads * head);
        for (int b = 0; b < batch; b++) {
            for (int t = 0; t < steps; t++) {
                for (int h = 0; h < heads; h++) {
                    System.arraycopy(
                            x.values(),
                            ((b * heads + h) * steps + t) * head,
                            out.values(),
                            ((b * steps + t) * heads + h) * head,
                            head);
                }
            }
        }
        return out;
    }

    /**
     * Whole numbers of any size, to the base 2^24.
     *
     * @return [shape…, 3], the lowest digit first
     */
    public static FloatTensor times(long[] micros, int... shape) {
        FloatTensor out = FloatTensor.zeros(append(shape, DIGITS));
        for (int i = 0; i < out.values().length; i++) {
            long rest = micros[i / DIGITS] >> (i % DIGITS * DIGIT_BITS);
            boolean highest = i % DIGITS == DIGITS - 1; // which keeps the sign
            out.values()[i] = highest ? rest : rest & ((1 << DIGIT_BITS) - 1);
        }
        return out;
    }

    private static long micros(FloatTensor times, int place) {
        long micros = 0;
        for (int digit = DIGITS - 1; digit >= 0; digit--) {
            micros = (micros << DIGIT_BITS) + (long) times.values()[place * DIGITS + digit];
        }
        return micros;
    }

    @Override
    public FloatTensor timeBuckets(FloatTensor times) {
        int steps = times.size(1);
        FloatTensor out = FloatTensor.zeros(times.size(0), steps, steps);
        for (int i = 0; i < out.values().length; i++) {
            int query = i / steps;
            int seen = query / steps * steps + i % steps;
            out.values()[i] = TimeBuckets.of(micros(times, query) - micros(times, seen));
        }
        return out;
    }

    @Override
    public FloatTensor lastTimeBuckets(FloatTensor times, FloatTensor lengths) {
        return last(timeBuckets(times), lengths);
    }

    @Override
    public FloatTensor causalAttention(
            FloatTensor projections, int heads, Attention<FloatTensor> how) {
        return mergeHeads(
                attend(
                        splitHeads(part(projections, 0, 3), heads),
                        splitHeads(part(projections, 1, 3), heads),
                        splitHeads(part(projections, 2, 3), heads),
                        how,
                        (batch, step) -> step + 1));
    }

    @Override
    public FloatTensor attention(
            FloatTensor query,
            FloatTensor projections,
            int heads,
            FloatTensor lengths,
            Attention<FloatTensor> how) {
        return mergeHeads(
                attend(
                        splitHeads(query, heads),
                        splitHeads(part(projections, 0, 2), heads),
                        splitHeads(part(projections, 1, 2), heads),
                        how,
                        (batch, step) -> (int) lengths.values()[batch]));
    }

    /** How many steps a query may see. */
    private interface Horizon {
        int of(int batch, int step);
    }

    private static FloatTensor attend(
            FloatTensor q,
            FloatTensor k,
            FloatTensor v,
            Attention<FloatTensor> how,
            Horizon horizon) {
        int heads = q.size(1);
        int queries = q.size(2);
        int keys = k.size(2);
        int width = q.size(3);
        FloatTensor out = FloatTensor.zeros(q.shape());
        for (int bh = 0; bh < q.size(0) * heads; bh++) {
            for (int t = 0; t < queries; t++) {
                int from = (bh * queries + t) * width;
                double[] products = new double[horizon.of(bh / heads, t)];
                for (int s = 0; s < products.length; s++) {
                    products[s] =
                            inner(q.values(), from, k.values(), (bh * keys + s) * width, width);
                }
                double[] biases = new double[products.length];
                for (int s = 0; s < biases.length; s++) {
                    biases[s] = bias(how, bh, heads, biases.length - 1 - s);
                    biases[s] += timeBias(how, bh, heads, t, s);
                }
                double[] weights =
                        switch (how.weighting()) {
                            case SOFTMAX -> softmax(products, width, biases);
                            case SILU -> silu(products, biases);
                        };
                for (int s = 0; s < weights.length; s++) {
                    for (int d = 0; d < width; d++) {
                        out.values()[from + d] +=
                                (float) (weights[s] * v.values()[(bh * keys + s) * width + d]);
                    }
                }
            }
        }
        return out;
    }

    private static double[] softmax(double[] products, int width, double[] biases) {
        double[] weights = new double[products.length];
        double greatest = Double.NEGATIVE_INFINITY;
        for (int s = 0; s < products.length; s++) {
            weights[s] = products[s] / Math.sqrt(width) + biases[s];
            greatest = Math.max(greatest, weights[s]);
        }
        double total = 0;
        for (int s = 0; s < weights.length; s++) {
            weights[s] = Math.exp(weights[s] - greatest);
            total += weights[s];
        }
        for (int s = 0; s < weights.length; s++) {
            weights[s] /= total;
        }
        return weights;
    }

    private static double[] silu(double[] products, double[] biases) {
        double[] weights = new double[products.length];
        for (int s = 0; s < products.length; s++) {
            double x = products[s] + biases[s];
            weights[s] = x * sigmoid(x);
        }
        return weights;
    }

    private static double bias(Attention<FloatTensor> how, int bh, int heads, int distance) {
        return how.bias().isEmpty() ? 0 : at(how.bias().get(), bh % heads, distance);
    }

    private static double timeBias(Attention<FloatTensor> how, int bh, int heads, int t, int s) {
        if (how.timeBias().isEmpty()) {
            return 0;
        }
        FloatTensor buckets = how.timeBias().get().buckets(); // [B, Tq, T]
        int place = (bh / heads * buckets.size(1) + t) * buckets.size(2) + s;
        return at(how.timeBias().get().bias(), bh % heads, (int) buckets.values()[place]);
    }

    private static double at(FloatTensor table, int row, int column) {
        return table.values()[row * table.size(1) + column];
    }

    @Override
    public FloatTensor last(FloatTensor x, FloatTensor lengths) {
        int steps = x.size(1);
        int width = x.size(2);
        FloatTensor out = FloatTensor.zeros(x.size(0), 1, width);
        for (int b = 0; b < x.size(0); b++) {
            int step = (int) lengths.values()[b] - 1;
            System.arraycopy(
                    x.values(), (b * steps + step) * width, out.values(), b * width, width);
        }
        return out;
    }

    @Override
    public FloatTensor squeezeStep(FloatTensor x) {
        return new FloatTensor(new int[] {x.size(0), x.size(2)}, x.values());
    }

    @Override
    public FloatTensor recurrent(Cell cell, FloatTensor x, RecurrentWeights weights) {
        int batch = x.size(0);
        int steps = x.size(1);
        FloatTensor hidden = parameter(weights.hidden());
        int width = hidden.size(1);
        int gates = cell.gates() * width;
        FloatTensor in =
                linear(x, parameter(weights.input()), parameter(weights.inputBias())); // [B, T, GD]
        FloatTensor out = FloatTensor.zeros(batch, steps, width);
        for (int b = 0; b < batch; b++) {
            FloatTensor h = FloatTensor.zeros(1, width);
            float[] c = new float[width];
            for (int t = 0; t < steps; t++) {
                FloatTensor u = linear(h, hidden, parameter(weights.hiddenBias())); // [1, GD]
                int from = (b * steps + t) * gates;
                FloatTensor next = FloatTensor.zeros(1, width);
                for (int d = 0; d < width; d++) {
                    next.values()[d] =
                            (float)
                                    switch (cell) {
                                        case RNN ->
                                                Math.tanh(in.values()[from + d] + u.values()[d]);
                                        case GRU ->
                                                gru(in.values(), from + d, u.values(), h, d, width);
                                        case LSTM -> lstm(in.values(), from + d, u, c, d, width);
                                    };
                }
                h = next;
                System.arraycopy(h.values(), 0, out.values(), (b * steps + t) * width, width);
            }
        }
        return out;
    }

    private static double gru(float[] in, int from, float[] u, FloatTensor h, int d, int width) {
        double reset = sigmoid(in[from] + u[d]);
        double update = sigmoid(in[from + width] + u[d + width]);
        double fresh = Math.tanh(in[from + 2 * width] + reset * u[d + 2 * width]);
        return (1 - update) * fresh + update * h.values()[d];
    }

    private static double lstm(float[] in, int from, FloatTensor u, float[] c, int d, int width) {
        double input = sigmoid(in[from] + u.values()[d]);
        double forget = sigmoid(in[from + width] + u.values()[d + width]);
        double cell = Math.tanh(in[from + 2 * width] + u.values()[d + 2 * width]);
        double output = sigmoid(in[from + 3 * width] + u.values()[d + 3 * width]);
        c[d] = (float) (forget * c[d] + input * cell);
        return output * Math.tanh(c[d]);
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** The error function to 1.2e-7 (Press et al., Numerical Recipes, §6.2.2). */
    private static double erf(double x) {
        double t = 1 / (1 + 0.5 * Math.abs(x));
        double[] coefficients = {
            0.17087277,
            -0.82215223,
            1.48851587,
            -1.13520398,
            0.27886807,
            -0.18628806,
            0.09678418,
            0.37409196,
            1.00002368,
            -1.26551223
        };
        double sum = 0;
        for (double coefficient : coefficients) {
            sum = sum * t + coefficient;
        }
        double tail = t * Math.exp(-x * x + sum);
        return x >= 0 ? 1 - tail : tail - 1;
    }

    private static double inner(float[] a, int fromA, float[] b, int fromB, int size) {
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += (double) a[fromA + i] * b[fromB + i];
        }
        return sum;
    }

    private static FloatTensor map(FloatTensor x, DoubleUnaryOperator function) {
        FloatTensor out = FloatTensor.zeros(x.shape());
        for (int i = 0; i < x.values().length; i++) {
            out.values()[i] = (float) function.applyAsDouble(x.values()[i]);
        }
        return out;
    }

    private static int[] append(int[] shape, int size) {
        int[] longer = Arrays.copyOf(shape, shape.length + 1);
        longer[shape.length] = size;
        return longer;
    }
}
