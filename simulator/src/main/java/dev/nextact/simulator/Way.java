package dev.nextact.simulator;

import java.util.List;

/**
 * How a shopper goes from one viewed item to the next during one session; never logged, only seen
 * in what is viewed. What is left of the probabilities goes to the dearer item of the same line.
 *
 * @param index in {@link #ALL}
 * @param share of the sessions that go this way
 * @param toAccessory probability that the next view is of the accessory category
 * @param toSimilar probability that it is of the same category, whatever suits the taste
 */
record Way(int index, double share, double toAccessory, double toSimilar) {

    /** Getting things that go together, comparing what is alike, climbing along a line. */
    static final List<Way> ALL =
            List.of(
                    new Way(0, 0.86, 0.95, 0.02),
                    new Way(1, 0.07, 0.10, 0.80),
                    new Way(2, 0.07, 0.10, 0.10));

    static final int COUNT = ALL.size();

    double toDearer() {
        return 1 - toAccessory - toSimilar;
    }
}
