package dev.nextact.data;

import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.privacy.AuditLog;
import dev.nextact.core.privacy.LossAccountant;
import dev.nextact.core.privacy.SecretNoise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code nextact publish}: numbers of shoppers for the world outside, each with Gaussian noise, so
 * that all of them together stay within (ε, δ) for each shopper. Every publication is in the audit
 * log with its noise, and the next one says what all have come to.
 */
public final class PublishCounts {

    /** In the audit log. */
    public static final String PUBLISH = "publish";

    /** Categories of a shopper that count; of one who knows more, these are drawn by hash. */
    private static final int MOST_CATEGORIES = 10;

    /** Tables, each an answer of its own. */
    private static final int ANSWERS = 3;

    private static final Pattern TOLD =
            Pattern.compile("epsilon=\\S+ delta=(\\S+) noise=(\\S+) answers=(\\d+)");

    private final SecretNoise secret;

    /**
     * @param secret {@link SecretNoise#create} but in tests
     */
    public PublishCounts(SecretNoise secret) {
        this.secret = secret;
    }

    /**
     * @param delta 0: one over the shoppers
     */
    public record Request(double epsilon, double delta) {
        public Request {
            if (!(epsilon > 0)) {
                throw new IllegalArgumentException("epsilon: expected above 0, found " + epsilon);
            }
            if (!(delta >= 0 && delta < 1)) {
                throw new IllegalArgumentException("delta: expected within [0, 1), found " + delta);
            }
        }
    }

    /**
     * @param shoppers by what they did or are; a whole number, 0 at least
     * @param within of the true number with a probability of 95 %
     */
    public record Table(String name, Map<String, Long> shoppers, double within) {}

    /**
     * @param epsilon of these tables together
     * @param epsilonOfAll of all that was published of this workspace, at the same δ
     */
    public record Published(
            double epsilon, double delta, double epsilonOfAll, List<Table> tables) {}

    /**
     * @param audit of the workspace, where earlier publications are
     * @param who asks for it
     * @throws NextactException where nothing is prepared, or the audit log does not verify
     */
    public Published run(ShopConfig config, Request request, AuditLog audit, String who) {
        Path prepared = config.preparedDirectory();
        if (!Files.exists(prepared.resolve(PreparedData.EVENTS))) {
            throw NextactException.input(
                    "there are no prepared data in %s. Run `nextact prepare` first", prepared);
        }
        List<String> behaviours = List.copyOf(PreparedData.behaviours(prepared).toMap().keySet());
        try (DuckDb engine = DuckDb.open(prepared)) {
            String events =
                    "read_parquet(" + DuckDb.quoted(prepared.resolve(PreparedData.EVENTS)) + ")";
            long shoppers = engine.count("SELECT count(DISTINCT user_index) FROM " + events);
            double delta = request.delta() > 0 ? request.delta() : 1.0 / Math.max(2, shoppers);
            // half of δ is for names of categories, which come from the log
            double noise =
                    LossAccountant.start().noiseFor(request.epsilon(), delta / 2, 1, ANSWERS);
            LossAccountant spent = LossAccountant.start().after(noise, 1, ANSWERS);
            LossAccountant all = spent;
            for (String earlier : audit.done(PUBLISH)) {
                Matcher told = TOLD.matcher(earlier);
                if (told.matches()) {
                    all =
                            all.after(
                                    Double.parseDouble(told.group(2)),
                                    1,
                                    Long.parseLong(told.group(3)));
                }
            }
            List<Table> tables =
                    List.of(
                            ofBehaviours(engine, events, behaviours, noise),
                            ofActivity(engine, events, noise),
                            ofCategories(engine, events, prepared, noise, delta / 2));
            audit.add(
                    who,
                    PUBLISH,
                    "epsilon="
                            + request.epsilon()
                            + " delta="
                            + delta
                            + " noise="
                            + noise
                            + " answers="
                            + ANSWERS);
            return new Published(spent.epsilon(delta / 2), delta, all.epsilon(delta / 2), tables);
        } catch (IOException e) {
            throw SourceFiles.unreadable(prepared, e);
        }
    }

