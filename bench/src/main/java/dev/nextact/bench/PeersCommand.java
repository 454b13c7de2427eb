package dev.nextact.bench;

import dev.nextact.bench.PeerProgram.Judges;
import dev.nextact.bench.PeerProgram.Outcome;
import dev.nextact.bench.PeerProgram.Point;
import dev.nextact.bench.PeerProgram.Setting;
import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.SpreadTable;
import dev.nextact.core.ranking.NextItemRanking;
import dev.nextact.core.ranking.NextItemTargets;
import dev.nextact.data.PrepareData;
import dev.nextact.evaluate.Bootstrap;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "peers",
        description = {
            "nextact beside RecBole's and RecTools' SASRec on Amazon Beauty: the same file, split"
                    + " and",
            "threads, one after the other, each in a process of its own. The peers are installed"
                    + " with",
            "the exact versions of bench/peers/requirements.txt (Python 3.11) below --work, some 8"
                    + " GB.",
            "They write what they rank first; all metrics are nextact's. Seconds are those of"
                    + " training",
            "steps (processor seconds: nextact's of its whole process); an epoch is as many targets"
                    + " as",
            "nextact's has. What --work has of an earlier call with the same options is not run"
                    + " again."
        },
        footerHeading = "%nExample:%n",
        footer = "  bench/run peers --data DATA --work WORK --seeds 42,43,44 --minutes 60")
final class PeersCommand implements Callable<Integer> {

    private static final double MEBIBYTE = 1024.0 * 1024.0;
    private static final List<Double> SCORES = List.of(0.02, 0.03, 0.04, 0.05);

