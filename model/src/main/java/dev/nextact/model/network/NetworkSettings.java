package dev.nextact.model.network;

/**
 * The numbers that make a network; kept in every bundle.
 *
 * @param items V, items of the catalog
 * @param behaviours C; with 1 the behaviour is no part of the token
 * @param width D
 * @param layers blocks of a transformer, layers of a recurrent network
 * @param heads H of a transformer, a divisor of the width
 * @param length the most steps T of a history
 * @param dropout probability, in training only
 */
public record NetworkSettings(
        Family family,
        int items,
        int behaviours,
        int width,
        int layers,
        int heads,
        int length,
        double dropout) {

    /** The encoder. */
    public enum Family {
        RNN,
        GRU,
        LSTM,
        TRANSFORMER
    }

    public NetworkSettings {
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
