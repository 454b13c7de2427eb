package dev.nextact.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShoppingModelTest {

    private static final SimulationSettings SETTINGS =
            SimulationSettings.defaults().withUsers(100).withCategories(8);
    private final ShoppingModel model = new ShoppingModel(SETTINGS);

    @Test
    void theProbabilitiesOfEverythingThatMayBeginASessionSumToOne() {
        for (int stage = 0; stage < Assortment.STAGES; stage++) {
            for (List<Integer> supplies : List.of(List.<Integer>of(), List.of(31, 35, 100))) {
                for (int bought : new int[] {ShopperState.NONE, 7}) {
                    double total = 0;
                    for (Act act : model.possibleStarts(supplies)) {
                        total += model.start(act, 3, bought, supplies, stage);
                    }
                    assertThat(total).isCloseTo(1, within(1e-9));
                }
            }
        }
    }

    @Test
    void theProbabilitiesOfEverythingThatMayFollowSumToOneInEveryStateThatShoppersReach() {
        for (int user = 0; user < SETTINGS.users(); user++) {
            ShopperState state = new ShopperState(model.assortment());
            int session = -1;
            for (Shopper.LoggedAct logged : Shopper.live(model, 1, user)) {
                if (logged.session() > session) {
                    session = logged.session();
                    long day = logged.second() / Calendar.SECONDS_PER_DAY;
                    state.startSession(model.assortment().stage((int) day));
                }
                state.record(logged.act().item(), logged.act().behaviour());
                for (Way way : Way.ALL) {
                    double total = model.end(state);
                    for (Act act : model.possibleNext(state)) {
                        total += model.chance(act, state) * model.choice(act, 5, way, state);
                    }
                    assertThat(total).isCloseTo(1, within(1e-9));
                }
            }
        }
    }

    @Test
    void sharesOfWaysSumToOne() {
        assertThat(Way.ALL.stream().mapToDouble(Way::share).sum()).isCloseTo(1, within(1e-12));
        for (int way = 0; way < Way.COUNT; way++) {
            assertThat(Way.ALL.get(way).index()).isEqualTo(way);
        }
    }

    @Test
    void theCalendarSpendsAllProbabilityOnReturningOrNot() {
        Calendar calendar = new Calendar(2000);
        for (int activity = 0; activity < Calendar.ACTIVITIES; activity++) {
            double returns = 0;
            for (int day = 11; day < 2000; day++) {
                returns += calendar.returnProbability(activity, 10, day);
            }
            assertThat(returns).isCloseTo(0.95, within(1e-9));
        }
    }
}
