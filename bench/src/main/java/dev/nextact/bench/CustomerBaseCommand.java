package dev.nextact.bench;

import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import dev.nextact.core.Progress;
import dev.nextact.core.churn.BgNbd;
import dev.nextact.core.churn.CustomerBaseModel;
import dev.nextact.core.churn.ParetoNbd;
import dev.nextact.core.churn.RepeatPurchases;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "customer-base",
        description = {
            "Fits BG/NBD and Pareto/NBD to the first 39 weeks of the CDNOW sample, once from the",
            "usual start and from random ones, and compares with the published figures. Ends with",
            "exit code 5 where a figure differs."
        })
final class CustomerBaseCommand implements Callable<Integer> {

    /** Parameters and log-likelihood: Fader, Hardie and Lee (2005), table 2. */
    private static final double[] PUBLISHED_BG = {0.2425945, 4.4136019, 0.7929199, 2.4258881};

    private static final double PUBLISHED_BG_LIKELIHOOD = -9582.429;
    private static final double[] PUBLISHED_PARETO = {0.55315, 10.57633, 0.60625, 11.67150};
    private static final double PUBLISHED_PARETO_LIKELIHOOD = -9594.976;

    /** Bruce Hardie's worked example: two repeats, the last 30.43 weeks in, seen for 38.86. */
    private static final RepeatPurchases EXAMPLE = new RepeatPurchases(2, 30.43, 38.86);

    private static final double PUBLISHED_EXPECTATION = 1.226;

