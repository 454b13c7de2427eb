package dev.nextact.train;

import dev.nextact.model.ops.Ops.Attention;
import dev.nextact.model.ops.Ops.Weighting;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Attention of each step to itself and the steps before it, forward and back, in plain loops over
 * one history and one head at a time. LibTorch multiplies a batch of small matrices one call each,
 * which with histories of a few events took a third of a worker's time; here the later steps, which
 * count for nothing, are not worked out either. Tested against automatic differentiation. Confined
 * to one thread; its tensors belong to the caller's {@code PointerScope}.
 */
final class CausalAttention {

    /** Longer histories are matrices large enough for LibTorch. */
    static final int MOST_STEPS = 32;

    private final int steps;
    private final int width;
    private final int heads;
    private final int head;
    private final int batch;
    private final Attention<Tensor> how;
    private final int seed;
    private final float scale;
    private final float[] bias; // [H, L]; empty = none
    private final float[] timeBias; // [H, buckets]; empty = none
    private final IntBuffer buckets; // [B, T, T]
    private final FloatBuffer in;
    private final FloatBuffer kept;
    private final Tensor result;

    /** A triangle [T·(T+1)/2] of the head at hand: products, weights, weights left by dropout. */
    private final float[] weights;

    private final float[] left;
    private final int[] bits;
    private final float[] x; // a history, [T, 3D]
    private final int[] since; // its buckets, [T, T]

    /**
     * Works out the attention.
     *
     * @param projections query, key and value of each step, [B, T, 3D]
     * @param seed of the dropout
     */
    CausalAttention(Tensor projections, int heads, Attention<Tensor> how, int seed) {
        Tensor lying = projections.detach().contiguous();
        this.batch = (int) lying.size(0);
        this.steps = (int) lying.size(1);
        this.width = (int) lying.size(2) / 3;
        this.heads = heads;
        this.head = width / heads;
        this.how = how;
        this.seed = seed;
        this.scale =
                how.weighting() == Weighting.SOFTMAX ? (float) (1 / Math.sqrt((double) head)) : 1;
        this.bias = how.bias().map(CausalAttention::values).orElse(new float[0]);
        this.timeBias = how.timeBias().map(time -> values(time.bias())).orElse(new float[0]);
        this.buckets =
                how.timeBias().map(time -> ints(time.buckets())).orElse(IntBuffer.allocate(0));
        this.in = floats(lying);
        int triangle = steps * (steps + 1) / 2;
        this.kept = floats(torch.empty(batch, heads, triangle));
        this.weights = new float[triangle];
        this.left = new float[triangle];
        this.bits = new int[triangle];
        this.x = new float[steps * 3 * width];
        this.since = new int[timeBias.length == 0 ? 0 : steps * steps];
        this.result = torch.empty(batch, steps, width);
        forward(floats(result));
    }

    /** [B, T, D]. */
    Tensor result() {
        return result;
    }

    private void forward(FloatBuffer to) {
        float[] out = new float[steps * width];
        for (int b = 0; b < batch; b++) {
            in.get(b * x.length, x);
            buckets.get(b * since.length, since);
            Arrays.fill(out, 0);
            for (int h = 0; h < heads; h++) {
                for (int t = 0; t < steps; t++) {
                    int row = row(t);
                    products(x, query(h, t), x, key(h, 0), t + 1, weights, row, scale);
                    addBias(h, t);
                    if (how.weighting() == Weighting.SOFTMAX) {
                        softmax(weights, row, t + 1);
                    }
                }
                kept.put((b * heads + h) * weights.length, weights);
                drop(b, h);
                for (int t = 0; t < steps; t++) {
                    addRows(out, t * width + h * head, left, row(t), t + 1, x, value(h, 0));
                }
            }
            to.put(b * out.length, out);
        }
    }

