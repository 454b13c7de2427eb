package dev.nextact.bench;

import java.util.List;
import picocli.CommandLine.Option;

/** Shoppers, budgets and seed of the benchmarks of private trainings, each with its own default. */
final class PrivacyOptions {

    @Option(
            names = "--users",
            paramLabel = "N",
            description = "Shoppers that may be learned from (default: ${DEFAULT-VALUE}).")
    private int users;

    @Option(
            names = "--epsilon",
            paramLabel = "E",
            split = ",",
            description = "Budgets (default: ${DEFAULT-VALUE}).")
    private List<Double> epsilons;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of the shop and the networks (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    PrivacyOptions(int users, List<Double> epsilons) {
        this.users = users;
        this.epsilons = epsilons;
    }

    int users() {
        return users;
    }

    List<Double> epsilons() {
        return epsilons;
    }

    long seed() {
        return seed;
    }

    /** {@code ε = 8}. */
    static String name(double epsilon) {
        return "ε = "
                + (epsilon == Math.rint(epsilon)
                        ? Long.toString((long) epsilon)
                        : Double.toString(epsilon));
    }
}
