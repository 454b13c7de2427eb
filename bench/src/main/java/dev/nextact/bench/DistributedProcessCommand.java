package dev.nextact.bench;

import dev.nextact.cli.JsonOption;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.train.Place;
import dev.nextact.train.Rendezvous;
import dev.nextact.train.StepTimes;
import dev.nextact.train.StepTimes.Shape;
import dev.nextact.train.StepTimes.Share;
import dev.nextact.train.StepTimes.Steps;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "distributed-process",
        hidden = true,
        description = "One of the processes that distributed starts.")
final class DistributedProcessCommand implements Callable<Integer> {

    /** As many as of Amazon Beauty, with as many targets on the average. */
    private static final int HISTORIES = 22_363;

    /** So many times as many where the batch grows: it is of histories of like length still. */
    private static final int TIMES_WHERE_IT_GROWS = 16;

    private static final double MEAN_TARGETS = 5.7;
    private static final int MOST_TARGETS = 50;

    /** Of vectors whose sums are measured: one that takes no time to send, and one of 4 MB. */
    static final List<Integer> SUMS = List.of(1, 1 << 20);

    private static final int TURNS = 40;

    /** LibTorch takes its memory. */
    private static final int FEW_STEPS = 8;

    private static final long TO_BE_TOLD_MILLIS = 1_000;

    @Option(names = "--items", defaultValue = "12000")
    private int items;

    @Option(names = "--steps", defaultValue = "100")
    private int steps;

    @Option(names = "--warm-up", defaultValue = "8", description = "Steps before those.")
    private int warmUp;

    @Option(names = "--batch", defaultValue = "512")
    private int batch;

    @Option(names = "--workers", defaultValue = "1")
    private int workers;

    @Option(names = "--unheard", split = ",", description = "Sizes of groups to be alone in.")
    private List<Integer> unheard = List.of();

    @Option(names = "--grow", description = "The batch grows with the group.")
    private boolean grow;

    @Option(names = "--sums", description = "Sums alone are measured.")
    private boolean sums;

    @Option(names = "--rank", defaultValue = "0")
    private int rank;

    @Option(names = "--size", defaultValue = "1")
    private int size;

    @Option(names = "--host", defaultValue = "127.0.0.1", description = "Of this process.")
    private String host = "127.0.0.1";

    @Option(names = "--meeting", defaultValue = "127.0.0.1", description = "Of the first.")
    private String meeting = "127.0.0.1";

    @Option(names = "--port", defaultValue = "29500", description = "The first serves it.")
    private int port;

    @Mixin private JsonOption json = new JsonOption();

    @Override
    public Integer call() {
        Shape shape = new Shape("steps", items, lengths(grow));
        Map<String, Object> tree = new LinkedHashMap<>();
        if (unheard.isEmpty()) {
            try (Rendezvous reached =
                    rank == 0 ? Rendezvous.serve(meeting, port) : Rendezvous.at(meeting, port)) {
                Place place = new Place(reached, "bench", rank, size, workers, host);
                if (sums) {
                    tree.put("seconds", StepTimes.sums(place, SUMS, TURNS));
                } else {
                    Steps all = new Steps(warmUp, steps);
                    tree.put("share", StepTimes.together(config(1), shape, all, place));
                }
                reached.put("done-" + rank, "");
                await(reached);
            }
        } else {
            List<Share> shares = new ArrayList<>();
            int before = warmUp;
            for (int group : unheard) {
                Steps all = new Steps(before, steps);
                shares.add(StepTimes.unheard(config(grow ? group : 1), shape, all, group));
                before = Math.min(warmUp, FEW_STEPS); // the JVM has compiled
            }
            tree.put("shares", shares);
        }
        json.write(tree);
        return 0;
    }

    /**
     * The first serves the others until they are through, and a little longer: it finds the last
     * word of each before that one is told so.
     */
    private void await(Rendezvous reached) {
        if (rank > 0) {
            return;
        }
        try {
            for (int other = 0; other < size; other++) {
                while (reached.find("done-" + other).isEmpty()) {
                    Thread.sleep(5);
                }
            }
            Thread.sleep(TO_BE_TOLD_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ShopConfig config(int times) {
        Path configs = Path.of(System.getProperty("nextact.bench.configs", "bench/configs"));
        return ShopConfigReader.read(
                configs.resolve("distributed.yaml"),
                Map.of(
                        "batch", Integer.toString(batch * times),
                        "workers", Integer.toString(workers)));
    }

    /**
     * Geometric, as lengths of histories about are.
     *
     * @param grow whether there are enough for the batch of many processes
     */
    static int[] lengths(boolean grow) {
        SplittableRandom random = new SplittableRandom(1);
        int[] lengths = new int[HISTORIES * (grow ? TIMES_WHERE_IT_GROWS : 1)];
        for (int i = 0; i < lengths.length; i++) {
            double drawn = Math.log(1 - random.nextDouble()) / Math.log1p(-1 / MEAN_TARGETS);
            lengths[i] = Math.min(MOST_TARGETS, 1 + (int) drawn);
        }
        return lengths;
    }
}