    /**
     * The gradients of the projections and, where there are biases, of those by distance and by
     * time.
     *
     * @param gradient of the result, [B, T, D]
     */
    List<Tensor> back(Tensor gradient) {
        FloatBuffer from = floats(gradient.contiguous());
        Tensor ofIn = torch.empty(batch, steps, 3L * width);
        FloatBuffer to = floats(ofIn);
        float[] ofBias = new float[bias.length];
        float[] ofTimeBias = new float[timeBias.length];
        float[] g = new float[steps * width];
        float[] dx = new float[x.length];
        float[] slopes = new float[weights.length];
        for (int b = 0; b < batch; b++) {
            in.get(b * x.length, x);
            buckets.get(b * since.length, since);
            from.get(b * g.length, g);
            Arrays.fill(dx, 0);
            for (int h = 0; h < heads; h++) {
                kept.get((b * heads + h) * weights.length, weights);
                drop(b, h);
                for (int t = 0; t < steps; t++) {
                    int row = row(t);
                    int own = t * width + h * head;
                    products(g, own, x, value(h, 0), t + 1, slopes, row, 1);
                    spread(dx, value(h, 0), left, row, t + 1, g, own);
                    slopesOfProducts(slopes, row, t + 1);
                    for (int s = 0; s <= t && bias.length > 0; s++) {
                        ofBias[h * (bias.length / heads) + t - s] += slopes[row + s];
                    }
                    for (int s = 0; s <= t && timeBias.length > 0; s++) {
                        ofTimeBias[place(h, t, s)] += slopes[row + s];
                    }
                    for (int s = 0; s <= t; s++) {
                        slopes[row + s] *= scale;
                    }
                    addRows(dx, query(h, t), slopes, row, t + 1, x, key(h, 0));
                    spread(dx, key(h, 0), slopes, row, t + 1, x, query(h, t));
                }
            }
            to.put(b * dx.length, dx);
        }
        List<Tensor> gradients = new ArrayList<>(List.of(ofIn));
        if (bias.length > 0) {
            gradients.add(Tensor.create(ofBias, heads, bias.length / heads));
        }
        if (timeBias.length > 0) {
            gradients.add(Tensor.create(ofTimeBias, heads, timeBias.length / heads));
        }
        return gradients;
    }

    private static int row(int t) {
        return t * (t + 1) / 2;
    }

    private int query(int h, int t) {
        return t * 3 * width + h * head;
    }

    private int key(int h, int t) {
        return query(h, t) + width;
    }

    private int value(int h, int t) {
        return query(h, t) + 2 * width;
    }

    /** Of the bias by time between two steps of the history at hand. */
    private int place(int h, int t, int s) {
        return h * (timeBias.length / heads) + since[t * steps + s];
    }

    private void addBias(int h, int t) {
        int row = row(t);
        if (bias.length > 0) {
            int nearest = h * (bias.length / heads);
            for (int s = 0; s <= t; s++) {
                weights[row + s] += bias[nearest + t - s];
            }
        }
        for (int s = 0; s <= t && timeBias.length > 0; s++) {
            weights[row + s] += timeBias[place(h, t, s)];
        }
    }

    /** From the triangle kept to the one that weighs the values. */
    private void drop(int b, int h) {
        boolean silu = how.weighting() == Weighting.SILU;
        for (int i = 0; i < left.length; i++) {
            left[i] = silu ? weights[i] * sigmoid(weights[i]) : weights[i];
        }
        if (how.dropout() > 0) {
            DropoutMask.fill(bits, bits.length, seed, (b * heads + h) * bits.length, how.dropout());
            for (int i = 0; i < left.length; i++) {
                left[i] *= Float.intBitsToFloat(bits[i]);
            }
        }
    }

    /** Of a step: from the slopes of the weights left by dropout to those of the products. */
    private void slopesOfProducts(float[] slopes, int row, int count) {
        if (how.dropout() > 0) {
            for (int i = row; i < row + count; i++) {
                slopes[i] *= Float.intBitsToFloat(bits[i]);
            }
        }
        if (how.weighting() == Weighting.SILU) {
            for (int i = row; i < row + count; i++) {
                float sigmoid = sigmoid(weights[i]);
                slopes[i] *= sigmoid * (1 + weights[i] * (1 - sigmoid));
            }
            return;
        }
        float mean = 0;
        for (int i = row; i < row + count; i++) {
            mean += weights[i] * slopes[i];
        }
        for (int i = row; i < row + count; i++) {
            slopes[i] = weights[i] * (slopes[i] - mean);
        }
    }

