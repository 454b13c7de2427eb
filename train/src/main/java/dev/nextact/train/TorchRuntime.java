package dev.nextact.train;

import dev.nextact.core.NextactException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.bytedeco.pytorch.global.torch_gloo;

/**
 * LibTorch in this process. Its own thread pools are switched off: parallelism comes from our
 * workers, one thread each (two spinning pools made an epoch 9 to 30 times slower).
 */
final class TorchRuntime {

    private static boolean loaded;

    private TorchRuntime() {}

    /** Loads the natives once; this thread computes alone from now on. */
    static synchronized void load() {
        if (loaded) {
            oneThread();
            return;
        }
        refuseSystemLibTorch(System.getenv().getOrDefault("LD_LIBRARY_PATH", ""));
        try {
            openblas_nolapack.blas_set_num_threads(1);
            torch.set_num_threads(1);
        } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
            throw new NextactException(
                    NextactException.Category.INTERNAL,
                    "LibTorch's native library does not load on this machine ("
                            + System.getProperty("os.name")
                            + " "
                            + System.getProperty("os.arch")
                            + "): "
                            + e.getMessage()
                            + ". See docs/troubleshooting.md",
                    e);
        }
        loaded = true;
    }

    /**
     * Loads what connects processes too.
     *
     * @throws NextactException where LibTorch has none for this system
     */
    static void loadGloo() {
        load();
        try {
            Loader.load(torch_gloo.class);
        } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
            throw new NextactException(
                    NextactException.Category.USAGE,
                    "training on several machines needs Linux: LibTorch connects no processes on "
                            + System.getProperty("os.name")
                            + " ("
                            + e.getMessage()
                            + "). Train in one process, without --engine spark",
                    e);
        }
    }

    /** OpenMP keeps the number of threads for each calling thread; every worker says it. */
    static void oneThread() {
        torch.set_num_threads(1);
    }

    /**
     * How long a product of matrices takes in bf16, fp32 being 1: about a half where the processor
     * has instructions for it (AVX-512 BF16, AMX), many times as long where it has not.
     */
    static double timeOfBf16() {
        load();
        oneThread();
        try (PointerScope scope = new PointerScope()) {
            Tensor exact = torch.ones(512, 512);
            Tensor rounded = exact.to(ScalarType.BFloat16);
            long best = Long.MAX_VALUE;
            long bestRounded = Long.MAX_VALUE;
            for (int turn = 0; turn < 5; turn++) {
                best = Math.min(best, nanosOfSquare(exact));
                bestRounded = Math.min(bestRounded, nanosOfSquare(rounded));
            }
            return bestRounded / (double) best;
        }
    }

    private static long nanosOfSquare(Tensor x) {
        long start = System.nanoTime();
        x.matmul(x);
        return System.nanoTime() - start;
    }

    /** Another LibTorch on the library path ends the process in its loader (SIGSEGV). */
    static void refuseSystemLibTorch(String libraryPath) {
        for (Path directory : directories(libraryPath)) {
            Path library = directory.resolve("libtorch_cpu.so");
            if (Files.exists(library)) {
                throw new NextactException(
                        NextactException.Category.USAGE,
                        "LD_LIBRARY_PATH names "
                                + directory
                                + ", which holds another LibTorch ("
                                + library.getFileName()
                                + "); two in one process crash. Take that folder out of"
                                + " LD_LIBRARY_PATH for this command");
            }
        }
    }

    private static List<Path> directories(String libraryPath) {
        List<Path> list = new ArrayList<>();
        for (String part : libraryPath.split(File.pathSeparator, -1)) {
            if (!part.isBlank()) {
                list.add(Path.of(part));
            }
        }
        return list;
    }
}
