package dev.nextact.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.ShopConfig.SplitRule;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final long DAY_MICROS = 86_400_000_000L;
    private static final int USERS = 2000;
    private static final int DAYS = 20;

    /** Each shopper has one event at the start of each day. */
    private static final EventSequences DAILY = daily(USERS);

    private static EventSequences daily(int users) {
        EventSequences.Builder builder = new EventSequences.Builder(users * DAYS);
        for (int user = 0; user < users; user++) {
            for (int day = 0; day < DAYS; day++) {
                builder.event(1, 0, day * DAY_MICROS);
            }
            builder.endUser();
        }
        return builder.build();
    }

    private static SplitRule rule(String protocol, int folds, int fold, double share, long seed) {
        return new SplitRule(
                protocol, DAY.multipliedBy(2), DAY.multipliedBy(3), folds, fold, share, seed);
    }

    private static Split ratio(double share, long seed) {
        return Split.of(rule("ratio", 5, 4, share, seed), DAILY);
    }

    private static Split fold(int fold) {
        return Split.of(rule("k-fold", 5, fold, 0.2, 42), DAILY);
    }

    private static boolean isTest(Split split, int user) {
        return split.testEnd(user) > split.validEnd(user);
    }

    private static boolean isValid(Split split, int user) {
        return split.validEnd(user) > split.trainEnd(user);
    }

    private static boolean isTrain(Split split, int user) {
        return split.trainEnd(user) > 0;
    }

    private static long testUsers(Split split) {
        return IntStream.range(0, USERS).filter(user -> isTest(split, user)).count();
    }

    @Test
    void ratioGivesEachShopperWholeToOnePart() {
        Split split = ratio(0.2, 42);

        for (int user = 0; user < USERS; user++) {
            assertThat(List.of(isTrain(split, user), isValid(split, user), isTest(split, user)))
                    .as("shopper %d", user)
                    .containsOnlyOnce(true);
            assertThat(split.testEnd(user)).isEqualTo(DAYS);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.2, 0.5})
    void ratioTestsOnTheShareThatIsAskedForAndValidatesOnHalfOfIt(double share) {
        Split split = ratio(share, 7);

        double spread = 4 * Math.sqrt(USERS * share); // four standard deviations
        assertThat((double) testUsers(split))
                .isBetween(USERS * share - spread, USERS * share + spread);
        assertThat((double) IntStream.range(0, USERS).filter(u -> isValid(split, u)).count())
                .isBetween(USERS * share / 2 - spread, USERS * share / 2 + spread);
    }

    @Test
    void theSeedAloneDecidesWhoIsTested() {
        EventSequences others = daily(USERS + 1);
        Split same = Split.of(rule("ratio", 5, 4, 0.2, 42), others);
        Split first = ratio(0.2, 42);
        Split another = ratio(0.2, 43);

        IntStream.range(0, USERS)
                .forEach(u -> assertThat(isTest(same, u)).isEqualTo(isTest(first, u)));
        long inBoth =
                IntStream.range(0, USERS)
                        .filter(u -> isTest(first, u) && isTest(another, u))
                        .count();
        assertThat(inBoth).isLessThan(testUsers(first) / 2); // a fifth of them by chance
    }

    @Test
    void theFoldsTestEveryShopperOnce() {
        for (int user = 0; user < USERS; user++) {
            int shopper = user;
            assertThat(IntStream.range(0, 5).filter(fold -> isTest(fold(fold), shopper)).count())
                    .isEqualTo(1);
        }
    }

    @Test
    void aFoldIsValidatedByTheNextAndTheLastByTheFirst() {
        for (int fold = 0; fold < 5; fold++) {
            Split split = fold(fold);
            Split next = fold((fold + 1) % 5);
            for (int user = 0; user < USERS; user++) {
                assertThat(isValid(split, user)).isEqualTo(isTest(next, user));
                assertThat(isTrain(split, user))
                        .isEqualTo(!isValid(split, user) && !isTest(split, user));
            }
        }
    }

    @Test
    void heldOutShoppersAreTestedAloneAndTheOthersAreValidatedByTime() {
        Split split = Split.of(rule("user-holdout", 5, 4, 0.25, 1), DAILY);

        assertThat(testUsers(split)).isBetween(400L, 600L);
        for (int user = 0; user < USERS; user++) {
            if (isTest(split, user)) {
                assertThat(split.validEnd(user)).isZero();
                assertThat(split.testEnd(user)).isEqualTo(DAYS);
            } else {
                assertThat(split.trainEnd(user)).isEqualTo(DAYS - 2); // two days validate
                assertThat(split.validEnd(user)).isEqualTo(DAYS);
            }
        }
    }

    @Test
    void theLastOriginIsTheSplitByTime() {
        Split rolling = Split.of(rule("rolling-origin", 4, 3, 0.2, 42), DAILY);
        Split time = Split.time(DAILY, DAY.multipliedBy(2), DAY.multipliedBy(3));

        assertThat(rolling.trainEnd(0)).isEqualTo(time.trainEnd(0)).isEqualTo(DAYS - 5);
        assertThat(rolling.validEnd(0)).isEqualTo(time.validEnd(0)).isEqualTo(DAYS - 3);
        assertThat(rolling.testEnd(0)).isEqualTo(DAYS);
    }

    @Test
    void eachOriginTestsTheSpanBeforeThatOfTheNextAndSeesNothingAfterIt() {
        for (int fold = 0; fold < 3; fold++) {
            Split split = Split.of(rule("rolling-origin", 4, fold, 0.2, 42), DAILY);
            Split next = Split.of(rule("rolling-origin", 4, fold + 1, 0.2, 42), DAILY);

            assertThat(split.testEnd(0)).isEqualTo(next.validEnd(0));
            assertThat(split.testEnd(0) - split.validEnd(0)).isEqualTo(3);
            assertThat(split.validEnd(0) - split.trainEnd(0)).isEqualTo(2);
            assertThat(split.testEnd(0)).isLessThan(DAYS);
        }
    }

    @Test
    void anEventAtACutOffFallsAfterIt() {
        Split split = Split.at(DAILY, 10 * DAY_MICROS, 15 * DAY_MICROS);

        assertThat(split.trainEnd(0)).isEqualTo(10);
        assertThat(split.validEnd(0)).isEqualTo(15);
    }

    @Test
    void shoppersOfFewerThanThreeEventsOnlyTrainWhereTheLastIsLeftOut() {
        EventSequences.Builder builder = new EventSequences.Builder(5);
        builder.event(1, 0, 1).event(1, 0, 2).endUser();
        builder.event(1, 0, 1).event(1, 0, 2).event(1, 0, 3).endUser();
        Split split = Split.leaveOneOut(builder.build());

        assertThat(split.trainEnd(0)).isEqualTo(2);
        assertThat(isTest(split, 0)).isFalse();
        assertThat(split.trainEnd(1)).isEqualTo(1);
        assertThat(isValid(split, 1)).isTrue();
        assertThat(isTest(split, 1)).isTrue();
    }
}
