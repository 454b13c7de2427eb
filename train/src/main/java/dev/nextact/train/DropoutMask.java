package dev.nextact.train;

import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Draws the masks of dropout: 0 with the given probability, else 1/(1 - probability), so that the
 * mean stays (Srivastava et al. 2014, §10). LibTorch's own generator draws one number after the
 * other and took a quarter of a step's time; here bit i is a hash of the seed and i, whole-number
 * arithmetic that the compiler turns into vector instructions. Confined to one thread.
 */
final class DropoutMask {

    private int[] bits = new int[1 << 12];
    private int seed;

    /** What follows depends on this number alone. */
    void seed(long value) {
        seed = (int) (value ^ value >>> 32);
    }

    /** A mask in the shape of {@code like}; it belongs to the caller's scope. */
    Tensor draw(Tensor like, double rate) {
        int size = (int) like.numel();
        if (bits.length < size) {
            bits = new int[Math.max(size, bits.length * 2)];
        }
        fill(bits, size, next(), 0, rate);
        Tensor mask = torch.empty_like(like);
        if (size > 0) { // an empty tensor has no address
            new IntPointer(mask.data_ptr()).put(bits, 0, size);
        }
        return mask;
    }

    /** Where it stands in the sequence of hashes. */
    int place() {
        return seed;
    }

    /** From this place on the masks are the same again. */
    void goTo(int place) {
        seed = place;
    }

    /** Where the next mask starts in the sequence of hashes. */
    int next() {
        seed = hash(seed + 0x9E3779B9);
        return seed;
    }

    /**
     * @param bits filled with the bits of floats
     * @param first place in the mask
     */
    static void fill(int[] bits, int size, int seed, int first, double rate) {
        int kept = Float.floatToRawIntBits((float) (1 / (1 - rate)));
        int threshold = (int) Math.round((1 - rate) * (1 << 24)); // of 24 random bits
        for (int i = 0; i < size; i++) {
            int x = hash(seed + (first + i) * 0x9E3779B9);
            bits[i] = (((x >>> 8) - threshold) >> 31) & kept;
        }
    }

    /** The finaliser of MurmurHash3 (Appleby 2011, public domain). */
    private static int hash(int value) {
        int x = value;
        x ^= x >>> 16;
        x *= 0x85EBCA6B;
        x ^= x >>> 13;
        x *= 0xC2B2AE35;
        return x ^ (x >>> 16);
    }
}
