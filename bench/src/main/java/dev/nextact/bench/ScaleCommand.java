package dev.nextact.bench;

import dev.nextact.bench.CommonTargets.Ranked;
import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextItemScorer;
import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.Spread;
import dev.nextact.core.ranking.NextItemTargets;
import dev.nextact.core.report.Page;
import dev.nextact.data.PrepareData;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.OnnxScorer;
import dev.nextact.simulator.SimulateShop;
import dev.nextact.simulator.SimulatedShop;
import dev.nextact.simulator.SimulationSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "scale",
        description = {
            "Loss and ndcg@10 on the validation part against the number of parameters: networks of"
                    + " all",
            "widths and numbers of layers, heads of 32, on simulated shops of several sizes, with"
                    + " the",
            "shops' own recipe. The loss is −ln of the probability of the item that came, over the",
            "whole catalog; the oracle's is what no network can pass on average. Writes a page"
                    + " with",
            "charts below --work."
        })
final class ScaleCommand implements Callable<Integer> {

    private static final int HEAD_WIDTH = 32;

    private final Terminal terminal;

    @Option(
            names = "--work",
            paramLabel = "DIR",
            required = true,
            description = "Takes the shops, models and scale.html.")
    private Path work = Path.of(".");

    @Option(
            names = "--shoppers",
            paramLabel = "N",
            split = ",",
            defaultValue = "1000,4000",
            description = "Sizes of the simulated shops (default: ${DEFAULT-VALUE}).")
    private List<Integer> shoppers = List.of();

    @Option(
            names = "--widths",
            paramLabel = "N",
            split = ",",
            defaultValue = "32,64,128,256",
            description = "Multiples of 32 (default: ${DEFAULT-VALUE}).")
    private List<Integer> widths = List.of();

    @Option(
            names = "--layers",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,2,4,8",
            description = "Numbers of layers (default: ${DEFAULT-VALUE}).")
    private List<Integer> layers = List.of();

