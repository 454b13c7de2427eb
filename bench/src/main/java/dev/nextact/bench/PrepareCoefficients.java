package dev.nextact.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.EventLog;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.plan.Coefficient;
import dev.nextact.data.PreparedData;
import dev.nextact.simulator.SimulateShop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What {@code prepare} takes of an event: two simulated logs, the larger afresh, again, and with
 * little memory, each in a process of its own.
 */
final class PrepareCoefficients {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** The smaller log, of the larger. */
    private static final int A_PART = 4;

    private static final long ENOUGH_MEGABYTES = 2048;
    private static final long LITTLE_MEGABYTES = 128;

    private final Path directory;
    private final double millions;
    private final CoefficientLines figures;
    private final Progress progress;

    /**
     * @param directory for the logs
     * @param millions of events of the larger log
     */
    PrepareCoefficients(
            Path directory, double millions, CoefficientLines figures, Progress progress) {
        this.directory = directory;
        this.millions = millions;
        this.figures = figures;
        this.progress = progress;
    }

    /**
     * A run of prepare.
     *
     * @param report as {@code --json} writes it
     */
    private record Prepared(double processorSeconds, long residentBytes, JsonNode report) {
        double events() {
            return report.path("events").asDouble();
        }

        double disk(String name) {
            return report.path("disk").path(name).asDouble();
        }
    }

    void measure() throws IOException {
        Path small = simulated(millions / A_PART);
        Path large = simulated(millions);
        Prepared few = prepared(small, ENOUGH_MEGABYTES);
        Prepared many = prepared(large, ENOUGH_MEGABYTES);
        Prepared again = prepared(large, ENOUGH_MEGABYTES);
        Prepared little = prepared(large, LITTLE_MEGABYTES);

        double event =
                (many.processorSeconds() - few.processorSeconds()) / (many.events() - few.events());
        String logs =
                String.format(
                        Locale.ROOT,
                        "%,.0f and %,.0f simulated events",
                        few.events(),
                        many.events());
        figures.tell(
                Coefficient.PREPARE_START,
                Math.max(0, few.processorSeconds() - few.events() * event),
                logs + ", a line through both");
        figures.tell(Coefficient.PREPARE_EVENT, event / CoefficientLines.MICRO, logs);
        figures.tell(
                Coefficient.PREPARE_READING,
                (many.processorSeconds() - again.processorSeconds()) / (event * many.events()),
                "the larger again, when its rows were read already");
        double rowBytes = figures.before(Coefficient.PREPARE_SLICE_BYTES).value();
        double moreSlices =
                slices(many.events(), LITTLE_MEGABYTES, rowBytes)
                        - slices(many.events(), ENOUGH_MEGABYTES, rowBytes);
        if (moreSlices > 0) {
            figures.tell(
                    Coefficient.PREPARE_SLICE,
                    Math.max(0, little.processorSeconds() - again.processorSeconds())
                            / (many.events() * moreSlices)
                            / CoefficientLines.MICRO,
                    String.format(
                            Locale.ROOT,
                            "the larger again in %.0f slices more, --memory %dm",
                            moreSlices,
                            LITTLE_MEGABYTES));
        }
        figures.tell(
                Coefficient.PREPARE_RESIDENT,
                (again.residentBytes() - (ENOUGH_MEGABYTES << 20)) / 1e9,
                "the larger, --memory 2g; below 0 where that was not used up");
        figures.tell(Coefficient.STAGED_BYTES, many.disk("staged_bytes") / many.events(), logs);
        figures.tell(Coefficient.WORK_BYTES, many.disk("most_at_work_bytes") / many.events(), logs);
        figures.tell(Coefficient.PREPARED_BYTES, many.disk("prepared_bytes") / many.events(), logs);
        try (var files = Files.list(large)) {
            double raw = 0;
            for (Path file : files.filter(f -> f.toString().endsWith(".csv")).toList()) {
                raw += Files.size(file);
            }
            figures.tell(Coefficient.RAW_BYTES, raw / many.events(), "CSV of the larger");
        }
        read(large);
    }

    private static double slices(double events, long megabytes, double rowBytes) {
        return Math.ceil(events * rowBytes / (megabytes << 20));
    }

    private void read(Path shop) {
        Path prepared =
                ShopConfigReader.read(shop.resolve("shop.yaml"), Map.of()).preparedDirectory();
        PreparedData.open(prepared);
        long started = ThreadTime.nanos();
        EventLog log = PreparedData.open(prepared);
        figures.tell(
                Coefficient.READ_EVENT,
                (ThreadTime.nanos() - started)
                        * CoefficientLines.NANO
                        / log.sequences().events()
                        / CoefficientLines.MICRO,
                "the larger, read a second time");
    }

    private Path simulated(double ofMillions) {
        Path shop = directory.resolve(ofMillions + "m");
        new SimulateShop().run(SimulatedLog.of(Math.round(ofMillions * 1e6)), shop, progress);
        return shop;
    }

    private static Prepared prepared(Path shop, long megabytes) throws IOException {
        Path report = shop.resolve("prepare.json");
        MeasuredProcess process =
                MeasuredProcess.run(
                        List.of("-Xmx2g"),
                        List.of(
                                "prepare",
                                "--config",
                                shop.resolve("shop.yaml").toString(),
                                "--memory",
                                megabytes + "m",
                                "--json",
                                report.toString()),
                        shop.resolve("prepare.log"));
        return new Prepared(
                process.processorSeconds(),
                process.mostResidentBytes(),
                JSON.readTree(report.toFile()));
    }
}
