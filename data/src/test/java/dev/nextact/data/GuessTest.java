package dev.nextact.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What columns and kinds of acts are taken for. */
class GuessTest {

    @ParameterizedTest
    @CsvSource({
        "user, CustomerID",
        "user, visitor-id",
        "user, 用户ID",
        "item, parent_asin",
        "item, StockCode",
        "behaviour, event_type",
        "time, last_event_timestamp",
        "session, user_session",
        "price, UnitPrice"
    })
    void columnsAreKnownByTheNamesThatLogsUse(String field, String column) {
        assertThat(FieldNames.rank(field, column)).isNotNegative();
    }

    @ParameterizedTest
    @CsvSource({
        "behaviour, product_type",
        "user, user_session",
        "item, items_count",
        "text, surname"
    })
    void otherNamesAreNotTakenForThem(String field, String column) {
        assertThat(FieldNames.rank(field, column)).isNegative();
    }

    private static BehaviourGuess behaviours(Map<String, Integer> rows) {
        ColumnProfile column = new ColumnProfile("type");
        rows.forEach(
                (value, count) -> {
                    for (int i = 0; i < count; i++) {
                        column.add(value);
                    }
                });
        return BehaviourGuess.of(List.of(column));
    }

    @Test
    void knownKindsOfActsStandInFunnelOrderHoweverRareTheyAre() {
        BehaviourGuess guess =
                behaviours(Map.of("add_to_cart", 1, "transaction", 2, "Page View", 3, "fav", 4));

        assertThat(guess.kinds())
                .extracting(BehaviourGuess.Kind::name)
                .containsExactly("view", "favourite", "cart", "purchase");
        assertThat(guess.target()).isEqualTo("purchase");
        assertThat(guess.guessed()).isFalse();
    }

    @Test
    void spellingsOfOneKindAreOneKind() {
        BehaviourGuess guess = behaviours(Map.of("buy", 1, "Buy", 2, "order", 3, "pv", 9));

        assertThat(guess.kinds())
                .containsExactly(
                        new BehaviourGuess.Kind("view", List.of("pv"), 9),
                        new BehaviourGuess.Kind("purchase", List.of("order", "Buy"), 6));
    }

    @Test
    void numbersAreOrderedByFrequencyAndThatIsSaidToBeAGuess() {
        BehaviourGuess guess = behaviours(Map.of("1", 9, "2", 3, "4", 5));

        assertThat(guess.kinds())
                .extracting(BehaviourGuess.Kind::name)
                .containsExactly("type_1", "type_4", "type_2");
        assertThat(guess.guessed()).isTrue();
    }

    @Test
    void namesThatTellNothingAreOrderedByWhatComesBeforeWhat() {
        ActOrder order =
                ActOrder.of(
                        List.of(
                                List.of("1", "2"),
                                List.of("1", "3", "2"),
                                List.of("1", "2", "4"),
                                List.of("3", "2"),
                                List.of("4"),
                                List.of("4"),
                                List.of("1")));

        BehaviourGuess guess = behaviours(Map.of("1", 9, "2", 4, "3", 2, "4", 3)).inOrder(order);

        assertThat(guess.kinds())
                .extracting(BehaviourGuess.Kind::name)
                .containsExactly("type_1", "type_3", "type_2", "type_4");
        assertThat(guess.target()).isEqualTo("type_2"); // most of 4 comes after nothing
        assertThat(guess.guessed()).isTrue();
    }
}