    @Option(
            names = "--seeds",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,2,3",
            description =
                    "Seeds to train with (default: ${DEFAULT-VALUE}); the shops stay the same.")
    private List<Long> seeds = List.of();

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "40",
            description = "At most; a training stops after 5 that brought nothing better.")
    private int epochs = 40;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            defaultValue = "600",
            description = {
                "No network is begun after so long; those left out are told. The smallest come"
                        + " first",
                "(default: ${DEFAULT-VALUE})."
            })
    private double minutes = 600;

    @Mixin private JsonOption json = new JsonOption();

    ScaleCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** A shop and the log's size. */
    private record Shop(int shoppers, ShopConfig config, CommonTargets common, double oracleLoss) {}

    private record Size(int width, int layers) {}

    /** A network of one size, trained with every seed on one shop. */
    private record Cell(Shop shop, Size size, List<Ranked> models, List<Double> losses) {

        long parameters() {
            return models.get(0).trained().parameters();
        }

        Spread of(ToDoubleFunction<Ranked> measure) {
            return Spread.of(models.stream().mapToDouble(measure).boxed().toList());
        }

        Spread ndcg() {
            return of(m -> m.ranking().ndcg());
        }

        Spread loss() {
            return Spread.of(losses);
        }
    }

    @Override
    public Integer call() {
        long start = System.nanoTime();
        Progress progress = terminal.progress();
        List<Shop> shops = shoppers.stream().map(n -> shop(n, progress)).toList();
        List<Size> sizes = new ArrayList<>();
        widths.forEach(width -> layers.forEach(count -> sizes.add(new Size(width, count))));
        // a layer has about 12 width² values
        sizes.sort(Comparator.comparingLong(s -> 12L * s.width() * s.width() * s.layers()));
        header();
        Path page = work.resolve("scale.html");
        List<Cell> cells = new ArrayList<>();
        List<String> left = new ArrayList<>();
        for (Size size : sizes) {
            for (Shop shop : shops) {
                if ((System.nanoTime() - start) / 60e9 > minutes) {
                    left.add(
                            "%,d shoppers, width %d, %d layers"
                                    .formatted(shop.shoppers(), size.width(), size.layers()));
                    continue;
                }
                Cell cell = train(shop, size, progress);
                cells.add(cell);
                print(cell);
                write(page, page(shops, cells)); // it may be ended before the widest are through
            }
        }
        if (!left.isEmpty()) {
            terminal.out().printf("left out, no time: %s%n", String.join("; ", left));
        }
        terminal.out().printf("charts %s%n", page);
        json.write(toTree(shops, cells, left));
        return 0;
    }

    private Shop shop(int count, Progress progress) {
        Path directory = work.resolve("shop-" + count);
        SimulatedShop simulated =
                new SimulateShop()
                        .run(SimulationSettings.defaults().withUsers(count), directory, progress)
                        .shop();
        ShopConfig config =
                ShopConfigReader.changed(
                        ShopConfigReader.read(simulated.configFile(), Map.of()),
                        "the shop's config",
                        Map.of("train.epochs", Integer.toString(epochs), "train.patience", "5"));
        new PrepareData(Clock.systemUTC()).run(config, progress);
        CommonTargets common = CommonTargets.of(config, NextItemTargets.Part.VALIDATION);
        NextItemScorer oracle = simulated.oracle(common.catalog());
        return new Shop(
                count,
                config,
                common,
                NextItemLoss.OF_PROBABILITIES.mean(oracle, common.targets()));
    }

    private Cell train(Shop shop, Size size, Progress progress) {
        List<Ranked> models = new ArrayList<>();
        List<Double> losses = new ArrayList<>();
        for (long seed : seeds) {
            progress.say(
                    "%,d shoppers, width %d, %d layers, seed %d"
                            .formatted(shop.shoppers(), size.width(), size.layers(), seed));
            ShopConfig config =
                    ShopConfigReader.changed(
                            shop.config(),
                            "the shop's config",
                            Map.of(
                                    "model.width", Integer.toString(size.width()),
                                    "model.layers", Integer.toString(size.layers()),
                                    "model.heads", Integer.toString(size.width() / HEAD_WIDTH),
                                    "train.seed", Long.toString(seed)));
            Ranked ranked = shop.common().train(config, progress);
            models.add(ranked);
            try (OnnxScorer scorer = OnnxScorer.open(Bundle.open(ranked.trained().bundle()))) {
                losses.add(NextItemLoss.OF_LOGITS.mean(scorer, shop.common().targets()));
            }
        }
        return new Cell(shop, size, models, losses);
    }

    private void header() {
        terminal.out()
                .printf(
                        "validation part, seeds %s, mean ± standard deviation over them%n"
                                + "%9s %9s %6s %7s %11s  %-16s %7s  %-16s %8s %6s%n",
                        seeds,
                        "shoppers",
                        "targets",
                        "width",
                        "layers",
                        "values",
                        "loss, nats",
                        "oracle",
                        "ndcg@10",
                        "seconds",
                        "epoch");
    }

    private void print(Cell cell) {
        PrintStream out = terminal.out();
        out.printf(
                "%,9d %,9d %6d %7d %,11d  %-16s %7.4f  %-16s %8.0f %6.1f%n",
                cell.shop().shoppers(),
                cell.models().get(0).trained().targets(),
                cell.size().width(),
                cell.size().layers(),
                cell.parameters(),
                cell.loss().toText(),
                cell.shop().oracleLoss(),
                cell.ndcg().toText(),
                cell.of(m -> m.trained().seconds()).mean(),
                cell.of(m -> m.trained().bestEpoch()).mean());
        out.flush();
    }

    private String page(List<Shop> shops, List<Cell> cells) {
        Page page = new Page("Scale", "Loss and ndcg@10 against the number of parameters");
        for (Shop shop : shops) {
            String title = "%,d shoppers".formatted(shop.shoppers());
            page.doublings(
                    title
                            + ": loss on validation, nats; the oracle's "
                            + String.format(Locale.ROOT, "%.3f", shop.oracleLoss()),
                    "parameters, thousands",
                    "nats",
                    lines(shop, cells, cell -> cell.loss().mean()));
            page.doublings(
                    title + ": ndcg@10 on validation",
                    "parameters, thousands",
                    "ndcg@10",
                    lines(shop, cells, cell -> cell.ndcg().mean()));
        }
        return page.html();
    }

    /** A line for each number of layers. */
    private List<Page.Line> lines(Shop shop, List<Cell> cells, ToDoubleFunction<Cell> measure) {
        List<Page.Line> lines = new ArrayList<>();
        for (int count : layers) {
            List<Cell> of =
                    cells.stream()
                            .filter(c -> c.shop().equals(shop) && c.size().layers() == count)
                            .sorted(Comparator.comparingLong(Cell::parameters))
                            .toList();
            if (!of.isEmpty()) {
                lines.add(
                        new Page.Line(
                                count == 1 ? "1 layer" : count + " layers",
                                of.stream().mapToDouble(c -> c.parameters() / 1000.0).toArray(),
                                of.stream().mapToDouble(measure).toArray()));
            }
        }
        return lines;
    }

    private static void write(Path file, String text) {
        try {
            AtomicFiles.write(file, text);
        } catch (IOException e) {
            throw new NextactException(
                    Category.INPUT, file + ": cannot be written: " + e.getMessage(), e);
        }
    }

    private Map<String, Object> toTree(List<Shop> shops, List<Cell> cells, List<String> left) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("seeds", seeds);
        tree.put("epochs", epochs);
        Map<String, Object> oracles = new LinkedHashMap<>();
        shops.forEach(shop -> oracles.put(Integer.toString(shop.shoppers()), shop.oracleLoss()));
        tree.put("oracle_loss", oracles);
        List<Object> list = new ArrayList<>();
        for (Cell cell : cells) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("shoppers", cell.shop().shoppers());
            entry.put("training_targets", cell.models().get(0).trained().targets());
            entry.put("width", cell.size().width());
            entry.put("layers", cell.size().layers());
            entry.put("parameters", cell.parameters());
            entry.put("loss", cell.loss().toTree());
            entry.put("ndcg", cell.ndcg().toTree());
            entry.put("training_seconds", cell.of(m -> m.trained().seconds()).toTree());
            entry.put("best_epochs", cell.of(m -> m.trained().bestEpoch()).values());
            list.add(entry);
        }
        tree.put("networks", list);
        tree.put("left_out", left);
        return tree;
    }
}
