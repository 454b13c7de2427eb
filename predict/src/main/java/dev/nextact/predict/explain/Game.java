package dev.nextact.predict.explain;

import java.util.BitSet;
import java.util.List;

/** What each coalition of players is worth. */
@FunctionalInterface
interface Game {

    /**
     * @param coalitions of players that take part, none of them all, none empty
     * @return in their order
     */
    List<Reading> play(List<BitSet> coalitions);
}
