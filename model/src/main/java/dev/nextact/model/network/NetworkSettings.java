package dev.nextact.model.network;

import java.util.List;

/**
 * The numbers that make a network; kept in every bundle.
 *
 * @param block how a transformer's block is put together; other families have none
 * @param items V, items of the catalog
 * @param behaviours C; with 1 the behaviour is no part of the token
 * @param width D
 * @param layers blocks of a transformer, layers of a recurrent network
 * @param heads H of a transformer, a divisor of the width
 * @param length the most steps T of a history
 * @param dropout probability, in training only
 * @param itemFields what is known of items beside their ids
 */
public record NetworkSettings(
        Family family,
        Block block,
        int items,
        int behaviours,
        int width,
        int layers,
        int heads,
        int length,
        double dropout,
        List<ItemFieldSize> itemFields) {

    /**
     * @param values how many different ones
     */
    public record ItemFieldSize(String name, int values) {}

    /** The encoder. */
    public enum Family {
        RNN,
        GRU,
        LSTM,
        TRANSFORMER
    }

    /** Where a transformer normalises. */
    public enum Block {
        /** Before each layer, which adds to an unnormalised stream (Xiong et al. 2020, §3.1). */
        PRE_NORM,
        /**
         * After each layer, the tokens included (Vaswani et al. 2017, §3.1), as in BERT and S3-Rec.
         */
        POST_NORM
    }

    public NetworkSettings {
        itemFields = List.copyOf(itemFields);
        positive("items", items);
        positive("behaviours", behaviours);
        positive("width", width);
        positive("layers", layers);
        positive("heads", heads);
        positive("length", length);
        if (family == Family.TRANSFORMER && width % heads != 0) {
            throw new IllegalArgumentException(
                    "heads: expected a divisor of the width " + width + ", found " + heads);
        }
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("dropout: expected 0 to 1, found " + dropout);
        }
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": expected 1 or more, found " + value);
        }
    }
}
