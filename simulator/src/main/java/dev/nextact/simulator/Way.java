package dev.nextact.simulator;

import java.util.List;

/**
 * How a shopper goes through a category during one session; never logged, only seen in what is
 * viewed. All but {@link #COMPARING} keep one heading on the category's grid of lines and grades,
 * so it takes two views to recognise the heading and three to be sure.
 *
 * @param index in {@link #ALL}
 * @param lines to the next line (1), the one before (-1), or in the same (0)
 * @param grades to the dearer one (1), the cheaper (-1), or the same (0)
 */
record Way(int index, int lines, int grades) {

    /** Takes what suits the taste, in no order. */
    static final Way COMPARING = new Way(0, 0, 0);

    static final List<Way> ALL =
            List.of(
                    COMPARING,
                    new Way(1, 0, 1),
                    new Way(2, 0, -1),
                    new Way(3, 1, 0),
                    new Way(4, -1, 0),
                    new Way(5, 1, 1),
                    new Way(6, 1, -1),
                    new Way(7, -1, 1),
                    new Way(8, -1, -1));

    static final int COUNT = ALL.size();

    /** The share of sessions spent comparing; the headings share the rest equally. */
    private static final double COMPARING_SHARE = 0.2;

    /** The probability that a session goes this way. */
    double share() {
        return index == 0 ? COMPARING_SHARE : (1 - COMPARING_SHARE) / (COUNT - 1);
    }
}
