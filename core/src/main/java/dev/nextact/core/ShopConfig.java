package dev.nextact.core;

import dev.nextact.core.demand.DemandPeriod;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One shop: where its log lies, what its columns mean, and how to learn from it. Read from YAML;
 * every default stands in {@code ShopConfigReader}; unknown keys are refused. The whole effective
 * config is printed by {@code nextact config --print} and kept in every bundle.
 *
 * @param directory of the config file; relative paths start from it
 * @param workspace everything nextact writes, as the config says it
 * @param target the behaviour the shop cares for most
 * @param serve how the model is served; no part of what is learned
 * @param privacy what of shoppers is kept, and how
 */
public record ShopConfig(
        Path directory,
        Path workspace,
        List<Source> sources,
        List<AttributeTable> items,
        List<AttributeTable> users,
        List<Links> links,
        Behaviours behaviours,
        String target,
        Clean clean,
        SplitRule split,
        Model model,
        Train train,
        Tasks tasks,
        ServeConfig serve,
        PrivacyConfig privacy) {

    public ShopConfig {
        sources = List.copyOf(sources);
        items = List.copyOf(items);
        users = List.copyOf(users);
        links = List.copyOf(links);
    }

    /** The same shop, split by another protocol. */
    public ShopConfig withProtocol(String protocol) {
        return with(split.withProtocol(protocol), model, train);
    }

    /** The same shop, learned otherwise. */
    public ShopConfig with(SplitRule otherSplit, Model otherModel, Train otherTrain) {
        return new ShopConfig(
                directory,
                workspace,
                sources,
                items,
                users,
                links,
                behaviours,
                target,
                clean,
                otherSplit,
                otherModel,
                otherTrain,
                tasks,
                serve,
                privacy);
    }

    /** The same shop, served otherwise. */
    public ShopConfig withServe(ServeConfig other) {
        return new ShopConfig(
                directory,
                workspace,
                sources,
                items,
                users,
                links,
                behaviours,
                target,
                clean,
                split,
                model,
                train,
                tasks,
                other,
                privacy);
    }

    /**
     * Columns of the log that are kept for networks to read, beside those that every log may have:
     * all further ones, and brand, status and text where the network reads them. Sorted.
     */
    public List<String> extraColumns() {
        Set<String> read = new HashSet<>(itemFacts());
        read.remove("brand"); // of items it is known anyhow
        model.eventColumns().values().forEach(read::addAll);
        return sources.stream()
                .flatMap(source -> source.columns().keySet().stream())
                .filter(
                        name ->
                                !Source.FIELDS.contains(name)
                                        || (Source.ON_DEMAND.contains(name) && read.contains(name)))
                .distinct()
                .sorted()
                .toList();
    }

    /** Of {@link #extraColumns}, those that tell of the item of an event. */
    public List<String> itemColumns() {
        return extraColumns().stream().filter(itemFacts()::contains).toList();
    }

    /** The facts about items that any network reads. */
    private Set<String> itemFacts() {
        Set<String> read = new HashSet<>(model.itemFacts());
        read.addAll(tasks.demand().texts());
        return read;
    }

    private Path resolved(Path path) {
        return directory.resolve(path).normalize();
    }

    /** Reports of evaluations. */
    public Path evaluationDirectory() {
        return resolved(workspace).resolve("evaluation");
    }

    /** What {@code nextact collect} brought from remote sources: one directory each. */
    public Path collectedDirectory() {
        return resolved(workspace).resolve("collected");
    }

    /** Where prepared data lie. */
    public Path preparedDirectory() {
        return resolved(workspace).resolve("prepared");
    }

    /** Raw files as they were read, so that the next {@code prepare} need not read them again. */
    public Path stagedDirectory() {
        return resolved(workspace).resolve("staged");
    }

    /** Feature tables, a directory for each cut-off. */
    public Path featuresDirectory() {
        return resolved(workspace).resolve("features");
    }

    /** Vectors of texts that were worked out before. */
    public Path textDirectory() {
        return resolved(workspace).resolve("text");
    }

    /** One directory per training run. */
    public Path runsDirectory() {
        return resolved(workspace).resolve("runs");
    }

    /** One directory per tuning. */
    public Path tuningDirectory() {
        return resolved(workspace).resolve("tuning");
    }

    /** Histories of shoppers, where the server itself keeps them. */
    public Path historyDirectory() {
        return resolved(workspace).resolve("history");
    }

    /** Who was forgotten, and the log of who did what. */
    public Path privacyDirectory() {
        return resolved(workspace).resolve("privacy");
    }

    /** How many shoppers must have had an item for it to be learned. */
    public int minItemUsers() {
        return train.privacy().isPresent()
                ? Math.max(privacy.k(), DifferentialPrivacy.LEAST_ITEM_USERS)
                : privacy.k();
    }

    /** The folder that everything is kept in. */
    public Path workspaceDirectory() {
        return resolved(workspace);
    }

    /** A path as the config says it, from the config's directory on. */
    public Path file(Path path) {
        return resolved(path);
    }

    /** {@code models/<name>/<version>/}. */
    public Path modelsDirectory() {
        return resolved(workspace).resolve("models");
    }

    /** Models of demand; see {@code DemandBundle}. */
    public Path demandDirectory() {
        return resolved(workspace).resolve("demand");
    }

    /**
     * Events with one layout.
     *
     * @param path a file, a directory or a glob, relative to the config file's directory; or the
     *     address of what {@code nextact collect} brings into files
     * @param columns field (user, item, behaviour, time, category, brand, price, quantity, session,
     *     …) to column name, or to the 1-based column number as text where there is no header
     * @param header absent = found out from the file
     * @param delimiter absent = found out from the file
     * @param decimal the sign before a price's decimals: {@code .}, {@code ,} or {@code auto}
     * @param missing field to the texts that mean there is no value, such as {@code 0} or {@code
     *     NULL}
     * @param returned field to the texts that mark a return or cancellation of something bought,
     *     beside a quantity below zero
     * @param remote what the path's address means; empty for files
     */
    public record Source(
            String path,
            Map<String, String> columns,
            Optional<Boolean> header,
            Optional<String> delimiter,
            String encoding,
            TimeFormat time,
            String decimal,
            Map<String, List<String>> missing,
            Map<String, List<String>> returned,
            Optional<Remote> remote) {
        /** What any log may tell; further columns are a shop's own. */
        public static final List<String> FIELDS =
                List.of(
                        "user",
                        "item",
                        "behaviour",
                        "time",
                        "category",
                        "brand",
                        "price",
                        "quantity",
                        "session",
                        "status",
                        "text");

        /** Of these, what the prepared events hold only where a network reads it. */
        static final List<String> ON_DEMAND = List.of("brand", "status", "text");

        public Source {
            columns = Map.copyOf(columns);
            missing = Map.copyOf(missing);
            returned = Map.copyOf(returned);
        }
    }

    /**
     * @param format {@code auto}, {@code epoch-seconds}, {@code epoch-millis}, {@code iso}, or a
     *     pattern
     * @param zone of times without one of their own
     */
    public record TimeFormat(String format, String zone) {}

    /**
     * Facts about items or users, one row each.
     *
     * @param separator between several values in one cell; absent = a cell is one value
     */
    public record AttributeTable(
            String path, Map<String, String> columns, Optional<String> separator) {
        public AttributeTable {
            columns = Map.copyOf(columns);
        }
    }

    /**
     * Who is linked to whom. Of each event, the newest acts of those whom its shopper is linked to
     * become a column of the log.
     *
     * @param columns {@code from} and {@code to}, both shoppers, and {@code time} since when, where
     *     the file tells it
     * @param name of the column
     * @param acts items it holds at most
     * @param behaviours of the acts that count; empty = all
     */
    public record Links(
            String path,
            Map<String, String> columns,
            String name,
            int acts,
            List<String> behaviours) {
        /** Between the items of a column. */
        public static final String SEPARATOR = "|";

        public Links {
            columns = Map.copyOf(columns);
            behaviours = List.copyOf(behaviours);
        }
    }

    /** What a cleaning rule does with what it finds. */
    public enum Action {
        KEEP,
        FLAG,
        DROP
    }

    /**
     * What is done with rows that no analysis should take at their word. {@code KEEP} switches a
     * rule off, {@code FLAG} lists what it finds and keeps it, {@code DROP} rejects it.
     *
     * @param impossibleTimes before 1990 or in the future
     * @param clockJumps in a file in the order of time, a row days away from both its neighbours
     * @param duplicates rows equal in user, item, behaviour and time
     * @param nearDuplicates rows equal in user, item and behaviour within {@code
     *     nearDuplicateWindow}
     * @param outliers users over {@code maxEventsPerUserDay}, and negative prices
     * @param regularUsers users who act like clockwork
     * @param priceOutliers prices far from the item's other prices
     * @param returns rows with a negative quantity; dropped ones are matched to their purchase
     * @param missing field to {@code keep}, {@code reject} or {@code fill:TEXT}
     * @param minItemEvents an item is learned from this many events in the training part on
     */
    public record Clean(
            Action impossibleTimes,
            Action clockJumps,
            Action duplicates,
            Action nearDuplicates,
            Duration nearDuplicateWindow,
            Action outliers,
            int maxEventsPerUserDay,
            Action regularUsers,
            Action priceOutliers,
            Action returns,
            Map<String, String> missing,
            int minItemEvents) {
        public Clean {
            missing = Map.copyOf(missing);
        }
    }

    /**
     * @param protocol one of {@link #PROTOCOLS}
     * @param folds of k-fold and rolling-origin
     * @param fold which of them is the test, from 0
     * @param share of the shoppers that ratio and user-holdout test on
     * @param seed of the choice of shoppers
     */
    public record SplitRule(
            String protocol,
            Duration valid,
            Duration test,
            int folds,
            int fold,
            double share,
            long seed) {
        public static final List<String> PROTOCOLS =
                List.of(
                        "time",
                        "leave-one-out",
                        "ratio",
                        "k-fold",
                        "user-holdout",
                        "rolling-origin");

        /**
         * @throws IllegalArgumentException for another protocol, or a fold that is none
         */
        public SplitRule {
            if (!PROTOCOLS.contains(protocol)) {
                throw new IllegalArgumentException(
                        "protocol: expected one of " + PROTOCOLS + ", found " + protocol);
            }
            if (fold < 0 || fold >= folds) {
                throw new IllegalArgumentException(
                        "fold: expected 0 to " + (folds - 1) + ", found " + fold);
            }
        }

        /** Of five folds the last; a fifth of the shoppers. */
        public SplitRule(String protocol, Duration valid, Duration test) {
            this(protocol, valid, test, 5, 4, 0.2, 42);
        }

        SplitRule withProtocol(String other) {
            return new SplitRule(other, valid, test, folds, fold, share, seed);
        }
    }

    /**
     * The network.
     *
     * @param name of the model in {@code models/<name>/}
     * @param family {@code auto}, {@code rnn}, {@code gru}, {@code lstm}, {@code transformer},
     *     {@code hstu}
     * @param block of a transformer: {@code pre-norm}, {@code post-norm}, {@code ligr}
     * @param feedForward of a transformer: {@code gelu}, {@code relu}, {@code swiglu}
     * @param positions how attention knows the order: {@code absolute}, {@code relative}, {@code
     *     both}
     * @param timeBias whether attention is biased by the time between events
     * @param length the newest events of a history that the network reads
     * @param itemFields facts about items that the network knows beside their ids
     * @param itemNumbers facts that are numbers, which it reads as such
     * @param itemText facts that are texts, which it reads by a sentence model
     * @param newItems whether it can recommend items that it has not learned, by what is known of
     *     them
     * @param itemDropout with new items, the share of items of which a step of the training knows
     *     no more than of a new one
     * @param timeFields what it knows of an event's time: {@code gap}, {@code hour}, {@code
     *     weekday}
     * @param behaviours whether it knows what was done, where there are several behaviours
     * @param eventFields columns of the log that it reads of every event
     * @param userFields facts about shoppers that it reads
     */
    public record Model(
            String name,
            String family,
            String block,
            String feedForward,
            String positions,
            boolean timeBias,
            int width,
            int layers,
            int heads,
            int length,
            double dropout,
            List<String> itemFields,
            List<String> itemNumbers,
            List<String> itemText,
            boolean newItems,
            double itemDropout,
            List<String> timeFields,
            boolean behaviours,
            Map<String, FieldKind> eventFields,
            Map<String, FieldKind> userFields,
            boolean baskets) {
        /** Chooses the family by validation. */
        public static final String AUTO = "auto";

        public Model {
            itemFields = List.copyOf(itemFields);
            itemNumbers = List.copyOf(itemNumbers);
            itemText = List.copyOf(itemText);
            timeFields = List.copyOf(timeFields);
            eventFields = Collections.unmodifiableMap(new LinkedHashMap<>(eventFields));
            userFields = Collections.unmodifiableMap(new LinkedHashMap<>(userFields));
        }

        /** The facts about items that it reads, whatever their kind. */
        public List<String> itemFacts() {
            return Stream.of(itemFields, itemNumbers, itemText).flatMap(List::stream).toList();
        }

        /** What one event is to the network. */
        public Grain grain() {
            return baskets ? Grain.BASKET : Grain.EVENT;
        }

        /** The columns that each field of an event is made of. */
        public Map<String, List<String>> eventColumns() {
            return columns(eventFields);
        }

        /** The columns that each field of a shopper is made of. */
        public Map<String, List<String>> userColumns() {
            return columns(userFields);
        }

        private static Map<String, List<String>> columns(Map<String, FieldKind> fields) {
            Map<String, List<String>> columns = new LinkedHashMap<>();
            fields.forEach((name, kind) -> columns.put(name, kind.columns(name)));
            return columns;
        }

        /** The same network under another name. */
        public Model named(String other) {
            return with(other, family, width, layers, length, dropout);
        }

        /** The same sizes of another family. */
        public Model of(String otherFamily) {
            return with(name, otherFamily, width, layers, length, dropout);
        }

        /** The same kind of network in another size. */
        public Model sized(int otherWidth, int otherLayers, int otherLength, double otherDropout) {
            return with(name, family, otherWidth, otherLayers, otherLength, otherDropout);
        }

        private Model with(
                String otherName,
                String otherFamily,
                int otherWidth,
                int otherLayers,
                int otherLength,
                double otherDropout) {
            return new Model(
                    otherName,
                    otherFamily,
                    block,
                    feedForward,
                    positions,
                    timeBias,
                    otherWidth,
                    otherLayers,
                    heads,
                    otherLength,
                    otherDropout,
                    itemFields,
                    itemNumbers,
                    itemText,
                    newItems,
                    itemDropout,
                    timeFields,
                    behaviours,
                    eventFields,
                    userFields,
                    baskets);
        }
    }

    /**
     * The training.
     *
     * @param patience epochs without a better score on the validation part before it stops
     * @param batch sequences a step, over all workers
     * @param accumulate pieces that a worker's share of a step is cut into, one after the other:
     *     the gradient is the same, the memory that of a piece
     * @param checkpointActivations whether activations within a layer are worked out again on the
     *     way back instead of kept: the same gradient in less memory and more time
     * @param optimiser {@code adam}, {@code adamw}, {@code sgd}
     * @param learningRate at its highest
     * @param ema how much of the running mean of the weights stays in a step; 0 = no mean is kept,
     *     and the weights themselves are validated and exported
     * @param behaviourWeights how much a target of a behaviour counts; 1 where it is not named
     * @param workers threads; 0 = one per core
     * @param deterministic whether any number of workers must give the same bits
     * @param familyBudget how long {@code family: auto}, of the model or of demand, may try
     * @param privacy how little the model may tell of a shopper; absent = nothing is promised
     */
    public record Train(
            int epochs,
            int patience,
            long seed,
            int batch,
            int accumulate,
            boolean checkpointActivations,
            String optimiser,
            double learningRate,
            Schedule schedule,
            double weightDecay,
            double clipNorm,
            double ema,
            Loss loss,
            Map<String, Double> behaviourWeights,
            int workers,
            boolean deterministic,
            Duration familyBudget,
            Optional<DifferentialPrivacy> privacy) {
        public static final Duration FAMILY_BUDGET = Duration.ofMinutes(10);

        public Train {
            behaviourWeights = Map.copyOf(behaviourWeights);
        }

        /** Nothing is promised of what the model may tell of a shopper. */
        public Train(
                int epochs,
                int patience,
                long seed,
                int batch,
                int accumulate,
                boolean checkpointActivations,
                String optimiser,
                double learningRate,
                Schedule schedule,
                double weightDecay,
                double clipNorm,
                double ema,
                Loss loss,
                Map<String, Double> behaviourWeights,
                int workers,
                boolean deterministic,
                Duration familyBudget) {
            this(
                    epochs,
                    patience,
                    seed,
                    batch,
                    accumulate,
                    checkpointActivations,
                    optimiser,
                    learningRate,
                    schedule,
                    weightDecay,
                    clipNorm,
                    ema,
                    loss,
                    behaviourWeights,
                    workers,
                    deterministic,
                    familyBudget,
                    Optional.empty());
        }

        /** The same training, its steps cut and kept otherwise. */
        public Train accumulating(int pieces, boolean checkpoint) {
            return new Train(
                    epochs,
                    patience,
                    seed,
                    batch,
                    pieces,
                    checkpoint,
                    optimiser,
                    learningRate,
                    schedule,
                    weightDecay,
                    clipNorm,
                    ema,
                    loss,
                    behaviourWeights,
                    workers,
                    deterministic,
                    familyBudget,
                    privacy);
        }

        /** A constant learning rate, a plain loss, every behaviour alike. */
        public Train(
                int epochs,
                int patience,
                long seed,
                int batch,
                String optimiser,
                double learningRate,
                double weightDecay,
                double clipNorm,
                String loss,
                int negatives,
                int workers) {
            this(
                    epochs,
                    patience,
                    seed,
                    batch,
                    1,
                    false,
                    optimiser,
                    learningRate,
                    Schedule.CONSTANT,
                    weightDecay,
                    clipNorm,
                    0,
                    Loss.of(loss, negatives),
                    Map.of(),
                    workers,
                    false,
                    FAMILY_BUDGET);
        }
    }

    /**
     * Differential privacy of the training, of whole shoppers: with all their events or with none
     * of them, nearly the same models come out, each nearly as likely.
     *
     * @param epsilon ε, by whose exponential the likelihoods may differ
     * @param delta δ, with which probability they may differ by more; 0 = one over the shoppers
     * @param clip the greatest norm of a shopper's gradient in a step
     */
    public record DifferentialPrivacy(double epsilon, double delta, double clip) {
        /** An item that fewer shoppers have had would tell of them by being there. */
        public static final int LEAST_ITEM_USERS = 10;
    }

    /**
     * How the learning rate runs over the steps.
     *
     * @param decay {@code constant}, {@code linear} or {@code cosine}, down to 0 at the last step
     *     of {@code train.epochs}
     * @param warmUp steps in which it first rises
     */
    public record Schedule(String decay, int warmUp) {
        public static final Schedule CONSTANT = new Schedule("constant", 0);
    }

    /**
     * What the training makes small.
     *
     * @param kind one of {@link #KINDS}
     * @param negatives a step; not for full-softmax
     * @param sampling one of {@link #SAMPLINGS}
     * @param calibration t of gbce
     * @param temperature scores are divided by it
     * @param labelSmoothing share of the truth that is spread over all items; full-softmax only
     * @param precision of the products with the item table: one of {@link #PRECISIONS};
     *     full-softmax only
     */
    public record Loss(
            String kind,
            int negatives,
            String sampling,
            double calibration,
            double temperature,
            double labelSmoothing,
            String precision) {
        public static final String FP32 = "fp32";
        public static final String BF16 = "bf16";
        public static final List<String> PRECISIONS = List.of(FP32, BF16);
        public static final List<String> KINDS =
                List.of("sampled-softmax", "full-softmax", "gbce", "bce");
        public static final List<String> SAMPLINGS =
                List.of("uniform", "popularity", "in-batch", "mixed");

        public static Loss of(String kind, int negatives) {
            return new Loss(kind, negatives, "uniform", 0.75, 1, 0, FP32);
        }

        /** The same loss with other numbers. */
        public Loss with(int otherNegatives, double otherTemperature) {
            return new Loss(
                    kind,
                    otherNegatives,
                    sampling,
                    calibration,
                    otherTemperature,
                    labelSmoothing,
                    precision);
        }

        /** Whether every item of the catalog counts in every step. */
        public boolean isFull() {
            return kind.equals("full-softmax");
        }
    }

    /**
     * The questions a shop asks.
     *
     * @param learn what the network learns to answer, of {@link #LEARNED}
     * @param chooseBy which of them the epoch is chosen by, on validation
     * @param intentWay how intent is learned; by {@code CLASSIFIER} it is learned alone
     * @param classifier what it reads and tells then
     */
    public record Tasks(
            List<String> learn,
            String chooseBy,
            int headEpochs,
            NextItems nextItems,
            NextEvents nextEvents,
            Duration intentHorizon,
            IntentWay intentWay,
            Classifier classifier,
            Duration churnHorizon,
            Demand demand) {
        public static final List<String> LEARNED =
                List.of("next-items", "next-events", "intent", "churn");

        public Tasks {
            learn = List.copyOf(learn);
        }

        /** What the epoch is chosen by; of each the higher, the better. */
        public String measure() {
            return switch (chooseBy) {
                case "next-items" -> "ndcg@10";
                case "next-events" -> "log-likelihood of events";
                default -> classifies() ? "log-likelihood a step" : "log-likelihood a moment";
            };
        }

        /** Whether the network learns when the next event comes and of which behaviour. */
        public boolean learnsNextEvent() {
            return learn.contains("next-events");
        }

        /** Whether the network learns how long each behaviour stays away. */
        public boolean learnsHazards() {
            return !classifies() && (learn.contains("intent") || learn.contains("churn"));
        }

        /** Whether the network learns after each event whether the target comes, and that alone. */
        public boolean classifies() {
            return intentWay == IntentWay.CLASSIFIER;
        }
    }

    /**
     * Of intent learned by {@link IntentWay#CLASSIFIER}.
     *
     * @param totals whether it reads what the whole history comes to, beside the encoder
     * @param counts whether it tells how often too, not only whether
     * @param level by what the counts of all shoppers together are put right
     */
    public record Classifier(boolean totals, boolean counts, CountLevel level) {

        public static final Classifier CLASSIC = new Classifier(false, false, CountLevel.SEEN);
    }

    /**
     * What will sell.
     *
     * @param horizon how far ahead
     * @param period what units are counted by
     * @param family as of {@link Model}
     * @param prices told beforehand, such as promotions'
     * @param texts facts about items whose meaning tells of items nobody has bought yet
     */
    public record Demand(
            Duration horizon,
            DemandPeriod period,
            String family,
            Optional<PriceTable> prices,
            List<String> texts) {
        public Demand {
            texts = List.copyOf(texts);
        }
    }

    /**
     * Prices by item and time.
     *
     * @param columns {@code item}, {@code from} and {@code to}, both of which it holds on where
     *     they are days, {@code price}, and {@code announced} where the file tells since when it is
     *     known
     */
    public record PriceTable(String path, Map<String, String> columns) {
        public static final List<String> FIELDS =
                List.of("item", "from", "to", "price", "announced");

        public PriceTable {
            columns = Map.copyOf(columns);
        }
    }

    /**
     * The next events.
     *
     * @param k how many
     * @param way how; absent = the one that is best on validation
     */
    public record NextEvents(int k, Optional<EventWay> way) {
        public static final String AUTO = "auto";
    }

    /** What to do with items the shopper has had before. */
    public enum SeenItems {
        /** They stay in the ranking: shoppers come back to things. */
        KEEP,
        /** They are taken out, as in the published leave-one-out benchmarks. */
        REMOVE
    }

    /**
     * @param k items a shopper
     */
    public record NextItems(int k, SeenItems seen) {}
}