    private final Terminal terminal;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            required = true,
            description = "The folder with amazon-beauty/events.csv.gz.")
    private Path data = Path.of(".");

    @Option(
            names = "--work",
            paramLabel = "DIR",
            required = true,
            description = "Takes the Python environment and everything the programs write.")
    private Path work = Path.of(".");

    @Option(
            names = "--seeds",
            paramLabel = "N",
            split = ",",
            defaultValue = "42",
            description = "Seeds to train with (default: ${DEFAULT-VALUE}).")
    private List<Long> seeds = List.of();

    @Option(
            names = "--minutes",
            paramLabel = "M",
            defaultValue = "120",
            description = {
                "A program is stopped after so long, validations included, and judged as it is"
                        + " then",
                "(default: ${DEFAULT-VALUE})."
            })
    private double minutes = 120;

    @Option(
            names = "--patience",
            paramLabel = "N",
            defaultValue = "10",
            description = {
                "Epochs without a better validation before a peer stops, RecBole's own default",
                "(default: ${DEFAULT-VALUE}). nextact's is that of its config."
            })
    private int patience = 10;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "2",
            description = "Of each program (default: ${DEFAULT-VALUE}).")
    private int threads = 2;

    @Option(
            names = "--only",
            paramLabel = "PROGRAM",
            split = ",",
            description = "Of ${COMPLETION-CANDIDATES}; all by default.")
    private Set<PeerProgram> only = EnumSet.allOf(PeerProgram.class);

    @Option(
            names = "--python",
            paramLabel = "PROGRAM",
            defaultValue = "python3",
            description = "Python 3.11, to make the environment (default: ${DEFAULT-VALUE}).")
    private String python = "python3";

    @Mixin private JsonOption json = new JsonOption();

    PeersCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Progress progress = terminal.progress();
        Path bench =
                Path.of(System.getProperty("nextact.bench.configs", "bench/configs"))
                        .toAbsolutePath()
                        .resolveSibling("");
        Path scripts = bench.resolve("peers");
        Path directory = work.toAbsolutePath().normalize();
        ShopConfig config =
                ShopConfigReader.read(
                        bench.resolveSibling("docs/examples/amazon-beauty.yaml"),
                        Map.of(
                                "data", data.toAbsolutePath().toString(),
                                "work", directory.resolve("nextact-work").toString()));
        Path interpreter =
                only.equals(Set.of(PeerProgram.NEXTACT))
                        ? Path.of(python)
                        : PythonEnvironment.make(
                                python,
                                scripts.resolve("requirements.txt"),
                                directory.resolve("python"),
                                progress);
        new PrepareData(Clock.systemUTC()).run(config, progress);
        Judges judges =
                new Judges(
                        CommonTargets.of(config, NextItemTargets.Part.VALIDATION),
                        CommonTargets.of(config, NextItemTargets.Part.TEST));
        Setting setting =
                new Setting(
                        config,
                        data.toAbsolutePath().resolve("amazon-beauty/events.csv.gz"),
                        interpreter,
                        scripts,
                        directory,
                        threads,
                        minutes,
                        patience);
        List<Outcome> outcomes = new ArrayList<>();
        for (long seed : seeds) {
            for (PeerProgram program : only) {
                progress.say(program.shown() + ", seed " + seed);
                outcomes.add(program.run(setting, seed, judges));
            }
        }
        print(outcomes, judges);
        json.write(toTree(outcomes, judges));
        return 0;
    }

    private void print(List<Outcome> outcomes, Judges judges) {
        PrintStream out = terminal.out();
        long targets = judges.test().trainingTargets();
        out.printf(
                "Amazon Beauty, %,d shoppers, %d threads; an epoch: %,d targets; seconds: of"
                        + " training%n",
                judges.test().targets().size(), threads, targets);
        out.printf(
                "%-9s %5s %10s %10s %11s  %-27s  %-16s  %-34s %9s %8s  %s%n",
                "program",
                "seed",
                "values",
                "s an epoch",
                "processor s",
                "s to .02 / .03 / .04 / .05",
                "validation",
                "test ndcg@10, 95 %, recall@10",
                "MiB",
                "imports",
                "end");
        for (Outcome outcome : outcomes) {
            Point best = outcome.best();
            out.printf(
                    "%-9s %5d %,10d %10.1f %11.1f  %-27s  %.4f, epoch %-3d %-34s %,9.0f %,8.0f "
                            + " %s%n",
                    outcome.program().shown(),
                    outcome.seed(),
                    outcome.parameters(),
                    outcome.secondsFor(targets),
                    outcome.processorSecondsFor(targets),
                    String.join(
                            " / ", SCORES.stream().map(score -> seconds(outcome, score)).toList()),
                    best.ndcg(),
                    best.epoch(),
                    outcome.test().map(PeersCommand::shown).orElse("none: no model yet"),
                    outcome.residentBytes() / MEBIBYTE,
                    outcome.importedBytes() / MEBIBYTE,
                    end(outcome, targets));
        }
        for (Outcome outcome : outcomes) {
            if (outcome.program() != PeerProgram.NEXTACT) {
                compare(outcomes, outcome, targets);
            }
        }
        if (seeds.size() > 1) {
            SpreadTable table = new SpreadTable();
            for (Outcome outcome : outcomes) {
                outcome.test()
                        .ifPresent(test -> table.add(outcome.program().shown(), metrics(test)));
            }
            out.print(table.toText());
        }
        for (Outcome outcome : outcomes) {
            if (outcome.seed() == seeds.get(0)) {
                out.printf(
                        "%s: %s, %s%n",
                        outcome.program().shown(), outcome.versions(), outcome.settings());
            }
        }
    }

    private void compare(List<Outcome> outcomes, Outcome peer, long targets) {
        for (Outcome own : outcomes) {
            if (own.program() == PeerProgram.NEXTACT && own.seed() == peer.seed()) {
                Point goal = peer.best();
                terminal.out()
                        .printf(
                                "%s, seed %d: nextact's epoch takes %.2f of its time, %.2f of its"
                                        + " processor's; its best validation %.4f came after %.0f s,"
                                        + " nextact's first as good after %s s%n",
                                peer.program().shown(),
                                peer.seed(),
                                own.secondsFor(targets) / peer.secondsFor(targets),
                                own.processorSecondsFor(targets)
                                        / peer.processorSecondsFor(targets),
                                goal.ndcg(),
                                goal.seconds(),
                                seconds(own, goal.ndcg()));
            }
        }
    }

    private static String seconds(Outcome outcome, double score) {
        return outcome.secondsTo(score).map("%.0f"::formatted).orElse("–");
    }

    private static String shown(NextItemRanking test) {
        Bootstrap.Interval interval = Bootstrap.ofNdcg(List.of(test), 42).interval();
        return "%.4f (%.4f to %.4f), %.4f"
                .formatted(test.ndcg(), interval.low(), interval.high(), test.recall());
    }

    private static Map<String, Double> metrics(NextItemRanking test) {
        return Map.of("ndcg@10", test.ndcg(), "recall@10", test.recall());
    }

    private String end(Outcome outcome, long targets) {
        Point last = outcome.last();
        return outcome.end().equals("time")
                ? "stopped after %.3g min at epoch %.1f, ndcg so far"
                        .formatted(minutes, last.targets() / (double) targets)
                : "%s, after epoch %d".formatted(outcome.end(), last.epoch());
    }

    private Map<String, Object> toTree(List<Outcome> outcomes, Judges judges) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("minutes", minutes);
        tree.put("threads", threads);
        tree.put("targets_per_epoch", judges.test().trainingTargets());
        List<Object> list = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("program", outcome.program().shown());
            entry.put("seed", outcome.seed());
            entry.put("versions", outcome.versions());
            entry.put("settings", outcome.settings());
            entry.put("parameters", outcome.parameters());
            entry.put("end", outcome.end());
            entry.put("seconds_per_epoch", outcome.secondsFor(judges.test().trainingTargets()));
            entry.put(
                    "processor_seconds_per_epoch",
                    outcome.processorSecondsFor(judges.test().trainingTargets()));
            entry.put("validation", outcome.curve());
            entry.put("resident_bytes", outcome.residentBytes());
            entry.put("resident_bytes_after_imports", outcome.importedBytes());
            Optional<Map<String, Double>> test = outcome.test().map(PeersCommand::metrics);
            test.ifPresent(metrics -> entry.put("test", metrics));
            list.add(entry);
        }
        tree.put("runs", list);
        return tree;
    }
}
