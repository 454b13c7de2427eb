package dev.nextact.model.network;

import dev.nextact.core.Grain;
import dev.nextact.core.ItemField;
import dev.nextact.core.ItemNumbers;
import dev.nextact.model.ops.Ops.Cell;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The numbers that make a network; kept in every bundle.
 *
 * @param block of a transformer; other families have one way
 * @param feedForward of a transformer
 * @param positions how attention knows the order of events; recurrent networks know it themselves
 * @param items V, items of the catalog
 * @param behaviours C; with 1 the behaviour is no part of the token
 * @param width D
 * @param layers blocks of a transformer, layers of a recurrent network
 * @param heads H of attention, a divisor of the width
 * @param length the most events, or baskets, of a history
 * @param dropout probability, in training only
 * @param itemFields what is known of items beside their ids
 * @param timeFields what an event's token tells of its time
 * @param foretells what it foretells beside the next item
 * @param itemDropout in training only, the probability that an item is as good as new for a step;
 *     see {@link ItemVectors}
 * @param tokens what else tokens tell
 * @param timeBias whether attention is biased by the time between events; see {@link
 *     dev.nextact.model.ops.TimeBuckets}. Recurrent networks have none
 */
public record NetworkSettings(
        Family family,
        Block block,
        FeedForward feedForward,
        Positions positions,
        int items,
        int behaviours,
        int width,
        int layers,
        int heads,
        int length,
        double dropout,
        List<ItemFieldSize> itemFields,
        List<TimeField> timeFields,
        Optional<HeadSettings> foretells,
        double itemDropout,
        TokenParts tokens,
        boolean timeBias) {

    /** How a field of items is read. */
    public enum ItemFieldKind {
        /** Each value has a vector; an item has the mean of its values'. */
        VALUES,
        /** An item's numbers are projected. */
        NUMBERS
    }

    /**
     * @param values how many different ones, or how many numbers an item has
     */
    public record ItemFieldSize(String name, int values, ItemFieldKind kind) {

        public static ItemFieldSize of(ItemField field) {
            return new ItemFieldSize(
                    field.name(),
                    field.size(),
                    field instanceof ItemNumbers ? ItemFieldKind.NUMBERS : ItemFieldKind.VALUES);
        }
    }

    /**
     * What tokens tell beside items and times.
     *
     * @param behaviours whether they tell what was done, where there are several behaviours
     * @param fieldRows rows of the table of fields; 0 = there are no fields
     * @param shopper whether a token of the shopper comes before the first event read
     * @param grain what a token is
     */
    public record TokenParts(boolean behaviours, int fieldRows, boolean shopper, Grain grain) {
        /** Behaviours alone. */
        public static final TokenParts PLAIN = new TokenParts(true, 0, false);

        /** Of single events. */
        public TokenParts(boolean behaviours, int fieldRows, boolean shopper) {
            this(behaviours, fieldRows, shopper, Grain.EVENT);
        }
    }

    /** What a token tells of an event's time; see {@link TimeTokens}. */
    public enum TimeField {
        /** Since the event before. */
        GAP(TimeTokens.GAPS),
        /** Of the day. */
        HOUR(TimeTokens.HOURS),
        /** Of the week. */
        WEEKDAY(TimeTokens.WEEKDAYS);

        private final int values;

        TimeField(int values) {
            this.values = values;
        }

        /** How many tokens there are. */
        public int size() {
            return values;
        }

        /** The field's tokens. */
        <T> T of(Tokens.Clock<T> clock) {
            return switch (this) {
                case GAP -> clock.gaps();
                case HOUR -> clock.hours();
                case WEEKDAY -> clock.weekdays();
            };
        }
    }

    /** The encoder. */
    public enum Family {
        RNN,
        GRU,
        LSTM,
        TRANSFORMER,
        HSTU;

        /** Whether its steps attend to each other. */
        public boolean attends() {
            return cell().isEmpty();
        }

        /** Of a recurrent network. */
        Optional<Cell> cell() {
            return switch (this) {
                case RNN -> Optional.of(Cell.RNN);
                case GRU -> Optional.of(Cell.GRU);
                case LSTM -> Optional.of(Cell.LSTM);
                case TRANSFORMER, HSTU -> Optional.empty();
            };
        }

        /** As configs and tables name it. */
        public String title() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * @param title one of those of configs
         */
        public static Family of(String title) {
            return valueOf(title.toUpperCase(Locale.ROOT));
        }

        /** Attention shares the width out among its heads. */
        void checkHeads(int width, int heads) {
            if (attends() && width % heads != 0) {
                throw new IllegalArgumentException(
                        "heads: expected a divisor of the width " + width + ", found " + heads);
            }
        }
    }

    /** Where a transformer normalises, and how a layer adds to its input. */
    public enum Block {
        /** Before each layer, which adds to an unnormalised stream (Xiong et al. 2020, §3.1). */
        PRE_NORM,
        /**
         * After each layer, the tokens included (Vaswani et al. 2017, §3.1), as in BERT and S3-Rec.
         */
        POST_NORM,
        /**
         * Before each layer, and what it adds passes a gate that its input sets: x + σ(W x) ⊙
         * F(norm(x)) (Borisyuk et al. 2025, "From Features to Transformers", LiGR; as in eSASRec,
         * Tikhonovich et al. 2025).
         */
        LIGR
    }

    /** What a transformer does to each step alone: W₂ f(W₁ x). */
    public enum FeedForward {
        /** Hendrycks and Gimpel 2016. */
        GELU,
        /** Vaswani et al. 2017, §3.3. */
        RELU,
        /** f(W₁ x) is silu(W x) ⊙ V x (Shazeer 2020, §2), with as many hidden values as others. */
        SWIGLU
    }

    /** How attention knows the order of events. */
    public enum Positions {
        /** A vector for each position, counted from the oldest event read, added to the token. */
        ABSOLUTE,
        /**
         * A bias of each attention by distance (Raffel et al. 2020, §2.1, one for each distance).
         */
        RELATIVE,
        BOTH;

        /** Whether tokens carry their position. */
        public boolean isInToken() {
            return this != RELATIVE;
        }

        /** Whether attention is biased by distance. */
        public boolean isInAttention() {
            return this != ABSOLUTE;
        }
    }

    /** A network that is not made ready for new items and reads no fields. */
    public NetworkSettings(
            Family family,
            Block block,
            FeedForward feedForward,
            Positions positions,
            int items,
            int behaviours,
            int width,
            int layers,
            int heads,
            int length,
            double dropout,
            List<ItemFieldSize> itemFields,
            List<TimeField> timeFields,
            Optional<HeadSettings> foretells) {
        this(
                family,
                block,
                feedForward,
                positions,
                items,
                behaviours,
                width,
                layers,
                heads,
                length,
                dropout,
                itemFields,
                timeFields,
                foretells,
                0,
                TokenParts.PLAIN,
                false);
    }

    /** A network of ids and behaviours, with GELU, that foretells the next item alone. */
    public NetworkSettings(
            Family family,
            Block block,
            Positions positions,
            int items,
            int behaviours,
            int width,
            int layers,
            int heads,
            int length,
            double dropout,
            List<ItemFieldSize> itemFields) {
        this(
                family,
                block,
                FeedForward.GELU,
                positions,
                items,
                behaviours,
                width,
                layers,
                heads,
                length,
                dropout,
                itemFields,
                List.of(),
                Optional.empty());
    }

    /** Whether tokens tell what was done. */
    public boolean readsBehaviours() {
        return behaviours > 1 && tokens.behaviours();
    }

    /** Whether its attention is biased by time. */
    public boolean hasTimeBias() {
        return timeBias && family.attends();
    }

    /** Of the encoder. */
    EncoderSettings encoder() {
        return new EncoderSettings(
                family,
                block,
                feedForward,
                positions,
                width,
                layers,
                heads,
                steps(),
                dropout,
                hasTimeBias());
    }

    /** How histories become tokens. */
    public TokenShape shape() {
        return new TokenShape(length, tokens.fieldRows() > 0, tokens.shopper(), tokens.grain());
    }

    /** The most tokens of a history. */
    public int steps() {
        return length + shape().before();
    }

    public NetworkSettings {
        itemFields = List.copyOf(itemFields);
        timeFields = List.copyOf(timeFields);
        positive("items", items);
        positive("behaviours", behaviours);
        positive("width", width);
        positive("layers", layers);
        positive("heads", heads);
        positive("length", length);
        family.checkHeads(width, heads);
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("dropout: expected 0 to 1, found " + dropout);
        }
        if (!(itemDropout >= 0 && itemDropout < 1)) {
            throw new IllegalArgumentException(
                    "itemDropout: expected 0 to 1, found " + itemDropout);
        }
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": expected 1 or more, found " + value);
        }
    }
}
