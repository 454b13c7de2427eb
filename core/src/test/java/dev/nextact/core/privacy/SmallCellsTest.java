package dev.nextact.core.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SmallCellsTest {

    private static boolean[] hidden(int k, long... shoppers) {
        return SmallCells.hidden(shoppers, k);
    }

    @Test
    void cellsOfFewerThanKAreHidden() {
        assertThat(hidden(5, 4, 9, 5, 3)).containsExactly(true, false, false, true);
        assertThat(hidden(1, 0, 1, 2)).containsOnly(false);
    }

    /** 30 in all less 20 would tell that there are 3 others, less 7 in the cell between. */
    @Test
    void aHiddenCellCannotBeFoundByTheSumOfAll() {
        assertThat(hidden(5, 3, 7, 20)).containsExactly(true, true, false);
        assertThat(hidden(5, 2, 1, 20, 9)).containsExactly(true, true, false, true);
    }

    @Test
    void anEmptyCellHidesNoOther() {
        assertThat(hidden(5, 0, 7, 20)).containsExactly(true, false, false);
        assertThat(hidden(5, 2)).containsExactly(true);
        assertThat(hidden(5)).isEmpty();
    }
}
