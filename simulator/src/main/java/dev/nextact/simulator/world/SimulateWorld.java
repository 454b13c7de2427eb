package dev.nextact.simulator.world;

import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.simulator.SimulationSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Simulates a world: writes its log, the tables beside it, and a config to learn from them. With
 * the same settings everything that comes out is the same, byte for byte.
 */
public final class SimulateWorld {

    /** A Monday. */
    static final Instant START = Instant.parse("2025-01-06T00:00:00Z");

    private static final int ACTS_PER_REPORT = 5000;

    /**
     * @param config ready to prepare, train, evaluate and predict
     */
    public record Result(Path log, Path config, int users, int items, int events) {}

    private record Turn(long second, int person) {}

    /**
     * @param preset other than the shop, which {@link dev.nextact.simulator.SimulateShop} makes
     * @param settings of which the categories are the shop's own and mean nothing here
     */
    public Result run(Preset preset, SimulationSettings settings, Path out, Progress progress) {
        World world = preset.world(settings);
        Path log = out.resolve(world.log());
        Path config = out.resolve("shop.yaml");
        try {
            Files.createDirectories(out);
            int events = writeLog(world, settings, log, progress);
            for (Map.Entry<String, List<String>> table : world.tables().entrySet()) {
                Files.write(out.resolve(table.getKey()), table.getValue());
            }
            Files.writeString(config, config(preset, settings));
            return new Result(log, config, settings.users(), world.items(), events);
        } catch (IOException | UncheckedIOException e) {
            throw new NextactException(
                    NextactException.Category.INPUT,
                    out
                            + ": the simulated log cannot be written there ("
                            + e.getMessage()
                            + "); choose a directory with write permission and free space",
                    e);
        }
    }

    private static int writeLog(
            World world, SimulationSettings settings, Path file, Progress progress)
            throws IOException {
        long end = settings.days() * Chance.DAY;
        PriorityQueue<Turn> turns =
                new PriorityQueue<>(
                        Comparator.comparingLong(Turn::second).thenComparingInt(Turn::person));
        for (int person = 0; person < settings.users(); person++) {
            long arrival = world.arrives(person);
            if (arrival < end) {
                turns.add(new Turn(arrival, person));
            }
        }
        int[] events = {0};
        try (Writer csv = Files.newBufferedWriter(file);
                Progress.Task task = progress.start("simulate", settings.days(), "days")) {
            csv.write(world.columns() + "\n");
            World.Rows rows =
                    cells -> {
                        events[0]++;
                        write(csv, cells);
                    };
            while (!turns.isEmpty()) {
                Turn turn = turns.remove();
                long next = world.act(turn.person(), turn.second(), rows);
                if (next < end) {
                    turns.add(new Turn(next, turn.person()));
                }
                if (events[0] % ACTS_PER_REPORT == 0) {
                    task.at(turn.second() / Chance.DAY, events[0] + " events");
                }
            }
        }
        return events[0];
    }

    private static void write(Writer csv, Object[] cells) {
        try {
            for (int i = 0; i < cells.length; i++) {
                csv.write(i == 0 ? "" : ",");
                csv.write(String.valueOf(cells[i]));
            }
            csv.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As the log writes it. */
    static Instant time(long second) {
        return START.plusSeconds(second);
    }

    private static String config(Preset preset, SimulationSettings settings) throws IOException {
        try (InputStream template = SimulateWorld.class.getResourceAsStream(preset + ".yaml")) {
            if (template == null) {
                throw new IllegalStateException("resource " + preset + ".yaml is missing");
            }
            String text = new String(template.readAllBytes(), StandardCharsets.UTF_8);
            return text.replace("${seed}", Long.toString(settings.seed()));
        }
    }
}