    private final Terminal terminal;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            required = true,
            description = "The folder with CDNOW's transactions.csv.gz.")
    private Path data = Path.of(".");

    @Option(
            names = "--starts",
            paramLabel = "N",
            defaultValue = "100",
            description = "Random starts of each model (default: ${DEFAULT-VALUE}).")
    private int starts;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "42",
            description = "Of the random starts (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin private JsonOption json = new JsonOption();

    CustomerBaseCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** How a model came out. */
    private record Fit(double[] parameters, double logLikelihood) {}

    @Override
    public Integer call() {
        List<RepeatPurchases> customers =
                Cdnow.sample(data).stream().map(c -> c.until(Cdnow.CUT_OFF)).toList();
        terminal.out()
                .printf(
                        "%,d customers, %,d repeat purchases in weeks 1-39%n",
                        customers.size(),
                        customers.stream().mapToInt(RepeatPurchases::repeats).sum());
        Map<String, Object> tree = new LinkedHashMap<>();
        BgNbd bg = BgNbd.fit(customers);
        tree.put(
                bg.name(),
                compare(
                        "bg-nbd (r, alpha, a, b)",
                        customers,
                        bg,
                        CustomerBaseCommand::parameters,
                        s -> BgNbd.fit(customers, new BgNbd(s[0], s[1], s[2], s[3])),
                        new Fit(PUBLISHED_BG, PUBLISHED_BG_LIKELIHOOD)));
        double expected = bg.expectedPurchases(EXAMPLE, Cdnow.HORIZON);
        terminal.out()
                .printf(
                        "bg-nbd, E[Y(39) | x=2, t_x=30.43, T=38.86] = %.4f (published %.3f)%n",
                        expected, PUBLISHED_EXPECTATION);
        tree.put("expected_purchases", expected);
        refuse("E[Y(39)]", expected, PUBLISHED_EXPECTATION, 0.001);
        ParetoNbd pareto = ParetoNbd.fit(customers);
        tree.put(
                pareto.name(),
                compare(
                        "pareto-nbd (r, alpha, s, beta)",
                        customers,
                        pareto,
                        CustomerBaseCommand::parameters,
                        s -> ParetoNbd.fit(customers, new ParetoNbd(s[0], s[1], s[2], s[3])),
                        new Fit(PUBLISHED_PARETO, PUBLISHED_PARETO_LIKELIHOOD)));
        json.write(tree);
        return 0;
    }

    private <M extends CustomerBaseModel> Map<String, Object> compare(
            String title,
            List<RepeatPurchases> customers,
            M usual,
            Function<M, double[]> parameters,
            Function<double[], M> fit,
            Fit published) {
        Fit found = new Fit(parameters.apply(usual), logLikelihood(usual, customers));
        terminal.out()
                .printf(
                        "%-30s %s  log-likelihood %.3f%n%-30s %s  log-likelihood %.3f%n",
                        title,
                        text(found.parameters()),
                        found.logLikelihood(),
                        "  published",
                        text(published.parameters()),
                        published.logLikelihood());
        refuse(title, found, published);
        List<Fit> others = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(seed);
        long began = System.nanoTime();
        try (Progress.Task task = terminal.progress().start(usual.name(), starts, "starts")) {
            for (int i = 0; i < starts; i++) {
                M model = fit.apply(start(random));
                others.add(new Fit(parameters.apply(model), logLikelihood(model, customers)));
                task.at(i + 1, "");
            }
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        long right = others.stream().filter(f -> isSame(f, found)).count();
        double least =
                others.stream().mapToDouble(Fit::logLikelihood).min().orElse(found.logLikelihood());
        terminal.out()
                .printf(
                        "  from %d random starts: %d at the same place, the worst at %.6f; %.1f s a"
                                + " fit%n",
                        starts, right, least, seconds / Math.max(1, starts));
        if (right < starts) {
            throw new NextactException(
                    Category.QUALITY,
                    "%s: %d of %d random starts ended elsewhere"
                            .formatted(title, starts - right, starts));
        }
        return Map.of(
                "parameters",
                found.parameters(),
                "log_likelihood",
                found.logLikelihood(),
                "starts",
                starts,
                "same",
                right,
                "least_log_likelihood",
                least,
                "seconds_a_fit",
                seconds / Math.max(1, starts));
    }

    /** Shapes from 0.01 to 100, scales from 0.1 to 1000 weeks, evenly over the logarithm. */
    private static double[] start(SplittableRandom random) {
        return new double[] {
            logUniform(random, 0.01, 100),
            logUniform(random, 0.1, 1000),
            logUniform(random, 0.01, 100),
            logUniform(random, 0.01, 1000)
        };
    }

    private static double logUniform(SplittableRandom random, double low, double high) {
        return low * Math.pow(high / low, random.nextDouble());
    }

    private static double logLikelihood(CustomerBaseModel model, List<RepeatPurchases> customers) {
        return customers.stream().mapToDouble(model::logLikelihood).sum();
    }

    private static double[] parameters(BgNbd model) {
        return new double[] {model.r(), model.alpha(), model.a(), model.b()};
    }

    private static double[] parameters(ParetoNbd model) {
        return new double[] {model.r(), model.alpha(), model.s(), model.beta()};
    }

    /** Three digits of each parameter, and the log-likelihood to a thousandth. */
    private static boolean isSame(Fit one, Fit other) {
        for (int i = 0; i < one.parameters().length; i++) {
            double ratio = one.parameters()[i] / other.parameters()[i];
            if (!(Math.abs(ratio - 1) < 1e-3)) {
                return false;
            }
        }
        return Math.abs(one.logLikelihood() - other.logLikelihood()) < 1e-3;
    }

    private static void refuse(String title, Fit found, Fit published) {
        if (!isSame(found, published)) {
            throw new NextactException(
                    Category.QUALITY,
                    "%s: expected %s and %.3f, found %s and %.3f"
                            .formatted(
                                    title,
                                    text(published.parameters()),
                                    published.logLikelihood(),
                                    text(found.parameters()),
                                    found.logLikelihood()));
        }
    }

    private static void refuse(String title, double found, double published, double tolerance) {
        if (!(Math.abs(found - published) <= tolerance)) {
            throw new NextactException(
                    Category.QUALITY,
                    "%s: expected %s, found %s".formatted(title, published, found));
        }
    }

    private static String text(double[] parameters) {
        return String.join(" ", Arrays.stream(parameters).mapToObj("%10.6f"::formatted).toList());
    }
}