    private static void softmax(float[] values, int from, int count) {
        float greatest = Float.NEGATIVE_INFINITY;
        for (int i = from; i < from + count; i++) {
            greatest = Math.max(greatest, values[i]);
        }
        float sum = 0;
        for (int i = from; i < from + count; i++) {
            values[i] = (float) Math.exp((double) values[i] - greatest);
            sum += values[i];
        }
        for (int i = from; i < from + count; i++) {
            values[i] /= sum;
        }
    }

    private static float sigmoid(float x) {
        return (float) (1 / (1 + Math.exp(-x)));
    }

    /**
     * Scaled inner products of one row with {@code count} rows of a history, four at a time so that
     * no sum waits for the one before.
     */
    private void products(
            float[] a,
            int own,
            float[] rows,
            int first,
            int count,
            float[] to,
            int at,
            float factor) {
        int stride = 3 * width;
        int s = 0;
        for (; s + 4 <= count; s += 4) {
            int i = first + s * stride;
            float sum0 = 0;
            float sum1 = 0;
            float sum2 = 0;
            float sum3 = 0;
            for (int d = 0; d < head; d++) {
                float q = a[own + d];
                sum0 += q * rows[i + d];
                sum1 += q * rows[i + stride + d];
                sum2 += q * rows[i + 2 * stride + d];
                sum3 += q * rows[i + 3 * stride + d];
            }
            to[at + s] = factor * sum0;
            to[at + s + 1] = factor * sum1;
            to[at + s + 2] = factor * sum2;
            to[at + s + 3] = factor * sum3;
        }
        for (; s < count; s++) {
            float sum = 0;
            for (int d = 0; d < head; d++) {
                sum += a[own + d] * rows[first + s * stride + d];
            }
            to[at + s] = factor * sum;
        }
    }

    /** Adds to one row {@code count} rows of a history, each by its factor. */
    private void addRows(
            float[] to, int own, float[] factors, int at, int count, float[] rows, int first) {
        int stride = 3 * width;
        int s = 0;
        for (; s + 4 <= count; s += 4) {
            int i = first + s * stride;
            float f0 = factors[at + s];
            float f1 = factors[at + s + 1];
            float f2 = factors[at + s + 2];
            float f3 = factors[at + s + 3];
            for (int d = 0; d < head; d++) {
                to[own + d] +=
                        f0 * rows[i + d]
                                + f1 * rows[i + stride + d]
                                + f2 * rows[i + 2 * stride + d]
                                + f3 * rows[i + 3 * stride + d];
            }
        }
        for (; s < count; s++) {
            float factor = factors[at + s];
            for (int d = 0; d < head; d++) {
                to[own + d] += factor * rows[first + s * stride + d];
            }
        }
    }

    /** Adds one row to {@code count} rows of a history, by a factor each. */
    private void spread(
            float[] to, int first, float[] factors, int at, int count, float[] row, int own) {
        int stride = 3 * width;
        for (int s = 0; s < count; s++) {
            float factor = factors[at + s];
            if (factor != 0) {
                for (int d = 0; d < head; d++) {
                    to[first + s * stride + d] += factor * row[own + d];
                }
            }
        }
    }

    private static FloatBuffer floats(Tensor tensor) {
        return tensor.data_ptr_float().capacity(tensor.numel()).asBuffer();
    }

    private static IntBuffer ints(Tensor tensor) {
        return tensor.data_ptr_int().capacity(tensor.numel()).asBuffer();
    }

    private static float[] values(Tensor tensor) {
        Tensor lying = tensor.detach().contiguous();
        float[] values = new float[(int) lying.numel()];
        floats(lying).get(values);
        return values;
    }
}
