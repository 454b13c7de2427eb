package dev.nextact.cli;

import dev.nextact.core.ShopConfig;
import dev.nextact.core.uplift.Holdout;
import dev.nextact.predict.CampaignLimit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** What the commands that make a campaign's list share. */
final class CampaignOptions {

    @Option(
            names = "--out",
            paramLabel = "FILE",
            required = true,
            description = "The list: a .csv, .jsonl or .parquet file.")
    private Path out = Path.of("campaign.csv");

    @Option(names = "--page", paramLabel = "FILE", description = "Also an HTML page with charts.")
    private @Nullable Path page;

    @Option(
            names = "--size",
            paramLabel = "N",
            description = "Contact at most so many (default: all who qualify).")
    private @Nullable Integer size;

    @Option(
            names = "--budget",
            paramLabel = "MONEY",
            description = "What all contacts may cost together.")
    private @Nullable Double budget;

    @Option(
            names = "--contact-cost",
            paramLabel = "MONEY",
            defaultValue = "0",
            description = "What one contact costs (default: ${DEFAULT-VALUE}).")
    private double contactCost;

    @Option(
            names = "--holdout",
            paramLabel = "SHARE",
            defaultValue = "0.1",
            description =
                    "Of those listed, left alone to measure against (default: ${DEFAULT-VALUE}).")
    private double holdout;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Draws the holdout (default: the config's train.seed).")
    private @Nullable Long seed;

    @Option(
            names = "--behaviour",
            paramLabel = "NAME",
            description = "That is to come (default: the config's target).")
    private @Nullable String behaviour;

    @Option(
            names = "--horizon",
            paramLabel = "SPAN",
            description = "Within which, such as 24h, 30d (default: the config's).")
    private @Nullable String horizon;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "The campaign's moment, UTC (default: the end of the log).")
    private @Nullable String at;

    Path out() {
        return out;
    }

    Optional<Path> page() {
        return Optional.ofNullable(page);
    }

    double contactCost() {
        return contactCost;
    }

    String behaviour(ShopConfig shop) {
        return behaviour == null ? shop.target() : behaviour;
    }

    long seed(ShopConfig shop) {
        return seed == null ? shop.train().seed() : seed;
    }

    Duration horizon(CommandSpec spec, Duration ofConfig) {
        return horizon == null ? ofConfig : TimeTexts.span(spec, "--horizon", "14d", horizon);
    }

    Optional<Long> atMicros(CommandSpec spec) {
        return Optional.ofNullable(at).map(text -> TimeTexts.micros(spec, "--at", text));
    }

    /** Its complaints begin with the option's name. */
    Holdout holdout(ShopConfig shop) {
        return new Holdout(holdout, seed(shop));
    }

    /** Its complaints begin with the option's name. */
    CampaignLimit limit(ShopConfig shop) {
        return new CampaignLimit(
                size == null ? OptionalInt.empty() : OptionalInt.of(size),
                budget == null ? OptionalDouble.empty() : OptionalDouble.of(budget),
                shop.privacy().k());
    }

    /** Of a list whose contacts cost nothing else: a budget needs the cost of one. */
    CampaignLimit limitByContacts(ShopConfig shop) {
        if (budget != null && contactCost == 0) {
            throw new IllegalArgumentException("budget: expected a --contact-cost to spend it on");
        }
        return limit(shop);
    }
}