    /** A shopper adds 1 to each behaviour at most: a vector of length √B. */
    private Table ofBehaviours(DuckDb engine, String events, List<String> behaviours, double noise)
            throws IOException {
        Map<String, Long> counts = new LinkedHashMap<>();
        behaviours.forEach(name -> counts.put(name, 0L));
        engine.read(
                "SELECT behaviour, count(DISTINCT user_index) FROM "
                        + events
                        + " GROUP BY behaviour",
                row -> counts.put(behaviours.get(row.getInt(1)), row.getLong(2)));
        return noisy("did it at least once", counts, noise * Math.sqrt(behaviours.size()));
    }

    /** A shopper is in one cell; cells are there whether anybody is in them or not. */
    private Table ofActivity(DuckDb engine, String events, double noise) throws IOException {
        int powers = 16;
        Map<String, Long> counts = new LinkedHashMap<>();
        List<String> labels = new ArrayList<>();
        for (int power = 0; power < powers; power++) {
            long from = 1L << power;
            labels.add(power == powers - 1 ? from + "–" : PrepareFigures.range(from));
            counts.put(labels.get(power), 0L);
        }
        engine.read(
                "SELECT least("
                        + (powers - 1)
                        + ", CAST(floor(log2(n)) AS INTEGER)) AS power, count(*) FROM (SELECT"
                        + " count(*) AS n FROM "
                        + events
                        + " GROUP BY user_index) AS counts GROUP BY power",
                row -> counts.put(labels.get(row.getInt(1)), row.getLong(2)));
        return noisy("by their number of events", counts, noise);
    }

    /**
     * A shopper adds 1 to each of some categories at most. A category that one shopper alone has
     * brought in must not show by being there: those below a threshold, which its noisy number
     * would pass with no more than δ, are left out.
     */
    private Table ofCategories(
            DuckDb engine, String events, Path prepared, double noise, double delta)
            throws IOException {
        Map<String, Long> counts = new LinkedHashMap<>();
        engine.read(
                "SELECT any_value(category), count(*) FROM (SELECT user_index, category_index,"
                        + " row_number() OVER (PARTITION BY user_index ORDER BY hash(category_index,"
                        + " user_index)) AS place FROM (SELECT DISTINCT user_index, category_index"
                        + " FROM "
                        + events
                        + " WHERE category_index IS NOT NULL) AS known) AS placed JOIN"
                        + " read_parquet("
                        + DuckDb.quoted(prepared.resolve(PreparedData.CATEGORIES))
                        + ") USING (category_index) WHERE place <= "
                        + MOST_CATEGORIES
                        + " GROUP BY category_index ORDER BY 1",
                row -> counts.put(row.getString(1), row.getLong(2)));
        double deviation = noise * Math.sqrt(MOST_CATEGORIES);
        // P(noise > x deviations) is at most exp(-x² / 2)
        double threshold = 1 + deviation * Math.sqrt(2 * Math.log(MOST_CATEGORIES / delta));
        Table table = noisy("had to do with a category", counts, deviation);
        table.shoppers().values().removeIf(shoppers -> shoppers < threshold);
        return table;
    }

    private Table noisy(String name, Map<String, Long> counts, double deviation) {
        float[] noise = new float[counts.size()];
        secret.fillNormal(noise, deviation);
        Map<String, Long> told = new LinkedHashMap<>();
        int next = 0;
        for (Map.Entry<String, Long> cell : counts.entrySet()) {
            told.put(
                    cell.getKey(),
                    Math.max(0, Math.round(cell.getValue() + (double) noise[next++])));
        }
        return new Table(name, told, 1.96 * deviation);
    }
}
