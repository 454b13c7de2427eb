package dev.nextact.bench;

import dev.nextact.cli.Failures;
import dev.nextact.cli.Terminal;
import dev.nextact.simulator.world.Preset;
import dev.nextact.simulator.world.SimulateWorld;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "beyond",
        description = {
            "What is known beside shoppers and items, where a preset of the simulator makes it matter:",
            "the mood of a review, the place and referral of a visit, the acts of those followed, the",
            "country and amount of a transaction, a patient's age. Simulates each preset and runs its",
            "ablation on the test part: the preset's config, and the same without each of these.",
            "The mood needs the module text; see docs/training.md."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  bench/run beyond --directory DIR",
            "  bench/run beyond --presets social --seeds 1"
        })
final class BeyondCommand implements Callable<Integer> {

    private static final String FIELDS = "model.event_fields:";

    /** For each preset what is left out of its config: the name of the part, then the change. */
    private static final Map<Preset, List<String>> PARTS = parts();

    private static Map<Preset, List<String>> parts() {
        Map<Preset, List<String>> parts = new LinkedHashMap<>();
        parts.put(Preset.REVIEWS, List.of("without the mood=" + FIELDS + "{}"));
        parts.put(
                Preset.REGIONS,
                List.of(
                        "without the place=" + FIELDS + "{referral: category}",
                        "without the referral="
                                + FIELDS
                                + "{place: {kind: geo, latitude: latitude, longitude: longitude}}",
                        "without both=" + FIELDS + "{}"));
        parts.put(Preset.SOCIAL, List.of("without the links=" + FIELDS + "{}"));
        parts.put(
                Preset.BANK,
                List.of(
                        "without the country=" + FIELDS + "{price: {kind: buckets, ranges: 12}}",
                        "without the amount=" + FIELDS + "{country: category}"));
        parts.put(Preset.CLINIC, List.of("without age and sex=model.user_fields:[]"));
        return parts;
    }

    private final Terminal terminal;

    @Option(
            names = "--presets",
            paramLabel = "NAME",
            split = ",",
            description = "Of which (default: all).")
    private List<String> presets = List.of();

    @Option(
            names = "--seeds",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,2,3",
            description = "Seeds to train with (default: ${DEFAULT-VALUE}).")
    private List<Long> seeds = List.of();

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            defaultValue = "work/beyond",
            description = "Gets the simulated logs (default: ${DEFAULT-VALUE}).")
    private Path directory = Path.of("work/beyond");

    BeyondCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        List<Preset> asked =
                presets.isEmpty()
                        ? List.copyOf(PARTS.keySet())
                        : presets.stream().map(Preset::of).toList();
        int worst = 0;
        for (Preset preset : asked) {
            terminal.out().printf("%n== %s%n", preset);
            worst = Math.max(worst, ablate(preset));
        }
        return worst;
    }

    private int ablate(Preset preset) {
        Path out = directory.resolve(preset.toString());
        SimulateWorld.Result simulated =
                new SimulateWorld().run(preset, preset.defaults(), out, terminal.progress());
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--config",
                                simulated.config().toString(),
                                "--test",
                                "--seeds",
                                seeds.stream()
                                        .map(String::valueOf)
                                        .collect(Collectors.joining(","))));
        for (String part : PARTS.getOrDefault(preset, List.of())) {
            arguments.addAll(List.of("--part", part));
        }
        return new CommandLine(new AblationCommand(terminal))
                .setOut(terminal.outWriter())
                .setErr(terminal.errWriter())
                .setExecutionExceptionHandler(new Failures(terminal))
                .execute(arguments.toArray(new String[0]));
    }
}
