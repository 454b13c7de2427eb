package dev.nextact.train;

import dev.nextact.core.NextactException;
import org.bytedeco.pytorch.global.torch;

/** What the network is trained on. */
public enum Device {
    CPU,
    CUDA;

    /**
     * @throws NextactException when this machine, or this version, cannot train on it
     */
    void refuseMissing() {
        if (this == CPU) {
            return;
        }
        TorchRuntime.load();
        if (!torch.cuda_is_available()) {
            throw new NextactException(
                    NextactException.Category.USAGE,
                    "--device cuda: LibTorch finds no CUDA device here. It needs an NVIDIA GPU with"
                            + " its driver, and org.bytedeco:pytorch's natives of the classifier"
                            + " linux-x86_64-gpu on the class path. Without --device the training"
                            + " runs on the CPU");
        }
        throw new NextactException(
                NextactException.Category.USAGE,
                "--device cuda: there is a CUDA device, but this version trains on the CPU only."
                        + " Leave --device out");
    }
}
