package dev.nextact.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One shopper's life in the shop, drawn from the {@link ShoppingModel}. Shoppers are drawn
 * independently of each other: shopper 7 does the same whether there are ten or a million.
 */
final class Shopper {

    /**
     * @param second since {@link Calendar#START}
     * @param session of the shopper, 0 = the first
     */
    record LoggedAct(Act act, long second, int session) {}

    private final ShoppingModel model;
    private final Calendar calendar;
    private final SplittableRandom random;
    private final int segment;
    private final int activity;
    private final ShopperState state;
    private final List<LoggedAct> log = new ArrayList<>();

    private Shopper(ShoppingModel model, long seed, int user) {
        this.model = model;
        this.calendar = model.calendar();
        this.random = new SplittableRandom(new SplittableRandom(seed).nextLong() + user);
        this.segment = random.nextInt(Segments.COUNT);
        this.activity = calendar.drawActivity(random);
        this.state = new ShopperState(model.assortment());
    }

    /** All the acts of a shopper, at least one, in the order of time. */
    static List<LoggedAct> live(ShoppingModel model, long seed, int user) {
        Shopper shopper = new Shopper(model, seed, user);
        shopper.live();
        return shopper.log;
    }

    private void live() {
        int day = calendar.drawArrival(random);
        for (int session = 0; day < calendar.days(); session++) {
            shop(day, session);
            day = calendar.drawReturn(activity, day, random);
        }
    }

    private void shop(int day, int session) {
        state.startSession(model.assortment().stage(day));
        Way way = model.drawWay(random);
        long second = calendar.drawSessionStart(day, random);
        Act act = model.drawStart(segment, state, random);
        log.add(new LoggedAct(act, second, session));
        state.record(act.item(), act.behaviour());
        while (random.nextDouble() >= model.end(state)) {
            second += calendar.drawPauseSeconds(random);
            act = model.drawNext(segment, way, state, random);
            log.add(new LoggedAct(act, second, session));
            state.record(act.item(), act.behaviour());
        }
    }
}
