package dev.nextact.data;

import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfig.Action;
import dev.nextact.core.ShopConfig.Clean;
import dev.nextact.data.PrepareReport.Rule;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rules of {@code clean:}, in the order they are applied: a row that one rejects is not seen by
 * those after it. Each is a numbered SQL step which puts what it finds into {@code rejected_events}
 * or {@code flagged_events}, as the config's action says.
 */
final class CleaningRules {

    /** No shop kept such a log before the web was there. */
    private static final long EARLIEST_MICROS = 631_152_000_000_000L; // 1990-01-01T00:00:00Z

    /** A clock may be a day fast, or in another zone. */
    private static final Duration AHEAD = Duration.ofDays(1);

    /** Steps that look at each shopper alone, or each item, and the column with its number. */
    private static final Map<String, String> ALONE =
            Map.of(
                    "140_duplicates", "user_number",
                    "160_busy_users", "user_number",
                    "170_regular_users", "user_number",
                    "180_price_outliers", "item_number");

    private final SqlEngine engine;
    private final List<Rule> rules = new ArrayList<>();

    private CleaningRules(SqlEngine engine) {
        this.engine = engine;
    }

    /**
     * @param clock tells which times lie in the future
     */
    static List<Rule> apply(SqlEngine engine, ShopConfig config, Clock clock) {
        CleaningRules rules = new CleaningRules(engine);
        rules.applyAll(config, clock);
        return List.copyOf(rules.rules);
    }

    private void applyAll(ShopConfig config, Clock clock) {
        Clean clean = config.clean();
        apply(
                "impossible_times",
                clean.impossibleTimes(),
                "110_impossible_times",
                "times before 1990 or more than a day ahead of the clock",
                "earliest",
                EARLIEST_MICROS,
                "latest",
                clock.instant().plus(AHEAD).getEpochSecond() * 1_000_000);
        negativePrices(clean.outliers());
        apply(
                "clock_jumps",
                clean.clockJumps(),
                "130_clock_jumps",
                "in a file in the order of time, a row more than a day away from both neighbours");
        duplicates(clean);
        returns(config);
        apply(
                "outliers",
                clean.outliers(),
                "160_busy_users",
                "shoppers with more than "
                        + clean.maxEventsPerUserDay()
                        + " events on a day, from that day on",
                "most",
                clean.maxEventsPerUserDay());
        apply(
                "regular_users",
                clean.regularUsers(),
                "170_regular_users",
                "shoppers with 50 events or more on a day, nine in ten of the pauses equal to the"
                        + " second, from that day on");
        boolean hasItems =
                config.sources().stream().anyMatch(source -> source.columns().containsKey("item"));
        apply(
                "price_outliers",
                hasItems ? clean.priceOutliers() : Action.KEEP, // amounts of orders are no prices
                "180_price_outliers",
                "prices over ten times, or under a tenth of, the median of the item's five prices"
                        + " before");
    }

    private void apply(
            String name, Action action, String step, String explanation, Object... parameters) {
        long rows = action == Action.KEEP ? 0 : found(action, step, parameters);
        rules.add(new Rule(name, action, rows, explanation));
    }

    /** How many rows the step adds to those rejected or flagged. */
    private long found(Action action, String step, Object... parameters) {
        String table = action == Action.DROP ? "rejected_events" : "flagged_events";
        long before = engine.count("SELECT count(*) FROM " + table);
        Object[] all = new Object[parameters.length + 2];
        all[0] = "found";
        all[1] = table;
        System.arraycopy(parameters, 0, all, 2, parameters.length);
        @Nullable String key = ALONE.get(step);
        if (key == null) {
            engine.run(step, all);
        } else {
            engine.bySlices("numbered", key, slice -> engine.run(step, all));
        }
        return engine.count("SELECT count(*) FROM " + table) - before;
    }

    /** A flagged negative price was left out when the rows were numbered: a repair. */
    private void negativePrices(Action action) {
        long rows = 0;
        if (action == Action.DROP) {
            rows = found(action, "120_negative_prices");
        } else if (action == Action.FLAG) {
            rows = engine.count("SELECT count(*) FROM numbered WHERE price_micros < 0");
        }
        rules.add(
                new Rule(
                        "outliers",
                        action,
                        rows,
                        "prices below zero"
                                + (action == Action.FLAG ? ": the row stays, its price not" : "")));
    }

    private void duplicates(Clean clean) {
        boolean sameAction = clean.duplicates() == clean.nearDuplicates();
        long window = clean.nearDuplicateWindow().toMillis() * 1000;
        String near =
                "rows equal in shopper, item and behaviour, within "
                        + clean.nearDuplicateWindow().toSeconds()
                        + " s of one before";
        String exact = "rows equal in shopper, item, behaviour and time to one before";
        if (sameAction && clean.duplicates() != Action.KEEP) {
            long rows = found(clean.duplicates(), "140_duplicates", "exact", 1, "window", window);
            String table = clean.duplicates() == Action.DROP ? "rejected_events" : "flagged_events";
            long equal =
                    engine.count("SELECT count(*) FROM " + table + " WHERE reason = 'duplicate'");
            rules.add(new Rule("duplicates", clean.duplicates(), equal, exact));
            rules.add(new Rule("near_duplicates", clean.nearDuplicates(), rows - equal, near));
            return;
        }
        apply("duplicates", clean.duplicates(), "140_duplicates", exact, "exact", 1, "window", -1);
        apply(
                "near_duplicates",
                clean.nearDuplicates(),
                "140_duplicates",
                near,
                "exact",
                0,
                "window",
                window);
    }

    private void returns(ShopConfig config) {
        boolean any =
                config.clean().returns() != Action.KEEP
                        && engine.count("SELECT count(*) FROM numbered WHERE quantity < 0") > 0;
        String explanation =
                "rows with a negative quantity or a mark of a return, matched to the newest purchase"
                        + " before them; they are in returns.parquet";
        if (any) {
            apply(
                    "returns",
                    config.clean().returns(),
                    "150_returns",
                    explanation,
                    "purchase",
                    config.behaviours().indexOf(config.target()));
        } else {
            engine.run("151_no_returns");
            rules.add(new Rule("returns", config.clean().returns(), 0, explanation));
        }
    }
}
