package dev.nextact.bench;

import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.data.PrepareData;
import dev.nextact.train.EpochRecord;
import dev.nextact.train.TrainModel;
import dev.nextact.train.TrainReport;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "training-speed",
        description = {
            "Targets learned from in a second, time of the processors a target (comparable on a"
                    + " busy",
            "machine), and resident memory, epoch by epoch, at width 64,",
            "2 layers, length 50, 256 negatives (bench/configs/training-speed.yaml).",
            "Exit code 5 when memory rises by more than 2 %% from the 5th epoch to the last.",
            "Variables to --set: data (needed), work, family, loss, precision, batch, workers, epochs,",
            "seed."
        })
final class TrainingSpeedCommand implements Callable<Integer> {

    private static final double MEBIBYTE = 1024.0 * 1024.0;

    /** Classes, compiled code and Java's heap grow in these. */
    private static final int WARM_UP_EPOCHS = 4;

    private static final double MOST_DRIFT = 0.02;

    private final Terminal terminal;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            required = true,
            description = "A variable of the config; data is needed.")
    private Map<String, String> variables = new LinkedHashMap<>();

    @Mixin private JsonOption json = new JsonOption();

    TrainingSpeedCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Path configs = Path.of(System.getProperty("nextact.bench.configs", "bench/configs"));
        ShopConfig config =
                ShopConfigReader.read(configs.resolve("training-speed.yaml"), variables);
        Progress progress = terminal.progress();
        new PrepareData(Clock.systemUTC()).run(config, progress);
        ResidentMemory memory = new ResidentMemory(progress, config.train().epochs());
        TrainReport report =
                new TrainModel()
                        .run(
                                config,
                                new TrainModel.Options(false),
                                ResidentMemory.canBeRead() ? memory : progress);
        print(report, memory);
        json.write(
                Map.of(
                        "training", report.toTree(),
                        "resident_bytes", memory.mostPerEpoch(),
                        "heap_bytes", memory.heapPerEpoch(),
                        "processor_micros_a_target", memory.processorMicros()));
        checkDrift(memory.mostPerEpoch());
        return 0;
    }

    private void checkDrift(List<Long> resident) {
        double drift = MemoryDrift.after(WARM_UP_EPOCHS, resident);
        terminal.out()
                .printf(
                        "resident memory since epoch %d: %+.1f %% (at most %+.0f %%)%n",
                        WARM_UP_EPOCHS + 1, 100 * drift, 100 * MOST_DRIFT);
        if (drift > MOST_DRIFT) {
            throw new NextactException(
                    Category.QUALITY, "resident memory rises in training; see above");
        }
    }

    private static long most(List<Long> resident) {
        return resident.stream().mapToLong(r -> r).max().orElse(0);
    }

    private void print(TrainReport report, ResidentMemory memory) {
        List<Long> resident = memory.mostPerEpoch();
        PrintStream out = terminal.out();
        out.printf(
                "%-6s %10s  %23s  %13s  %16s%n",
                "epoch",
                "targets/s",
                "processor, µs a target",
                "resident, MiB",
                "Java's heap, MiB");
        for (EpochRecord epoch : report.epochs()) {
            int i = epoch.epoch() - 1;
            out.printf(
                    "%-6d %,10.0f  %23s  %13s  %16s%n",
                    epoch.epoch(),
                    epoch.targetsPerSecond(),
                    i < memory.processorMicros().size()
                            ? "%.1f".formatted(memory.processorMicros().get(i))
                            : "-",
                    mebibytes(resident, i),
                    mebibytes(memory.heapPerEpoch(), i));
        }
        out.printf(
                "%s, %d workers: %,.0f targets/s over all epochs, at most %,.0f MiB resident%n",
                report.model(),
                report.workers(),
                report.targetsPerSecond(),
                most(resident) / MEBIBYTE);
    }

    private static String mebibytes(List<Long> bytes, int epoch) {
        return epoch < bytes.size() ? "%,.0f".formatted(bytes.get(epoch) / MEBIBYTE) : "-";
    }
}
